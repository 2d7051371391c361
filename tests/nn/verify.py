"""What every program is: a straight line of steps that can be walked once, from what is given to what comes last."""

from collections import Counter
from functools import cache

from mlpcli.values.shapes import N, Shaped, shaped, symbolic

ROLES = ("input", "target", "weight", "state", "scheduled", "drawn", "computed")
SECTIONS = ("forward", "loss", "backward", "update")


class BrokenError(AssertionError):
    """A program that is none."""


def need(condition, sentence):
    if not condition:
        raise BrokenError(sentence)


def verify(program):
    """Walk a program from the first tensor to the last. Raises BrokenError with what is wrong."""
    check_order(program)
    for tensor in program.tensors.values():
        check_tensor(program, tensor)
    walk(program)
    check_ends(program)


def check_order(program):
    """Names are unique, and tensors stand in order: first those that are given, then one for each step."""
    names = [*program.given, *(step.name for step in program.steps)]
    need(not repeated(names), f"{repeated(names)} computed twice")
    need([*program.tensors] == names, f"{[*program.tensors]} are not, in this order, what is given and computed")
    need(program.order == tuple(names), "another order")
    inputs, targets = ([t for t in program.tensors.values() if t.role == role] for role in ("input", "target"))
    need(len(inputs) == 1, f"{len(inputs)} inputs")
    need(len(targets) <= 1, f"{len(targets)} targets")
    for kind in ("gradients", "successors"):
        shared = repeated(getattr(program, kind).values())
        need(not shared, f"{shared} are the {kind} of two tensors each")


def repeated(names):
    return [name for name, count in Counter(names).items() if count > 1]


def check_tensor(program, tensor):
    """What a tensor says of itself fits its role and the tensors it speaks of."""
    name = tensor.name
    need(program.tensors[name] is tensor, f"{name} is kept as another tensor")
    need(tensor.role in ROLES, f"{name} has the role {tensor.role}")
    rows = tensor.role in ("input", "target")
    free = tensor.role in ("computed", "drawn")  # a mask has a row per example, what is drawn for a weight has not
    need(free or (N in tensor.shape) == rows, f"{name}, {tensor.role}, of {tensor.shape}")
    need((tensor.rule is not None) == (tensor.role in ("scheduled", "drawn")), f"{name}: {tensor.role}, or a rule")
    need(not tensor.trained or tensor.role == "weight", f"{name}, {tensor.role}, is trained")
    need(not tensor.field or tensor.role in ("weight", "state"), f"{name}, {tensor.role}, is a layer's field")
    need(tensor.role != "weight" or tensor.field, f"{name}, a weight, is no layer's field")
    if tensor.gradient:
        check_like(program, tensor, tensor.gradient)
    if tensor.successor:
        check_like(program, tensor, tensor.successor)
        role = program.tensors[tensor.successor].role
        need(tensor.role in ("weight", "state"), f"{name}, {tensor.role}, has a successor")
        need(role == "computed", f"{name} has the successor {tensor.successor}, which is no result but {role}")


def check_like(program, tensor, other):
    need(other in program.tensors, f"{tensor.name} speaks of {other}, which is not there")
    shape = program.tensors[other].shape
    need(shape == tensor.shape, f"{other} has shape {shape}, {tensor.name} has {tensor.shape}")


def walk(program):
    """Every step, and every route to its tensor, is computed from what is known by then, and has the shape it says."""
    known = {name: shaped(program.tensors[name].shape) for name in program.given}
    place = 0
    for step in program.steps:
        tensor = program.tensors[step.name]
        need(step.section in SECTIONS, f"{step.name} is in the section {step.section}")
        need(tensor.section == step.section, f"{step.name}: {tensor.section} or {step.section}")
        place, before = SECTIONS.index(step.section), place
        need(before <= place, f"{step.name}, {step.section}, comes after a step of {SECTIONS[before]}")
        for way in (step, *program.routes.get(step.name, ())):
            need(way.name == step.name, f"a route to {step.name} computes {way.name}")
            check_shape(way, known, tensor.shape)
        known[step.name] = shaped(tensor.shape)
    need(all(program.tensors[name].section == "given" for name in program.given), "what is given has another section")
    strangers = program.routes.keys() - program.by_name.keys()
    need(not strangers, f"routes to {strangers}, which no step computes")


def check_shape(step, known, expected):
    for name in step.operands:
        need(name in known, f"{step.name} reads {name}, which is not known yet")
    texts = {key: value for key, value in step.settings.items() if isinstance(value, str)}
    need(not texts, f"{step.name} has settings that are no numbers: {texts}")
    try:
        found = result(step.op, tuple(step.settings.items()), *(known[name].shape for name in step.operands))
    except ValueError as error:
        raise BrokenError(f"{step.name}: {error}") from error
    need(isinstance(found, Shaped), f"{step.name} does not depend on its operands")
    shape = symbolic(found.shape)
    need(shape == expected, f"{step.name} is computed with shape {shape}, and said to have {expected}")


@cache  # thousands of programs are verified, of a few ops each
def result(op, settings, *shapes):
    return op(*map(Shaped, shapes), **dict(settings))


def check_ends(program):
    """The loss is computed as such, and the backward pass starts at a tensor that has a gradient."""
    top, objective = program.differentiated, program.objective
    need(objective is None or objective in program.by_name, f"the objective {objective} is not computed")
    need(objective is None or program.by_name[objective].section == "loss", f"the objective {objective} is no loss")
    need(top is None or top in program.gradients, f"{top}, where the backward pass starts, has no gradient")
