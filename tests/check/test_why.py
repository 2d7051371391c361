"""One cell as arithmetic: what is written is computed again, by Python, and is what the program computed."""

import math
import re
from functools import partial

import numpy as np
import pytest

from mlpcli.check.claims.written import read_texts
from mlpcli.check.reports.why import Explainer, lines
from mlpcli.check.why import arithmetic, source
from mlpcli.nn.conventions import PRESETS
from mlpcli.nn.layers import LAYERS
from mlpcli.nn.losses import LOSSES
from mlpcli.nn.network import Network
from mlpcli.nn.optimizers.sgd import SGD
from mlpcli.output.arithmetic import ExpressionWriter
from tests.nn.setups import compile_setup

FUNCTIONS = {
    "exp": math.exp,
    "log": math.log,
    "log1p": math.log1p,
    "tanh": math.tanh,
    "max": max,
    "abs": abs,
    "sqrt": math.sqrt,
    "Phi": lambda z: math.erfc(-z / math.sqrt(2)) / 2,
    "phi": lambda z: math.exp(-z * z / 2) / math.sqrt(2 * math.pi),
}
PYTHON = {"·": "*", "−": "-", "√": "sqrt", "Φ": "Phi", "φ": "phi", "²": "**2", "³": "**3"}


def evaluated(line):
    """The value of written arithmetic, by the rules of Python."""
    line = re.sub(r"\|([^|]*)\|", r"abs(\1)", line.partition(", where")[0])
    return eval(re.sub(f"[{''.join(PYTHON)}]", lambda sign: PYTHON[sign[0]], line), FUNCTIONS)


def network(activation="relu", loss="l2", preset="cmu-toy", rows=3):
    random = np.random.default_rng(4)
    targets = random.dirichlet([1, 1], size=rows)
    hidden = (LAYERS["linear"](units=3), LAYERS["batchnorm"](), LAYERS[activation]())
    last = {"binary_cross_entropy": ("sigmoid",), "cross_entropy": ("softmax",)}.get(loss, ())
    layers = (*hidden, LAYERS["linear"](units=2), *(LAYERS[kind]() for kind in last))
    nesterov = PRESETS[preset].momentum != "ema"
    optimizer = SGD(learning_rate=0.1, momentum=0.9, nesterov=nesterov, weight_decay=0.01)
    return compile_setup(
        Network(
            layers=layers,
            inputs=random.normal(size=(rows, 2)),
            targets=targets,
            loss=LOSSES[loss](),
            optimizer=optimizer,
            conventions=PRESETS[preset],
        ),
        "update",
    )


def cells(found):
    for step in found.program.steps:
        for index in np.ndindex(found.trace[step.name].shape):
            yield step.name, index


KINDS = [name for name in LAYERS if name not in ("linear", "batchnorm", "leaky_relu")]


@pytest.mark.parametrize(
    "options",
    [
        *({"activation": name} for name in KINDS),
        *({"loss": name} for name in LOSSES),
        *({"preset": name, "loss": "softmax_cross_entropy"} for name in PRESETS),
    ],
    ids=lambda options: "-".join(options.values()),
)
def test_every_cell_of_every_op_is_what_is_written(options):
    found = source(network(**options))
    for name, index in cells(found):
        expression = arithmetic(found, name, index).computed
        line = ExpressionWriter(lambda cell: repr(float(cell.value)), str).line(expression)
        actual = pytest.approx(found.trace[name].value[index], rel=1e-9, abs=1e-14)
        assert evaluated(line) == actual, (name, index, line)
        assert expression.value == actual


def replaced(values, match):
    return values[match[0]]


def test_every_cell_that_is_written_is_listed_with_its_value():
    found = source(network(activation="swish", loss="softmax_cross_entropy"))
    for name, index in cells(found):
        cell, *operands = Explainer(found, 15).explain(name, index, 1)
        values = {operand.label: operand.value for operand in operands}
        assert list(values) == cell.operands
        known = "|".join(map(re.escape, sorted(values, key=len, reverse=True)))
        line = re.sub(rf"\b({known})(?!\w)", partial(replaced, values), cell.names) if values else cell.names
        assert line == re.sub(r"−\((-[^()]+)\)", r"−\1", cell.numbers)


def big_sum(values):
    setup = compile_setup(
        Network(layers=(LAYERS["linear"](W=np.ones((len(values), 1))),), inputs=np.array([values], float)), "forward"
    )
    ((cell, *_),) = [Explainer(source(setup), 8).explain("Y1lin", (0, 0), 0)]
    return cell


def test_twelve_terms_are_all_shown():
    assert "more terms" not in big_sum(range(1, 12)).numbers  # 11 products and the bias


def test_a_long_sum_shows_its_largest_terms_and_what_the_others_add_up_to():
    cell = big_sum([0, -50, *range(1, 13), 0.5, 60])
    # by hand: the twelve largest are -50, 60 and 3 to 12; 0, 1, 2, 0.5 and the bias add up to 3.5
    shown = " + ".join(f"{value}·1" for value in [-50, *range(3, 13), 60])
    assert cell.numbers == f"{shown} + … and 5 more terms, together 3.5"
    assert cell.names.endswith("X[0,15]·W1[15,0] + … and 5 more terms")
    assert cell.value == "88.5"


