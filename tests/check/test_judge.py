"""Verdicts: what they should be follows from how the claims were made wrong here."""

import numpy as np
import pytest

from mlpcli.check.claims.claimed import Claimed
from mlpcli.check.claims.written import written
from mlpcli.check.verdicts.judge import judge
from mlpcli.config.load import load
from mlpcli.errors import Place
from mlpcli.nn.program import Program


@pytest.fixture(scope="module")
def program(request) -> Program:
    return load(str(request.config.rootpath / "configs" / "handout" / "3.6.yaml"), "update")[0].program


def claimed(trace, *names):
    """Claims with eight digits."""
    texts = {name: [[f"{x:.8g}" for x in row] for row in np.atleast_2d(trace[name])] for name in names}
    return {name: Claimed(name, written(text), Place("dump")) for name, text in texts.items()}


def verdicts(program, claims):
    return {j.name: j.verdict for j in judge(program, claims).judged if j.verdict != "match"}


def all_of(program, trace):
    return claimed(trace, *(step.name for step in program.steps if step.name != "L"))


def student(program, name, value):
    """A pass that goes on from a wrong value of one tensor."""
    values = {**program.run(), name: np.asarray(value, float)}
    later = False
    for step in program.steps:
        if later:
            values[step.name] = step.op(*(values[o] for o in step.operands), **step.settings)
        later |= step.name == name
    return values


def test_a_right_dump_matches(program):
    assert verdicts(program, all_of(program, program.run())) == {}


@pytest.mark.parametrize("name", ["Y1lin", "Y2", "gradY3lin", "gradW2", "gradY1", "W1_new"])
def test_a_wrong_tensor_is_the_cause_and_what_comes_of_it_follows(program, name):
    right = program.run()
    trace = student(program, name, right[name] * 1.25 + 1)
    found = verdicts(program, all_of(program, trace))
    changed = {s.name for s in program.steps if s.name != "L" and not np.allclose(trace[s.name], right[s.name])}
    assert found.pop(name) == "cause"
    assert set(found) == changed - {name}
    assert set(found.values()) <= {"consequence"}


def test_a_wrong_number_that_nobody_used_is_a_misprint(program):
    claims = all_of(program, program.run())
    text = [list(row) for row in claims["gradY2"].written.text]
    text[0][1] = "-731"
    claims["gradY2"] = Claimed("gradY2", written(text), Place("dump"))
    assert verdicts(program, claims) == {"gradY2": "misprint"}


def test_a_wrong_number_at_the_end_is_a_cause_for_nobody_tells(program):
    claims = all_of(program, program.run())
    text = [list(row) for row in claims["W3_new"].written.text]
    text[2][1] = "-54.8"
    claims["W3_new"] = Claimed("W3_new", written(text), Place("dump"))
    assert verdicts(program, claims) == {"W3_new": "cause"}


def test_two_independent_mistakes_are_two_causes(program):
    trace = student(program, "gradY2lin", program.run()["gradY2lin"] + 3)
    trace["gradB3"] = trace["gradB3"] + 2
    trace["B3_new"] = trace["B3_new"] - 0.2
    found = verdicts(program, all_of(program, trace))
    assert [name for name, verdict in found.items() if verdict == "cause"] == ["gradB3", "gradY2lin"]
    assert found["B3_new"] == "consequence"


def test_followers_are_named(program):
    trace = student(program, "gradY1", program.run()["gradY1"] + 1)
    judged = {j.name: j for j in judge(program, all_of(program, trace)).judged}
    assert judged["gradY1"].followers == ["gradY1lin", "gradB1", "gradW1", "gradX", "W1_new", "B1_new"]


def test_who_used_the_right_value_is_named(program):
    # gradY1 printed wrong, copied into gradY1lin, but gradB1 and gradW1 computed from the right one
    trace = program.run()
    trace["gradY1"] = trace["gradY1lin"] = trace["gradY1"] + [[0, 0, 7]]
    judged = {j.name: j for j in judge(program, all_of(program, trace)).judged}
    assert judged["gradY1"].verdict == "cause"
    assert judged["gradY1"].followers == ["gradY1lin"]
    assert judged["gradY1"].right_users == ["gradB1", "gradW1", "gradX"]


def test_claims_reach_each_other_through_tensors_nobody_claims(program):
    trace = student(program, "gradY2", program.run()["gradY2"] + 5)
    assert verdicts(program, claimed(trace, "gradY2", "W1_new", "gradX")) == {
        "gradY2": "cause",
        "W1_new": "consequence",
        "gradX": "consequence",
    }


def test_cut_digits_are_truncated_and_not_wrong(program):
    # gradB3 is [-626/3, -11/3] (handout 3.6)
    claims = {"gradB3": Claimed("gradB3", written([["-208.66", "-3.66"]]), Place("dump"))}
    assert verdicts(program, claims) == {"gradB3": "truncated"}


def test_a_transposed_claim_says_so(program):
    trace = program.run()
    claims = claimed({"gradW1": trace["gradW1"].T}, "gradW1")
    assert "transposed" in judge(program, claims).judged[0].claim.note


def test_another_shape_says_so(program):
    claims = {"Y1": Claimed("Y1", written([["1", "2"]]), Place("dump"))}
    assert judge(program, claims).judged[0].claim.note == "it has shape (1, 2) in place of (3, 3)"


def test_rows_need_no_outer_brackets(program):
    claims = {"gradB3": Claimed("gradB3", written(["-208.7", "-3.7"]), Place("dump"))}
    assert verdicts(program, claims) == {}


def test_nan_is_a_cause(program):
    trace = program.run()
    trace["Y3"] = trace["Y3"] * np.nan
    claims = claimed(trace, "Y3", "gradY3lin")
    assert verdicts(program, claims) == {"Y3": "misprint"}
