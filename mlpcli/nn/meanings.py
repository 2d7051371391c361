"""What the fields of a dataclass mean: the sentences that stand under them."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from itertools import pairwise


def meanings(cls: type) -> dict[str, str]:
    """Return every field of a dataclass, inherited ones too → the sentence that stands under it, where there is one."""
    bases = [base for base in reversed(cls.__mro__) if "__dataclass_fields__" in vars(base)]
    return {name: text for base in bases for name, text in own_meanings(base)}


def own_meanings(cls: type) -> Iterator[tuple[str, str]]:
    try:
        text = inspect.getsource(cls)
    except (OSError, TypeError):
        return  # it was typed in, and stands in no file
    (source,) = ast.parse(text).body
    assert isinstance(source, ast.ClassDef)
    for pair in pairwise(source.body):
        match pair:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(meaning))):
                yield name, " ".join(meaning.split())
