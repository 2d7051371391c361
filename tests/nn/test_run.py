"""Running a program: what is computed, from what, and in what order; and what is not."""

import warnings
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from mlpcli.nn.network import Network
from mlpcli.nn.op import op
from mlpcli.nn.optimizers import OPTIMIZERS
from mlpcli.nn.program import Program, Step, Tensor
from mlpcli.nn.run import Setup, State, advanced, following, in_order, leading_to, run
from mlpcli.nn.schedules import StepDecay
from mlpcli.values.noisy import Noisy, noisy
from mlpcli.values.shapes import N
from mlpcli.values.value import PrimitiveError

from .fractions import exact_run, lift
from .handout import BATCH, array, layer, loss, mlp
from .setups import compile_setup


@pytest.fixture
def setup():
    """The handout's network with all that it has: batch statistics, momentum, a schedule."""
    return compile_setup(
        Network(
            layers=mlp("batchnorm", "relu"),
            inputs=array(BATCH),
            targets=array([[240, 4]] * 3),
            loss=loss("softmax_cross_entropy"),
            optimizer=OPTIMIZERS["sgd"](learning_rate=0.1, momentum=0.9, schedule=StepDecay(every=1, factor=0.5)),
        ),
        "update",
    )


@pytest.fixture
def calls(setup):
    """The setup, and how often the op of each of its steps is called."""
    counter = Counter()

    def counted(step):
        def function(*operands, **settings):
            counter[step.name] += 1
            return step.op.function(*operands, **settings)

        return replace(step, op=replace(step.op, function=function))

    steps = tuple(map(counted, setup.program.steps))
    return replace(setup, program=replace(setup.program, steps=steps)), counter


def ancestors(program, name):
    """The steps behind a tensor, itself included, by recursion."""
    if name not in program.by_name:
        return set()
    return {name}.union(*(ancestors(program, operand) for operand in program.by_name[name].operands))


def descendants(program, name):
    return {step.name for step in program.steps if name != step.name and name in reads(program, step.name)}


def reads(program, name):
    """All tensors that one depends on, given ones too."""
    step = program.by_name.get(name)
    return {name}.union(*(reads(program, operand) for operand in step.operands)) if step else {name}


def test_every_step_is_run_once_and_in_order(calls):
    setup, counter = calls
    trace = setup.run()
    assert counter == dict.fromkeys(setup.program.by_name, 1)
    assert tuple(trace) == setup.program.order


def test_given_tensors_are_those_of_state_and_batch(setup):
    trace = setup.run()
    assert tuple(setup.given) == setup.program.given
    for name, value in {**setup.state.tensors, **setup.batch}.items():
        assert setup.given[name] is value
        assert trace[name] is value
    assert setup.given["lr"] == trace["lr"] == 0.1
    assert setup.rows == 3


# until


@pytest.mark.parametrize("until", ["Y1lin", "mean2", "Y3", "L", "gradW3", "gradX", "W1_new", "running_var2"])
def test_until_computes_only_what_leads_there(calls, until):
    setup, counter = calls
    trace = setup.run(until=until)
    wanted = ancestors(setup.program, until)
    assert counter == dict.fromkeys(wanted, 1)
    assert set(trace) == {*setup.program.given, *wanted}
    assert list(trace) == [name for name in setup.program.order if name in trace]
    np.testing.assert_array_equal(trace[until], setup.run()[until])


def test_until_a_given_tensor_computes_nothing(calls):
    setup, counter = calls
    assert tuple(setup.run(until="W1")) == setup.program.given
    assert not counter


def test_until_stops_at_what_is_given(calls):
    setup, counter = calls
    trace = setup.run(until="Y3lin", given={"Y2bn": np.ones((3, 3))})
    assert set(counter) == {"Y2", "Y3lin"}
    # by hand: 1·W3 + 0, the sums of its columns
    assert trace["Y3lin"].tolist() == [[13, 8]] * 3


def test_until_goes_by_the_steps_that_are_run(calls):
    setup, counter = calls
    step = setup.program.by_name["Y3lin"]
    trace = setup.run(until="Y3lin", steps={"Y3lin": replace(step, operands=("Y1", "W3", "B3"))})
    assert set(counter) == ancestors(setup.program, "Y1") | {"Y3lin"}
    np.testing.assert_array_equal(trace["Y3lin"], trace["Y1"] @ trace["W3"])


