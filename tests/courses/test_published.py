"""The oracles make the figures that were published, to the last digit that was printed."""

import re

import numpy as np
import pytest

from . import ORACLES
from .published import examples

EXAMPLES = list(examples())


def printed(text):
    """The numbers of a text, nan for `~`, and what half a unit of its longest fraction is."""
    table = [[np.nan if word == "~" else float(word) for word in line.split()] for line in text.split("\n")]
    digits = max((len(fraction) for fraction in re.findall(r"\.(\d*)", text)), default=0)
    return np.array(table), 0.5 * 10.0**-digits


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.preset}: {example.title}")
def test_figures(example):
    steps = example.steps()
    for step, name, text in example.claims:
        claimed, half = printed(text)
        value = np.reshape(steps[step - 1][name], claimed.shape)
        off = np.nanmax(np.abs(value - claimed))
        slip = {name, (step, name)} & example.slips.keys()
        allowed = half * (2 if name in example.cut else 1) * (1 + 1e-6)
        assert (off > allowed) == bool(slip), f"{name} of step {step}: off by {off}, {allowed} is allowed"


def test_small_slips_are_small():
    """What is off by the digits of a cache agrees with all but the last two of those that are printed."""
    (example,) = [e for e in EXAMPLES if e.title.startswith("L2")]
    for step, name, text in example.claims:
        claimed, _ = printed(text)
        np.testing.assert_allclose(example.steps()[step - 1][name], claimed, atol=2e-7)


def test_every_preset_but_the_handout_has_an_example():
    """The handout's own figures are those of tests/configs/test_handout.py."""
    assert {example.preset for example in EXAMPLES} == ORACLES.keys() - {"cmu-toy"}
