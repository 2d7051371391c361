"""Columns by name, glob, number or range."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase

from ..errors import quoted, suggestion
from ..files.streams import ArrayError

NUMBER = re.compile(r"-?\d{1,9}", re.ASCII)
SHOWN = 12
"""Names at most that an error lists."""


def choose(wanted: Sequence[str], names: Sequence[str], file: str, key: str) -> dict[str, bool]:
    """Return the columns that are meant, and whether each is named itself. Raises ArrayError.

    `bill_*` is a glob, `2` the third column, `-1` the last; `a:d` are the columns from a to d, both included, and `1:`
    those that Python counts so.
    """
    found: dict[str, bool] = {}
    known = set(names)
    for item in wanted:
        if item in known:
            found[item] = True
        elif NUMBER.fullmatch(item):
            found[named(item, names, file, key)] = True
        elif ":" in item:
            found |= {name: False for name in spanned(item, names, file, key) if name not in found}
        elif any(sign in item for sign in "*?["):
            matching = [name for name in names if fnmatchcase(name, item)]
            if not matching:
                raise ArrayError(f"no column of {file} matches {quoted(item)}; {listed(names)}", key)
            found |= {name: False for name in matching if name not in found}
        else:
            raise unknown(item, names, file, key)
    return found


def spanned(item: str, names: Sequence[str], file: str, key: str) -> list[str]:
    """Return the columns of a range."""
    start, _, stop = item.partition(":")
    ends = [end for end in (start, stop) if end]
    if all(NUMBER.fullmatch(end) for end in ends) and not any(end in names for end in ends):
        for end in ends:
            if not -len(names) <= int(end) <= len(names):
                raise ArrayError(beyond(int(end), names, file), key)
        chosen = list(names[int(start) if start else None : int(stop) if stop else None])
    else:
        first = names.index(named(start, names, file, key)) if start else 0
        last = names.index(named(stop, names, file, key)) if stop else len(names) - 1
        chosen = list(names[first : last + 1])
    if not chosen:
        raise ArrayError(f"{quoted(item)} leaves none of the {len(names)} columns of {file}", key)
    return chosen


def named(item: str, names: Sequence[str], file: str, key: str) -> str:
    """Return the column of a name or a number."""
    if item in names:
        return item
    if not NUMBER.fullmatch(item):
        raise unknown(item, names, file, key)
    if not -len(names) <= int(item) < len(names):
        raise ArrayError(beyond(int(item), names, file), key)
    return names[int(item)]


def beyond(number: int, names: Sequence[str], file: str) -> str:
    return f"{file} has {len(names)} columns, the first is 0: there is no {number}"


def unknown(item: str, names: Sequence[str], file: str, key: str) -> ArrayError:
    hint = suggestion(item, names)
    unnamed = key != "columns" and all(name == f"column{k}" for k, name in enumerate(names))
    advice = ", for no line was taken for their names; header: true takes the first" if unnamed else ""
    return ArrayError(f"{file} has no column {quoted(item)}{hint or f'; {listed(names)}'}{advice}", key)


def listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"its columns are {', '.join(map(quoted, names[:SHOWN]))}{more}"