def test_what_leads_to_a_tensor_comes_in_the_order_of_the_program(setup):
    names = leading_to("gradW1", setup.program.by_name, ())
    assert names == [step.name for step in setup.program.steps if step.name in ancestors(setup.program, "gradW1")]


def test_the_inputs_suffice_for_the_outputs(setup):
    """Nobody has the targets of what is predicted."""
    state, batch = setup.state, {"X": setup.batch["X"]}
    found = run(setup.program, state, batch, until="Y3")["Y3"]
    np.testing.assert_array_equal(found, setup.run()["Y3"])
    with pytest.raises(KeyError, match="'D'"):
        run(setup.program, state, batch)


# given


def test_a_given_tensor_is_taken_in_place_of_its_own(calls):
    setup, counter = calls
    trace = setup.run(given={"W3": np.zeros((3, 2))})
    assert counter == dict.fromkeys(setup.program.by_name, 1)
    assert (trace["Y3lin"] == 0).all()
    assert (trace["Y3"] == 0.5).all()
    assert (setup.given["W3"] != 0).any()


def test_a_computed_tensor_that_is_given_is_not_computed(calls):
    setup, counter = calls
    G = np.array([[1.0, -1], [2, 0], [0, 3]])
    trace = setup.run(given={"gradY3lin": G})
    assert set(setup.program.by_name) - set(counter) == {"gradY3lin"}
    assert trace["gradY3lin"] is G
    np.testing.assert_array_equal(trace["gradW3"], trace["Y2"].T @ G / 3)


def test_a_scalar_that_follows_a_rule_may_be_given(setup):
    trace = setup.run(given={"lr": np.asarray(2.0)})
    np.testing.assert_array_equal(trace["vW1_new"], -2.0 * trace["gradW1"])


def test_what_is_given_is_of_the_number_type_and_not_lifted(setup):
    G = noisy(np.ones((3, 2)))
    assert setup.run(noisy, given={"gradY3lin": G})["gradY3lin"] is G
    W = lift(np.ones((3, 2)))
    assert exact_run(setup, given={"W3": W}, until="mean1")["W3"] is W.value


# steps


def test_another_step_takes_the_place_of_its_own(setup):
    own = setup.program.by_name["gradW3"]
    mistake = own.op.mistakes[0]
    assert mistake.sentence == "it is not averaged over the batch"
    wrong = replace(own, op=replace(own.op, function=mistake.function))
    trace, right = setup.run(steps={"gradW3": wrong}), setup.run()
    np.testing.assert_allclose(trace["gradW3"], 3 * right["gradW3"])
    changed = {name for name in trace if not np.array_equal(trace[name], right[name])}
    assert changed == {"gradW3", "vW3_new", "W3_new"}
    assert setup.program.by_name["gradW3"] is own


# number types, settings, rules


@op("a·{X} + {S:scalar}·c")
def lined(X, S, a, c):
    assert type(X) is type(a) is type(c)
    return a * X + S * c


def small(**rules):
    """A program of one step, its scalar drawn or scheduled."""
    about = {"role": "drawn", "rule": lambda step, rows: 10 * step + rows} | rules
    tensors = [
        Tensor(name="X", shape=(N, 2), role="input"),
        Tensor(name="S", shape=(), **about),
        Tensor(name="Y", shape=(N, 2)),
    ]
    return Program({t.name: t for t in tensors}, (Step("Y", lined, ("X", "S"), "forward", {"a": 0.1, "c": 2}),))


@pytest.mark.parametrize("role", ["drawn", "scheduled"])
def test_a_rule_is_asked_for_the_steps_taken_and_the_rows(role):
    setup = Setup(small(role=role), State(steps=4), {"X": np.ones((3, 2))})
    assert setup.given["S"] == 43
    assert setup.run()["S"] == 43
    np.testing.assert_allclose(setup.run()["Y"], 86.1)
    assert setup.next(setup.run()).given["S"] == 53
    assert replace(setup, batch={"X": np.ones((5, 2))}).given["S"] == 45


