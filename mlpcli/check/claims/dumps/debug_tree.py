"""JSON of Hugging Face's model_addition_debugger → claims: what went into every module, and what came out.

A module has `module_path`, `inputs`, `outputs` and `children`; a tensor has `shape`, `dtype` and, where all is kept,
`value`: the lines that print it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ....config.nodes import MAX_DEPTH
from ....errors import InputError, Place, Problem
from ..claimed import Claimed
from .digits import no_tensor
from .pages import Steps, limited
from .text.reader import read_paste

SUMMARY = "it has only summaries (mean, std, min, max); the file with whole tensors is the one named _FULL_TENSORS.json"
TOO_DEEP = f"modules nested deeper than {MAX_DEPTH} levels"
TOP = " (top-level)"


def is_debug_tree(root: Any) -> bool:
    """Return whether it is a module with what went in and out."""
    return isinstance(root, dict) and isinstance(root.get("module_path"), str)


def read_debug_tree(root: dict[str, Any], file: str) -> Steps[Claimed]:
    """Read the inputs and outputs of every module: `Net.fc1.output`. Raises InputError."""
    found = limited(module(root, file, 0), file)
    if found and not any("value" in tensor for _, tensor in found):
        raise InputError(Problem(Place(file), "", SUMMARY))
    return {1: [claim(name, tensor, file) for name, tensor in found]}


def module(node: dict[str, Any], file: str, depth: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the tensors of a module and of those in it, in the order that it runs."""
    if depth > MAX_DEPTH:
        raise InputError(Problem(Place(file), "", TOO_DEEP))
    path = str(node.get("module_path", "")).removesuffix(TOP)
    yield from named(f"{path}.input", node.get("inputs"), file, depth)
    children = node.get("children")
    for child in children if isinstance(children, list) else []:
        if isinstance(child, dict):
            yield from module(child, file, depth + 1)
    yield from named(f"{path}.output", node.get("outputs"), file, depth)


def named(name: str, value: Any, file: str, depth: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the tensors among arguments or results: numbered where there are several, named where they have names."""
    if depth > MAX_DEPTH:
        raise InputError(Problem(Place(file), "", TOO_DEEP))
    if isinstance(value, list):
        for i, item in enumerate(value):
            yield from named(name if len(value) == 1 else f"{name}[{i}]", item, file, depth + 1)
    elif isinstance(value, dict) and "shape" in value:
        yield name, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from named(name if key in ("args", "kwargs") else f"{name}.{key}", item, file, depth + 1)


def claim(name: str, tensor: dict[str, Any], file: str) -> Claimed:
    """Read the printed lines of a tensor."""
    place, lines = Place(file), tensor.get("value")
    if isinstance(lines, str) and lines.endswith(".safetensors"):
        return no_tensor(name, place, f"its numbers are in {lines[:80]}: check that file")
    if not isinstance(lines, list):
        return no_tensor(name, place, "it has only a summary, not its numbers")
    try:
        (found,) = read_paste("\n".join(map(str, lines)), file)[1]
    except InputError as error:
        return no_tensor(name, place, error.problems[0].message)
    except (KeyError, ValueError):
        return no_tensor(name, place, "it is not one printed tensor")
    return replace(found, name=name, place=place)
