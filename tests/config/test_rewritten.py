"""Configs written anew with changes, or into another folder: what is not changed stays, comments too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpcli.config.documents import extend
from mlpcli.config.load import changed, load
from mlpcli.config.nodes import parse_yaml
from mlpcli.config.resolved import resolve
from mlpcli.config.rewritten import in_folder, parts, rewritten

TEXT = """# a quiz
title: quiz  # 🙂
layers:
  - type: linear
    W:  # by rows
      - [1, 2]  # the first
      - [3, 4]
    B: [0, 0]
  - {type: leaky_relu}
  # how wrong it is
inputs:
  - [1, 2]
targets: [[1, 0]]
loss: l2
learning_rate: 0.1
"""


def write(path, sets, output, text=TEXT):
    path.write_text(text, encoding="utf-8")
    (case,) = load(str(path), "furthest")
    new = changed(case, "furthest", sets).node
    found = rewritten(text, path, new, output)
    output.write_text(found, encoding="utf-8")
    again = load(str(output), "furthest")[0].node
    assert sorted(resolve(again, ()).splitlines()) == sorted(resolve(new, ()).splitlines())
    return found


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        ("layers[0].W=[[1, 5], [3, 4]]", "[1, 2]  # the first", "[1, 5]  # the first"),
        ("layers[0].B=[[1, 2]]", "B: [0, 0]\n", "B: [[1, 2]]\n"),
        ("layers[1].slope=0.2", "{type: leaky_relu}", "{type: leaky_relu, slope: 0.2}"),
        ("layers[0].freeze=[B]", "    B: [0, 0]\n", "    B: [0, 0]\n    freeze: [B]\n"),
        ("inputs=[[3, 4]]", "inputs:\n  - [1, 2]\n", "inputs:\n  - [3, 4]\n"),
        ("shuffle=false", "learning_rate: 0.1\n", "learning_rate: 0.1\nshuffle: false\n"),
        ("loss=mse", "loss: l2", "loss: mse"),
    ],
)
def test_a_change_stands_where_the_old_value_was(tmp_path, change, before, after):
    assert write(tmp_path / "c.yaml", [change], tmp_path / "b.yaml") == TEXT.replace(before, after)


def test_more_examples_stand_on_a_line(tmp_path):
    found = write(tmp_path / "c.yaml", ["inputs=[[1, 2], [3, 4]]", "targets=[[1, 0], [0, 1]]"], tmp_path / "b.yaml")
    new = TEXT.replace("  - [1, 2]\ntarget", "  [[1, 2], [3, 4]]\ntarget").replace("[[1, 0]]", "[[1, 0], [0, 1]]")
    assert found == new


def test_aliases_are_written_out_and_comments_lost(tmp_path):
    text = TEXT.replace("B: [0, 0]", "B: &zero [0, 0]").replace("targets: [[1, 0]]", "targets: [*zero]")
    found = write(tmp_path / "c.yaml", ["loss=mse"], tmp_path / "b.yaml", text)
    assert "#" not in found
    assert "targets: [[0, 0]]\nloss: mse\n" in found


def test_what_is_extended_stays_in_its_file(tmp_path):
    (tmp_path / "base.yaml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "sub").mkdir()
    text = "extends: base.yaml  # all else\ntitle: mine\n"
    found = write(tmp_path / "c.yaml", ["loss=mse", "title=ours"], tmp_path / "sub" / "b.yaml", text)
    assert found == "extends: ../base.yaml  # all else\ntitle: ours\nloss: mse\n"


def test_files_are_found_from_the_other_folder(tmp_path):
    (tmp_path / "sub").mkdir()
    text = "inputs: {file: X.npy, divide: 2}  # ours\nweights: sub/w.npz\ntable: {query: \"SELECT * FROM 't.csv'\"}\n"
    found = in_folder(text, tmp_path / "c.yaml", tmp_path / "sub")
    assert found.startswith("inputs: {file: ../X.npy, divide: 2}  # ours\nweights: w.npz\ntable: {query: ")
    assert str(tmp_path / "t.csv") in found
    assert in_folder(text, tmp_path / "c.yaml", tmp_path) == text


@given(st.lists(st.sampled_from(["a: 1\n", "# note\nb: [1, 2]  # two\n", "{c: 3}\n", "\n"]), min_size=1, max_size=4))
def test_parts_are_the_documents(texts):
    text = "---\n".join(texts)
    found = [extend(parse_yaml(part, "c.yaml")[0], ()) for part in parts(text)]
    assert [resolve(node, ()) for node in found] == [resolve(node, ()) for node in parse_yaml(text, "c.yaml")]
