"""Every program that is compiled is one, as the network has it and as a person sees it; what is broken is none."""

from dataclasses import replace
from itertools import product as every
from pathlib import Path

import numpy as np
import pytest

from mlpcli.config.load import load
from mlpcli.config.training import Training
from mlpcli.nn.conventions import PRESETS
from mlpcli.nn.layers import LAYERS
from mlpcli.nn.losses import LOSSES
from mlpcli.nn.network import Network, compile_network
from mlpcli.nn.op import op
from mlpcli.nn.optimizers import OPTIMIZERS
from mlpcli.nn.program import Program, Step, Tensor
from mlpcli.nn.schedules import StepDecay
from mlpcli.values.shapes import N, numeric

from .verify import BrokenError, verify

CONFIGS = sorted((Path(__file__).parents[2] / "configs").glob("**/*.yaml"))
MODES = ("train", "eval")
GOALS = ("forward", "backward", "update")
OPTIONS = {
    "plain": {},
    "clipped": {"clip_norm": 0.5, "weight_decay": 0.1},
    "scheduled": {"schedule": StepDecay(every=2, warmup=1)},
    "momentum": {"momentum": 0.9, "weight_decay": 0.1},
    "nesterov": {"momentum": 0.9, "nesterov": True, "clip_norm": 0.5, "schedule": StepDecay(every=2)},
}


def optimizers(preset):
    """Every optimizer with every set of options that it and the preset know."""
    for (name, kind), (words, options) in every(OPTIMIZERS.items(), OPTIONS.items()):
        averaged = words == "nesterov" and PRESETS[preset].momentum == "ema"
        if options.keys() <= kind.__dataclass_fields__.keys() and not averaged:
            yield f"{name} {words}", kind(learning_rate=0.1, **options)


def network(kind="tanh", loss="mse", preset="cmu-toy", mode="train", optimizer=None, **changes):
    """Two blocks with a layer of a kind before, between and after them."""
    random = np.random.default_rng(1)
    options = {"units": 4} if kind == "linear" else {}
    freeze = () if PRESETS[preset].joins else ("B",)
    fields = {
        "layers": (
            *(LAYERS[kind](**options), LAYERS["linear"](units=3), LAYERS["batchnorm"](), LAYERS[kind](**options)),
            *(LAYERS["linear"](units=4, freeze=freeze), LAYERS[kind](**options)),
        ),
        "inputs": random.normal(size=(5, 2)),
        "targets": random.dirichlet(np.ones(4), size=5),
        "loss": LOSSES[loss](),
        "optimizer": optimizer or OPTIMIZERS["sgd"](learning_rate=0.1),
        "conventions": PRESETS[preset],
        "mode": mode,
    }
    return Network(**fields | changes)


def verified(compiled):
    """The program in both forms, each with numbers that fit it; running the one gives what running the other does."""
    verify(compiled.program)
    seen = compiled.seen()
    verify(seen.program)
    check_numbers(compiled.program, compiled.state().tensors, compiled.batch())
    check_numbers(seen.program, seen.state.tensors, seen.batch)
    return seen


def check_numbers(program, state, batch):
    """All that is given has a number, but for what follows a rule, and has the shape that the program says."""
    assert {*state, *batch} == {name for name in program.given if name not in program.rules}
    rows = program.rows(batch)
    for name, value in {**state, **batch}.items():
        assert value.shape == numeric(program.tensors[name].shape, rows), name


@pytest.mark.parametrize(("preset", "mode"), [*every(PRESETS, MODES)])
def test_every_kind_of_layer_gives_a_program(preset, mode):
    for kind in LAYERS:
        verified(compile_network(network(kind, "mse", preset, mode), "update"))


KINDS = [
    *every(("cmu-toy",), MODES, LOSSES),
    *every(("torch",), ("train",), LOSSES),
    *every(PRESETS.keys() - {"cmu-toy", "torch"}, ("train",), ("mse",)),
]


@pytest.mark.slow
@pytest.mark.parametrize(("first", "preset", "mode", "loss"), [(k, *kind) for k, kind in enumerate(sorted(KINDS))])
def test_every_kind_of_layer_goes_with_every_loss_and_optimizer(first, preset, mode, loss):
    """Every two of them: a third of the optimizers for each layer, and another third beside the next loss, if any."""
    step = 3 if preset in ("cmu-toy", "torch") else 1
    for (i, (_, optimizer)), (j, kind) in every(enumerate(optimizers(preset)), enumerate(LAYERS)):
        if (first + i + j) % step == 0:
            verified(compile_network(network(kind, loss, preset, mode, optimizer), "update"))


