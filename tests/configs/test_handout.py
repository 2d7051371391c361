"""Every value the handout prints: right at the printed precision, or in the table of its errors."""

from pathlib import Path

import numpy as np
import pytest

from mlpcli.check.claims.written import agreement, read_texts
from mlpcli.config.load import load
from mlpcli.values.noisy import noisy

HANDOUT = Path(__file__).parents[2] / "configs" / "handout"

# Section: (tensors, numbers), counted in the document.
COUNTS = {
    "2.1.1": (4, 14),
    "2.1.2": (4, 12),
    "2.1.3": (13, 47),
    "2.2.1": (4, 24),
    "2.2.2": (4, 36),
    "2.2.3": (13, 83),
    "2.3.1": (6, 6),
    "3.2.2": (6, 16),
    "3.3": (6, 18),
    "3.4": (6, 22),
    "3.5": (12, 45),
    "3.6": (12, 77),
    "3.7": (12, 58),
    "4.1": (25, 143),
    "4.2": (18, 104),
    "4.3": (11, 30),
}

SOFTMAX = "The output is that of the softmax, 1 and e^(second − first); the logits are printed in its place."
CUT = "Cut after the last printed digit where it should be rounded."
SIGN = "W3's row 3: 147·(−4) = −588."
WRONG_TARGETS = "gradB3, gradW3 and gradY2 all need −2 and −5, that is D = [320, 2] and [69, 5]: two misprints."
DIGIT = "gradY3lin·W3ᵀ = −68·5 + (−5)·4 = −360: a digit is missing."
ROW = "The row above is printed twice; gradY2lin·W2ᵀ of row 3 is [−3885, 947, −1146], which gradX and gradW1 use."
LAST = "Y2lin from exact norm1 is 48.778996733 and 117.340893332 (40-digit arithmetic): off in the last digit."
EPS = "Computed with eps = 1e-8 from a table of eps = .001: softmax of Y3lin as printed is 0.99908472, 0.00091528."

# (section, case, tensor): ({cell: true value}, why). True values are derived by hand or with 40-digit arithmetic
# (mpmath), never by this program.
ERRORS = {
    ("2.1.3", 1, "Y3"): ({(0, 0): 1, (0, 1): np.exp(905.0 - 1544.0)}, SOFTMAX),
    ("2.2.3", 1, "Y3"): (
        {(0, 0): 1, (0, 1): np.exp(905.0 - 1544.0), (1, 0): 1, (1, 1): 0, (2, 0): 1, (2, 1): 0},
        SOFTMAX + " e^(1444 − 2614) and e^(1966 − 3538) are below the range of floats.",
    ),
    ("2.3.1", 1, "L"): ({(0,): 1.5}, "½·(1 + 1 + 1) = 1.5."),
    ("3.3", 2, "gradX"): ({(1,): -2.789468e-10}, "gradY is −1 there: σ'(22)·(−1) is negative."),
    ("3.5", 1, "gradW3"): ({(2, 1): -588}, SIGN),
    ("3.6", 1, "gradY3lin"): ({(1, 1): -2, (2, 1): -5}, WRONG_TARGETS),
    ("3.6", 1, "gradY2"): ({(2, 2): -360}, DIGIT),
    ("3.6", 1, "gradY2lin"): ({(2, 2): -360}, DIGIT),
    ("3.6", 1, "gradB2"): ({(0, 2): -1058}, "(−1211 − 1603 − 360)/3; follows from the −36 in gradY2lin."),
    ("3.6", 1, "gradY1"): ({(2, 0): -3885, (2, 1): 947, (2, 2): -1146}, ROW),
    ("3.6", 1, "gradY1lin"): ({(2, 0): -3885, (2, 1): 947, (2, 2): -1146}, ROW),
    ("3.6", 1, "gradB1"): (
        {(0, 0): -11583, (0, 1): 8753 / 3, (0, 2): -3540},
        "The mean of the three true rows; the printed one is the mean with row 2 twice.",
    ),
    ("3.7", 1, "W3_new"): ({(2, 1): 62.8}, "4 − 0.1·(−588); follows from the sign in 3.5."),
    ("3.7", 2, "B1_new"): (
        {(0, 0): 1158.3, (0, 1): -8753 / 30, (0, 2): 354},
        "−0.1·gradB1; follows from gradB1 in 3.6.",
    ),
    ("3.7", 2, "B2_new"): ({(0, 2): 105.8}, "−0.1·(−1058); follows from gradB2 in 3.6."),
    ("4.1", 1, "mean1"): ({(2,): 53 / 3}, CUT),
    ("4.1", 1, "Y3"): ({(2, 0): 0.9990847181585564, (2, 1): 0.0009152818414436753}, EPS),
    ("4.3", 1, "norm1"): ({(2,): 17.98938806663}, CUT),
    ("4.3", 1, "Y1bn"): ({(2,): 17.98938806663}, CUT),
    ("4.3", 1, "Y1"): ({(2,): 17.98938806663}, CUT),
    ("4.3", 1, "Y2lin"): ({(0,): 48.778996733218, (1,): 117.340893332259}, LAST),
}


