"""Proven digits. The promise: every digit of our float64 text is that of the true number."""

import dataclasses
import json
import math
from decimal import Decimal
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.check.run import check_case, expected
from mlpcli.cli import group
from mlpcli.cli.emit import Shown
from mlpcli.cli.run import Request, chosen_numbers, computed, one_run, tensors_of
from mlpcli.config.load import load
from mlpcli.nn.layers import LAYERS
from mlpcli.nn.losses import LOSSES
from mlpcli.nn.network import Network
from mlpcli.output.formats import Rendering
from mlpcli.output.numbers import number
from mlpcli.output.proven import enclosed
from mlpcli.output.tensors import lines
from mlpcli.values.noisy import noisy
from tests.nn.setups import compile_setup

flint = pytest.importorskip("flint")

from mlpcli.check.verdicts.proven import true_values  # noqa: E402
from mlpcli.values.ball import BITS, Ball, UndecidedError, ball  # noqa: E402
from mlpcli.values.balls import Proven, lift, proven  # noqa: E402

ROOT = Path(__file__).parents[2]
CONFIGS = [ROOT / "configs" / "toy.yaml", *sorted((ROOT / "configs" / "handout").glob("*.yaml"))]
REQUEST = Request(None, (), None, None, (), 8, True, "ball", Shown("text", None, "never"))

CANCELLED = {("2.3.1", 6), ("3.2.2", 6)}
"""(section, case) where Y3[0] = 1 − 3e-278 is 1 as a float: what is left after subtracting D = 1 reads 0."""


@pytest.fixture
def run(monkeypatch):
    monkeypatch.chdir(ROOT)
    return lambda *args, **kwargs: CliRunner().invoke(group, list(args), **kwargs)


def tensors(dtype, case, precision):
    numbers, request = chosen_numbers(dtype, None), dataclasses.replace(REQUEST, precision=precision)
    return list(tensors_of(computed(partial(one_run, case, None), numbers, request)))


def both(case, precision):
    return zip(tensors("float64", case, precision), tensors("ball", case, precision), strict=True)


@pytest.mark.parametrize("config", CONFIGS, ids=lambda path: path.stem)
def test_float64_prints_the_same_bytes_as_balls(config):
    for k, case in enumerate(load(str(config), "furthest"), 1):
        if (config.stem, k) not in CANCELLED:
            for floats, balls in both(case, 8):
                assert lines(floats, Rendering(8)) == lines(balls, Rendering(8))


@pytest.mark.parametrize("precision", [8, 12, 15])
@pytest.mark.parametrize("config", CONFIGS, ids=lambda path: path.stem)
def test_every_digit_that_float64_prints_is_true(config, precision):
    # text rounds where noise begins: the true number rounded there is the same text
    for case in load(str(config), "furthest"):
        for floats, balls in both(case, precision):
            for index, noise in np.ndenumerate(floats.noise):
                printed = number(float(floats.value[index]), float(noise), precision)
                assert printed == number(float(balls.value[index]), float(noise), precision), (floats.name, index)


NUMBERS = [-30.5, -1.5, -0.1, 0.0, 0.1, 2.25, 40.0]


@pytest.mark.parametrize("name", [n for n in LAYERS if n not in ("linear", "batchnorm")])
def test_activations_on_balls_are_those_on_floats(name):
    X = np.array([NUMBERS])
    same(compile_setup(Network(layers=(LAYERS[name](),), inputs=X, grad_output=X[:, ::-1].copy()), "backward"))


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("targets", [[[0, 1], [1, 0]], [[0.25, 0.75], [0.5, 0.5]]])
def test_losses_on_balls_are_those_on_floats(loss, targets):
    layers = (LAYERS["linear"](W=np.array([[0.3, -0.7], [1.1, 0.2]])), LAYERS["batchnorm"](), LAYERS["sigmoid"]())
    inputs, targets = np.array([[0.1, -2], [3, 0.4]]), np.array(targets, float)
    same(compile_setup(Network(layers=layers, inputs=inputs, targets=targets, loss=LOSSES[loss]()), "backward"))


def same(setup):
    floats, true = setup.run(noisy), true_values(setup, Proven())
    for step in setup.program.steps:
        noise = 50 * floats[step.name].noise + 1e-300  # a standard deviation; tests/nn/test_rounding.py has the same
        assert (np.abs(floats[step.name].value - true[step.name]) <= noise).all(), step.name


def test_a_decimal_is_exact():
    assert ball(0.1).bounds() == (Fraction(1, 10), Fraction(1, 10))
    total = ball(0.1) + ball(0.2) - ball(0.3)
    assert total == 0
    assert enclosed(total.bounds(), 8) == ("0", True)


