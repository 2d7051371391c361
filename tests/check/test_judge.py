"""Verdicts: what they should be follows from how the claims were made wrong here."""

import numpy as np
import pytest

from mlpcli.check.claims.claimed import Claimed
from mlpcli.check.claims.written import read_texts
from mlpcli.check.verdicts.judge import judge
from mlpcli.config.load import load
from mlpcli.errors import Place
from mlpcli.nn.run import Setup


@pytest.fixture(scope="module")
def setup(request) -> Setup:
    return load(str(request.config.rootpath / "configs" / "handout" / "3.6.yaml"), "update")[0].setup


def claimed(trace, *names):
    """Claims with eight digits."""
    texts = {name: [[f"{x:.8g}" for x in row] for row in np.atleast_2d(trace[name])] for name in names}
    return {name: Claimed(name, read_texts(text), Place("dump")) for name, text in texts.items()}


def verdicts(setup, claims):
    return {j.name: j.verdict for j in judge(setup, claims).judged if j.verdict != "match"}


def all_of(setup, trace):
    return claimed(trace, *(step.name for step in setup.program.steps if step.name != "L"))


def student(setup, name, value):
    """A pass that goes on from a wrong value of one tensor."""
    values = {**setup.run(), name: np.asarray(value, float)}
    later = False
    for step in setup.program.steps:
        if later:
            values[step.name] = step.op(*(values[o] for o in step.operands), **step.settings)
        later |= step.name == name
    return values


def test_a_right_dump_matches(setup):
    assert verdicts(setup, all_of(setup, setup.run())) == {}


@pytest.mark.parametrize("name", ["Y1lin", "Y2", "gradY3lin", "gradW2", "gradY1", "W1_new"])
def test_a_wrong_tensor_is_the_cause_and_what_comes_of_it_follows(setup, name):
    right = setup.run()
    trace = student(setup, name, right[name] * 1.25 + 1)
    found = verdicts(setup, all_of(setup, trace))
    changed = {s.name for s in setup.program.steps if s.name != "L" and not np.allclose(trace[s.name], right[s.name])}
    assert found.pop(name) == "cause"
    assert set(found) == changed - {name}
    assert set(found.values()) <= {"consequence"}


def test_a_wrong_number_that_nobody_used_is_a_misprint(setup):
    claims = all_of(setup, setup.run())
    text = [list(row) for row in claims["gradY2"].written.text]
    text[0][1] = "-731"
    claims["gradY2"] = Claimed("gradY2", read_texts(text), Place("dump"))
    assert verdicts(setup, claims) == {"gradY2": "misprint"}


def test_a_wrong_number_at_the_end_is_a_cause_for_nobody_tells(setup):
    claims = all_of(setup, setup.run())
    text = [list(row) for row in claims["W3_new"].written.text]
    text[2][1] = "-54.8"
    claims["W3_new"] = Claimed("W3_new", read_texts(text), Place("dump"))
    assert verdicts(setup, claims) == {"W3_new": "cause"}


def test_two_independent_mistakes_are_two_causes(setup):
    trace = student(setup, "gradY2lin", setup.run()["gradY2lin"] + 3)
    trace["gradB3"] = trace["gradB3"] + 2
    trace["B3_new"] = trace["B3_new"] - 0.2
    found = verdicts(setup, all_of(setup, trace))
    assert [name for name, verdict in found.items() if verdict == "cause"] == ["gradB3", "gradY2lin"]
    assert found["B3_new"] == "consequence"


def test_followers_are_named(setup):
    trace = student(setup, "gradY1", setup.run()["gradY1"] + 1)
    judged = {j.name: j for j in judge(setup, all_of(setup, trace)).judged}
    assert judged["gradY1"].followers == ("gradY1lin", "gradB1", "gradW1", "gradX", "W1_new", "B1_new")


def test_who_used_the_right_value_is_named(setup):
    # gradY1 printed wrong, copied into gradY1lin, but gradB1 and gradW1 computed from the right one
    trace = setup.run()
    trace["gradY1"] = trace["gradY1lin"] = trace["gradY1"] + [[0, 0, 7]]
    judged = {j.name: j for j in judge(setup, all_of(setup, trace)).judged}
    assert judged["gradY1"].verdict == "cause"
    assert judged["gradY1"].followers == ("gradY1lin",)
    assert judged["gradY1"].right_users == ("gradB1", "gradW1", "gradX")


def test_claims_reach_each_other_through_tensors_nobody_claims(setup):
    trace = student(setup, "gradY2", setup.run()["gradY2"] + 5)
    assert verdicts(setup, claimed(trace, "gradY2", "W1_new", "gradX")) == {
        "gradY2": "cause",
        "W1_new": "consequence",
        "gradX": "consequence",
    }


def test_cut_digits_are_truncated_and_not_wrong(setup):
    # gradB3 is [-626/3, -11/3] (handout 3.6)
    claims = {"gradB3": Claimed("gradB3", read_texts([["-208.66", "-3.66"]]), Place("dump"))}
    assert verdicts(setup, claims) == {"gradB3": "truncated"}


def test_a_transposed_claim_says_so(setup):
    trace = setup.run()
    claims = claimed({"gradW1": trace["gradW1"].T}, "gradW1")
    assert "transposed" in judge(setup, claims).judged[0].claim.note


def test_another_shape_says_so(setup):
    claims = {"Y1": Claimed("Y1", read_texts([["1", "2"]]), Place("dump"))}
    assert judge(setup, claims).judged[0].claim.note == "it has shape (1, 2) in place of (3, 3)"


def test_rows_need_no_outer_brackets(setup):
    claims = {"gradB3": Claimed("gradB3", read_texts(["-208.7", "-3.7"]), Place("dump"))}
    assert verdicts(setup, claims) == {}


def test_nan_is_a_cause(setup):
    trace = setup.run()
    trace["Y3"] = trace["Y3"] * np.nan
    claims = claimed(trace, "Y3", "gradY3lin")
    assert verdicts(setup, claims) == {"Y3": "misprint"}