@pytest.mark.slow
@pytest.mark.parametrize(("preset", "mode", "goal"), [*every(PRESETS, MODES, GOALS)])
def test_every_goal_gives_a_program(preset, mode, goal):
    for loss, kind in every(LOSSES, ("softmax", "sigmoid", "relu")):
        program = compile_network(network(kind, loss, preset, mode), goal).program
        verify(program)
        assert {step.section for step in program.steps} == {"forward", "loss", *GOALS[1 : GOALS.index(goal) + 1]}


@pytest.mark.parametrize("preset", PRESETS)
def test_a_gradient_in_place_of_a_loss_gives_a_program(preset):
    given = replace(network(preset=preset), loss=None, targets=None, grad_output=np.ones((5, 4)))
    verified(compile_network(given, "update"))


@pytest.mark.parametrize(("loss", "preset"), [*every(LOSSES, PRESETS)])
def test_a_network_without_layers_is_a_program(loss, preset):
    inputs = np.random.default_rng(2).dirichlet(np.ones(4), size=5)
    verified(compile_network(network(loss=loss, preset=preset, layers=(), inputs=inputs), "backward"))


def test_a_single_example_is_a_batch():
    found = compile_network(network(inputs=np.ones((1, 2)), targets=np.ones((1, 4))), "update").program
    verify(found)
    many = compile_network(network(), "update").program
    assert {t.name: t.shape for t in found.tensors.values()} == {t.name: t.shape for t in many.tensors.values()}


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_every_config_is_a_program(path):
    if "\ntable:" in path.read_text():
        pytest.importorskip("duckdb", reason="tables need the extra `tables`")
    for goal in ("furthest", "forward"):
        for case in load(str(path), goal, training=Training()):
            verified(case.compiled)
            verify(case.program)


@pytest.mark.parametrize(("preset", "mode"), [*every(PRESETS, MODES)])
def test_what_is_seen_is_what_is_computed(preset, mode):
    for _, optimizer in optimizers(preset):
        compiled = compile_network(network("relu", "cross_entropy", preset, mode, optimizer), "update")
        seen, dialect = compiled.seen(), compiled.dialect
        own = replace(seen, program=compiled.program, state=compiled.state(), batch=compiled.batch()).run()
        turned = dialect.turn(own)
        conventions = PRESETS[preset]
        other = conventions.samples == "columns" or conventions.layout == "out_in" or conventions.biases == "flat"
        assert any(turned[name].shape != own[name].shape for name in turned) == other
        found = seen.run()
        assert list(found) == list(turned) or (conventions.joins and {*found} == {*turned})
        for name, value in turned.items():
            np.testing.assert_allclose(found[name], value, rtol=1e-12, atol=1e-15, err_msg=name)


# what is broken


@op("{A} + {B}")
def added(A, B):
    return A + B


@op("Σ_n {A}")
def summed(A):
    return A.sum(axis=0, keepdims=True)


@pytest.fixture
def program():
    optimizer = dict(optimizers("cmu-toy"))["sgd scheduled"]
    return compile_network(network("softmax", "cross_entropy", "torch", optimizer=optimizer), "update").program


def with_tensor(program, name, /, **changes):
    """The program with other words about one tensor."""
    return replace(program, tensors={**program.tensors, name: replace(program.tensors[name], **changes)})


def with_step(program, name, **changes):
    """The program with one step changed."""
    steps = tuple(replace(step, **changes) if step.name == name else step for step in program.steps)
    return replace(program, steps=steps)


def moved_to_front(program, name):
    """The program with one of the given tensors, or one of the steps, before all others."""
    steps = sorted(program.steps, key=lambda step: step.name != name)
    tensors = sorted(program.tensors.values(), key=lambda t: (t.role == "computed", t.name != name))
    return replace(program, tensors={t.name: t for t in tensors}, steps=tuple(steps))


def computed_first(program):
    tensors = sorted(program.tensors.values(), key=lambda t: t.role != "computed")
    return replace(program, tensors={tensor.name: tensor for tensor in tensors})


