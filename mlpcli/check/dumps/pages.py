"""Dumps of several cases or training steps: which of them is compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from ...errors import InputError, Place, Problem

T = TypeVar("T")
Page = tuple[str, str]
"""The case and the step of a tensor, both empty where the dump has only one."""


def page_of(case: int, entries: Sequence[tuple[Page, T]], file: str) -> list[T]:
    """The entries of a case and the first step: those of that number, or of the only one there is.

    Raises InputError if there are several and none has the number.
    """
    for part, (word, wanted) in enumerate((("case", str(case)), ("step", "1"))):
        numbers = list(dict.fromkeys(page[part] for page, _ in entries))
        if len(numbers) > 1 and not {wanted, ""} & set(numbers):
            few = ", ".join(numbers[:8]) + (", …" if len(numbers) > 8 else "")
            message = f"it holds the {word}s {few} and no {word} {wanted}: which is meant? Dump one of them"
            raise InputError(Problem(Place(file), "", message))
        taken = numbers if len(numbers) < 2 else [wanted, ""]
        entries = [(page, entry) for page, entry in entries if page[part] in taken]
    return [entry for _, entry in entries]
