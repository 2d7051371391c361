"""`extends`: another file, and keys that override its own."""

import os

import pytest

from .reading import SMALL


@pytest.fixture
def base(tmp_path):
    """Write a file that can be extended."""

    def function(content=SMALL, name="base.yaml"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)

    return function


def test_own_keys_override(read, base):
    base()
    case = read("extends: base.yaml\ninputs: [[5, 6]]")[0]
    assert case.experiment.inputs.tolist() == [[5, 6]]
    assert case.setup.run()["Y1lin"].tolist() == [[23, 34]]


def test_a_chain(read, base):
    base("extends: ../base.yaml\ntitle: b\nseed: 1", "sub/b.yaml")
    base()
    experiment = read("extends: sub/b.yaml\ntitle: c")[0].experiment
    assert (experiment.title, experiment.seed) == ("c", 1)


def test_array_files_lie_beside_the_config_that_names_them(read, base):
    base("7\n", "sub/x.csv")
    base("layers: [relu]\ninputs: {file: x.csv}", "sub/b.yaml")
    assert read("extends: sub/b.yaml")[0].experiment.inputs.tolist() == [[7]]


def test_problems_stand_in_the_file_they_are_in(problems, base):
    base(SMALL.replace("relu", "reul"))
    assert [text.split(": ")[0] for text in problems("extends: base.yaml\nloss: l3")] == ["base.yaml:3:5", "c.yaml:2:7"]


def test_yaml_problems_of_the_other_file(problem, base):
    base("layers: [")
    assert problem("extends: base.yaml").startswith("base.yaml:1:10: this is no valid YAML")


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("nowhere.yaml", "extends: 'nowhere.yaml': no such file"),
        (".", "extends: '.': cannot be read: Is a directory"),
        ("c.yaml", "extends: 'c.yaml' leads back to a file before it: a cycle"),
        ("./sub/../c.yaml", "a cycle"),
        ("empty.yaml", "extends: 'empty.yaml': the config is empty"),
        ("two.yaml", "extends: 'two.yaml' holds 2 documents"),
        ("''", "extends: the path of a config file is needed here"),
        ("[a]", "extends: the path of a config file is needed here"),
        ("{a: b}", "extends: the path of a config file is needed here"),
        ('"a\\0b"', "extends: "),
        ("loop.yaml", "extends: "),
    ],
)
def test_links_that_lead_nowhere(problem, base, tmp_path, link, words):
    base("", "empty.yaml")
    base("--- {a: 1}\n--- {b: 1}", "two.yaml")
    base("", "sub/x")
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    text = problem(f"extends: {link}")
    assert text.startswith("c.yaml:1:10: ")
    assert words in text


def test_a_cycle_of_two(problem, base):
    base("extends: c.yaml")
    assert problem("extends: base.yaml") == (
        "base.yaml:1:10: extends: 'c.yaml' leads back to a file before it: a cycle"
    )


def test_a_cycle_through_a_link(problem, tmp_path):
    os.symlink("c.yaml", tmp_path / "link.yaml")
    assert "a cycle" in problem("extends: link.yaml")


def test_a_chain_without_end(problem, base):
    for i in range(50):
        base(f"extends: {i + 1}.yaml", f"{i}.yaml")
    assert "more than 32 files that extend each other" in problem("extends: 0.yaml")


def test_a_base_that_is_no_mapping(problem, base):
    base("[1]")
    assert problem("extends: base.yaml").startswith("base.yaml:1:1: a config is a mapping")


def test_a_base_of_one_document_serves_several(read, base):
    base()
    cases = read("extends: base.yaml\ntitle: a\n---\nextends: base.yaml\ntitle: b\n")
    assert [case.experiment.title for case in cases] == ["a", "b"]