def twice(program, name):
    step = program.by_name[name]
    return replace(program, steps=(*program.steps, step))


def without(program, name):
    return replace(program, tensors={n: tensor for n, tensor in program.tensors.items() if n != name})


def routed(program, name, *ways):
    return replace(program, routes={**program.routes, name: ways})


BROKEN = {
    "a step reads what comes later": (
        lambda p: with_step(p, "Y1lin", operands=("gradX", "W1", "B1")),
        "Y1lin reads gradX, which is not known yet",
    ),
    "a step reads itself": (lambda p: with_step(p, "Y1lin", operands=("Y1lin", "W1", "B1")), "Y1lin reads Y1lin"),
    "a step reads what is not there": (lambda p: with_step(p, "Y1lin", operands=("X", "W9", "B1")), "Y1lin reads W9"),
    "a step comes too early": (lambda p: moved_to_front(p, "Y2lin"), "Y2lin reads Y1, which is not known yet"),
    "a step is there twice": (lambda p: twice(p, "Y1lin"), "['Y1lin'] computed twice"),
    "a tensor is not declared": (lambda p: without(p, "Y1lin"), "what is given and computed"),
    "a given tensor is computed": (lambda p: with_tensor(p, "Y1lin", role="state"), "['Y1lin'] computed twice"),
    "a computed tensor is given": (lambda p: with_tensor(p, "B1", role="computed"), "what is given and computed"),
    "what is given does not come first": (computed_first, "what is given and computed"),
    "a tensor has another name": (lambda p: with_tensor(p, "W1", name="V1"), "what is given and computed"),
    "an operand has another shape": (lambda p: with_tensor(p, "D", shape=(N, 9)), "L: shape mismatch"),
    "a shape has no N": (
        lambda p: with_tensor(p, "L", shape=(5,)),
        "L is computed with shape ('N',), and said to have (5,)",
    ),
    "shapes do not fit": (lambda p: with_step(p, "Y1lin", operands=("W1", "X", "B1")), "Y1lin: matmul of"),
    "an op computes another shape": (lambda p: with_step(p, "Y1lin", op=summed, operands=("X",)), "with shape (1, 2)"),
    "an op ignores what it is given": (
        lambda p: with_step(p, "L_mean", op=replace(summed, function=lambda A: 0.0)),
        "L_mean does not depend on its operands",
    ),
    "a setting is a name": (lambda p: with_step(p, "norm1", settings={"eps": "lr"}), "settings that are no numbers"),
    "a gradient is not there": (lambda p: with_tensor(p, "W1", gradient="gradL"), "gradL, which is not there"),
    "a gradient has another shape": (lambda p: with_tensor(p, "L", gradient="W1_new"), "W1_new has shape (2, 3)"),
    "two tensors have one gradient": (
        lambda p: with_tensor(p, "gamma1", gradient="gradbeta1"),
        "['gradbeta1'] are the gradients of two tensors each",
    ),
    "a successor has another shape": (lambda p: with_tensor(p, "W1", successor="gradX"), "gradX has shape"),
    "a successor is not there": (lambda p: with_tensor(p, "W1", successor="V1_new"), "V1_new, which is not there"),
    "a successor is given": (lambda p: with_tensor(p, "gamma1", successor="beta1"), "which is no result but weight"),
    "two tensors have one successor": (
        lambda p: with_tensor(p, "B1", successor="gamma1_new"),
        "['gamma1_new'] are the successors of two tensors each",
    ),
    "the input has a successor": (lambda p: with_tensor(p, "X", successor="Y"), "X, input, has a successor"),
    "a result has a successor": (lambda p: with_tensor(p, "gradX", successor="Y"), "gradX, computed, has a successor"),
    "a weight has a rule": (lambda p: with_tensor(p, "W1", rule=lambda step, rows: 0), "W1: weight, or a rule"),
    "a rule is missing": (lambda p: with_tensor(p, "lr", rule=None), "lr: scheduled, or a rule"),
    "what is drawn has no rule": (lambda p: with_tensor(p, "B1", role="drawn", field=None, trained=False), "or a rule"),
    "a route reads what comes later": (
        lambda p: routed(p, "Y1lin", Step("Y1lin", added, ("X", "gradX"), "forward")),
        "Y1lin reads gradX",
    ),
    "a route computes another shape": (
        lambda p: routed(p, "Y1lin", Step("Y1lin", summed, ("X",), "forward")),
        "Y1lin is computed with shape (1, 2)",
    ),
    "a route computes something else": (
        lambda p: routed(p, "Y1lin", p.by_name["Y2lin"]),
        "a route to Y1lin computes Y2lin",
    ),
    "a route to what is given": (lambda p: routed(p, "W1", Step("W1", summed, ("X",), "forward")), "routes to {'W1'}"),
    "a state is trained": (lambda p: with_tensor(p, "running_mean1_old", trained=True), "is trained"),
    "an input is trained": (lambda p: with_tensor(p, "X", trained=True), "X, input, is trained"),
    "an input is a field": (lambda p: with_tensor(p, "X", field=(0, "W")), "X, input, is a layer's field"),
    "a result is a field": (lambda p: with_tensor(p, "Y1", field=(0, "W")), "Y1, computed, is a layer's field"),
    "a weight is no field": (lambda p: with_tensor(p, "W1", field=None), "W1, a weight, is no layer's field"),
    "a weight has a row per example": (lambda p: with_tensor(p, "B1", shape=(N, 3)), "B1, weight, of ('N', 3)"),
    "an input has its own rows": (lambda p: with_tensor(p, "X", shape=(5, 2)), "X, input, of (5, 2)"),
    "two inputs": (lambda p: with_tensor(p, "D", role="input"), "2 inputs"),
    "no input": (lambda p: with_tensor(p, "X", role="target"), "0 inputs"),
    "a role of another name": (lambda p: with_tensor(p, "W1", role="wait"), "W1 has the role wait"),
    "a section of another name": (
        lambda p: with_tensor(with_step(p, "Y1lin", section="past"), "Y1lin", section="past"),
        "Y1lin is in the section past",
    ),
    "two sections": (lambda p: with_step(p, "Y1lin", section="backward"), "Y1lin: forward or backward"),
    "sections out of order": (
        lambda p: with_tensor(with_step(p, "Y1lin", section="update"), "Y1lin", section="update"),
        "comes after a step of update",
    ),
    "something given is in a section": (lambda p: with_tensor(p, "W1", section="forward"), "has another section"),
    "the objective is not there": (lambda p: replace(p, objective="M"), "the objective M is not computed"),
    "the objective is no loss": (lambda p: replace(p, objective="Y1lin"), "the objective Y1lin is no loss"),
    "no gradient to start from": (lambda p: replace(p, differentiated="Y1_2"), "Y1_2, where the backward pass starts"),
}


