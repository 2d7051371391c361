"""Dumps of PyTorch's own float32 runs are right, however they are written; a mistake in one is still found."""

import numpy as np
import pytest

from mlpcli.check.claims.dumps import read_dump
from mlpcli.check.claims.dumps.digits import from_array, from_texts
from mlpcli.check.claims.matching import match_dump
from mlpcli.check.verdicts.judge import judge
from mlpcli.config.load import load
from mlpcli.errors import Place
from tests.check.pytorch import FORMS, Run, path_of, torch

# (seed, scale of the weights); at 10 activations are saturated and the loss of a row is 0 in float32
NETWORKS = [(0, 0.5), (2, 1), (41, 1), (59, 3), (70, 3), (76, 10), (83, 10), (272, 10)]
WRONG = [(2, 1, "Y1lin"), (8, 3, "Y1"), (15, 1, "Y2lin"), (17, 3, "Y2bn"), (19, 1, "Y3")]


def judged(run, tmp_path, form):
    (tmp_path / "c.yaml").write_text(run.config)
    case = load(str(tmp_path / "c.yaml"), "furthest")[0]
    path = path_of(tmp_path, form)
    run.dump(path, form)
    matched = match_dump(case, read_dump(str(path))[1])
    assert (len(matched.known), matched.unknown, matched.read) == (len(run.tensors), [], {})
    return judge(case.setup, matched.known)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("seed", "scale"), NETWORKS)
def test_a_right_run_is_not_accused(tmp_path, seed, scale, form):
    found = judged(Run(seed, scale), tmp_path, form)
    assert [(j.name, j.verdict) for j in found.judged if j.verdict != "match"] == []


@pytest.mark.slow
@pytest.mark.parametrize("form", ["npz", "json", "torch", "numpy"])
@pytest.mark.parametrize(("seed", "scale", "wrong"), WRONG)
def test_a_tensor_made_half_as_large_is_the_only_cause(tmp_path, seed, scale, wrong, form):
    found = judged(Run(seed, scale, wrong=wrong), tmp_path, form)
    assert [j.name for j in found.judged if j.failed] == [wrong]


def of_half(run, tmp_path):
    (tmp_path / "c.yaml").write_text(run.config)
    torch.save({name: tensor.detach() for name, tensor in run.tensors.items()}, tmp_path / "d.pt")
    case = load(str(tmp_path / "c.yaml"), "furthest")[0]
    matched = match_dump(case, read_dump(str(tmp_path / "d.pt"))[1])
    assert (len(matched.known), matched.unknown, matched.read) == (len(run.tensors), [], {})
    return judge(case.setup, matched.known)


@pytest.mark.slow
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize(("seed", "scale"), [*NETWORKS, (37, 1), (0, 3), (211, 3)])
def test_a_right_run_in_half_precision_is_not_accused(tmp_path, seed, scale, dtype):
    found = of_half(Run(seed, scale, dtype=dtype), tmp_path)
    assert [(j.name, j.verdict) for j in found.judged if j.verdict not in ("match", "consequence")] == []


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize(("seed", "scale", "wrong"), [WRONG[0], WRONG[2]])
def test_a_tensor_made_half_as_large_is_the_first_cause_in_half_precision(tmp_path, seed, scale, wrong, dtype):
    found = of_half(Run(seed, scale, wrong=wrong, dtype=dtype), tmp_path)
    assert next(j.name for j in found.judged if j.failed) == wrong


