"""Notebooks, by the text of their outputs; and the tree of modules that Hugging Face's debugger writes."""

import json

import pytest

from mlpcli.check.claims.dumps import read_dump
from mlpcli.errors import InputError


@pytest.fixture
def dump(tmp_path):
    def written_and_read(root, name="d.ipynb"):
        (tmp_path / name).write_text(root if isinstance(root, str) else json.dumps(root))
        return read_dump(str(tmp_path / name))

    return written_and_read


def values(claims):
    return {claim.name: claim.note or claim.written.value.tolist() for claim in claims}


def cell(source, *outputs):
    return {"cell_type": "code", "source": source, "outputs": list(outputs)}


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def result(text, kind="execute_result"):
    return {"output_type": kind, "data": {"text/plain": text, "text/html": "<b>1</b>"}}


MATRIX = ["array([[1., 2.],\n", "       [3., 4.]])"]


def test_streams_and_values(dump):
    cells = [
        {"cell_type": "markdown", "source": "# W9 = [1]"},
        cell(["W1 = f()\n", "W1  # look"], result(MATRIX)),
        cell("print('b1 =', b1)", stream(["b1 = [5. 6.]\n"]), stream("W9 = [1 2", "stderr")),
        cell("print(W2)\ngrads['W2']", stream("L = 0.5\n"), result("array([1., 2.])")),
    ]
    claims = dump({"cells": cells, "nbformat": 4})[1]
    assert values(claims) == {"W1": [[1, 2], [3, 4]], "b1": [5, 6], "L": 0.5, "grads['W2']": [1, 2]}
    places = [str(claim.place).split("d.ipynb")[1] for claim in claims]
    assert places == [" cell 2:1:1", " cell 3:1:1", " cell 4:1:1", " cell 4:1:1"]


def test_a_value_of_more_than_a_name_has_none(dump):
    claims = dump({"cells": [cell("f(W1)", result("array([1., 2.])")), cell("b1", result("array([3.])"))]})[1]
    assert [claim.name for claim in claims] == ["", "b1"]


def test_steps_of_a_notebook(dump):
    cells = [cell("W1", result("array([1.])")), cell("W1", result("array([2.])"))]
    assert {step: values(claims) for step, claims in dump({"cells": cells}).items()} == {1: {"W1": [1]}, 2: {"W1": [2]}}


def test_the_older_format(dump):
    cells = [{"cell_type": "code", "input": "W1", "outputs": [{"output_type": "pyout", "text": MATRIX}]}]
    assert values(dump({"worksheets": [{"cells": cells}]})[1]) == {"W1": [[1, 2], [3, 4]]}


def test_a_problem_in_an_output_has_its_place(dump):
    cells = [cell("1", stream("L = 1\n")), cell("2", stream("a\nW1 = [[1, 2, ..., 3]]"))]
    with pytest.raises(InputError, match=r"d\.ipynb cell 2:2:\d+: "):
        dump({"cells": cells})


@pytest.mark.parametrize(
    "root",
    [
        {},
        [],
        [1],
        "1",
        {"cells": 1},
        {"cells": [1, {}, {"outputs": 1}, {"outputs": [1, {}, {"data": 1}, {"text": True}, {"text": [True]}]}]},
        {"worksheets": [1, {"cells": 1}]},
        {"cells": [cell(1, {"output_type": "error", "traceback": ["W1 = [1]"]})]},
        {"cells": [cell([[]], result([[]]))]},
        "",
        '{"cells": [',
        "[" * 100_000,
        '{"cells": [' + "," * 2_000_001 + "]}",
    ],
)
def test_notebooks_without_tensors(dump, root):
    with pytest.raises(InputError) as error:
        dump(root)
    assert "\n" not in str(error.value)
    assert "d.ipynb" in str(error.value)


def printed(*lines, dtype="torch.float32"):
    return {"shape": "torch.Size([1, 2])", "dtype": dtype, "value": list(lines), "mean": "tensor(1.)"}


def module(path, inputs=None, outputs=None, *children):
    return {"module_path": path, "inputs": inputs, "outputs": outputs, "children": list(children)}


def test_inputs_and_outputs_of_modules(dump):
    X, Y = printed("tensor([[1.0000e+00,", "         2.0000e+00]])"), printed("tensor([[3., 4.]])")
    tree = module("Net", {"args": [X], "kwargs": {"mask": Y}}, None, module("Net.fc1", {"args": [X, Y]}, {"logits": Y}))
    claims = dump(tree, "Net_debug_tree_FULL_TENSORS.json")[1]
    assert values(claims) == {
        **{
            "Net.input": [[1, 2]],
            "Net.input.mask": [[3, 4]],
            "Net.fc1.input[0]": [[1, 2]],
            "Net.fc1.input[1]": [[3, 4]],
        },
        "Net.fc1.output.logits": [[3, 4]],
    }


def test_a_summary_is_not_enough(dump):
    tree = module("Net", {"args": [{"shape": "torch.Size([1, 2])", "mean": "tensor(1.)"}]})
    with pytest.raises(InputError, match="it has only summaries"):
        dump(tree, "d.json")


@pytest.mark.parametrize(
    ("value", "note"),
    [
        ("./Net_inputs.safetensors", "its numbers are in ./Net_inputs.safetensors: check that file"),
        (["tensor([[1., ..., 2.]])"], "..."),
        (["hello"], "no tensors found"),
        (["W1 = [1]", "W2 = [2]"], "it is not one printed tensor"),
        (None, "it has only a summary, not its numbers"),
        ([], "no tensors found"),
    ],
)
def test_tensors_that_are_not_whole(dump, value, note):
    (claim,) = dump(module("Net", [{"shape": "", "value": value}]), "d.json")[1]
    assert note in claim.note or (note == "..." and claim.note)


def test_a_tree_that_is_nested_deep(dump):
    for key in ("children", "inputs"):
        tree = {"module_path": "a", key: [{"shape": 1}]}
        for _ in range(100):
            tree = {"module_path": "a", key: [tree]}
        with pytest.raises(InputError, match="nested deeper than 32 levels"):
            dump(tree, "d.json")
