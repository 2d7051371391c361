"""What a run keeps of its config can be read again."""

from hypothesis import given
from hypothesis import strategies as st

from mlpcli.config.nodes import parse_yaml
from mlpcli.config.resolved import double_quoted


@given(st.text())
def test_every_string_can_be_read_again(text):
    (document,) = parse_yaml(f"title: {double_quoted(text)}\n", "c.yaml")
    assert document.entries["title"][1].text == text
