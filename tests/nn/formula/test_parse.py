"""Texts of formulas, read and written again."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlpcli.nn.conventions import PRESETS
from mlpcli.nn.formula import Formula, FormulaError, parse, tree
from mlpcli.nn.formula.formula import bare
from mlpcli.nn.formula.kinds import is_scalar
from mlpcli.nn.losses import LOSSES
from mlpcli.nn.op import averaged, op

from ..drawing import SMALL
from .ops import EVERY

BRACES = {name: f"{{{name}}}" for name in "ABC"}
GRADIENTS = [EVERY[name] for name in ("weight_gradient", "bias_gradient", "gamma_gradient", "beta_gradient")] + [
    gradient
    for loss in LOSSES.values()
    for conventions in PRESETS.values()
    for gradient in (loss.gradient, *(fusion.gradient for fusion in loss().fusions(conventions)))
]
"""The ops that a convention averages over the batch."""


def printed(op):
    """The text that an op's author wrote, without what only says how to read it."""
    text = re.sub(r"Σ_[nj]", "Σ", op.source).replace(":scalar", "")
    return text.format(**{name: f"{name}_1" for name in op.parameters})


def described(op):
    """The text that the tree of an op writes, which is what the op is described by."""
    names = [f"{name}_1" for name in op.parameters]
    text = op.formula.text(dict(zip(op.parameters, names, strict=True)))
    assert op.describe(names) == text
    return text


@pytest.mark.parametrize("name", EVERY)
def test_a_formula_is_printed_as_it_was_written(name):
    assert described(EVERY[name]) == printed(EVERY[name])


@pytest.mark.parametrize("op", GRADIENTS, ids=lambda op: op.name)
def test_an_average_is_the_formula_over_the_batch_size(op):
    text = printed(op)
    grouped = f"({text})" if " − " in text or " + " in text else text
    assert described(averaged(op)) == f"{grouped} / N"


@pytest.mark.parametrize("name", EVERY)
def test_a_formula_names_only_what_the_op_is_given(name):
    words = set(re.findall(r"[A-Za-z]\w*", re.sub(r"Σ_[nj]|:scalar", "", EVERY[name].source), flags=re.ASCII))
    words -= {"max", "min", "exp", "log", "softmax", "tanh", "where", "else", "N", "C"}
    assert words <= set(EVERY[name].parameters)


A, B, C = (tree.Parameter(name) for name in "ABC")

READINGS = {
    "{A}·{B}": tree.Product((A, B)),
    "lr·{A}": tree.Scaled((tree.SettingName("lr"), A)),
    "{A}·{B:scalar}": tree.Scaled((A, tree.Parameter("B", scalar=True))),
    "−{A} / {B}": tree.Negation((tree.Quotient((A, B)),)),
    "{A} / {B}⊙{C}": tree.Quotient((A, tree.Elementwise((B, C)))),
    "{A} / {B} ⊙ {C}": tree.Elementwise((tree.Quotient((A, B)), C)),
    "2/N·{A}": tree.Scaled((tree.Quotient((tree.Number("2"), tree.SettingName("N"))), A)),
    "{A}⊙Σ_n {B}⊙{C} / N": tree.Quotient(
        (tree.Elementwise((A, tree.Total((tree.Elementwise((B, C)),), "n"))), tree.SettingName("N"))
    ),
    "Σ_j {A} + {B}": tree.Sum((tree.Total((A,), "j"), B)),
    "{A}ᵀ·{B}²": tree.Product((tree.Transpose((A,)), tree.Power((B,), "2"))),
    "tanh²({A})": tree.Power((tree.FunctionCall((A,), "tanh"),), "2"),
    "max(log({A}), {B})": tree.FunctionCall((tree.FunctionCall((A,), "log"), B), "max"),
    "log softmax({A})": tree.FunctionCall((tree.FunctionCall((A,), "softmax"),), "log"),
}


@pytest.mark.parametrize("text", READINGS)
def test_how_tightly_signs_bind(text):
    assert parse(text) == Formula(READINGS[text])


def joined(pair):
    return (tree.Scaled if any(map(is_scalar, pair)) else tree.Product)(pair)


def larger(parts):
    """Trees one level above these."""
    pairs = st.tuples(parts, parts)
    alone = st.tuples(parts)
    return st.one_of(
        st.lists(parts, min_size=2, max_size=3).map(lambda terms: tree.Sum(tuple(terms))),
        pairs.map(joined),
        *(pairs.map(kind) for kind in (tree.Elementwise, tree.Quotient)),
        *(alone.map(kind) for kind in (tree.Negation, tree.Transpose)),
        st.builds(tree.Power, alone, st.sampled_from(["2", "3/2"])),
        st.builds(tree.FunctionCall, alone, st.sampled_from(["log", "softmax", "σ", "√"])),
        pairs.map(lambda pair: tree.FunctionCall(pair, "max")),
        alone.map(lambda body: tree.Total(body, "")),
        pairs.map(lambda pair: tree.Indicator((tree.Greater(pair),))),
        pairs.map(lambda pair: tree.Indicator((tree.Less(pair),))),
        st.builds(tree.Size, alone),
        st.builds(tree.Stacked, pairs, st.booleans()),
        st.tuples(parts, pairs.map(tree.Greater), parts).map(tree.Where),
    )


leaves = st.sampled_from([A, B, C, tree.Number("2"), tree.Number("½"), tree.SettingName("N"), tree.SettingName("lr")])
trees = st.recursive(leaves, larger, max_leaves=8)


@given(trees)
@settings(SMALL, max_examples=400)
def test_any_tree_is_written_as_a_text_that_says_it(root):
    assert bare(parse(Formula(root).text(BRACES)).root) == root


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{X}·{W} + ", "the end in place of a number, a name, a function or a bracket at character 10"),
        ("{X}⊙⊙{W}", "'⊙' in place of a number, a name, a function or a bracket at character 5"),
        ("({X} + {W}", "the end in place of ')' at character 11"),
        ("{X} {W}", "'{W}' in place of the end at character 5"),
        ("{X} % {W}", "unknown sign '%' at character 5"),
        ("Σ_k {X}", "unknown sign 'Σ' at character 1"),
        ("{X} where {X}, else 0", "',' in place of '>' at character 14"),
        ("max {X}", "'{X}' in place of '(' at character 5"),
        ("", "the end in place of a number, a name, a function or a bracket at character 1"),
    ],
)
def test_what_is_no_formula(text, message):
    with pytest.raises(FormulaError, match=re.escape(f"{message} of {text!r}")):
        parse(text)


def test_the_op_of_a_bad_formula_is_named():
    @op("{X} ++ 1")
    def careless(X):
        return X

    with pytest.raises(ValueError, match=r"^the formula of careless: '\+' in place of .* at character 6 of"):
        _ = careless.formula