def test_the_program_that_is_broken_below_is_none_before(program):
    verify(program)


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_program_is_told(program, case):
    change, sentence = BROKEN[case]
    with pytest.raises(BrokenError) as caught:
        verify(change(program))
    assert sentence in str(caught.value)


def test_what_a_program_tells_of_itself():
    """By hand: W is trained and carried on, P is carried on, S follows a schedule."""
    tensors = [
        Tensor(name="X", shape=(N, 2), role="input", gradient="gradX"),
        Tensor(name="W", shape=(N, 2), role="weight", trained=True, field=(0, "W"), successor="W_new"),
        Tensor(name="P", shape=(), role="state", successor="P_new"),
        Tensor(name="S", shape=(), role="scheduled", rule=len),
        Tensor(name="D", shape=(N, 2), role="target"),
        *(Tensor(name=name, shape=()) for name in ("Y", "W_new", "gradX", "P_new")),
    ]
    steps = tuple(Step(name, added, ("X", "W"), "forward") for name in ("Y", "W_new", "gradX", "P_new"))
    program = Program({tensor.name: tensor for tensor in tensors}, steps)
    assert program.given == ("X", "W", "P", "S", "D")
    assert program.order == ("X", "W", "P", "S", "D", "Y", "W_new", "gradX", "P_new")
    assert program.by_name == dict(zip(("Y", "W_new", "gradX", "P_new"), steps, strict=True))
    assert (program.input, program.target, program.batch) == ("X", "D", ("X", "D"))
    assert program.parameters == ("W",)
    assert program.successors == {"W": "W_new", "P": "P_new"}
    assert program.gradients == {"X": "gradX"}
    assert program.fields == {"W": (0, "W")}
    assert program.rules == {"S": len}
    assert replace(program, tensors={"X": tensors[0]}, steps=()).target is None
