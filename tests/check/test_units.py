"""Numbers named unit by unit, as in examples worked by hand, and tables of them. The numbers are plain numpy's."""

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpcli.check.claims.dumps.digits import from_texts
from mlpcli.check.claims.units import by_unit
from mlpcli.cli import group
from mlpcli.errors import Place

W1, B1 = np.array([[0.15, 0.25], [0.2, 0.3]]), 0.35
W2, B2 = np.array([[0.4, 0.5], [0.45, 0.55]]), 0.6
X, T = np.array([0.05, 0.1]), np.array([0.01, 0.99])
CONFIG = """
layers:
  - {type: linear, W: [[0.15, 0.25], [0.2, 0.3]], B: [0.35, 0.35]}
  - sigmoid
  - {type: linear, W: [[0.4, 0.5], [0.45, 0.55]], B: [0.6, 0.6]}
  - sigmoid
inputs: [[0.05, 0.1]]
targets: [[0.01, 0.99]]
loss: l2
learning_rate: 0.5
"""


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


net_h = X @ W1 + B1
out_h = sigmoid(net_h)
net_o = out_h @ W2 + B2
out_o = sigmoid(net_o)
delta_o = (out_o - T) * out_o * (1 - out_o)
delta_h = W2 @ delta_o * out_h * (1 - out_h)
ROWS = (net_h, out_h, net_o, out_o, delta_o, delta_h)

NAMES = {
    "Mazur": ("net_h{}", "out_h{}", "net_o{}", "out_o{}", "delta_o{}", "delta_h{}"),
    "Haykin": ("v_H{}", "y_H{}", "v_Y{}", "y_Y{}", "delta_Y{}", "delta_H{}"),
    "Fausett": ("z_in{}", "z{}", "y_in{}", "y{}", "delta_y{}", "delta_z{}"),
    "the unit first": ("H{}_in", "H{}_out", "O{}_in", "O{}_out", "O{}_delta", "H{}_delta"),
    "without a mark": ("neth{}", "outh{}", "neto{}", "outo{}", "deltao{}", "deltah{}"),
    "letters": ("z_h{}", "a_h{}", "z_o{}", "a_o{}", "delta_o{}", "delta_h{}"),
    "words": ("hidden_net_{}", "hidden_out_{}", "output_net_{}", "output_out_{}", "output_delta_{}", "hidden_delta_{}"),
    "layer, unit": ("z1_{}", "a1_{}", "z2_{}", "a2_{}", "delta2_{}", "delta1_{}"),
    "layer and unit": ("z1{}", "a1{}", "z2{}", "a2{}", "delta2{}", "delta1{}"),
    "indices": ("z[1][{}]", "a[1][{}]", "z[2][{}]", "a[2][{}]", "delta[2][{}]", "delta[1][{}]"),
    "LaTeX": (
        "z_{}^{{(1)}}",
        "a_{}^{{(1)}}",
        "z_{}^{{(2)}}",
        "a_{}^{{(2)}}",
        r"\delta_{}^{{(2)}}",
        r"\delta_{}^{{(1)}}",
    ),
    "the layer raised": ("z^(1)_{}", "a^(1)_{}", "z^(2)_{}", "a^(2)_{}", r"\delta^(2)_{}", r"\delta^(1)_{}"),
    "a sentence": (
        "hidden neuron {} net",
        "hidden neuron {} out",
        "output neuron {} net",
        "output neuron {} out",
        "output neuron {} delta",
        "hidden neuron {} delta",
    ),
}
NODES = ("net{}", "out{}", "net{}", "out{}", "delta{}", "delta{}")
"""Negnevitsky's: nodes are counted through, from the inputs on; here 3 and 4 are hidden, 5 and 6 the outputs."""
FIRST = (3, 3, 5, 5, 5, 3)


def lines(names, rows=ROWS, first=(1,) * 6):
    numbered = zip(names, rows, first, strict=True)
    return "".join(f"{name.format(k + i)} = {x:.4f}\n" for name, row, k in numbered for i, x in enumerate(row))


