"""A loss with a penalty, claimed as one number: by hand, the errors of 6 and 3 against 4 and 3 are 2 and 0."""

import json

import pytest
from click.testing import CliRunner

from mlpcli.cli import group

CONFIG = """
layers: [{type: linear, W: [[3]]}]
inputs: [[2], [1]]
targets: [[4], [3]]
loss: {type: mse, l2: 0.5}
conventions: {notation: NOTATION, loss: mean}
"""
DATA, PENALTY = 2, 2.25  # (2² + 0²)/2 and 0.5/2·3²
TOTAL = DATA + PENALTY


@pytest.fixture
def judged(tmp_path):
    def check(notation, **claims):
        (tmp_path / "c.yaml").write_text(CONFIG.replace("NOTATION", notation))
        (tmp_path / "dump.json").write_text(json.dumps(claims))
        result = CliRunner().invoke(group, ["check", f"{tmp_path}/c.yaml", "--against", f"{tmp_path}/dump.json"])
        return result.exit_code, result.output

    return check


@pytest.mark.parametrize("name", ["J", "cost", "loss", "Loss", "total_loss", "objective"])
@pytest.mark.parametrize("notation", ["ng", "cs231n", "nielsen", "octave", "torch", "handout", "mytorch"])
def test_a_cost_is_the_total(judged, notation, name):
    assert judged(notation, **{name: TOTAL})[0] == 0
    code, said = judged(notation, **{name: DATA})
    assert code == 1
    assert "the penalty is missing" in said


@pytest.mark.parametrize("name", ["cross_entropy_cost", "data_loss", "J_data", "mse"])
def test_what_is_said_to_be_of_the_data_is_without_the_penalty(judged, name):
    assert judged("ng", **{name: DATA})[0] == 0
    assert judged("ng", **{name: DATA, "cost": TOTAL})[0] == 0
    code, said = judged("ng", **{name: DATA, "cost": DATA})
    assert code == 1
    assert "the penalty is missing" in said


def test_two_costs_are_told_apart_by_their_values(judged):
    assert judged("ng", J=DATA, J_regularized=TOTAL)[0] == 0
    assert judged("cs231n", loss=TOTAL, reg_loss=PENALTY, data_loss=DATA)[0] == 0
    assert judged("ng", J=DATA, J_regularized=DATA)[0] == 1
