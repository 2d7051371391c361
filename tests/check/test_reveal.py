"""Below `--reveal values` no output has a number of the key, the targets or the weights."""

import re
from itertools import cycle, islice

import numpy as np
import pytest

from mlpcli.check.claims.dumps.objects import read_objects
from mlpcli.check.grading.grader import Grader
from mlpcli.check.mistakes import variants
from mlpcli.check.reports.grades import report as report_grades
from mlpcli.check.reports.reveal import without_numbers
from mlpcli.check.reports.verdicts import report
from mlpcli.check.steps import check_steps
from mlpcli.config.load import load
from mlpcli.output.formats import FORMATS, Rendering

CONFIG = """
layers:
  - {type: linear, W: [[0.52731, -0.33819], [0.24137, 0.73591]], B: [0.11467, -0.26893]}
  - {type: batchnorm, gamma: [1.27349, 0.87123], beta: [0.31787, -0.14839]}
  - tanh
  - {type: linear, W: [[0.31957, -0.62341], [0.74713, 0.45329]], B: [0.18541, -0.29477]}
inputs: [[1.26791, 2.41337], [0.53719, -1.52963], [-1.14327, 0.25871]]
targets: [[0.58213, -1.37481], [1.53927, 0.27641], [-0.75319, 2.19673]]
loss: mse
optimizer: {type: sgd, learning_rate: 0.1, momentum: 0.9}
errata: {}
grading: {accept: [average]}
"""
NUMBER = re.compile(r"(?<![\w.])-?\d*\.?\d+(?:e[-+]?\d+)?(?!\w)")
CHECKS = ["text", "json", "junit", "github", "markdown", "latex", "html"]
GRADES = ["text", "json", "csv", "markdown", "latex", "html", "gradescope", "classroom50", "autolab", "prairielearn"]


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    path = tmp_path_factory.mktemp("reveal") / "c.yaml"
    path.write_text(CONFIG, encoding="utf-8")
    return load(str(path), "furthest")[0]


def shown(text):
    """Return the numbers of an output that have at least four digits, rounded to four."""
    return {f"{abs(float(found)):.3e}" for found in NUMBER.findall(text) if len(re.sub(r"\D", "", found)) >= 4}


def told(case, tensors, reveal):
    """Yield everything that is written of a dump."""
    grader = case.once("grader", lambda: Grader("c.yaml", case))
    pages = read_objects({name: np.array(value) for name, value in tensors.items()}, "mine.npz")
    document = report(check_steps("c.yaml", case, pages), reveal)
    yield from (FORMATS[form].rendered(document, Rendering(15)) for form in CHECKS)
    grades = report_grades("c.yaml", "", [grader.grade("mine.npz", pages)], reveal)
    yield from (FORMATS[form].rendered(grades, Rendering(15)) for form in GRADES)


def dumps(case):
    """Yield dumps with a classic mistake, a slip of a digit, another weight or another target."""
    setup = case.setup
    right = {step.name: setup.trace[step.name] for step in setup.program.steps}
    for step in setup.program.steps:
        for variant in list(variants(setup.program, step))[:2]:
            try:
                with np.errstate(all="ignore"):
                    trace = setup.run(steps={step.name: variant.step})
            except ValueError:
                continue
            yield {name: trace[name] for name in right}
    for name, factor in zip(right, cycle([2, -1, 10, 0.999])):
        value = np.array(right[name], float)
        value.flat[0] *= factor
        yield {**right, name: value}
    for name in setup.program.given:
        value = np.array(setup.given[name], float)
        value.flat[0] += 0.3
        trace = setup.run(given={name: value})
        yield {made: trace[made] for made in right}


def secrets(case):
    numbers = np.concatenate([np.ravel(value) for value in case.setup.trace.values()])
    return {f"{abs(float(number)):.3e}" for number in numbers if number not in (0, 1)}


@pytest.mark.slow
@pytest.mark.parametrize("reveal", ["place", "mistake"])
def test_no_output_has_a_number_of_the_key(case, reveal):
    hidden, count = secrets(case), 0
    for tensors in list(dumps(case))[::13]:
        for text in told(case, tensors, reveal):
            assert not shown(text) & hidden, text
            count += 1
    assert count > 80


def test_values_shows_them(case):
    tensors = {**{step.name: case.setup.trace[step.name] for step in case.program.steps}}
    tensors["gradW2"] = tensors["gradW2"] * 1.5
    assert all(shown(text) & secrets(case) for text in islice(told(case, tensors, "values"), 2))
    assert not any(shown(text) & secrets(case) for text in told(case, tensors, "mistake"))


def test_place_tells_where_and_mistake_what(case):
    tensors = {"gradB2": -case.setup.trace["gradB2"], "gradW2": case.setup.trace["gradW2"]}
    place, mistake = (next(told(case, tensors, reveal)) for reveal in ("place", "mistake"))
    assert "gradB2 is wrong in itself" in place
    assert "differs at [0,0], [0,1]" in place
    assert "consistent" not in place
    assert "consistent with: its sign is flipped" in mistake


@pytest.mark.parametrize(
    ("sentence", "left"),
    [
        ("a digit dropped at [2,2]", "a digit dropped at [2,2]"),
        ("W1[0,1] is 0.3 in place of -0.33", "W1[0,1] is … in place of …"),
        ("gradB3 implies D = [320, 2]", "gradB3 implies D = […, …]"),
        ("gradB3 implies D = [5]", "gradB3 implies D = […]"),
        ("row 3 repeats row 2", "row 3 repeats row 2"),
        ("columns 1, 2 are in another order", "columns 1, 2 are in another order"),
        ("1/N = 1/5 stands in them", "1/N = …/… stands in them"),
        ("computed with eps = 1e-8", "computed with eps = …"),
        ("12 of 16 claims hold with average = [W, B]", "12 of 16 claims hold with average = [W, B]"),
        ("not filled in: every number is 0", "not filled in"),
        ("1 − y² is computed with Y1lin as y", "1 − y² is computed with Y1lin as y"),
        ("every number is 1 too large", "every number is … too large"),
        ("it is −2.5 times what it should be", "it is … times what it should be"),
    ],
)
def test_sentences_without_numbers(sentence, left):
    assert without_numbers(sentence) == left