def checked(tmp_path, text, name="d.txt", config=CONFIG):
    (tmp_path / "c.yaml").write_text(config)
    (tmp_path / name).write_text(text)
    return CliRunner().invoke(group, ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / name)])


@pytest.mark.parametrize("names", NAMES)
def test_units_by_name_are_rows(tmp_path, names):
    done = checked(tmp_path, lines(NAMES[names]))
    assert (done.exit_code, "6 claims in 1 case: 6 match; all pass" in done.output) == (0, True)


def test_nodes_that_are_counted_through_all_layers(tmp_path):
    assert "6 match; all pass" in checked(tmp_path, lines(NODES, first=FIRST)).output


@pytest.mark.parametrize("names", NAMES)
def test_a_mistake_among_units_is_found(tmp_path, names):
    wrong = W2 @ delta_o  # without the derivative
    done = checked(tmp_path, lines(NAMES[names], (*ROWS[:-1], wrong)))
    assert done.exit_code == 1
    assert "gradY1lin is wrong in itself" in done.output
    assert "the derivative of the activation is missing" in done.output


def test_units_that_are_left_out_are_said(tmp_path):
    done = checked(tmp_path, f"net_h2 = {net_h[1]:.4f}\nout_o1 = {out_o[0] + 0.1:.4f}\n")
    assert "Y2 is wrong in itself" in done.output
    assert "Y1lin (without 1 of its 2 numbers), Y2 (without 1 of its 2 numbers)" in done.output


def test_weights_by_their_units(tmp_path):
    grads = {"dw_x{}h{}": np.outer(X, delta_h), "dw_h{}o{}": np.outer(out_h, delta_o)}
    cells = [(name.format(i + 1, j + 1), g[i, j]) for name, g in grads.items() for i in (0, 1) for j in (0, 1)]
    done = checked(tmp_path, "".join(f"{name} = {value:.6f}\n" for name, value in cells))
    assert "2 claims in 1 case: 2 match; all pass" in done.output


def test_weights_between_nodes_that_are_counted_through(tmp_path):
    """Negnevitsky's w13 is from node 1 to node 3, w35 from node 3 to node 5."""
    new = {1: W1 - 0.5 * np.outer(X, delta_h), 3: W2 - 0.5 * np.outer(out_h, delta_o)}
    cells = [(f"w{k + i}{k + 2 + j}_new", w[i, j]) for k, w in new.items() for i in (0, 1) for j in (0, 1)]
    done = checked(tmp_path, "".join(f"{name} = {value:.6f}\n" for name, value in cells))
    assert "2 claims in 1 case: 2 match; all pass" in done.output


def test_biases_of_layers_are_no_units(tmp_path):
    """One number for all units, as Mazur has it, is a row of a wrong shape, and not the biases of one layer."""
    done = checked(tmp_path, "db1 = 0.1\ndb2 = 0.2\n")
    assert "2 causes" in done.output
    assert "in the same way: it has shape () in place of (1, 2)" in done.output


def test_weights_numbered_through_column_by_column(tmp_path):
    """Mazur's w1 to w8: w2 is from the second input to the first hidden unit. A wrong one is where it counts to."""
    new = [*(W1 - 0.5 * np.outer(X, delta_h)).T.ravel(), *(W2 - 0.5 * np.outer(out_h, delta_o)).T.ravel()]
    text = [f"w{i}+ = {value:.9f}\n" for i, value in enumerate(new, 1)]
    assert "2 match; all pass" in checked(tmp_path, "".join(text)).output
    text[6] = "w7+ = 0.52\n"
    done = checked(tmp_path, "".join(text))
    assert "W2_new is wrong in itself\n    [0,1] claimed 0.52" in done.output


def test_a_local_derivative_is_no_gradient(tmp_path):
    slope = out_o * (1 - out_o)
    done = checked(tmp_path, f"net_o1 = {net_o[0]:.4f}\ndout_o1/dnet_o1 = {slope[0]:.9f}\n")
    assert "not judged: dout_o1/dnet_o1" in done.output


