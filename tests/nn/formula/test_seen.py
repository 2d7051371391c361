"""Formulas as a reader sees them whose tensors are transposed or negated."""

import pytest

from mlpcli.nn.formula import parse

from .ops import EVERY

AFFINE, WEIGHT, INPUT, SGD = "{X}·{W} + {B}", "{X}ᵀ·{G}", "{G}·{W}ᵀ", "{W} − lr·{G}"
CROSS = "−Σ_j {D}⊙log softmax({Z})"


def seen(text, *turned, result=False, negated=(), minus=False):
    return parse(text).seen(turned, result, negated, minus).text({name: name for name in "XWBGDZYLP"})


@pytest.mark.parametrize(
    ("text", "turned", "result", "expected"),
    [
        (AFFINE, "W", False, "X·Wᵀ + B"),
        (AFFINE, "XWB", True, "W·X + B"),
        (AFFINE, "XB", True, "Wᵀ·X + B"),
        (AFFINE, "B", False, "X·W + Bᵀ"),
        (WEIGHT, "", True, "Gᵀ·X"),
        (WEIGHT, "XG", True, "G·Xᵀ"),
        (WEIGHT, "XG", False, "X·Gᵀ"),
        (INPUT, "W", False, "G·W"),
        (SGD, "WG", True, "W − lr·G"),
        (SGD, "G", False, "W − lr·Gᵀ"),
        ("({Y} − {D}) / N", "Y", False, "(Yᵀ − D) / N"),
        ("{G}⊙σ({Z})⊙(1 − σ({Z}))", "Z", False, "G⊙σ(Zᵀ)⊙(1 − σ(Zᵀ))"),
        # numbers stay as they are, and vectors lie no way round
        ("{G}·min(1, limit / {P:scalar})", "GP", True, "G·min(1, limit / P)"),
        ("√(Σ {G}² + Σ {W}²)", "G", True, "√(Σ G² + Σ W²)"),
        ("Σ {L} / N", "", True, "Σ L / N"),
        (CROSS, "DZ", False, "−Σ D⊙log softmax(Z)"),
        (CROSS, "DZ", True, "−Σ D⊙log softmax(Z)"),
        (CROSS, "Z", True, "−Σ D⊙log softmax(Zᵀ)"),
    ],
)
def test_transposed(text, turned, result, expected):
    assert seen(text, *turned, result=result) == expected


@pytest.mark.parametrize(
    ("text", "negated", "minus", "expected"),
    [
        (SGD, "G", False, "W + lr·G"),
        (SGD, "WG", True, "W − lr·G"),
        (SGD, "W", False, "−W − lr·G"),
        (SGD, "", True, "lr·G − W"),
        ("{Y} − {D}", "", True, "D − Y"),
        ("({Y} − {D}) / N", "", True, "(D − Y) / N"),
        ("2/C·({Y} − {D})", "", True, "2/C·(D − Y)"),
        ("−{D} / {Y}", "", True, "D / Y"),
        ("−{D} / {Y}", "DY", False, "−D / Y"),
        ("{G}⊙σ(−{Z})", "GZ", False, "−G⊙σ(Z)"),
        ("Σ_n {X}⊙{G}", "G", True, "Σ X⊙G"),
        ("{X}ᵀ·{G}", "X", False, "−Xᵀ·G"),
        ("{G}²", "G", True, "−G²"),
        ("{X}^(3/2)", "X", False, "(−X)^(3/2)"),
        ("{W} + {X} / {Y}", "X", True, "X / Y − W"),
        ("0", "", True, "0"),
    ],
)
def test_negated(text, negated, minus, expected):
    assert seen(text, negated=negated, minus=minus) == expected


def test_both_at_once():
    assert seen(AFFINE, "W", "B", negated="W", result=True) == "B − W·Xᵀ"


def test_adam_is_the_same_for_transposed_weights():
    adam = EVERY["adam"]
    assert adam.formula.seen(list("WMV"), True).text({name: name for name in adam.parameters}) == adam.describe(
        adam.parameters
    )


@pytest.mark.parametrize("name", EVERY)
def test_as_it_is(name):
    assert EVERY[name].formula.seen() == EVERY[name].formula


def test_an_index_keeps_its_meaning():
    turned = parse("Σ_n {G}").seen(["G"], True)
    assert turned != parse("Σ_n {G}")
    assert turned.latex({"G": "G"}) == r"\sum_n G"