def test_a_crowded_sum_leaves_zeros_out():
    D = np.eye(12)[[3]]
    layers = (LAYERS["linear"](W=np.eye(12)),)
    setup = compile_setup(
        Network(layers=layers, inputs=D, targets=D, loss=LOSSES["softmax_cross_entropy"]()), "forward"
    )
    cell, *operands = Explainer(source(setup), 8).explain("L", (0,), 1)
    assert "D[0,3]·" in cell.names
    assert cell.names.count("D[") == 1
    assert " + … and 11 more terms, together 0), where" in cell.numbers
    assert {operand.label for operand in operands} == {"D[0,3]", *(f"Y1lin[0,{j}]" for j in range(12))}


def test_the_largest_of_one_column_is_that_column():
    layers = (LAYERS["linear"](W=np.array([[2.0]])), LAYERS["softmax"]())
    setup = compile_setup(Network(layers=layers, inputs=np.array([[3.0]])), "forward")
    ((cell, *_),) = [Explainer(source(setup), 8).explain("Y1", (0, 0), 0)]
    assert cell.names == "exp(Y1lin[0,0] − Y1lin[0,0]) / exp(Y1lin[0,0] − Y1lin[0,0])"
    assert cell.value == "1"


def test_a_cell_of_a_large_product_costs_a_row_and_a_column(monkeypatch):
    from mlpcli.values import cells as module

    made = []
    monkeypatch.setitem(module.RULES, np.divide, lambda x, y: made.append(1) or module.over(x, y))
    random = np.random.default_rng(0)
    layers = (LAYERS["linear"](W=random.normal(size=(500, 400))), LAYERS["batchnorm"]())
    setup = compile_setup(Network(layers=layers, inputs=random.normal(size=(300, 500))), "forward")
    ((cell, *_),) = [Explainer(source(setup), 8).explain("norm1", (299, 399), 1)]
    assert len(made) == 1  # of 120,000
    assert cell.names == "(Y1lin[299,399] − mean1[0,399]) / √(var1[0,399] + eps)"


def test_rows_are_repeated_as_numpy_repeats_them():
    from mlpcli.values.cells import named

    row, column = np.array([1.0, 2, 3]), np.array([[10.0], [20]])
    total = named("a", row) + named("b", column)
    assert total.shape == (2, 3)
    assert [total.at(index).value for index in np.ndindex(2, 3)] == (row + column).ravel().tolist()


def rectified():
    return compile_setup(
        Network(layers=(LAYERS["relu"](),), inputs=np.array([[-1.0, 0, 2]]), grad_output=np.full((1, 3), 7.0)),
        "backward",
    )


@pytest.mark.parametrize(
    ("column", "expected"),
    [(0, "0, where -1 ≤ 0"), (1, "0, where 0 ≤ 0"), (2, "7, where 2 > 0")],  # handout 2.1.2: f'(0) = 0
)
def test_a_condition_says_why(column, expected):
    ((cell, *_),) = [Explainer(source(rectified()), 8).explain("gradX", (0, column), 0)]
    assert cell.numbers == expected


def test_depth_follows_operands_and_every_cell_once():
    found = source(network())
    levels = {depth: [c.level for c in Explainer(found, 8).explain("W1_new", (0, 0), depth)] for depth in (0, 1, 2, 99)}
    assert levels[0] == [0]
    assert set(levels[1]) == {0, 1}
    assert max(levels[2]) == 2
    deepest = Explainer(found, 8).explain("W1_new", (0, 0), 99)
    explained = [cell.label for cell in deepest if cell.names]
    assert len(explained) == len(set(explained))
    assert {cell.formula for cell in deepest if not cell.operands} >= {"given", "setting"}


def test_claimed_operands():
    setup = compile_setup(
        Network(layers=(LAYERS["linear"](W=np.array([[2.0], [3.0]])),), inputs=np.array([[4.0, 5.0]])), "forward"
    )
    claims = {"X": read_texts([["4", "50"]]), "Y1lin": read_texts([["230"]])}
    told = [line for cell in Explainer(source(setup, claims), 8).explain("Y1lin", (0, 0), 1) for line in lines(cell)]
    # by hand: 4·2 + 5·3 = 23, with a claimed 50 in place of 5: 8 + 150 = 158
    assert told[2:6] == [
        "  = 4·2 + 5·3 + 0",
        "  = 23",
        "  claimed: 230",
        "  with the claimed operands: 4·2 + 50·3 + 0 = 158",
    ]
    assert "  X[0,1] = 5                            # given; claimed: 50" in told


def test_a_cell_left_unclaimed_is_the_computed_one():
    setup = compile_setup(
        Network(layers=(LAYERS["linear"](W=np.array([[2.0], [3.0]])),), inputs=np.array([[4.0, 5.0]])), "forward"
    )
    claims = {"X": read_texts([["~", "50"]]), "Y1lin": read_texts([["~"]])}
    told = [line for cell in Explainer(source(setup, claims), 8).explain("Y1lin", (0, 0), 1) for line in lines(cell)]
    assert told[3:5] == ["  = 23", "  with the claimed operands: 4·2 + 50·3 + 0 = 158"]
    assert "  X[0,0] = 4                            # given" in told


def test_numbers_are_as_exact_as_they_are_printed_elsewhere():
    # the bias gradient below a batchnorm is 0 but for rounding, and says so
    setup = network(activation="identity")
    ((cell, *_),) = [Explainer(source(setup), 8).explain("gradB1", (0, 1), 0)]
    assert cell.value == "0"
    assert not math.isclose(cell.raw, 1, abs_tol=0.5)
