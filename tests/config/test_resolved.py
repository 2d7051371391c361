"""What a run keeps of its config can be read again."""

from hypothesis import given
from hypothesis import strategies as st

from mlpcli.config.load import load
from mlpcli.config.nodes import parse_yaml
from mlpcli.config.resolved import double_quoted, resolve


@given(st.text())
def test_every_string_can_be_read_again(text):
    (document,) = parse_yaml(f"title: {double_quoted(text)}\n", "c.yaml")
    assert document.entries["title"][1].text == text


def test_patterns_of_names_are_written_in_quotes(tmp_path):
    text = "layers: [relu]\ninputs: [[1]]\ngrading: {points: {'d[WB]?': 2, \"*1\": 1}}\n"
    (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
    (case,) = load(str(tmp_path / "c.yaml"), "forward")
    (tmp_path / "again.yaml").write_text(resolve(case.node, ()), encoding="utf-8")
    (again,) = load(str(tmp_path / "again.yaml"), "forward")
    assert again.experiment.grading.points == case.experiment.grading.points == {"d[WB]?": 2, "*1": 1}