def root(bits, number):
    with flint.ctx.workprec(bits):
        return Ball(number).sqrt()


def test_a_comparison_that_is_open_is_not_guessed():
    with flint.ctx.workprec(128):
        almost = Ball(2).sqrt() * Ball(2).sqrt()  # 2, and no bound tells
        for compare in (almost.__gt__, almost.__ge__, almost.__lt__, almost.__le__, almost.__eq__, almost.__ne__):
            with pytest.raises(UndecidedError):
                compare(2)
        assert (almost > 1, almost < 1, almost == 1) == (True, False, False)


def test_a_number_less_itself_is_0():
    with flint.ctx.workprec(128):
        wide = Ball(2).sqrt()
        assert (wide - wide).bounds() == (0, 0)


def test_comparisons_are_made_again_with_more_bits():
    used = []

    def compute():
        used.append(flint.ctx.prec)
        tiny = (ball(-300.0)).exp()  # 5e-131: 1 + tiny is 1 in 256 bits
        return (Ball(2).sqrt() + tiny) > Ball(2).sqrt()

    assert proven(compute, lambda result: True) is True
    assert used == [128, 256, 512]


def test_what_agrees_in_8192_bits_is_equal():
    assert proven(lambda: Ball(2).sqrt() * Ball(2).sqrt() > 2, lambda result: True) is False
    assert proven(lambda: Ball(2).sqrt() * Ball(2).sqrt() == 2, lambda result: True) is True
    assert flint.ctx.prec not in BITS


def test_equal_logits_are_equal_probabilities():
    # by hand: two equal logits, and the largest less itself is exactly 0 although 0.1·0.3 is no binary fraction
    layers = (LAYERS["linear"](W=np.array([[0.1, 0.1, -4.0]])), LAYERS["softmax"]())
    setup = compile_setup(Network(layers=layers, inputs=np.array([[0.3]])), "forward")
    (Y,) = true_values(setup, Proven())["Y1"]
    p = 1 / (2 + math.exp(-1.23))
    assert Y.tolist() == pytest.approx([p, p, 1 - 2 * p], rel=1e-15)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        ("1.23456784", "1.23456784", ("1.2346", True)),
        ("1.234549", "1.234551", ("1.235", False)),  # 1.2345|5 is 1.2345 or 1.2346
        ("0.0002", "0.0004", ("0", False)),  # no digit is proven
        ("9.99996", "10.00001", ("10", True)),
        ("-0.25", "-0.25", ("-0.25", True)),
        ("-1e-9", "1e-9", ("0", False)),
        ("0", "0", ("0", True)),
        ("1e-400", "1e-400", ("0", True)),
        ("-1e400", "-1e400", ("-.inf", True)),
        ("123456", "123456", ("1.2346e+05", True)),
        ("100005", "100005", ("1.0e+05", True)),  # a tie goes to the even digit
        ("100015", "100015", ("1.0002e+05", True)),
    ],
)
def test_only_proven_digits_are_printed(low, high, expected):
    assert enclosed((Fraction(low), Fraction(high)), 5) == expected


@pytest.mark.parametrize(
    ("z", "printed"),
    # e⁻⁷²⁰ = 2.032230802e-313, e⁻⁷³⁰ = 9.226313569e-318, by decimal; e⁻⁷⁴⁴ = 7.7e-324 is less than two smallest floats
    [(-720, {"2.0322308e-313"}), (-730, {"9.23e-318", "9.226e-318"}), (-744, {"0"}), (-746, {"0"})],
)
def test_no_digits_below_those_that_floats_have(run, z, printed):
    config = f"layers: [sigmoid]\ninputs: [[{z}]]"
    texts = (run("forward", "-", "--dtype", dtype, input=config).stdout for dtype in ("float64", "ball"))
    assert {text.split("[[")[1].split("]]")[0] for text in texts} == printed


@pytest.mark.parametrize("value", ["0", "1e-12", "-3.3", "7e300"])
def test_digits_of_any_size(value):
    exact = ball(float(value))
    assert float(enclosed(exact.bounds(), 15)[0]) == float(value)
    assert float(exact) == float(value)


def test_roots_of_squares_and_powers_of_two_are_exact():
    assert root(128, 9).bounds() == (3, 3)
    assert (root(128, 2).bounds()[1] - root(128, 2).bounds()[0]) < Fraction(2) ** -120


@pytest.mark.parametrize("command", ["forward", "backward", "train"])
def test_commands_print_balls(run, command):
    config = ("configs/handout/4.2.yaml",)
    assert run(command, *config, "--dtype", "ball").stdout == run(command, *config).stdout