@pytest.mark.parametrize("values", [np.asarray, noisy, lift])
def test_state_batch_settings_and_rules_become_the_number_type(values):
    trace = Setup(small(), State(steps=1), {"X": np.array([[1.0, 2.0]])}).run(values)
    assert {type(value) for value in trace.values()} == {type(values(1.0))}


def test_decimals_are_exact_as_fractions():
    trace = exact_run(Setup(small(), State(), {"X": np.array([[1.0, 0.7]])}))
    # by hand: 0.1·1 + 1·2 and 0.1·0.7 + 2
    assert trace["Y"].tolist() == [[Fraction(21, 10), Fraction(207, 100)]]


def test_numbers_as_they_are_stay_in_single_precision(setup):
    state, batch = setup.state.tensors, setup.batch
    state, batch = ({n: v.astype(np.float32) for n, v in tensors.items()} for tensors in (state, batch))
    trace = Setup(setup.program, State(state), batch).run(lambda value: value, until="L")
    assert {trace[name].dtype for name in ("Y1lin", "norm1", "Y1", "Y3lin", "L")} == {np.dtype(np.float32)}


def test_what_leaves_the_range_of_floats_warns_nobody(setup):
    huge = {name: value * 1e300 for name, value in setup.batch.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        trace = replace(setup, batch=huge).run()
        again = dict(following(setup.program, setup.run(), np.asarray, given={"X": setup.batch["X"] * 1e300}))
    assert not np.isfinite(trace["var1"]).all()
    assert not np.isfinite(again["var1"]).all()


@op("√{Z}")
def rooted(Z):
    return np.cbrt(Z)


def test_a_function_that_is_not_declared_is_told_with_its_op(setup):
    wrong = {"Y1": Step("Y1", rooted, ("Y1bn",), "forward")}
    message = r"^the op rooted: np\.cbrt, called like this, is none of the functions that an op may call"
    with pytest.raises(PrimitiveError, match=message):
        setup.run(noisy, steps=wrong)
    with pytest.raises(PrimitiveError, match=message):
        list(following(setup.program, setup.run(noisy), noisy, steps=wrong))
    setup.run(steps=wrong)  # floats have every function


# following


@pytest.mark.parametrize("name", ["X", "W1", "W3", "gamma2", "Y1", "norm2", "gradY3lin", "gradW1", "lr", "B1_new"])
def test_what_follows_from_another_tensor_is_what_a_run_has(calls, name):
    setup, counter = calls
    trace = setup.run()
    counter.clear()
    given = {name: trace[name] + 1}
    found = dict(following(setup.program, trace, np.asarray, given=given))
    assert set(found) == descendants(setup.program, name)
    # What comes out as it was to the bit, such as a loss that does not know a bias, is not followed any further.
    unmoved = {name for name, value in found.items() if np.array_equal(value, trace[name])}
    assert counter == dict.fromkeys(set(counter), 1)
    assert set(found) - unmoved <= set(counter) <= set(found)
    assert list(found) == [step.name for step in setup.program.steps if step.name in found]
    anew = setup.run(given=given)
    for other, value in anew.items():
        np.testing.assert_array_equal({**trace, **given, **found}[other], value, err_msg=other)


@pytest.mark.parametrize("name", ["Y2lin", "L", "gradvar1", "gradB1", "vW2_new"])
def test_what_follows_from_another_step_is_what_a_run_has(setup, name):
    own, trace = setup.program.by_name[name], setup.run()
    doubled = replace(own, op=replace(own.op, function=lambda *a, **s: 2 * own.op(*a, **s) + 1))
    found = dict(following(setup.program, trace, np.asarray, steps={name: doubled}))
    assert set(found) == {name} | descendants(setup.program, name)
    for other, value in setup.run(steps={name: doubled}).items():
        np.testing.assert_array_equal({**trace, **found}[other], value, err_msg=other)


def test_a_step_that_reads_what_comes_later_reads_that_of_the_run(setup):
    """The weights after their update, where those before it belong."""
    step, trace = setup.program.by_name["gradY2"], setup.run()
    assert step.operands == ("gradY3lin", "W3")
    wrong = replace(step, operands=("gradY3lin", "W3_new"))
    found = dict(following(setup.program, trace, np.asarray, steps={"gradY2": wrong}))
    np.testing.assert_array_equal(found["gradY2"], trace["gradY3lin"] @ trace["W3_new"].T)
    with pytest.raises(KeyError, match="'W3_new'"):
        setup.run(steps={"gradY2": wrong})


def test_steps_that_read_what_comes_later_read_what_comes_of_each_other(setup):
    """All gradients are taken through weights after their update: those of a layer hang on those of the next."""
    own, trace = setup.program.by_name, setup.run()
    wrong = {
        name: replace(own[name], operands=(own[name].operands[0], f"{weight}_new"))
        for name, weight in (("gradY2", "W3"), ("gradY1", "W2"))
    }
    found = {**trace, **dict(following(setup.program, trace, np.asarray, steps=wrong))}
    np.testing.assert_array_equal(found["gradY1"], found[own["gradY1"].operands[0]] @ found["W2_new"].T)
    assert not np.array_equal(found["W2_new"], trace["W2_new"])
    assert list(in_order(setup.program, {})) == list(own)


def test_a_circle_reads_what_there_was_before(setup):
    """An output that is computed with weights after the update which hangs on it."""
    step, trace = setup.program.by_name["Y3lin"], setup.run()
    wrong = replace(step, operands=(step.operands[0], "W3_new", *step.operands[2:]))
    found = dict(following(setup.program, trace, np.asarray, steps={"Y3lin": wrong}))
    order = list(in_order(setup.program, {"Y3lin": wrong}))
    assert sorted(order) == sorted(setup.program.by_name)
    assert np.isfinite(found["Y3lin"]).all()


def test_nothing_follows_from_nothing(setup):
    assert list(following(setup.program, setup.run(), np.asarray)) == []
    same = dict(setup.program.by_name)
    assert list(following(setup.program, setup.run(), np.asarray, steps=same)) == []


def test_what_follows_comes_one_tensor_after_the_other(calls):
    """Whoever has seen enough stops, and what is left is not computed."""
    setup, counter = calls
    trace = setup.run()
    counter.clear()
    name, _ = next(following(setup.program, trace, np.asarray, given={"X": trace["X"] + 1}))
    assert name == "Y1lin"
    assert counter == {"Y1lin": 1}
    assert trace["Y1lin"].tolist() == setup.run()["Y1lin"].tolist()


# the next step


def test_the_next_state_is_what_a_run_has_updated(setup):
    trace = setup.run()
    state = advanced(setup.program, setup.state, trace)
    assert state.steps == 1
    assert list(state.tensors) == list(setup.state.tensors)
    for name, value in state.tensors.items():
        assert value is trace[setup.program.successors[name]]
    assert {"W1", "vB3", "running_mean1_old", "gamma2"} <= set(state.tensors)
    assert setup.state.steps == 0
    np.testing.assert_array_equal(setup.state.tensors["W1"], trace["W1"])


def test_what_has_no_new_value_stays(setup):
    trace = setup.run(until="running_mean1")
    state = advanced(setup.program, setup.state, trace)
    changed = {name for name, value in state.tensors.items() if value is not setup.state.tensors[name]}
    assert changed == {"running_mean1_old"}


def test_a_frozen_weight_stays():
    network = Network(
        layers=(layer("linear", W=[[2]], freeze=("W",)),),
        inputs=array([[1]]),
        grad_output=array([[3]]),
        optimizer=OPTIMIZERS["sgd"](learning_rate=1),
    )
    setup = compile_setup(network, "update")
    later = setup.next(setup.run())
    assert (later.given["W1"].item(), later.given["B1"].item()) == (2, -3)


def test_the_next_setup_has_the_same_batch_and_program(setup):
    later = setup.next(setup.run())
    assert later.batch is setup.batch
    assert later.program is setup.program
    assert later.given["lr"] == 0.05  # half after one step
    np.testing.assert_array_equal(later.given["W1"], setup.run()["W1_new"])
    np.testing.assert_array_equal(later.given["vW1"], setup.run()["vW1_new"])


def test_a_state_of_another_number_type_goes_on(setup):
    trace = setup.run(noisy)
    later = setup.next(trace)
    assert isinstance(later.state.tensors["W1"], Noisy)
    assert later.state.tensors["W1"] is trace["W1_new"]