UNITS = {"h1": 0, "h2": 1, "o1": 0, "o2": 1}
HAS = {"net": (net_h, net_o), "out": (out_h, out_o), "delta": (delta_h, delta_o)}


def cell(unit, what):
    return f"{HAS[what][unit[0] == 'o'][UNITS[unit]]:.4f}"


BY_UNIT = [["node", *HAS], *([unit, *(cell(unit, what) for what in HAS)] for unit in UNITS)]
BY_QUANTITY = [list(row) for row in zip(*BY_UNIT, strict=True)]


@pytest.mark.parametrize("table", [BY_UNIT, BY_QUANTITY], ids=["a row per unit", "a column per unit"])
@pytest.mark.parametrize("form", ["csv", "md", "txt"])
def test_a_table_of_units(tmp_path, table, form):
    if form == "csv":
        text = "\n".join(",".join(row) for row in table)
    elif form == "md":
        text = "\n".join("| " + " | ".join(row) + " |" for row in [table[0], ["---"] * len(table[0]), *table[1:]])
    else:
        text = "\n".join("".join(f"{word:>10}" for word in row) for row in table)
    assert "6 claims in 1 case: 6 match; all pass" in checked(tmp_path, text, f"d.{form}").output


def test_a_table_with_one_row(tmp_path):
    values = zip(("net_h1", "net_h2", "out_h1", "out_h2"), (*net_h, *out_h), strict=True)
    head, row = zip(*((name, f"{value:.4f}") for name, value in values), strict=True)
    assert "2 match; all pass" in checked(tmp_path, "   ".join(head) + "\n" + "   ".join(row) + "\n").output


def test_lines_about_a_unit(tmp_path):
    text = "".join(
        f"{kind} neuron {i + 1}: net = {nets[i]:.4f}, out = {outs[i]:.4f}\n"
        for kind, nets, outs in (("Hidden", net_h, out_h), ("Output", net_o, out_o))
        for i in (0, 1)
    )
    done = checked(tmp_path, f"{text}Total error: {((out_o - T) ** 2).sum() / 2:.4f}\n")
    assert "5 claims in 1 case: 5 match; all pass" in done.output
    block = text.replace(": ", ":\n  ").replace(", ", "\n  ")
    assert "5 match; all pass" in checked(tmp_path, f"{block}error: {((out_o - T) ** 2).sum() / 2:.4f}\n").output


@pytest.mark.parametrize("form", ["csv", "md", "txt"])
def test_a_worksheet_with_a_row_per_example(tmp_path, form):
    """Columns of units, as in a spreadsheet of XOR: a column is one unit of every example."""
    inputs, targets = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0], [1], [1], [0]])
    w, v = np.array([[0.5, 0.9], [0.4, 1.0]]), np.array([[-1.2], [1.1]])
    hidden = sigmoid(inputs @ w + [-0.8, 0.1])
    out = sigmoid(hidden @ v - 0.3)
    delta = (out - targets) * out * (1 - out)
    head = ["x1", "x2", "target", "net_h1", "net_h2", "out_h1", "out_h2", "out_o", "delta_o"]
    rows = np.hstack([inputs @ w + [-0.8, 0.1], hidden, out, delta])
    table = [
        head,
        *(
            [*map(str, x), *map(str, t), *(f"{v:.4f}" for v in row)]
            for x, t, row in zip(inputs, targets, rows, strict=True)
        ),
    ]
    mark = {"csv": ",", "md": " | ", "txt": "   "}[form]
    text = "\n".join(mark.join(row) for row in table) + "\n"
    config = (
        "layers: [{type: linear, W: [[0.5, 0.9], [0.4, 1.0]], B: [-0.8, 0.1]}, sigmoid,\n"
        "  {type: linear, W: [[-1.2], [1.1]], B: [-0.3]}, sigmoid]\n"
        "inputs: [[0, 0], [0, 1], [1, 0], [1, 1]]\ntargets: [[0], [1], [1], [0]]\nloss: l2\n"
    )
    done = checked(tmp_path, text, f"d.{form}", config)
    assert "6 claims in 1 case: 6 match; all pass" in done.output


