"""Documents as HTML: the file itself, and what a browser makes of it where there is one."""

import json
import re
import shutil
from html.parser import HTMLParser

import pytest
from click.testing import CliRunner

from mlpcli.cli import group

from .printed import CONFIGS, HOSTILE, ROOT

BROWSER = shutil.which("chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
VOID = {"meta", "br", "link", "img"}


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch):
    monkeypatch.chdir(ROOT)


def run(*words, **kwargs):
    done = CliRunner().invoke(group, [str(word) for word in words], **kwargs)
    assert done.exit_code == 0, done.output
    return done.stdout


class Page(HTMLParser):
    """The elements of a page, each closed in its turn, and the text of each that has an id."""

    def __init__(self, text):
        super().__init__()
        self.open, self.elements, self.opened, self.words = [], [], {}, ""
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append((tag, dict(attrs).get("id")))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, text):
        self.words += text
        for _, own in self.open:
            if own:
                self.opened[own] = self.opened.get(own, "") + text

    def values(self, attribute):
        return [attrs[attribute] for _, attrs in self.elements if attribute in attrs]


@pytest.mark.parametrize("config", CONFIGS)
def test_a_page_is_whole_and_loads_nothing(config):
    text = run("backward", config, "--format", "html")
    page = Page(text)
    assert {tag for tag, _ in page.elements}.isdisjoint({"script", "link", "img", "iframe", "form", "a"})
    assert not re.search(r"https?:|url\(|@import|javascript:|\bon\w+=", text)
    assert "default-src 'none'" in page.values("content")[0]
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert set(page.values("popovertarget")) == set(ids)


def test_a_cell_opens_its_arithmetic():
    page = Page(run("backward", "configs/toy.yaml", "--format", "html"))
    (cell,) = [text for text in page.opened.values() if text.startswith("✕gradW3[2,1]")]
    # handout 3.7: Y2 is [88, 123, 147] and gradY3lin is [-239, -4], so it is 147·(−4)
    assert cell == "✕gradW3[2,1]= Y2[0,2]·gradY3lin[0,1] / 1= 147·-4 / 1= -588"


def test_sums_by_value_come_to_the_value():
    page = Page(run("forward", "configs/courses/ng/regularization.yaml", "--format", "html"))
    found = 0
    for text in page.opened.values():
        *_, numbers, value = text.split("= ")
        if re.fullmatch(r"[\d.e·+−() -]+", numbers):
            found += 1
            assert eval(numbers.replace("·", "*").replace("−", "-")) == pytest.approx(float(value), rel=1e-5, abs=1e-7)
    assert found > 20


def test_what_a_config_says_is_words():
    page = Page(run("backward", "-", "--format", "html", input=HOSTILE))
    assert r"""\ <b>|"'`*[a](b)""" in page.words
    assert "b" not in {tag for tag, _ in page.elements}


def test_a_condition_is_words_too():
    config = "layers: [relu6]\ninputs: [[1, 7]]\ngrad_output: [[2, 3]]\n"
    text = run("backward", "-", "--format", "html", input=config)
    assert "X[0,0]</button> &lt; 6" in text or "X[0,0] &lt; 6" in text


def test_a_worksheet_opens_nothing():
    page = Page(run("worksheet", "configs/toy.yaml", "--blank", "gradW3", "--format", "html"))
    assert not page.values("popover")
    assert page.values("class").count("blank") == 6


def test_verdicts_have_a_class_each():
    page = Page(run("check", "configs/handout/3.6.yaml", "--format", "html"))
    classes = " ".join(page.values("class")).split()
    found = json.loads(run("check", "configs/handout/3.6.yaml", "--format", "json"))["configs"][0]["claims"]
    for verdict in ("match", "cause", "consequence", "misprint"):
        assert classes.count(verdict) == sum(claim["verdict"] == verdict for claim in found)


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install playwright")
    if BROWSER is None:
        pytest.skip("needs chromium: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def shown(browser, tmp_path):
    """Show what a command says, in a window of some width, and note what the page asks for beside itself."""
    contexts, asked = [], []

    def show(*words, width=1000, scheme="light"):
        run(*words, "-o", tmp_path / "page.html")
        contexts.append(browser.new_context(viewport={"width": width, "height": 700}, color_scheme=scheme))
        page = contexts[-1].new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: pytest.fail(message.text))
        page.goto((tmp_path / "page.html").as_uri())
        return page

    yield show
    assert len(asked) == len(contexts)
    for context in contexts:
        context.close()


POINTS = """() => [...document.querySelectorAll('.matrix')].flatMap(table => {
  const found = {};
  for (const row of table.rows) [...row.cells].forEach((cell, column) => {
    const text = cell.firstChild.firstChild, at = text && text.data.indexOf('.');
    if (!text || !/\\d/.test(text.data)) return;
    const range = document.createRange();
    range.setStart(text, at < 0 ? text.length - 1 : at - 1); range.setEnd(text, at < 0 ? text.length : at);
    (found[column] ||= []).push(range.getBoundingClientRect().right);
  });
  return Object.values(found);
})"""
"""Where the last digit before the decimal point of each number of a column ends."""


@pytest.mark.slow
@pytest.mark.parametrize("config", ["configs/handout/4.2.yaml", "configs/courses/ng/regularization.yaml"])
def test_decimal_points_stand_below_each_other(shown, config):
    columns = shown("backward", config).evaluate(POINTS)
    assert max(map(len, columns)) > 1
    for points in columns:
        assert max(points) - min(points) < 0.6, points


@pytest.mark.slow
@pytest.mark.parametrize("words", [("backward", "configs/handout/4.2.yaml"), ("check", "configs/handout/3.6.yaml")])
def test_a_page_is_as_wide_as_a_phone(shown, words):
    page = shown(*words, width=360, scheme="dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    ink, paper = page.evaluate("(s => [s.color, s.backgroundColor])(getComputedStyle(document.body))")
    assert sum(map(int, re.findall(r"\d+", paper)[:3])) < 100 < 600 < sum(map(int, re.findall(r"\d+", ink)[:3]))


@pytest.mark.slow
def test_cells_open_cells_and_close(shown):
    page = shown("backward", "configs/toy.yaml", width=390)
    open_cell = page.locator("[popover]:popover-open h4")
    page.get_by_role("button", name="−588", exact=True).click()
    assert open_cell.all_text_contents() == ["gradW3[2,1]"]
    page.locator("[popover]:popover-open").get_by_role("button", name="gradY3lin[0,1]").click()
    assert "gradY3lin[0,1]" in open_cell.all_text_contents()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert open_cell.count() == 0
