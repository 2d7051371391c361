"""Explanations of causes: the mistake is made here by hand, in plain numpy, and must be named."""

import numpy as np
import pytest

from mlpcli.check.claims.claimed import Claimed
from mlpcli.check.claims.written import read_texts
from mlpcli.check.diagnosis.explain import explain_causes as explain_all
from mlpcli.check.mistakes import variants
from mlpcli.check.verdicts.judge import judge
from mlpcli.config.load import load
from mlpcli.errors import Place
from mlpcli.nn.layers import LAYERS
from mlpcli.nn.losses import LOSSES


def setup_of(request, name):
    return load(str(request.config.rootpath / "configs" / "handout" / name), "update")[0].setup


@pytest.fixture(scope="module")
def batch(request):
    return setup_of(request, "3.6.yaml")


@pytest.fixture(scope="module")
def batchnorm(request):
    return setup_of(request, "4.2.yaml")


def explained(setup, name, value, digits=8):
    """What is said of one claim beside right claims of everything else that the program computes."""
    trace = {**setup.run(), name: np.asarray(value, float)}
    claims = {}
    for step in setup.program.steps:
        shaped = np.asarray(trace[step.name], float)
        text = np.array([f"{x:.{digits}g}" for x in shaped.ravel()], dtype=object).reshape(shaped.shape)
        claims[step.name] = Claimed(step.name, read_texts(text.tolist()), Place("dump"))
    judgement = explain_all(judge(setup, claims))
    return list(next(j for j in judgement.judged if j.name == name).explanations)


def test_not_averaged(batch):
    t = batch.run()
    assert explained(batch, "gradW2", t["Y1"].T @ t["gradY2lin"])[0] == "it is not averaged over the batch"


def test_averaged_twice(batch):
    t = batch.run()
    assert explained(batch, "gradB2", t["gradY2lin"].mean(0, keepdims=True) / 3)[0] == (
        "it is averaged over the batch twice"
    )


def test_update_with_plus(batch):
    t = batch.run()
    assert explained(batch, "W3_new", t["W3"] + 0.1 * t["gradW3"]) == ["the step is added, not subtracted"]


def test_weights_not_transposed(batch):
    t = batch.run()
    assert explained(batch, "gradY1", t["gradY2lin"] @ t["W2"]) == ["W2 is not transposed"]


def test_updated_before_the_backward_pass(batch):
    t = batch.run()
    assert explained(batch, "gradY1", t["gradY2lin"] @ t["W2_new"].T) == ["W2 is used after its update, W2_new"]


def test_error_the_wrong_way_round(batch):
    t = batch.run()
    assert explained(batch, "gradY3lin", t["D"] - t["Y3"])[0] == "it is D − Y3, with the sign flipped"


def test_eps_outside_the_root(batchnorm):
    stated = batchnorm.run()
    norm = (stated["Y2lin"] - stated["mean2"]) / (np.sqrt(stated["var2"]) + 1e-8)
    assert "eps stands outside the root" in explained(batchnorm, "norm2", norm, digits=15)


def test_unbiased_variance(batchnorm):
    t = batchnorm.run()
    assert explained(batchnorm, "var1", t["Y1lin"].var(axis=0, ddof=1, keepdims=True)) == [
        "it is unbiased: divided by N − 1"
    ]


def test_a_missing_path_of_the_batch_norm_gradient(batchnorm):
    t = batchnorm.run()
    value = t["gradY2lin"] - t["gradmean2"] / 3
    assert explained(batchnorm, "gradY2lin", value) == ["the path through the mean is missing"]