names = st.from_regex(r"[a-zΔδ_]{1,3}\d{0,3}([_\[(^]\d{1,3}[\])]?){0,2}", fullmatch=True)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(names, st.floats(-9, 9), max_size=8), st.lists(st.integers(1, 3), min_size=1, max_size=3))
def test_no_number_is_lost_or_changed(numbers, widths):
    claims = [from_texts(name, Place("f"), repr(value), 0.0) for name, value in numbers.items()]
    for fit in (lambda claim: 1.0 * (claim.written.value.size > 1), lambda claim: 1.0):
        found = by_unit(claims, widths, 1, fit)
        kept = [value for claim in found for value in claim.written.value[claim.written.claimed].flat]
        assert sorted(kept) == sorted(numbers.values())


def test_numbers_that_count_far_cost_nothing(tmp_path):
    far = "9" * 150
    done = checked(tmp_path, f"net_h1 = 0.3\nnet_h{far} = 0.4\nq1 = 1.5\n")
    assert done.exit_code in (1, 2)


@pytest.mark.parametrize("outputs", [1, 2])
def test_units_of_layers_of_other_sizes_may_all_be_wrong(tmp_path, outputs):
    """Three hidden units and one output or two, layer_unit, the biases forgotten: no number is right."""
    V1, V2 = (
        np.array([[0.3, -0.8, 0.6], [0.5, 0.4, -0.9]]),
        np.array([[0.7, -0.2], [0.1, 0.9], [-0.6, 0.4]])[:, :outputs],
    )
    y = sigmoid(sigmoid(X @ V1) @ V2)
    delta2 = (y - T[:outputs]) * y * (1 - y)
    delta1 = V2 @ delta2 * sigmoid(X @ V1) * (1 - sigmoid(X @ V1))
    rows = {"z1": X @ V1, "a1": sigmoid(X @ V1), "z2": sigmoid(X @ V1) @ V2, "delta2": delta2, "delta1": delta1}
    config = (
        f"layers: [{{type: linear, W: {V1.tolist()}, B: [0.5, -0.4, 0.3]}}, sigmoid, "
        f"{{type: linear, W: {V2.tolist()}, B: {[0.6, -0.7][:outputs]}}}, sigmoid]\n"
        f"inputs: [{X.tolist()}]\ntargets: [{T[:outputs].tolist()}]\nloss: l2\n"
    )
    text = "".join(f"{name}_{k} = {x:.6f}\n" for name, row in rows.items() for k, x in enumerate(row, 1))
    output = checked(tmp_path, text, config=config).output
    assert "consistent with: the bias is dropped" in output
    assert "5 claims in 1 case: " in output
    assert "not judged" not in output


def test_a_single_number_in_brackets_is_of_its_own_layer(tmp_path):
    """The biases of a layer of one unit are no unit of others; with the gradient 0 for the update, W stays."""
    W2, x = np.array([[0.5, -0.6]]), np.array([[0.25]])
    a1 = np.maximum(np.array([[0.7], [-0.2]]) @ x + 0.1, 0)
    dz2 = sigmoid(W2 @ a1 + 0.3) - 1
    config = (
        "layers: [{type: linear, W: [[0.7], [-0.2]], B: [[0.1], [0.1]]}, relu, "
        "{type: linear, W: [[0.5, -0.6]], B: [[0.3]]}, sigmoid]\n"
        "inputs: [[0.25]]\ntargets: [[1]]\nloss: binary_cross_entropy\nlearning_rate: 0.1\nconventions: ng\n"
    )
    dz1 = (W2.T @ dz2) * (a1 > 0)
    new = {"b1": 0.1 - 0.1 * dz1, "W2": W2 - 0.1 * dz2 @ a1.T, "b2": 0.3 - 0.1 * dz2}
    text = "".join(f"parameters['{name}'] = {value.tolist()}\n" for name, value in new.items())
    assert "3 claims in 1 case: 3 match; all pass" in checked(tmp_path, text, config=config).output
