"""Hidden mistakes by what hides them, and one change for all of a group: the shortest first."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .exercise import pairs
from .hidden import Hidden

if TYPE_CHECKING:
    from .search import ChangeSearch


@dataclass(frozen=True)
class Group:
    """Mistakes that are hidden for the same reason, in several layers perhaps, and what reveals all of them."""

    reasons: tuple[str, ...]
    suggestion: str
    """Options of `mlp coverage`; empty where none were found."""
    members: tuple[Hidden, ...]
    searched: bool = True

    @property
    def sentences(self) -> dict[str, list[str]]:
        """Each mistake, and the tensors that it can be made in."""
        found: dict[str, list[str]] = {}
        for hidden in self.members:
            found.setdefault(hidden.mistake, []).append(hidden.tensor)
        return found


def grouped(hidden: list[Hidden], search: ChangeSearch) -> list[Group]:
    """Gather mistakes by reason and change; of several layers together where one change reveals them all."""
    groups: dict[tuple[str, str, bool], list[Hidden]] = {}
    for item in hidden:
        groups.setdefault((unnumbered(item.reason), item.suggestion, item.searched), []).append(item)
    found = [
        Group(tuple(dict.fromkeys(h.reason for h in members if h.reason)), suggestion, tuple(members), searched)
        for (_, suggestion, searched), members in groups.items()
    ]
    return sorted(join(found, search), key=lambda group: (not group.suggestion, len(group.suggestion)))


def join(groups: list[Group], search: ChangeSearch) -> list[Group]:
    """Join groups whose changes are of the same keys in several layers, where all of them together reveal all."""
    alike: dict[tuple[str, ...], list[Group]] = {}
    for group in groups:
        alike.setdefault((unnumbered(" ".join(group.reasons[:1])), *keys(group)), []).append(group)
    found = []
    for members in alike.values():
        whole = together(members)
        found += [whole] if len(members) > 1 and whole.suggestion and search.reveals_all(whole) else members
    return found


def together(groups: list[Group]) -> Group:
    """Return the groups as one, with all their changes."""
    words = [word for group in groups for word in pairs(group.suggestion)]
    return Group(
        tuple(dict.fromkeys(reason for group in groups for reason in group.reasons)),
        shlex.join(word for pair in dict.fromkeys(words) for word in pair),
        tuple(hidden for group in groups for hidden in group.members),
        all(group.searched for group in groups),
    )


def keys(group: Group) -> list[str]:
    """Return what a group's change is of, without the numbers of layers."""
    return sorted(unnumbered(f"{option} {value.partition('=')[0]}") for option, value in pairs(group.suggestion))


def unnumbered(text: str) -> str:
    return re.sub(r"\d+", "#", text)