def test_proven_digits_past_those_of_floats(run):
    arguments = ("forward", "-", "--dtype", "ball", "--precision", "15")
    # 1/(1 + e⁻³²) is 1 − 1.2664e-14, where the text of float64 says 1
    config = "layers: [sigmoid]\ninputs: [[32]]"
    assert "Y: [[0.999999999999987]]" in run(*arguments, input=config).stdout
    assert "Y: [[1]]" in run("forward", "-", "--precision", "15", input=config).stdout


def test_steps_of_training_stay_proven(run):
    config = "layers: [{type: linear, W: [[1]]}]\ninputs: [[1]]\ngrad_output: [[3]]\nlearning_rate: 0.1"
    out = run("train", "-", "--steps", "3", "--last", "--dtype", "ball", "--only", "W1_new", input=config)
    assert "W1_new: [[0.1]]" in out.stdout  # by hand: 1 − 3·0.3


def test_a_large_tensor_is_summarized(run):
    config = "layers: [relu]\ninputs: [[" + ", ".join(str(n) for n in range(1, 1102)) + "]]"
    texts = {run("forward", "-", "--dtype", d, input=config).stdout for d in ("float64", "ball")}
    assert len(texts) == 1
    assert "from 1 to 1101" in texts.pop()


def test_json_has_floats_and_how_far_they_may_be_off(run):
    out = run("forward", "-", "--dtype", "ball", "--format", "json", input="layers: [sigmoid]\ninputs: [[0, 1, -800]]")
    (tensor,) = json.loads(out.stdout)["tensors"]
    # σ(0) = ½ exactly; σ(1) = 1/(1 + 1/e) to 28 digits, by decimal
    assert tensor["value"][0] == [0.5, 0.7310585786300049, 0.0]
    exact, near, tiny = tensor["radius"][0]
    assert exact == 0
    sigmoid = 1 / (1 + Decimal(-1).exp())
    assert abs(Fraction(sigmoid) - Fraction(0.7310585786300049)) <= Fraction(near) < 1e-16
    assert tiny == 5e-324


def test_csv_and_npz_have_floats(run, tmp_path):
    config = "layers: [sigmoid]\ninputs: [[0, 1]]"
    out = run("forward", "-", "--dtype", "ball", "--format", "csv", input=config).stdout
    assert out.endswith("Y,0,0,0.5\n,,Y,0,1,0.7310585786300049\n")
    run("forward", "-", "--dtype", "ball", "-o", str(tmp_path / "y.npz"), input=config)
    assert np.load(tmp_path / "y.npz")["Y"].tolist() == [[0.5, 0.7310585786300049]]


def test_without_flint_the_extra_is_named(run, monkeypatch):
    import sys

    for module in ("ball", "balls"):
        monkeypatch.delitem(sys.modules, f"mlpcli.values.{module}")
    monkeypatch.setitem(sys.modules, "flint", None)
    for command in ("forward", "check"):
        result = run(command, "configs/toy.yaml", "--dtype", "ball")
        assert result.exit_code == 2
        assert "python-flint" in result.stderr


@pytest.mark.slow
def test_claims_are_judged_by_proven_values(run):
    case = load(str(ROOT / "configs" / "handout" / "4.2.yaml"), "furthest")[0]
    judged = check_case("4.2", case, expected(case), truth=lambda setup: true_values(setup, Proven())).judgement
    assert (judged.reference["gradB1"].value == 0).all()  # 0 in theory; floats have 1e-17
    assert (case.setup.run()["gradB1"] != 0).any()
    assert run("check", "configs/handout", "--dtype", "ball").stdout == run("check", "configs/handout").stdout


def test_a_ball_array_meets_whole_numbers():
    array = lift(np.array([1.0, -2.0]))
    assert [float(x) for x in (np.maximum(array, 0) + 1).value] == [2, 1]
    assert [float(x) for x in np.exp(np.where(array > 0, 0, array * 0)).value] == [1, 1]
    assert [float(x) for x in (1 - 2 / array).value] == [-1, 2]


@pytest.mark.parametrize("shown", [math.inf, -math.inf, math.nan])
def test_what_is_no_number(shown):
    assert enclosed(ball(shown).bounds(), 8) == (number(shown, 0, 8), True)


def test_division_by_zero_is_that_of_floats():
    one = Ball(1)
    assert [float(x) for x in (one / 0, -one / 0)] == [math.inf, -math.inf]
    assert math.isnan(float(Ball(0) / 0))
    assert float(Ball(0).log()) == -math.inf
