"""How a dump counts layers: a family of names, as W0 and W1, is of those tensors with which most of it agrees."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from ...nn.program import Program
from .claimed import Claimed
from .fits import AGREES, WHOLE, Fit
from .names import Spellings
from .options import MODES, PLACE, Options
from .updated import SAME
from .words import is_activation, meanings

NUMBERS = re.compile(r"\d+")
OWN, SPELLED = 100.0, 0.5
NEAR = 1e-9
MISFIT = 1.5
"""What it counts against a way to count layers that a claim fits nothing it may be."""
UNUSUAL = 2.0
"""What it counts against another way to count than the rest of a dump has, where only shapes speak for it."""
ALIKE = 0.95
"""How much a wrong parameter is still like itself: an update moves it little."""
SPELLING = "spelling"
"""Layers as a notation spells them."""


def is_parameter(name: str) -> bool:
    return any(meaning.kind in ("weight", "bias") for meaning in meanings(name)[:1])


def family_of(name: str) -> str:
    """Return a name with `#` for its numbers: W0 and W1 are of one family."""
    return NUMBERS.sub("#", name)


def numbers_hidden(claims: Sequence[Claimed], options: Options, meant: Callable[[Claimed], Sequence[str]]) -> bool:
    """Return whether hidden activations are numbered, and the output is not: then it is what has no number, as h.

    `meant` is what the name of a claim may mean; what may be the output leaves nothing for another.
    """
    own, output = options.program.tensors, options.output
    named = [claim for claim in claims if is_activation(claim.name) and NUMBERS.search(claim.name)]
    return bool(named) and not any(output in ([c.name] if c.name in own else meant(c)) for c in named)


class Counting:
    """Finds the tensors that each claim may be about, families of names together."""

    def __init__(
        self,
        program: Program,
        claims: Sequence[Claimed],
        names: Spellings,
        before: Mapping[str, str],
        options: Options,
        fit: Fit,
    ) -> None:
        """Begin with what names are spelled as, and what they are of in the step before."""
        self.program, self.claims, self.names, self.before = program, claims, names, before
        self.options, self.fit = options, fit
        self.counts: dict[bool, list[str]] = {True: [], False: []}
        """How layers are counted in families of names whose numbers agree: of parameters, and of what else there is."""

    def meant(self) -> dict[int, list[str]]:
        """Return the tensors that each claim may be about, by its id; families that agree are counted first."""
        families = sorted(self.families(), key=self.certainty, reverse=True)
        return {id(claim): found for family in families for claim, found in self.counted(family)}

    def families(self) -> list[list[Claimed]]:
        """Return the claims by their names without numbers: their layers are counted alike."""
        families: dict[str, list[Claimed]] = {}
        for claim in self.claims:
            families.setdefault(family_of(claim.name), []).append(claim)
        return list(families.values())

    def certainty(self, family: Sequence[Claimed]) -> float:
        """Return how sure the numbers of a family make what it is, whatever is counted."""
        tensors = [name for name in self.fit.trace if self.program.tensors[name].role == "computed"]
        return max((self.fit.best(claim, sorted(tensors, key=claim.name.__ne__)) for claim in family), default=0.0)

    def counted(self, family: Sequence[Claimed]) -> list[tuple[Claimed, list[str]]]:
        """Return the tensors that each of a family may be, as the spelling or a way to count layers has it."""
        ways = {SPELLING: [(claim, self.spelled(claim)) for claim in family]}
        ways |= {mode: [(c, self.in_words(c, mode)) for c in family] for mode in MODES}
        scores = {
            mode: sum(self.fitting(c, found) + self.trust(c, found) for c, found in way) for mode, way in ways.items()
        }
        scores[PLACE] -= WHOLE if self.counts_blocks(family) else SPELLED
        alike = is_parameter(family[0].name)
        own, counts = self.counts[alike], [*self.counts[alike], *self.counts[not alike]]
        listed = all(claim.name.endswith("]") for claim in family)
        if outputs := listed and is_activation(family[0].name):
            own = counts = ["from 1"]  # a list of activations begins with the inputs
        usual = {mode: SPELLED * ((mode in counts) + (mode in own)) for mode in ways}
        for mode in set(MODES) - {*own} if own else ():  # a shape that fits is no reason to count in another way
            usual[mode] -= UNUSUAL if scores[mode] < AGREES * len(family) else 0
        best = max(scores[mode] + usual[mode] for mode in ways)
        even = [m for m in ways if scores[m] + usual[m] > best - NEAR and any(found for _, found in ways[m])]
        usually = ["from 0"] if listed and not outputs else []
        mode = next((m for m in (*usually, *counts, *even) if m in even), SPELLING)
        if scores[mode] >= WHOLE and not outputs:
            own.append(mode)
        return ways[mode]

    def any_way(self, claim: Claimed) -> list[str]:
        """Return what a name may mean however layers are counted."""
        return list(dict.fromkeys(name for mode in MODES for name in self.in_words(claim, mode)))

    def counts_blocks(self, family: Sequence[Claimed]) -> bool:
        """Return whether the numbers of several names are those of all blocks from 0, or of the first ones from 1."""
        numbers = {int(found[-1]) for claim in family if len(found := NUMBERS.findall(claim.name)) == 1}
        last = self.options.last
        ways = ({*range(last)}, *({*range(1, end + 1)} for end in range(2, last + 1)))
        return len(numbers) > 1 and numbers in ways

    def in_words(self, claim: Claimed, mode: str) -> list[str]:
        """Return what the words of a name say; what is the program's own name is no other's."""
        found = self.options.by_words(claim.name, mode)
        if self.names.numbered and is_activation(claim.name) and not NUMBERS.search(claim.name):
            found = sorted(found, key=lambda name: name != self.options.output)
        return self.spelled(claim) if found[:1] == [claim.name] else found

    def trust(self, claim: Claimed, options: Sequence[str]) -> float:
        """Return what it counts that a name is the program's own, or one of a notation."""
        if claim.name in self.program.tensors or claim.name in self.before:
            return OWN * (options[:1] == [self.before.get(claim.name, claim.name)])
        return SPELLED * (options[:1] == [self.names.get(claim.name)])

    def spelled(self, claim: Claimed) -> list[str]:
        """Return what a name is spelled as, and what may be called the same: a parameter after its update."""
        if claim.name in self.before:
            known = self.before[claim.name]
            return [known, *self.options.updates(known)]  # few digits may have hidden which of the two it is
        name = self.names.get(claim.name)
        if name is None:
            return []
        words = [] if NUMBERS.search(claim.name) else self.options.by_words(claim.name, MODES[0])
        return list(dict.fromkeys([name, *self.options.updates(name), *words]))

    def fitting(self, claim: Claimed, options: Sequence[str]) -> float:
        """Return how well a claim fits what it may be; that it fits nothing speaks against it, nothing to fit more."""
        found = self.fit.best(claim, self.possible(claim, options))
        ways = (self.fit.likeness(claim, name) for name in options if name in self.program.successors.values())
        alike = max(ways, default=0.0) if 0 < found < AGREES else 0.0
        return max(found, 1 + alike if alike > ALIKE else 0.0) or -MISFIT * (1 if options else 2)

    def possible(self, claim: Claimed, options: Sequence[str]) -> list[str]:
        """Return the options but for given tensors of which hardly any number is claimed: people copy those right."""
        given = self.program.given
        return [name for name in options if name not in given or self.fit(claim, name) >= 1 + SAME]