def test_types_may_be_mixed(tmp_path):
    """Written numbers of float64 are no more uncertain for what float32 follows from them, and the other way round."""
    config = "layers: [{type: linear, W: [[2]], B: [0]}, {type: linear, W: [[3]], B: [0]}]\ninputs: [[0.3]]\n"
    (tmp_path / "c.yaml").write_text(config)
    setup = load(str(tmp_path / "c.yaml"), "furthest")[0].setup
    for one, other in ((np.float32, np.float64), (np.float64, np.float32)):
        for second, verdict in ((2.1, "consequence"), (2.101, "cause")):
            claims = {"Y1lin": np.array([[0.7]], one), "Y2lin": np.array([[second]], other)}
            found = judge(setup, {name: from_array(name, Place("d.npz"), x) for name, x in claims.items()})
            assert [j.verdict for j in found.judged] == ["cause", verdict]
    printed = {
        "Y1lin": from_texts("Y1lin", Place("d.txt"), [["0.7000"]], 2.0**-23),
        "Y2lin": from_texts("Y2lin", Place("d.txt"), [["2.100123456789012"]]),
    }
    assert [j.verdict for j in judge(setup, printed).judged] == ["cause", "consequence"]


@pytest.fixture
def eps(tmp_path):
    """The type that each tensor of a pasted text is taken to have been computed in; 0 is unsaid."""

    def read(text):
        (tmp_path / "d.txt").write_text(text)
        return {claim.name: claim.written.eps for claim in read_dump(str(tmp_path / "d.txt"))[1]}

    return read


# 0.90601832 and 1.6956949 are printed by numpy for float32; in float64 those numbers have other digits.
def test_numbers_that_are_rounded_float32_tell_the_type_of_a_dump(eps):
    assert eps("Y1 = [[9.0601832e-01 3.6192915e-27]]\nB1 = [0. 0.]") == {"Y1": 2.0**-23, "B1": 2.0**-23}


def test_numbers_that_are_no_float32_tell_it_too(eps):
    assert eps("Y1 = [[0.90601835 0.12345671]]\nB1 = [0. 0.]") == {"Y1": 0, "B1": 0}


def test_one_odd_number_is_of_its_own_type(eps):
    found = eps("Y1 = [[0.90601832 1.6956949 3.0000012 0.6666667]]\naccuracy = 0.6666666666666666")
    assert found == {"Y1": 2.0**-23, "accuracy": 0}


def test_few_digits_tell_nothing(eps):
    assert eps("Y1 = [[0.25 -0.3333]]") == {"Y1": 0}


def test_one_tensor_of_a_type_tells_that_of_the_others(eps):
    assert set(eps("Y1 = tensor([[0.25, -0.3333]])\nloss = 0.6931").values()) == {2.0**-23}


@pytest.mark.parametrize(("dtype", "z"), [(np.float32, 22), (np.float64, 40)])
def test_a_saturated_derivative_is_0(tmp_path, dtype, z):
    # σ(22) rounds to 1 in float32, and σ(40) does in float64: σ·(1 − σ) is 0
    y = 1 / (1 + np.exp(-np.array([[z]], dtype)))
    text = f"layers: [{{type: linear, W: [[{z}]], B: [0]}}, sigmoid]\ninputs: [[1]]\ngrad_output: [[1]]\n"
    (tmp_path / "c.yaml").write_text(text)
    setup = load(str(tmp_path / "c.yaml"), "furthest")[0].setup
    for wrong, verdict in ((0, "match"), (0.001, "cause")):
        gradient = (y * (1 - y) + dtype(wrong)).astype(dtype)
        claim = from_array("gradY1lin", Place("d.npz"), gradient)
        assert [j.verdict for j in judge(setup, {"gradY1lin": claim}).judged] == [verdict]


def test_what_is_left_of_larger_numbers_in_scientific_notation_may_be_a_float32():
    """Sums of four products in float32, printed with five digits: the smallest of them has cancelled."""
    random, off = np.random.default_rng(0), 0
    for _ in range(500):
        error, inputs = random.normal(size=(4, 3)), random.normal(size=(4, 3))
        single, right = np.float32(error).T @ np.float32(inputs), error.T @ inputs
        claim = from_texts("dW", Place("d.txt"), [[f"{number:.4e}" for number in row] for row in single.tolist()])
        off += bool((np.abs(claim.written.value - right) > claim.written.half_unit).any())
    assert off <= 1
