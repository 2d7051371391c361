"""Claims → tensors of the program: by spelling, else by value, else by shape; what is not by spelling is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from ...config.load import Case
from ...nn.run import Trace
from .cells import Cell, cells_of, gathered
from .claimed import Claimed
from .counting import NUMBERS, Counting, family_of, is_parameter, numbers_hidden
from .fits import AGREES, NEARLY, OPPOSITE, WHOLE, Fit
from .joining import apart, together
from .names import Spellings, canonical_names
from .options import Options
from .orientation import both_ways
from .penalized import costs_apart
from .scalar_loss import scalar_name
from .spelled import Matched, refuse_differing
from .through import through_all
from .units import by_unit
from .unrolled import parted
from .updated import SAME, moved
from .words import GRADIENT, meanings

SEVERAL = 2
"""If more parameters than this are claimed and each has a wrong number, none is meant as it was given."""


class Matcher:
    """Looks at the claims of a dump together."""

    def __init__(self, case: Case, claims: Iterable[Claimed], before: Mapping[str, str] | None = None) -> None:
        """Begin with the claims about a step; `before` says what the names are of in the step before."""
        self.case = case
        self.trace: Trace = case.setup.trace
        self.fit, self.options = Fit(self.trace), case.once("options", lambda: Options(case.program))
        whole = parted(claims, case.program, self.trace)
        joined = {n: v.shape for n, v in self.trace.items() if self.is_joined(n)}
        parts = together(whole, joined, self.fit) if joined else apart(whole, self.pairs, self.fit)
        layout = case.experiment.conventions.layout
        counted = through_all(parts, self.options.weights(self.trace), layout == "out_in", self.fit_by_name)
        self.claims = by_unit(counted, self.options.widths(self.trace), case.program.rows(self.trace), self.fit_by_name)
        self.before = {name: tensor for name, tensor in (before or {}).items() if tensor in case.program.tensors}
        self.found = Matched()
        self.sources: dict[str, Claimed] = {}
        """Tensors that are taken, and the claims about them."""
        self.cells: Mapping[str, Cell] = {}
        self.bare: list[tuple[Claimed, str]] = []
        """Claims that have the name of a parameter, and that parameter."""
        self.costs = costs_apart(case.program, self.claims, self.names)

    @cached_property
    def names(self) -> Spellings:
        numbered = numbers_hidden(self.claims, self.options, self.meant)
        return canonical_names(self.case, self.claims, self.fit, numbered)

    @cached_property
    def counting(self) -> Counting:
        return Counting(self.case.program, self.claims, self.names, self.before, self.options, self.fit)

    def pairs(self, claim: Claimed) -> list[tuple[str, str]]:
        """Return the weights that the name of a claim may mean, and what is the same of their biases."""
        meant = self.meant(claim)
        biases = {(k.block, k.layer, k.role): k.name for k in self.options.kinds if k.kind == "bias"}
        weights = [kind for kind in self.options.kinds if kind.kind == "weight" and kind.name in meant]
        return [(k.name, biases[own]) for k in weights if (own := (k.block, k.layer, k.role)) in biases]

    def meant(self, claim: Claimed) -> list[str]:
        """Return the tensors that a name may mean, spelled in any notation or however its words count layers."""
        return [canonical_names(self.case).get(claim.name, ""), *self.options.in_any_way(claim.name)]

    def fit_by_name(self, claim: Claimed) -> float:
        """Return how well a claim fits what its name may mean, or a tensor whose numbers are all its."""
        found = self.fit.best(claim, self.meant(claim))
        if found or not claim.written.claimed.all():
            return found
        return WHOLE if self.fit.best(claim, self.trace) == WHOLE else 0.0

    def is_joined(self, name: str) -> bool:
        """Return whether a tensor holds weights and biases in one matrix."""
        tensor = self.case.program.tensors.get(name)
        return bool(tensor and tensor.label and "weight" in (tensor.label.kind, tensor.label.base)) and self.one_matrix

    @cached_property
    def one_matrix(self) -> bool:
        """Whether the program has its biases in the matrices of the weights."""
        return self.case.experiment.conventions.biases in ("first", "last")

    def match(self) -> Matched:
        """Match every claim: families of names together, those that agree first."""
        options = self.counting.meant() | self.costs
        self.bare = [(c, n) for c in self.claims for n in options[id(c)][:1] if n in self.case.program.parameters]
        self.take_cells(options)
        # What fits by its shape alone comes in the order of the dump, which is that of the computation.
        order = sorted(self.claims, key=lambda claim: -told(self.fit.best(claim, options[id(claim)])))
        taken = {id(c): self.take(c, options[id(c)]) for c in order if c.name not in self.cells}
        left = [c for c in order if taken.get(id(c), "") is None]
        # What others are leaves fewer for these, or shows that layers are counted in another way.
        taken |= {id(c): self.take(c, options[id(c)]) or self.take(c, self.counting.any_way(c)) for c in left}
        for claim in self.claims:
            if claim.name in self.cells:
                continue
            name = taken[id(claim)]
            if name is None:
                self.found.unknown.append(claim)
            elif name:
                name = scalar_name(self.case.setup, name, claim)
                self.found.known[name] = replace(claim, name=name, source=claim.name)
        return self.found

    def take_cells(self, options: Mapping[int, list[str]]) -> None:
        """Find the single numbers that are cells of a tensor."""
        single = [claim for claim in self.claims if not claim.note and claim.written.value.size == 1 and claim.name]
        lone = [c for c in single if self.sisters[family_of(c.name)] == 1]
        losses = {c.name for c in lone if set(options[id(c)][:1]) & set(self.options.losses())}  # its sum or its mean
        own = {c.name for c in single if any(self.trace[n].size == 1 for n in options[id(c)][:1] if n in self.trace)}
        open_claims = [c for c in single if c.name not in losses | own and self.fit.best(c, options[id(c)]) < WHOLE]
        meant = {c.name: [*options[id(c)], *self.any_layer(c)] for c in open_claims}
        claimed = {name for claim in self.claims for name in options[id(claim)][:1] if claim not in open_claims}
        cells = cells_of(open_claims, self.trace, lambda name: name not in claimed, meant)
        self.found.known = gathered(open_claims, cells, self.trace)
        self.cells = cells
        self.sources |= self.found.known
        self.found.read |= {name: f"a cell of {tensor}" for name, (tensor, _) in cells.items()}

    def any_layer(self, claim: Claimed) -> list[str]:
        """Return what a name may mean whatever its numbers count."""
        return self.options.in_any_way(NUMBERS.sub("", claim.name))

    @cached_property
    def exact(self) -> set[str]:
        """The tensors that have the very names of claims that fit them."""
        own = (c for c in self.claims if c.name in self.costs.get(id(c), [c.name]))
        return {c.name for c in own if self.names.get(c.name) == c.name and self.fit(c, c.name)}

    @cached_property
    def sisters(self) -> Counter[str]:
        """How many claims have each name, but for its numbers."""
        return Counter(family_of(claim.name) for claim in self.claims)

    def take(self, claim: Claimed, options: Sequence[str]) -> str | None:
        """Return the tensor that a claim is about; "" if it is said already, None if there is none."""
        spelled = self.before.get(claim.name) or self.names.get(claim.name)
        spelled = spelled if spelled in options else None
        left = (name for name in options if name not in self.sources)
        free = [n for n in left if n == claim.name or n not in self.exact or self.fit(claim, n) == WHOLE]
        agreeing = next((n for n in free if self.fit(claim, n) == WHOLE and not self.left_behind(claim, n)), None)
        name = agreeing or self.by_name(claim, spelled, free) or self.by_value(claim, options)
        if name is None and spelled and spelled in self.sources:
            refuse_differing(claim, spelled, self.sources[spelled])
            return ""
        several = claim.written.value.size > 1  # but of biases' gradients: who sums over everything has one number
        alone = free[0] if len(free) == 1 and (several or self.options.is_gradient(free[0], "bias")) else None
        name = name or self.by_shape(claim) or alone or self.cost(claim, free)
        if name is not None:
            self.sources[name] = claim
            if name != spelled:
                self.found.read[claim.name or str(claim.place)] = name
        return name

    def by_name(self, claim: Claimed, spelled: str | None, free: Sequence[str]) -> str | None:
        """Return what a name says where the numbers do not agree with it."""
        own = spelled if spelled in free else None
        fitting = [name for name in free if self.fit(claim, name) >= 1 or name == own]
        likely = [name for name in fitting if not self.elsewhere(claim, name)]
        others = [name for name in likely if self.fit(claim, name)]
        if own != claim.name and own and not self.fit(claim, own) and len(others) == 1:
            return others[0]
        several = claim.written.value.size > 1 or self.sisters[family_of(claim.name)] > 1
        unfilled = not claim.written.value.any() and not is_parameter(claim.name)  # 0 is nearer to what is small
        agreeing = [name for name in likely if self.fit(claim, name) >= 1 + OPPOSITE and not unfilled]
        if own or len(likely) == 1 or several:
            left = agreeing or likely or fitting
            if own == claim.name or (own and NUMBERS.search(claim.name)) or agreeing or unfilled:
                return next(iter(left), None)
            return max(left, key=lambda name: told(self.fit(claim, name)), default=None)
        return agreeing[0] if len(agreeing) == 1 else None

    def elsewhere(self, claim: Claimed, name: str) -> bool:
        """Return whether another tensor of the same name must be meant: too few numbers are the given ones."""
        updated = self.case.program.successors.get(name)
        if updated in self.trace:
            values = self.trace[name], self.trace[updated]
            changed = moved(both_ways(claim.written), *values) or self.with_the_others(claim)
            return updated not in self.sources and self.after_a_step and changed
        return name in self.case.program.given and self.fit(claim, name) < 1 + SAME

    def left_behind(self, claim: Claimed, name: str) -> bool:
        """Return whether a claim is of a parameter as it is given, where the others are claimed after the update."""
        new = self.case.program.successors.get(name, "")
        free = new in self.trace and new not in self.sources
        return free and self.with_the_others(claim)

    def with_the_others(self, claim: Claimed) -> bool:
        """Return whether other parameters are claimed as they are after the update: who prints them prints all then."""
        new = self.case.program.successors
        return any(
            self.fit(other, new[name]) >= AGREES > self.fit(other, name)
            or moved(both_ways(other.written), self.trace[name], self.trace[new[name]])
            for other, name in self.bare
            if other is not claim and new.get(name) in self.trace
        )

    @property
    def after_a_step(self) -> bool:
        """Whether a dump has gradients or losses, or parameters that are the updated ones."""
        steps, new = self.case.program.by_name, self.case.program.successors.values()
        named = {claim.name: self.names.get(claim.name) for claim in self.claims}
        told = any(steps[name].section in ("backward", "loss") for name in named.values() if name in steps)
        words = any(m.role == GRADIENT or m.kind == "loss" for name in named for m in meanings(name)[:1])
        fits = [self.fit(claim, name) for claim, name in self.bare]
        all_other = bool(fits) and max(fits) < (AGREES if len(fits) > SEVERAL else 1 + SAME)
        return told or words or all_other or not self.sources.keys().isdisjoint(new)

    def by_value(self, claim: Claimed, options: Sequence[str]) -> str | None:
        """Return the tensor whose numbers all of a claim's are; what is called a parameter's gradient is no other."""
        own = {self.case.program.gradients.get(name, "") for name in self.case.program.parameters}
        names = own if options and own.issuperset(options) else self.trace
        free = (name for name in self.trace if name in names and name not in self.sources)
        return next((name for name in free if self.fit(claim, name) == WHOLE), None)

    def cost(self, claim: Claimed, free: Sequence[str]) -> str | None:
        """Return the loss that one number is the sum or the mean of."""
        losses = self.options.losses() if claim.written.value.size == 1 else []
        return next((name for name in free if name in losses), None)

    def by_shape(self, claim: Claimed) -> str | None:
        """Return the only gradient of a parameter that has the shape of numbers without a name."""
        if NUMBERS.sub("", claim.name).strip("[]"):
            return None
        program = self.case.program
        gradients = [program.tensors[name].gradient for name in program.parameters]
        fitting = [name for name in gradients if name and name not in self.sources and self.fit(claim, name)]
        as_it_lies = [name for name in fitting if self.fit.as_it_lies(claim.written, name)]
        return next((names[0] for names in (as_it_lies, fitting) if len(names) == 1), None)


def told(fit: float) -> float:
    """Return how well a claim fits, without what only comes near."""
    return fit if fit > 1 + NEARLY else min(fit, 1.0)


def match_dump(case: Case, claims: Iterable[Claimed], before: Mapping[str, str] | None = None) -> Matched:
    """Match the claims of a dump, whatever they are called; as in the step before where that is known."""
    return Matcher(case, claims, before).match()
