"""Batches that are taken in order: the steps that are printed are those of a training, one example a step too."""

import numpy as np
import pytest
import yaml
from click.testing import CliRunner

from mlpcli.check.coverage.exercise import exercise
from mlpcli.check.mistakes import variants
from mlpcli.check.setups import setups as steps_of
from mlpcli.cli import group
from mlpcli.config.load import load
from mlpcli.errors import InputError
from mlpcli.nn.unroll import names_at, unroll_setup

from .networks import fit_of, train

KEYS = {
    "layers": [{"type": "linear", "W": [[2]], "B": [0], "freeze": ["B"]}],
    "inputs": [[1], [2], [3], [4], [5]],
    "targets": [[1], [1], [1], [1], [1]],
    "loss": "l2",
    "learning_rate": 0.01,
    "shuffle": False,
    "conventions": {"average": []},
}
PRESETS = ("cmu-toy", "ng", "nielsen")
"""With samples as rows, and as columns."""


def written(tmp_path, preset="cmu-toy", **keys):
    """Write a config of five examples, in the orientation of a preset."""
    keys = KEYS | keys | {"conventions": {"preset": preset, "average": []}}
    if preset != "cmu-toy":
        keys |= {key: np.transpose(keys[key]).tolist() for key in ("inputs", "targets")}
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(keys))
    return path


def setups(path, steps, *overrides):
    """The setups of the first steps."""
    setup = case_of(path, *overrides).setup
    for _ in range(steps):
        yield setup
        setup = setup.next(setup.run())


def case_of(path, *overrides):
    (case,) = load(str(path), "update", overrides)
    return case


def inputs(setup):
    return setup.batch[setup.program.input].ravel().tolist()


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (1, [[1], [2], [3], [4], [5], [1], [2]]),
        (2, [[1, 2], [3, 4], [5], [1, 2], [3, 4]]),
        (5, [[1, 2, 3, 4, 5]] * 2),
        (9, [[1, 2, 3, 4, 5]] * 2),
    ],
)
def test_which_examples_a_step_takes(tmp_path, preset, size, expected):
    found = list(setups(written(tmp_path, preset, batch_size=size), len(expected)))
    assert [inputs(setup) for setup in found] == expected
    assert [setup.rows for setup in found] == [len(numbers) for numbers in expected]


@pytest.mark.parametrize("preset", PRESETS)
def test_stochastic_gradient_descent_by_hand(tmp_path, preset):
    """One example a step: W − lr·(x·W − 1)·x, again from the first after the last."""
    W, expected = 2.0, []
    for x in (1, 2, 3, 4, 5, 1, 2):
        W -= 0.01 * (x * W - 1) * x
        expected.append(W)
    (updated,) = case_of(written(tmp_path, preset, batch_size=1)).program.successors.values()
    found = [setup.run()[updated].item() for setup in setups(tmp_path / "config.yaml", 7)]
    np.testing.assert_allclose(found, expected, rtol=1e-13)


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("size", [1, 2, 3, 5])
@pytest.mark.parametrize("held", [None, 0.2])
@pytest.mark.parametrize("layer", ["relu", "batchnorm", "dropout"])
def test_the_steps_are_those_of_a_training(tmp_path, preset, size, held, layer):
    layers = [{"type": "linear", "units": 3}, layer, {"type": "linear", "units": 1}]
    path = written(tmp_path, preset, batch_size=size, validation=held, layers=layers, seed=3)
    *_, last = setups(path, 8)
    fit = fit_of(path, "steps=7")
    train(fit)
    assert set(last.program.parameters) <= set(fit.weights())
    for name in last.program.parameters:
        np.testing.assert_allclose(last.given[name], fit.weights()[name], rtol=1e-9, atol=1e-12, err_msg=name)


