"""Other spellings of the program's names: the handout's own, and those of every other notation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from ...config.load import Case
from ...nn.names import respell
from ...nn.notations import NOTATIONS, templates_of
from .claimed import Claimed
from .words import FROM_THE_END, is_activation

SPELLINGS = (
    (re.compile(r"\s+"), ""),
    (re.compile(r"/softmax$", re.IGNORECASE), ""),
    (re.compile(r"_regulari[sz]ed$", re.IGNORECASE), ""),
    (re.compile(r"^(?:params?|parameters|weights|cache|values|tensors)\[['\"]?(\w+)['\"]?\]"), r"\1"),
    (re.compile(r"^(?:grads?|gradients?)[(\[]['\"]?(\w+)['\"]?[)\]]$"), r"grad\1"),
    (re.compile(r"^(?:d|∂)(?:L|J|E|C|[Ll]oss|[Cc]ost)/(?:d|∂)"), "grad"),
    (re.compile(r"^(?:∇|nabla)_?\{?(?:L_)?(\w+)\}?$"), r"grad\1"),
    (re.compile(r"^(.+?)(?:\.|_)grad(?:ient)?$"), r"grad\1"),
    (re.compile(r"^grad(?:ient)?_(?=[A-Za-z])"), "grad"),
    (re.compile(r"^gradd(?=[A-Za-z])"), "grad"),
    (re.compile(r"^d(?=[A-Z])"), "grad"),
    (re.compile(r"^d(?=(?:b|w|x|y|z|a|gamma|beta)\d*$)"), "grad"),
    (re.compile(r"(?<=\d)in$"), "lin"),
    (
        re.compile(r"^(?:(?:crossentropy|l2|total|train|mean|avg|average)_?)?(?:loss|cost)(?:_?(?:mean|avg))?$", re.I),
        "L",
    ),
    (re.compile(r"^crossentropy$", re.I), "L"),
    (re.compile(r"(?:\(updated\)|_updated|updated|\(new\)|new|')$", re.IGNORECASE), "_new"),
    (re.compile(r"__"), "_"),
)
"""What people write → what the handout's notation has, one after the other."""

TINY = 1e-3
"""What it counts that a notation has a name at all."""
MOST_NAMES = 4096
"""Names whose spelling is kept in memory: a class uses the same ones."""
COUNTED = re.compile(r"([B-Zb-z])(\d+)")
ALIASES = {"gradZ": "gradX", "Z": "X", "D": "D"}


class Spellings(Mapping[str, str]):
    """Every understood name → the program's name."""

    def __init__(
        self,
        exact: dict[str, str],
        gradients: Sequence[str] = (),
        own: Sequence[str] = (),
        numbered: bool = False,
    ) -> None:
        """Make the spellings. `gradients` are the templates of every notation, the program's own first.

        `own` are names of the program that count in any case, before what another notation says. `numbered` is whether
        hidden activations have numbers, so that one without is not the first layer's.
        """
        self.exact, self.numbered = exact, numbered
        self.own = {name.lower(): name for name in own}
        self.gradients = gradients
        self.loose = {loose(name): found for name, found in reversed(exact.items())}

    def __getitem__(self, name: str) -> str:
        if name.lower() in self.own and self.exact.get(name) != name:
            return self.own[name.lower()]
        if name in self.exact:
            return self.exact[name]
        if FROM_THE_END.search(name):  # which is another layer for every network
            raise KeyError(name)
        respelled = in_our_spelling(name)
        first = respelled if self.numbered and is_activation(name) else f"{respelled}1"
        candidates = [respelled, first, ALIASES.get(respelled, respelled)]
        if respelled.startswith("grad") and respelled != "grad":
            templates = [template.format(name=respelled.removeprefix("grad")) for template in self.gradients]
            candidates = templates[:1] + candidates + templates[1:]
        for known, spelled in ((self.exact, str), (self.loose, loose)):
            for candidate in map(spelled, candidates):
                if candidate in known:
                    return known[candidate]
        raise KeyError(name)

    def __iter__(self) -> Any:
        return iter(self.exact)

    def __len__(self) -> int:
        return len(self.exact)


@lru_cache(MOST_NAMES)
def in_our_spelling(name: str) -> str:
    """Return what people write as the handout's notation has it."""
    for pattern, replacement in SPELLINGS:
        name = pattern.sub(replacement, name)
    return name


@lru_cache(MOST_NAMES)
def loose(name: str) -> str:
    """Return a name without case and marks; Δw1 keeps its letter, or it would be a weight."""
    return re.sub(r"[^\w∂∇]|_", "", name.lower())


def canonical_names(
    case: Case,
    claims: Sequence[Claimed] = (),
    fit: Callable[[Claimed, str], float] = lambda *_: 1.0,
    numbered: bool = False,
) -> Spellings:
    """Return what every notation calls the tensors of a case.

    Where notations disagree (W1 is the first layer's or the second's) the one whose tensors fit the claims best
    decides. `numbered` is whether the claims have numbers for hidden activations.
    """
    own = case.program.order
    tables = case.once("spellings", lambda: list(spellings(case)))
    if not claims:
        return case.once("names", lambda: joined(tables, tables, own))

    def quality(table: Spellings) -> float:
        return sum(fit(claim, name) + TINY for claim in claims if (name := table.get(claim.name)) is not None)

    ranked = sorted(range(len(tables)), key=lambda k: quality(tables[k]), reverse=True)
    return case.once(f"names {ranked} {numbered}", lambda: joined(tables, [tables[k] for k in ranked], own, numbered))


def spellings(case: Case) -> Iterator[Spellings]:
    """Yield the names of the program, then those that each notation has for its tensors."""
    own = case.program.order
    stated = templates_of(case.experiment.conventions.notation)
    yield Spellings(dict(zip(own, own, strict=True)), [stated["gradient"]])
    labels = {name: label for name in own if (label := case.program.tensors[name].label)}
    for templates in NOTATIONS.values():
        other = respell(labels, templates)
        yield Spellings({new: name for name, new in other.items()}, [templates["gradient"]])
        if "{i}" in templates["linear"]:
            yield Spellings({from_one(new): name for name, new in other.items()}, [templates["gradient"]])


def joined(
    tables: Sequence[Spellings], ranked: Sequence[Spellings], own: Sequence[str], numbered: bool = False
) -> Spellings:
    """Return all spellings as one table; of two that disagree the one that is ranked first counts."""
    exact: dict[str, str] = {}
    for table in ranked:
        for name, found in table.exact.items():
            exact.setdefault(name, found)
    gradients = list(dict.fromkeys(template for table in ranked for template in table.gradients))
    counts = Counter(map(str.lower, own))
    unique = [name for name in own if counts[name.lower()] == 1] if ranked[0] is tables[0] else []
    return Spellings(exact, gradients, unique, numbered)


def from_one(name: str) -> str:
    """Turn a name of a notation that counts layers from 0 into one that counts from 1: Z0 is Z1; A1 is the same."""
    return COUNTED.sub(lambda match: f"{match[1]}{int(match[2]) + 1}", name)
