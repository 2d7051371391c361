"""List the classic mistakes: where each can be made, and the words that name it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from .exercise import Exercise
from .hand import Mistake


@dataclass(frozen=True)
class Kind:
    """Say of a kind of mistake which tensors it is made in, when it is one, and how an explanation puts it."""

    ops: str
    when: Callable[[Exercise, int, object], bool]
    words: str

    def named(self, sentence: str) -> bool:
        return bool(re.search(self.words, sentence))


def always(ex, layer, course):
    return True


def last(ex, layer, course):
    return layer == ex.depth


def hidden(ex, layer, course):
    return layer < ex.depth


def batch(ex, layer, course):
    return ex.m > 1


def biased(ex, layer, course):
    return ex.b is not None


def first(ex, layer, course):
    return layer == 1


def squared(ex, layer, course):
    return layer == ex.depth and ex.loss in ("l2", "mse")


def sloped(*names):
    """Hold where a derivative of these activations is taken."""
    return lambda ex, layer, course: ex.acts[layer] in names and (layer < ex.depth or ex.loss in ("l2", "mse"))


def averaged(place):
    return lambda ex, layer, course: ex.m > 1 and course.average == place


def both(*conditions):
    return lambda ex, layer, course: all(c(ex, layer, course) for c in conditions)


def later(ex, layer, course):
    return ex.steps > 1 and layer == 1


def alike(ex, layer, course):
    return ex.sizes[layer] == ex.sizes[layer - 1]


def matrix(ex, layer, course):
    """Hold where a transposed gradient is no mere row for a column."""
    return ex.sizes[layer] > 1 and ex.sizes[layer - 1] > 1


def averaging(ex, layer, course):
    """Hold where the loss is a mean: the mean of a sum is a fine way to give it."""
    return course.average != "sum" and course.key != "handout"


def moving(ex, layer, course):
    return ex.mu > 0


def still(ex, layer, course):
    return not ex.mu


def several(ex, layer, course):
    return layer == ex.depth and (ex.m > 1 or ex.sizes[-1] > 1)


def apart(ex, layer, course):
    """Hold where biases are not a column of the weights."""
    return "db" in course.ops or ex.b is None


def equal(ex, layer, course):
    return hidden(ex, layer, course) and len({*ex.sizes[layer - 1 : layer + 2]}) == 1


def softmax(ex, layer, course):
    return ex.acts[layer] == "softmax"


def logarithm(ex, layer, course):
    return layer == ex.depth and ex.loss in ("ce", "bce")


def plain_rows(ex, layer, course):
    return layer == ex.depth and ex.m > 1 and ex.sizes[-1] > 1


AT_OUTPUT = r"derivative.*(output|activation|value)|taken (at|of)"
SUMMED = r"not summed|average|over N|divided by N|batch|sum"
FACTOR = r"factor|point moved|times|twice|too large|too small|half|average|divided|multipl"

KINDS = {
    "bias not added": Kind("z", biased, r"bias is (dropped|missing|not added)|B\d? ?= ?0"),
    "bias subtracted": Kind("z", biased, r"bias is subtracted|sign"),
    "weights truncated": Kind("z", always, r"integer|truncat|cut|whole numbers|rounded"),
    "weight mistyped": Kind("z", always, r"\w+\[\d.*\]|mistyp|in place of|at \[\d"),
    "wrong activation": Kind(
        "a", lambda ex, layer, course: ex.acts[layer] in ("sigmoid", "tanh", "relu"), r"tanh|sigmoid|σ|relu|ReLU"
    ),
    "activation missing": Kind("a", both(hidden, always), r"activation is missing"),
    "softmax over the wrong axis": Kind("a", both(softmax, batch), r"wrong axis|column|normalized|normalised"),
    "softmax over the whole batch": Kind("a", both(softmax, batch), r"whole batch"),
    "labels shifted": Kind("y", several, r"label|class|target|\b[DYyt] = |implies|shift"),
    "targets reshaped, not transposed": Kind("y", plain_rows, r"target|label|reshap|class|\b[DYyt] = |implies"),
    "loss sign": Kind("loss", last, r"sign"),
    "loss in base 10": Kind("loss", logarithm, r"base 10"),
    "loss in base 2": Kind("loss", logarithm, r"base 2"),
    "loss averaged twice": Kind("loss", both(last, batch, averaging), r"twice|N\b|averaged|mean|batch"),
    "a term of the loss missing": Kind(
        "loss", lambda ex, layer, course: layer == ex.depth and ex.loss == "bce", r"term of 1 − \S+ is missing"
    ),
    "half of the loss": Kind("loss", squared, r"½|factor|half|2"),
    "loss not squared": Kind("loss", squared, r"not squared|absolute|square"),
    "error sign": Kind("e", last, r"sign|target_minus_output|− Y"),
    "factor 2 of the error": Kind("e", squared, r"2|factor|½|twice"),
    "error not averaged": Kind("e", both(last, averaged("error")), r"not (averaged|divided)|sum|over N|batch"),
    "error averaged once more": Kind("e", both(last, batch), r"average|divided|mean|over N|twice"),
    "target not subtracted": Kind("e", last, r"not subtracted|implies|equals [aAoYhs]"),
    "derivative missing": Kind("dz", sloped("sigmoid", "tanh", "relu"), r"derivative.*missing"),
    "derivative at the output": Kind("dz", sloped("sigmoid", "tanh"), AT_OUTPUT),
    "derivative written with z": Kind("dz", sloped("sigmoid", "tanh"), r"derivative|slope|in place of|taken| as y"),
    "derivative of another activation": Kind("dz", sloped("sigmoid", "tanh"), r"derivative.*|tanh|σ|sigmoid"),
    "ReLU cut by its own sign": Kind("dz", sloped("relu"), r"own sign"),
    "multiplied by the activation": Kind("dz", sloped("relu", "sigmoid", "tanh"), r"by the activation|factor"),
    "weights after the update": Kind("da", both(first, still), r"after its update|after the update|updated"),
    "weights of another layer": Kind("da", equal, r"(W|w|Theta|weight)\S* (is|are) used|in place of|instead"),
    "weights not transposed": Kind("da", both(equal, apart), r"transposed|layout"),
    "dW transposed": Kind("dw", matrix, r"transposed|layout"),
    "dW not averaged": Kind("dw", averaged("gradients"), SUMMED),
    "dW averaged once more": Kind("dw", batch, SUMMED),
    "outputs in place of inputs": Kind("dw", both(alike, apart), r"in place of|instead|is used|input"),
    "only the last sample in dW": Kind("dw", batch, r"last input|last"),
    "only the first sample in dW": Kind("dw", batch, r"first input|first"),
    "db summed over the wrong axis": Kind("db", both(biased, batch), r"axis|outputs|samples|features"),
    "db summed over the wrong axis, flat": Kind("db", both(biased, batch), r"axis|outputs|samples|features"),
    "db summed over everything": Kind("db", biased, r"all|every|over .* too|one number|both axes"),
    "db not summed": Kind("db", both(biased, batch), r"not summed"),
    "only the last sample in db": Kind("db", both(biased, batch), r"last input|last"),
    "db not averaged": Kind("db", both(biased, averaged("gradients")), SUMMED),
    "db averaged once more": Kind("db", both(biased, batch), SUMMED),
    "gradients accumulated": Kind("dw", later, r"accumulat|before|previous|zero_grad|step"),
    "update with the wrong sign": Kind("w", first, r"sign|added|subtracted|up the"),
    "rate twice": Kind("w", always, r"lr|rate|divided by"),
    "rate missing": Kind("w", always, r"rate.*missing|lr|rate"),
    "weights not updated": Kind("w", always, r"not updated|not changed|lr = 0|equals [wWbBT0-9]"),
    "bias not updated": Kind("b", biased, r"not updated|not changed|lr = 0|equals [wWbBT0-9]"),
    "update averaged once more": Kind("w", batch, r"average|divided|N\b|twice|over_n"),
    "old value lost": Kind("w", always, r"old value is lost|lost"),
    "velocity reset": Kind("w", both(later, moving), r"momentum|velocity|mu"),
    "update not carried on": Kind("z", later, r"updat|step|previous|old|carried"),
    "constant factor": Kind("z a loss e dz da dw db", always, FACTOR),
    "not filled in": Kind("e dz da dw db", always, r"zero|0|not filled|empty"),
    "sign flipped": Kind("z dz da dw db", always, r"sign|subtracted|added|−"),
    "slip in a number": Kind("z a e dz da dw db w", always, r"sign|digit|decimal|factor|\[\d.*\]|point"),
    "row copied": Kind("z a dz da dw", always, r"row|column|repeat|copied"),
    "typo": Kind("typo", always, r"digit|sign|decimal|point|power|swapped|dropped"),
}


def sites(name: str, ex: Exercise, course) -> list[tuple[str, int]]:
    """List the places where a kind of mistake can be made."""
    kind = KINDS[name]
    ops = [op for op in kind.ops.split() if op in ("y", "e") or op in course.ops]
    pairs = [(op, layer) for op in ops for layer in range(1, ex.depth + 1) if kind.when(ex, layer, course)]
    return [(op, layer) for op, layer in pairs if reasonable(op, layer, ex)]


def reasonable(op: str, layer: int, ex: Exercise) -> bool:
    if op in ("loss", "e", "y"):
        return layer == ex.depth
    if op == "da":
        return layer < ex.depth
    return ex.b is not None if op in ("db", "b") else True


def draw(name: str, ex: Exercise, course, random) -> Mistake | None:
    """Draw a mistake of a kind, if the exercise has room for one."""
    places = sites(name, ex, course)
    if not places:
        return None
    op, layer = places[random.integers(len(places))]
    if op == "e":
        op = "da" if ex.loss in ("l2", "mse") else "dz"
    number = float(random.choice([4, 1 / 3, 0.5, 3, 10, 2])) if name == "constant factor" else float(random.random())
    if name == "factor 2 of the error":
        number = float(ex.loss == "mse")
    return Mistake(name, op, layer, 0, number)