def test_classes_and_a_given_gradient_are_held_out_too(tmp_path):
    classes = {"classes": [[1], [2], [1], [2], [1]]}
    two = [{"type": "linear", "units": 2}]
    path = written(tmp_path, batch_size=2, validation=0.4, targets=classes, loss="softmax_cross_entropy", layers=two)
    assert [setup.batch["D"][:, 0].tolist() for setup in setups(path, 3)] == [[1, 0], [1], [1, 0]]
    path = written(tmp_path, batch_size=2, validation=0.4, targets=None, loss=None, grad_output=KEYS["inputs"])
    assert [setup.batch["gradY1lin"].tolist() for setup in setups(path, 2)] == [[[1], [2]], [[3]]]


def test_what_is_held_out_hides_no_problem(tmp_path):
    for keys, problem in (
        ({"validation": 0.95}, "5 of 5 examples are held out: none is left to train on"),
        ({"validation": 0.4, "targets": [[1]] * 6}, r"shape \(4, 1\), but Y1lin has shape \(3, 1\)"),
    ):
        with pytest.raises(InputError, match=problem):
            case_of(written(tmp_path, batch_size=2, **keys))


@pytest.mark.parametrize("preset", PRESETS)
def test_a_step_of_a_training_is_judged_on_its_batch(tmp_path, preset):
    case = case_of(written(tmp_path, preset, batch_size=2))
    assert [inputs(setup) for _, setup in steps_of(case, 4)] == [[1, 2], [3, 4], [5], [1, 2]]


@pytest.mark.parametrize("preset", PRESETS)
def test_steps_in_one_program_take_their_batches(tmp_path, preset):
    """What is drawn has as many rows as the batch of its step."""
    path = written(tmp_path, preset, batch_size=3, layers=[*KEYS["layers"], "dropout"])
    first, *_, last = setups(path, 4)
    trace, one = unroll_setup(first, 4).run(), last.run()
    names = names_at(first.program, 4)
    for name in (first.program.input, *first.program.rules, *first.program.by_name):
        np.testing.assert_allclose(trace[names[name]], one[name], rtol=1e-13, err_msg=name)


def test_claims_about_a_batch_say_how_a_smaller_one_is_printed(tmp_path):
    """The last batch has two numbers where three are claimed, and mistakes in it show in the same digits."""
    case = case_of(written(tmp_path, batch_size=3, expect={"Y1lin": [[2.0], [4.0], [6.0]]}))
    found = exercise(case, 2)
    assert found.whole.halves["Y1lin@2"].tolist() == [[0.05], [0.05]]
    dropped = next(v for v in variants(case.program, case.program.steps[0]) if "added twice" in v.sentence)
    assert found.reveals(dropped) is False


def run(*arguments):
    return CliRunner().invoke(group, [str(argument) for argument in arguments])


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("command", ["forward", "backward", "gradcheck", "train", "show"])
def test_what_looks_at_one_step_takes_the_first_batch(tmp_path, preset, command):
    found = run(command, written(tmp_path, preset, batch_size=2)).stdout
    assert found
    assert found == run(command, written(tmp_path, preset, inputs=[[1], [2]], targets=[[1], [1]])).stdout


def test_a_batch_that_is_not_heeded_is_noted(tmp_path):
    path = written(tmp_path, batch_size=2)
    result = run("forward", path, "--set", "shuffle=true", "--only", "X")
    assert "note: all 5 examples are taken at once" in result.stderr
    assert "shuffle: false" in result.stderr
    assert yaml.safe_load(result.stdout)["X"] == [[1], [2], [3], [4], [5]]
    assert "note" not in run("forward", path).stderr
    assert "note" not in run("forward", path, "--set", "shuffle=true", "--set", "batch_size=5").stderr


@pytest.mark.parametrize(("size", "fits"), [(1, False), (2, False), (3, True)])
def test_the_unbiased_variance_needs_two_examples_in_every_batch(tmp_path, size, fits):
    path = written(tmp_path, batch_size=size)
    change = ["layers=[batchnorm]", "conventions.batch_variance=unbiased"]
    if fits:
        load(str(path), "forward", change)
    else:
        with pytest.raises(InputError, match="the unbiased variance of a single input does not exist"):
            load(str(path), "forward", change)
