"""`notation: {preset: ng, linear: 'S{l}', from: 0}` → the templates that tensors are named by."""

from __future__ import annotations

import re
from collections.abc import Mapping as Mappings
from string import Formatter
from typing import Any

from ..errors import quoted, suggestion
from ..nn.layers import LAYERS
from ..nn.losses import LOSSES
from ..nn.names import NUMBERS, SUFFIXES
from ..nn.notations import HANDOUT, NOTATIONS, templates_of
from ..nn.optimizers import OPTIMIZERS
from .nodes import Mapping, Node, Scalar
from .scalars import BAD, INTEGER, Scalars

SHORT = {"W": "weight", "B": "bias"}
"""What a config may call a kind of tensor."""
OTHERS = ("preset", "from", "count")
"""Keys that are no kind of tensor: what is changed, the first layer's number, what the number of samples is called."""


def read_notation(node: Node, converter: Scalars, path: str) -> Any:
    """Return the name of a notation, or changes to one; BAD with every problem noted."""
    if isinstance(node, Scalar):
        return converter.word(node, NOTATIONS, path)
    if not isinstance(node, Mapping):
        return converter.fail(node.place, path, f"a notation ({', '.join(NOTATIONS)}) or templates are needed here")
    known, found, good = defaults(), dict[str, str](), True
    for key, (place, value) in node.entries.items():
        kind = SHORT.get(key, key)
        if kind not in (*known, *OTHERS):
            hint = suggestion(key, [*SHORT, *known, *OTHERS]) or f"; known are {', '.join([*SHORT, *known])}"
            converter.fail(place, f"{path}.{key}", f"unknown kind of tensor{hint}")
            good = False
            continue
        text = converter.text(value, f"{path}.{key}")
        problem = "" if text is BAD else objection(kind, text, known)
        if problem:
            converter.fail(value.place, f"{path}.{key}", problem)
        good = good and text is not BAD and not problem
        found[kind] = text
    return {**templates_of(found.pop("preset", "handout")), **found} if good else BAD


def defaults() -> dict[str, str]:
    """Return every kind of tensor → its template in the handout's notation."""
    tables: list[Mappings[str, str]] = [layer.templates for layer in LAYERS.values()]
    tables += [part.templates for table in (LOSSES, OPTIMIZERS) for part in table.values()]
    known = HANDOUT | {kind: template for table in tables for kind, template in table.items()}
    own = {f"gradient_of_{kind}": "{name}" for kind in known if "{name}" not in known[kind]}
    suffixed = {kind: f"{{name}}{suffix}" for kind, suffix in SUFFIXES.items()}
    return known | suffixed | {"last_linear": "", "data_loss": ""} | own


def is_name(text: str) -> bool:
    """Return whether YAML reads a text back as the name that it is."""
    number = re.fullmatch(r"[-+]?[\d.]+(e[-+]?\d+)?|0x[\da-f]+", text, re.IGNORECASE)
    word = text.lower() in ("yes", "no", "on", "off", "true", "false", "null")
    return bool(re.fullmatch(r"[\w.∂∇/'()]*[^\W\d_][\w.∂∇/'()]*", text)) and not number and not word


def objection(kind: str, text: str, known: Mappings[str, str]) -> str:
    """Return why a text cannot be the template of a kind of tensor, or nothing."""
    if kind == "preset":
        return "" if text in NOTATIONS else f"unknown notation {quoted(text)}{suggestion(text, NOTATIONS)}"
    if kind == "from":
        return "" if INTEGER.fullmatch(text) and len(text) < 5 else f"{quoted(text)} is no number of a first layer"
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        return f"{quoted(text)} is no template: {error}"
    fields = [field for _, field, _, _ in parts if field is not None]
    allowed = () if kind == "count" else (*NUMBERS, "name")
    odd = [part for part in parts if part[1] is not None and (part[1] not in allowed or part[2] or part[3])]
    if odd:
        if kind != "count" and odd[0][1] in (*NUMBERS, "name"):
            return f"{quoted(text)} is no template: {{{odd[0][1]}}} stands alone in its braces"
        numbers = ", ".join(f"{{{number}}}" for number in NUMBERS)
        return f"unknown placeholder {quoted('{' + str(odd[0][1]) + '}')}: {numbers} are numbers, {{name}} is a tensor"
    if not is_name(re.sub(r"\{\w*\}", "1", text)):
        return "a name is needed here: letters, digits and _, with a letter in it"
    own = known.get(kind, "")
    if kind.startswith("gradient_of_"):
        many = any(f"{{{number}}}" in known[kind.removeprefix("gradient_of_")] for number in NUMBERS)
        return "it lacks {l}, the number of the layer, or {name}" if many and not fields else ""
    if ("{name}" in own) != ("name" in fields):
        return f"it {'lacks' if '{name}' in own else 'cannot have'} {{name}}, the tensor that it belongs to"
    if any(f"{{{number}}}" in own for number in NUMBERS) and not any(number in fields for number in NUMBERS):
        return "it lacks {l}, the number of the layer"
    return ""