def cases(section):
    return enumerate(load(str(HANDOUT / f"{section}.yaml"), "furthest"), 1)


@pytest.mark.parametrize("section", COUNTS)
def test_every_printed_value_is_claimed(section):
    claims = [read_texts(claim.text) for _, case in cases(section) for claim in case.experiment.expect]
    assert (len(claims), sum(claim.value.size for claim in claims)) == COUNTS[section]


def test_there_is_a_config_for_every_section():
    assert sorted(path.stem for path in HANDOUT.glob("*.yaml")) == sorted(COUNTS)


@pytest.mark.parametrize("section", COUNTS)
def test_printed_values_are_right_or_known_errors(section):
    for number, case in cases(section):
        trace = case.setup.run(noisy)
        for claim in case.experiment.expect:
            known, _ = ERRORS.get((section, number, claim.name), ({}, ""))
            wrong = np.argwhere(~agreement(read_texts(claim.text), trace[claim.name]))
            assert {tuple(cell) for cell in wrong.tolist()} == set(known), (number, claim.name)


@pytest.mark.parametrize("error", ERRORS, ids=str)
def test_what_is_true_instead(error):
    section, number, name = error
    trace = dict(cases(section))[number].setup.run()
    for cell, true in ERRORS[error][0].items():
        value = trace[name][0] if len(cell) == 1 and trace[name].ndim == 2 else trace[name]
        assert value[cell] == pytest.approx(true, rel=1e-6 if error[0] == "3.3" else 1e-11)


def test_the_tables_of_4_2_were_not_computed_with_the_eps_that_4_1_states():
    with_stated = load(str(HANDOUT / "4.2.yaml"), "backward", ["conventions.eps=0.001"])[0]
    trace = with_stated.setup.run(noisy)
    wrong = [c.name for c in with_stated.experiment.expect if not agreement(read_texts(c.text), trace[c.name]).all()]
    # L is printed as 90.96139156; it is 90.95619922 with eps = .001 and 90.96139156 with 1e-8 (40-digit arithmetic).
    assert "L" in wrong
    assert len(wrong) > 10


def test_stored_running_statistics_are_those_of_a_forward_pass_with_that_eps():
    # The file was computed with mpmath at 40 digits.
    trace = load(str(HANDOUT / "4.1.yaml"), "forward", ["conventions.eps=1e-8"])[0].setup.run()
    with np.load(HANDOUT.parents[1] / "data" / "handout.npz") as stored:
        for name in ("running_mean1", "running_var1", "running_mean2", "running_var2"):
            np.testing.assert_allclose(trace[name], stored[name], rtol=1e-14)
