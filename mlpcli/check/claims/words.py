"""What the name of a tensor says in any course's words: `dw_o`, `hidden_layer_input`, `l1_delta`, `fc2.weight.grad`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

SUBSTITUTES = (
    (re.compile(r"^d_?(?:L|J|E|C|loss|cost|error|total)_?/?_?d_?(?=[A-Za-z])"), "grad "),
    (re.compile(r"^(?:∂|d)(?:[LJEC]|[Ll]oss|[Cc]ost|[Ee]rror)\w{0,8}/(?:∂|d)"), "grad "),
    (re.compile(r"^(?:∂|d)\w{1,20}/(?:∂|d)\w{1,20}$"), "local"),
    (re.compile(r"[∂∇]"), " grad "),
    (re.compile(r"δ"), " delta "),
    (re.compile(r"Δ"), " change "),
    (re.compile(r"θ|Θ"), " theta "),
    (re.compile(r"['′’+*]$"), " new"),
    (re.compile(r":0$"), ""),
    (re.compile(r"ŷ|y_?hat", re.IGNORECASE), " prediction "),
    (re.compile(r"cross_?entropy", re.IGNORECASE), " loss "),
    (re.compile(r"^vd?(?=[WwBb]\d)"), "velocity "),
    (
        re.compile(r"(?:^|\[['\"]?)d(?=[A-Z]|[wbzahoyx](?:[\d_^(\[{\]'\"]|$)|scores|logits|probs|hidden|out|layer)"),
        " grad ",
    ),
    (re.compile(r"(?:^|\[['\"]?)d(?=theta|gamma|beta)"), " grad "),
)
"""Marks and spellings → words, one after the other."""
MOST_NAMES = 4096
"""Names that are kept in memory with what they mean: a class uses the same ones."""
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")
RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "01234567890123456789")
GLUED = re.compile(
    r"^(w|b)(ih|ho|xh|hh|hy|oh|hx|h|o|i|out|hid|hidden)$|^(net|out|in|delta|err)(h|o|hid|hidden)$"
    r"|^(h|o)(net|out|in|delta|err)$"
)
"""What a tensor is, with the letter of its layer."""

GRADIENT, UPDATED, CHANGE, VELOCITY = "gradient", "updated", "step", "velocity"
ROLES = {
    **dict.fromkeys(("grad", "grads", "gradient", "gradients", "nabla", "d", "dl", "dj", "de"), GRADIENT),
    **dict.fromkeys(("new", "updated", "update", "after", "next", "final"), UPDATED),
    **dict.fromkeys(("change", "step", "adjustment"), CHANGE),
    **dict.fromkeys(("velocity", "vel", "momentum", "buffer", "buf", "v"), VELOCITY),
}
KINDS = {
    **dict.fromkeys(("w", "weight", "weights", "kernel", "theta", "syn", "synapse", "coef", "coefs", "wts"), "weight"),
    **dict.fromkeys(("b", "bias", "biases", "intercept", "intercepts", "offset"), "bias"),
    **dict.fromkeys(("z", "zs", "net", "in", "input", "lin", "linear", "pre", "preactivation", "logit", "s"), "linear"),
    **dict.fromkeys(("a", "h", "act", "activation", "activations", "out", "output", "outputs", "o", "y"), "activation"),
    **dict.fromkeys(("sigmoid", "relu", "tanh", "softmax", "prediction"), "activation"),
    **dict.fromkeys(("x", "inputs"), "input"),
    **dict.fromkeys(("target", "targets", "label", "labels", "t"), "target"),
    **dict.fromkeys(("loss", "cost", "j", "l", "c", "e", "mse", "nll", "objective", "sse", "losses", "costs"), "loss"),
    **{"gamma": "gamma", "beta": "beta", "mu": "mean", "mean": "mean", "var": "var", "sigma": "var"},
}
LAST = {"scores": "linear", "logits": "linear", "probs": "activation", "probabilities": "activation"} | dict.fromkeys(
    ("pred", "preds", "predictions", "prediction", "prob", "p"), "activation"
)
"""Words for what comes of the last layer."""
PLACES = {
    **dict.fromkeys(("hidden", "hid", "h", "ih", "xh", "i"), "hidden"),
    **dict.fromkeys(("output", "out", "o", "ho", "hy", "oh", "yh", "last"), "last"),
}
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}
FILLERS = frozenset(
    {"network", "nn", "of", "wrt", "for", "at", "the", "to", "value", "values"}
    | {"history", "list", "matrix", "vector", "total", "mean", "avg", "average", "squared", "sum"}
    | {"regularized", "regularised"}
    | {"params", "param", "cache", "self", "state", "dict", "train", "neuron", "unit", "node"}
)
"""Words that say nothing about which tensor it is."""
MODULES = frozenset({"layer", "layers", "fc", "dense", "linear", "net", "model", "l", "lin", "block", "affine"})
"""Words before the number of a layer."""
BY_EXAMPLE = frozenset({"input", "linear", "activation", "target"})
"""Kinds of tensors of which each example has a row."""
ERRORS = frozenset({"delta", "deltas", "error", "errors", "err", "errs"})
KNOWN = frozenset({*ROLES, *KINDS, *LAST, *PLACES, *FILLERS, *MODULES, *ERRORS})


FROM_THE_END = re.compile(r"\[-([1-9]\d?)\]")
"""The layer that Python counts from the end: `nabla_b[-1]` is the last one's."""


@dataclass(frozen=True)
class Meaning:
    """What a name may mean: the kind of tensor, what it is of that, and the layer."""

    kind: str
    role: str = ""
    number: int | None = None
    """The number of a layer, however it is counted; below 0 from the end."""
    place: str = ""
    """hidden or last, where a word says so."""


