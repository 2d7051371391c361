"""Formulas and names in LaTeX."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpcli.nn.formula import Formula, parse
from mlpcli.nn.formula.notation import setting, tensor

from ..drawing import SMALL
from .ops import EVERY
from .test_parse import trees

NAMES = {"X": "Y1", "W": "W2", "B": "B2", "Z": "Y3lin", "G": "gradW3", "D": "D", "Y": "Y3", "P": "b1_power_new"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{X}·{W} + {B}", r"Y_{1} \cdot W_{2} + B_{2}"),
        ("{X}ᵀ·{G} / N", r"\frac{Y_{1}^\top \cdot \mathrm{gradW}_{3}}{N}"),
        ("{W} − weight_decay·{W}", r"W_{2} - \mathrm{weight\_decay} \cdot W_{2}"),
        ("−Σ_j {D}⊙log softmax({Z})", r"-\sum_j D \odot \log \mathrm{softmax}\left(Y_{3}^{\mathrm{lin}}\right)"),
        ("Σ_n ({X} − {B})² / N", r"\frac{\sum_n \left(Y_{1} - B_{2}\right)^{2}}{N}"),
        ("√(Σ {X}² + ½)", r"\sqrt{\sum Y_{1}^{2} + \tfrac{1}{2}}"),
        ("({X} + eps)^(3/2)", r"\left(Y_{1} + \mathrm{eps}\right)^{3/2}"),
        ("{X}⊙(1 − tanh²({W}))", r"Y_{1} \odot \left(1 - \tanh^{2}\left(W_{2}\right)\right)"),
        ("{Z}²", r"\left(Y_{3}^{\mathrm{lin}}\right)^{2}"),
        ("({X}ᵀ)²", r"\left(Y_{1}^\top\right)^{2}"),
        ("[{X} > 0]", r"\left[Y_{1} > 0\right]"),
        (
            "{X} where {X} > 0, else slope·{X}",
            r"\begin{cases} Y_{1} & \text{if } Y_{1} > 0 \\ \mathrm{slope} \cdot Y_{1} & \text{otherwise} \end{cases}",
        ),
        ("max(0, {X})", r"\max\left(0, Y_{1}\right)"),
        (
            "σ({X})⊙Φ({X})⊙φ({X})",
            r"\sigma\left(Y_{1}\right) \odot \Phi\left(Y_{1}\right) \odot \varphi\left(Y_{1}\right)",
        ),
        ("1 − {P:scalar}", r"1 - b_{1}^{(\mathrm{power\_new})}"),
    ],
)
def test_latex(text, expected):
    assert parse(text).latex(NAMES) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("X", "X"),
        ("Y1lin", r"Y_{1}^{\mathrm{lin}}"),
        ("Y1_2", r"Y_{1}^{(\mathrm{2})}"),
        ("gradW3", r"\mathrm{gradW}_{3}"),
        ("gradY3lin", r"\mathrm{gradY}_{3}^{\mathrm{lin}}"),
        ("W1_new", r"W_{1}^{(\mathrm{new})}"),
        ("gamma1", r"\gamma_{1}"),
        ("running_mean2", r"\mathrm{running\_mean}_{2}"),
        ("L_mean", r"\mathrm{L\_mean}"),
        ("3 {%}\\", r"\mathrm{3\ \{\%\}{\backslash}}"),
    ],
)
def test_names(name, expected):
    assert tensor(name) == expected


def test_settings():
    assert [setting(name) for name in ("N", "lr", "weight_decay")] == ["N", r"\mathrm{lr}", r"\mathrm{weight\_decay}"]


def balanced(latex):
    """Whether braces, and `\\left` and `\\right`, come in pairs."""
    depth = 0
    for brace in re.findall(r"[{}]", re.sub(r"\\[\\{}]", "", latex)):
        depth += 1 if brace == "{" else -1
        assert depth >= 0, latex
    return depth == 0 and latex.count(r"\left") == latex.count(r"\right")


@pytest.mark.parametrize("name", EVERY)
def test_every_op_has_balanced_braces(name):
    op = EVERY[name]
    assert balanced(op.formula.latex({parameter: f"grad{parameter}1_new" for parameter in op.parameters}))


@given(trees)
@settings(SMALL, max_examples=200)
def test_any_tree_has_balanced_braces(root):
    latex = Formula(root).latex({"A": "Y1lin", "B": "a {b}", "C": "\\"})
    assert balanced(latex)
    assert not re.search(r"(\^\\top|\^\{[^{}]*\})\^", latex), "a double superscript"


words = st.text(alphabet="aYW_12{}\\^ ", min_size=1, max_size=5)


@given(words, words)
@settings(SMALL, max_examples=400)
def test_no_two_names_are_alike(one, other):
    assert (tensor(one) == tensor(other)) == (one == other)
