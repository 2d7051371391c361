"""The number that a claim implies may be beyond floats: then it explains nothing."""

from click.testing import CliRunner

from mlpcli.cli import group

SMALL = "[1.0e-160, 2.0e-160, 3.0e-160, 4.0e-160, 5.0e-160]"


def checked(claim):
    """`mlp check` of claims about a layer whose output is X[0,0] times 1e-160, ..., 5e-160."""
    config = f"layers: [{{type: linear, W: [{SMALL}]}}]\ninputs: [[1]]\nexpect: {{Y1lin: [{claim}]}}\n"
    return CliRunner().invoke(group, ["check", "-"], input=config, catch_exceptions=False)


def test_a_number_beyond_floats_explains_nothing():
    done = checked("[1e300, 2e300, 3e300, 4e300, 5e300]")
    assert done.exit_code == 1
    assert "Y1lin is wrong in itself" in done.stdout
    assert "X[0,0]" not in done.stdout


def test_a_large_number_explains():
    done = checked("[3e140, 6e140, 9e140, 12e140, 15e140]")
    assert "X[0,0] is 3e+300 in place of 1" in done.stdout