@lru_cache(MOST_NAMES)
def meanings(name: str) -> tuple[Meaning, ...]:
    """Return what a name may mean, the likeliest first; nothing if its words are none that we know."""
    words = list(words_of(name))
    numbers = [int(word) for word in words if word.isdecimal() and len(word) < 4]
    from_the_end = FROM_THE_END.search(name)
    number = -int(from_the_end[1]) if from_the_end else None
    number = number or next((ORDINALS[word] for word in words if word in ORDINALS), numbers[0] if numbers else None)
    spoken = [word for word in words if not word.isdecimal() and word not in ORDINALS]
    if number is None and "dense" in spoken:
        number = 0  # Keras numbers its layers from the second on
    if any(word not in KNOWN for word in spoken):
        return ()
    if not any(KINDS.get(word) in ("weight", "bias") for word in spoken):
        spoken = ["net" if word == "v" else word for word in spoken]  # Haykin's v, the field that a neuron feels
    place, spoken = place_of(spoken)
    roles = [ROLES[word] for word in spoken if word in ROLES]
    rest = [word for word in spoken if word not in ROLES]
    found = [replace(m, number=number, place=m.place or place) for m in read(rest, roles, place, number)]
    return tuple(dict.fromkeys(found))


def is_activation(name: str) -> bool:
    return any((meaning.kind, meaning.role) == ("activation", "") for meaning in meanings(name)[:1])


def words_of(name: str) -> Iterator[str]:
    """Yield the words of a name in small letters."""
    name = name.translate(RAISED)
    for pattern, word in SUBSTITUTES:
        name = pattern.sub(word, name)
    for found in WORD.findall(name):
        word = found.lower()
        glued = GLUED.match(word)
        yield from filter(None, glued.groups()) if glued else (word,)


def place_of(words: Sequence[str]) -> tuple[str, list[str]]:
    """Return which layer words tell, and the other words: `hidden layer input` is the input of the hidden layer."""
    rest = list(words)
    if "layer" in rest[1:]:
        before = rest[rest.index("layer") - 1]
        if before in PLACES or before == "input":
            rest.remove(before)
            rest.remove("layer")
            return PLACES.get(before, "hidden"), rest
    if rest[-1:] == ["y"] and {*rest[-2:-1]} & {*KINDS, *ERRORS}:
        return "last", rest[:-1]  # v_Y: y is the output unit as well
    told = [word for word in rest if word in PLACES]
    others = [word for word in rest if (word in KINDS and word not in PLACES) or word in ERRORS]
    if not others and {"out", "output"} & {*told} and "hidden" in [PLACES[word] for word in told]:
        return "hidden", [word for word in rest if PLACES.get(word) != "hidden"]
    if told and (others or len(told) > 1):
        return PLACES[told[-1]], [word for word in rest if word not in PLACES] if others else rest[:-1]
    if [word for word in rest if word not in ROLES] in (["hidden"], ["hid"]):
        return "hidden", [*(word for word in rest if word in ROLES), "a"]
    return "", rest


def read(words: Sequence[str], roles: Sequence[str], place: str, number: int | None) -> Iterator[Meaning]:
    """Yield what words mean that are neither number nor place."""
    role = next((r for r in (UPDATED, VELOCITY, CHANGE, GRADIENT) if r in roles), "")
    if "delta" in words or "deltas" in words:
        yield from of_delta(words, role)
        return
    if ERRORS & set(words):
        yield from of_error(words, place or number is not None)
        return
    kinds = [KINDS[word] for word in words if word in KINDS]
    last = next((word for word in words if word in LAST), "")
    if last:
        yield Meaning(LAST[last], role, place="last")
        return
    letters = [word for word in words if word not in MODULES]
    kinds = [KINDS[word] for word in letters if word in KINDS] or kinds
    parameter = next((kind for kind in kinds if kind in ("weight", "bias")), "")
    module = (bool(words) or bool(place)) and all(word in MODULES for word in words) and words != ["net"]
    named = "activation" if module and (number is not None or place) else parameter or kinds[-1] if kinds else ""
    if not named:
        return
    if {"output", "outputs", "out"} & set(words) or words in (["y"], ["o"]):
        place = place or ("last" if number is None else "")
    yield Meaning(named, role, place=place if named == "activation" and number is None else "")
    if named == "activation" and role == GRADIENT and not {"a", "h", "o", "y"} & set(words):
        yield Meaning("linear", GRADIENT, place=place)
    if named in ("weight", "bias") and role == "":
        yield Meaning(named, UPDATED)
    if named in ("weight", "bias") and role == GRADIENT:
        yield Meaning(named, CHANGE)
    if named in ("weight", "bias") and role == CHANGE:
        yield Meaning(named, GRADIENT)
    if words == ["y"] and not role and number is None:
        yield Meaning("target")


def of_delta(words: Sequence[str], role: str) -> Iterator[Meaning]:
    """Yield what a delta is: the change of a weight, or the gradient at what goes into an activation."""
    kind = next((KINDS[word] for word in words if KINDS.get(word) in ("weight", "bias")), "")
    if kind:
        yield from (Meaning(kind, CHANGE), Meaning(kind, GRADIENT))
        return
    yield Meaning("linear", GRADIENT)


def of_error(words: Sequence[str], in_a_layer: bool | str) -> Iterator[Meaning]:
    """Yield what an error is: the gradient at a layer's output, or at its input; without a layer also the loss."""
    if {"total", "mean", "squared", "mse", "loss"} & set(words):
        yield Meaning("loss")
        return
    yield Meaning("activation", GRADIENT, place="" if in_a_layer else "last")
    yield Meaning("linear", GRADIENT, place="" if in_a_layer else "last")
    if not in_a_layer:
        yield Meaning("loss")
