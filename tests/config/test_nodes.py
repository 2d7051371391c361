"""YAML itself: what is refused, where, and that no text takes long."""

import pytest
import yaml

from mlpcli.config import nodes
from mlpcli.files.numerals import find_endless

from .reading import SMALL


def test_a_key_given_twice_names_both_lines(problem):
    assert problem(SMALL + "loss: mse\n") == "c.yaml:8:1: the key 'loss' stands here twice (first in line 6)"


def test_a_key_given_twice_deep_inside(problem):
    text = problem("layers:\n  - {type: relu,\n     type: tanh}\ninputs: [[1]]")
    assert text == "c.yaml:3:6: the key 'type' stands here twice (first in line 2)"


@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.system", "!!python/name:os.system", "!!str", "!mine", "!!set"]
)
def test_tags_are_refused(problem, tag):
    assert problem(f"title: {tag} [echo]").startswith(f"c.yaml:1:8: the tag '{tag}' is not used here")


def test_an_alias_repeats_its_anchor(read):
    case = read("layers: [{type: linear, W: &W [[2]]}, {type: linear, W: *W}]\ninputs: [[3]]")[0]
    assert case.setup.run()["Y2lin"].tolist() == [[12]]


def test_an_alias_without_anchor(problem):
    assert problem("title: a\nlayers: *nobody") == "c.yaml:2:9: no anchor &nobody is complete before this alias"


def test_an_alias_to_itself(problem):
    assert problem("layers: &a [*a]") == "c.yaml:1:13: no anchor &a is complete before this alias"


def test_an_anchor_ends_with_its_document(problem):
    assert "c.yaml:5:10: no anchor &x" in problem("layers: &x [relu]\ninputs: [[1]]\n---\ninputs: [[1]]\nlayers:  *x")


def test_aliases_that_explode(problem):
    levels = "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 30))
    assert "aliases add more than 1,000,000 values" in problem(f"a0: &a0 [{', '.join('x' * 10)}]\n{levels}")


def test_too_many_values(problem, monkeypatch):
    monkeypatch.setattr(nodes, "MAX_NODES", 10)
    assert "more than 10 values; put arrays in .npz files" in problem("inputs: [[1, 1, 1, 1, 1, 1, 1, 1, 1, 1]]")


def test_a_number_of_many_digits(read, problem):
    assert read(SMALL.replace("[1, 1]", f"[1, 0.{'1' * 4000}]"))
    text = problem(SMALL.replace("[1, 1]", f"[1, 0.{'1' * 4001}]"))
    assert text == "c.yaml:4:16: a number of more than 4,000 digits"


@pytest.mark.parametrize("before", [0, 1, 1_999, 2_000, 2_001, 3_999, 4_000])
@pytest.mark.parametrize("sign", ["x", " ", "."])
def test_a_number_of_many_digits_is_found_wherever_it_stands(before, sign):
    assert find_endless(sign * before + "7" * 4_001 + sign) == before
    assert find_endless((sign * before + "7" * 4_000 + sign) * 2) is None


@pytest.mark.parametrize(("opening", "column"), [("[", 33), ("{a: ", 129), ("- ", 65), ("[{", 33)])
@pytest.mark.parametrize("parser", ["libyaml", "pure", "strict"])
def test_deep_nesting(problem, monkeypatch, opening, column, parser):
    if parser != "libyaml":
        monkeypatch.setattr(nodes, "Parser", yaml.SafeLoader if parser == "pure" else Strict)
    assert problem("title: a\n---\n" + opening * 100_000) == f"c.yaml:3:{column}: nested deeper than 32 levels"


class Strict(yaml.SafeLoader):
    """Reads ahead of what it returns, and refuses what is long before it returns anything."""

    LIMIT = 1000

    def check_event(self, *choices):
        if not self.index and len(self.buffer) > self.LIMIT + len("\0"):
            raise yaml.MarkedYAMLError(problem="words of its own", problem_mark=self.mark_at(self.LIMIT))
        return super().check_event(*choices)

    def mark_at(self, index):
        before = self.buffer[:index]
        return yaml.Mark(self.name, index, before.count("\n"), index - before.rfind("\n") - 1, None, None)


def test_nesting_by_aliases(problem):
    lines = ["expect:", "  a0: &a0 [1]", *(f"  a{i}: &a{i} {'[' * 20}*a{i - 1}{']' * 20}" for i in range(1, 99))]
    assert all("a list too deep" in text for text in [problem("\n".join(lines[:3])), problem("\n".join(lines[:3]))])


def test_a_chain_of_aliases_is_no_recursion_without_end(problems):
    lines = ["expect:", "  a0: &a0 [1]", *(f"  a{i}: &a{i} {'[' * 20}*a{i - 1}{']' * 20}" for i in range(1, 99))]
    assert len(problems("\n".join(lines))) == 98


def test_a_key_that_is_a_list(problem):
    assert problem("? [a]\n: 1") == "c.yaml:1:3: a key must be a word"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("layers: [relu\ninputs: 1", "2:7"),
        ("layers:\n\t- relu", "2:1"),
        ("title: a: b", "1:9"),
        ("title: @a", "1:8"),
        ("title: 'a\n", "1:10"),
        ("title: a\n loss: l2\n", "2:6"),
        ("layers: []\n  - relu", "2:3"),
        ("%YAML 9.1\n---\na: 1", "1:1"),
    ],
)
def test_text_that_is_no_yaml(problem, text, place):
    assert problem(text).startswith(f"c.yaml:{place}: this is no valid YAML: ")


@pytest.mark.parametrize(("words", "hint"), nodes.HINTS.items())
def test_what_the_parser_says_is_hinted_at(words, hint):
    assert nodes.sentence(yaml.MarkedYAMLError(problem=words), "x") == f"this is no valid YAML: {words}; {hint}"


@pytest.mark.parametrize(
    ("character", "hint"), [("\t", "; it is a tab: use spaces for indentation"), ("@", ": @; put the text in quotes")]
)
def test_a_character_that_starts_nothing(character, hint):
    words = "found a character that cannot start any token"
    error = yaml.MarkedYAMLError(problem=words)
    assert nodes.sentence(error, character) == f"this is no valid YAML: {words}{hint}"


def test_what_was_open_is_told_with_its_line():
    first, second = (yaml.Mark("", 0, line, 0, None, None) for line in (0, 1))
    error = yaml.MarkedYAMLError("while reading", first, "it ended", second)
    assert nodes.sentence(error, "") == "this is no valid YAML: it ended (while reading that starts in line 1)"


@pytest.mark.parametrize(("character", "code"), [("\0", "0000"), ("\x07", "0007"), ("\x1b", "001B"), ("\x7f", "007F")])
def test_control_characters(problem, character, code):
    text = problem(f"title: ü\nloss: é{character}")
    assert text == f"c.yaml:2:8: the character U+{code} cannot stand in a config"


def test_columns_count_characters_and_not_bytes(problem):
    assert problem("{title: äöü, lossy: l2}").startswith("c.yaml:1:14: lossy: unknown key (did you mean 'loss'?)")


def test_control_characters_in_keys_are_written_out(problem):
    assert problem('"a\\nb\\e[31m": 1').startswith("c.yaml:1:1: a\\nb\\x1b[31m: unknown key; known here: ")


def test_a_long_key_is_shortened(problem):
    assert len(problem(f"{'k' * 1000}: 1\n").split(":")[3]) < 125