def test_pre_activation_in_place_of_activation(batchnorm):
    t = batchnorm.run()
    value = t["Y2bn"].T @ t["gradY3lin"] / 3
    assert explained(batchnorm, "gradW3", value) == ["Y2bn is used in place of Y2"]


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda v: -v, "its sign is flipped"),
        (lambda v: v * 2, "it is multiplied by 2"),
        (lambda v: v[[0, 2, 1]], "rows 2, 3 are in another order"),
        (lambda v: v[[0, 1, 1]], "row 3 repeats row 2"),
        (lambda v: v[:, [1, 0, 2]], "columns 1, 2 are in another order"),
        (lambda v: v.T, "it is transposed"),
    ],
)
def test_edits_of_a_tensor(batch, edit, sentence):
    assert sentence in explained(batch, "W2_new", edit(batch.run()["W2_new"]))


@pytest.mark.parametrize(
    ("cell", "number", "sentence"),
    [
        # gradX[0] is [-38250, -73212] (handout 3.6)
        ((0, 1), -7321, "a digit dropped at [0,1]"),
        ((0, 1), -732122, "a digit doubled at [0,1]"),
        ((0, 1), -73221, "two digits swapped at [0,1]"),
        ((0, 1), 73212, "sign flipped at [0,1]"),
        ((0, 1), -7321.2, "decimal point moved at [0,1]"),
    ],
)
def test_slips_of_a_digit(batch, cell, number, sentence):
    value = batch.run()["gradX"].copy()
    value[cell] = number
    assert explained(batch, "gradX", value) == [sentence, "too few numbers differ (1) to tell these apart"][:1]


def test_it_abstains_when_nothing_accounts_for_every_cell(batch):
    t = batch.run()
    value = t["Y1"].T @ t["gradY2lin"]
    value[0, 0] += 12345
    assert explained(batch, "gradW2", value) == []


def test_there_are_at_least_forty_mistakes(batch, batchnorm):
    declared = {
        (step.op.name, mistake.sentence)
        for setup in (batch, batchnorm)
        for step in setup.program.steps
        for mistake in step.op.mistakes
    }
    assert len(declared) >= 40


@pytest.mark.parametrize("part", [*LAYERS.values(), *LOSSES.values()], ids=lambda part: part.__name__)
def test_activations_and_losses_declare_mistakes_that_are_mistakes(part):
    """A mistake that computes the right thing would explain everything."""
    ops = [getattr(part, name, None) for name in ("value", "gradient")]
    random = np.random.default_rng(2)
    Z, G = random.uniform(-2, 2, (4, 3)), random.uniform(0.1, 0.9, (4, 3))
    Z[0, 0] = 7  # where relu6 has ended
    known = {"slope": 0.3, "alpha": 0.7, "scale": 1.3, "delta": 0.2}
    for op in filter(None, ops):
        Y = random.uniform(0.1, 0.9, (4, 3)) if op.parameters[0] == "Y" else Z
        operands = [Y, G][: len([p for p in op.parameters if p in ("Y", "Z", "G", "D")])]
        settings = {name: known[name] for name in op.parameters if name in known}
        right = op(*operands, **settings)
        for mistake in op.mistakes:
            if "≥" in mistake.sentence or "overflows" in mistake.sentence:
                continue
            with np.errstate(all="ignore"):
                assert not np.allclose(mistake.function(*operands, **settings), right), mistake.sentence


def test_every_variant_names_real_tensors(batch):
    for step in batch.program.steps:
        for variant in variants(batch.program, step):
            assert "{" not in variant.sentence
            assert variant.step.name == step.name


@pytest.mark.parametrize(("fill", "said"), [(0, "0"), (-0.0, "0"), (2.5, "2.5")])
def test_a_tensor_that_is_not_filled_in_is_not_explained(batch, fill, said):
    """Zeros are a sum that was never taken, or 1 // N; they say nothing of a mistake."""
    assert explained(batch, "gradW2", np.full((3, 3), fill)) == [f"not filled in: every number is {said}"]


def test_a_sum_over_everything_makes_one_number_of_all(batch):
    """It is one number all over, and the sum of 3·3 numbers of the handout's 3.6, over N = 3."""
    total = batch.trace["gradY2lin"].sum() / 3
    assert explained(batch, "gradB2", np.full((1, 3), total)) == ["it is summed over everything, one number for all"]
