"""Check the cases of a config: claims to judgements, with everything that explains them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import partial

import numpy as np

from ..config.load import Case
from ..errors import InputError, Place, Problem, suggestion
from ..nn.program import Program
from ..nn.run import Setup, Trace
from .claims.claimed import Claimed, tolerant
from .claims.matching import match_dump
from .claims.names import canonical_names
from .claims.orientation import oriented
from .claims.scalar_loss import with_scalar_loss
from .claims.spelled import match_names
from .claims.updated import left_as_given
from .claims.written import read_texts
from .diagnosis.conventions import fit, setting_changes
from .diagnosis.elsewhere import hint_at_others
from .diagnosis.explain import explain_causes
from .diagnosis.misshapen import explain_shapes
from .diagnosis.neighbours import Neighbours
from .diagnosis.targets import implied_targets
from .verdicts.forms import in_another_form
from .verdicts.judge import judge
from .verdicts.judgement import MATCH, TRUNCATED, Judged, Judgement
from .verdicts.precision import IN_FEW_DIGITS, IN_SINGLE, excused, in_few_digits, in_last_digit, in_single
from .verdicts.typed import as_typed


@dataclass
class Checked:
    """One case: its judgement, what explains it, and what of it fails."""

    config: str
    title: str
    judgement: Judgement
    conventions: list[str] = field(default_factory=list)
    errata: Mapping[str, str] = field(default_factory=dict)
    stale: list[tuple[str, Place]] = field(default_factory=list)
    """Errata whose claims are right."""
    strict: bool = False
    missing: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    read: Mapping[str, str] = field(default_factory=dict)
    """What a dump calls a tensor, where its spelling alone does not tell which it is."""
    names: Mapping[str, str] = field(default_factory=dict)
    """What a dump calls each tensor."""
    turned: frozenset[str] = frozenset()
    """Tensors of a dump that lay the other way than the config has them."""
    orientation: str = ""
    """How the claims of a dump lay, if it was not as the config has them."""
    lacking: list[str] = field(default_factory=list)
    """Tensors that are required of a dump and that it has not."""
    unclaimed: list[str] = field(default_factory=list)
    """Tensors that a dump has, but with cells that hold no number."""

    @property
    def failures(self) -> list[Judged]:
        """Causes that nobody declared, and with `strict` claims that were cut."""
        wrong = [j for j in self.judgement.judged if j.failed and j.name not in self.errata]
        cut = [j for j in self.judgement.of(TRUNCATED) if j.name not in self.errata]
        return wrong + (cut if self.strict else [])

    @property
    def passed(self) -> bool:
        return not (self.failures or self.stale or self.lacking)

    def count(self, verdict: str) -> int:
        return len(self.judgement.of(verdict))


def check_case(
    config: str,
    case: Case,
    claims: Iterable[Claimed],
    strict: bool = False,
    dump: bool = False,
    required: Iterable[str] = (),
    truth: Callable[[Setup], Trace] | None = None,
    before: Checked | None = None,
    explained: bool = True,
) -> Checked:
    """Judge and, if it is to be `explained`, explain the claims about one case, with `truth` by proven values.

    Names in a config's own `expect` must be known: InputError otherwise. In a dump the unknown ones are counted, and
    the tensors that the config or `required` names must be there.
    """
    matched = match_dump(case, claims, before.names if before else None) if dump else match_names(case, claims)
    known, turned, orientation = matched.known, frozenset[str](), ""
    if dump:
        known, turned, orientation = oriented(case, known, before.turned if before else ())
        known = left_as_given(known, case.program.successors, case.setup.trace)
    empty = [name for name, claim in known.items() if not claim.note and not claim.written.claimed.any()]
    unclaimed = [named_part(name, claim) for name, claim in known.items() if not claim.written.claimed.all()]
    known = {name: claim for name, claim in known.items() if name not in empty}
    program = with_scalar_loss(case.program, known)
    extra = [step.name for step in program.steps if step.name not in case.program.by_name]
    setup = with_steps(case, program, extra) if extra else case.setup
    program = setup.program
    judging = partial(judge, setup, truth=truth(setup) if truth else None, before=before.judgement if before else None)
    judgement = judging(known)
    single = in_single(judgement) if dump else {}
    again = judging(single) if single else judgement
    better = len(again.failed()) < len(judgement.failed())
    if better:
        known, judgement = dict(single), again
    reading = ""
    few = in_few_digits(judgement) if dump else {}
    if few and not (again := judging(few)).failed():
        known, judgement, reading = dict(few), again, IN_FEW_DIGITS
    if judgement.failed() and not case.experiment.exact:
        judgement, reading = as_typed(judgement, setup, known)
    declared = case.experiment.conventions.error == "target_minus_output"  # what an error is then is no question
    sources = {} if declared else {name: claim.source for name, claim in known.items()}
    judgement, form = in_another_form(judgement, sources) if dump else (judgement, "")
    unknown = [claim.name or str(claim.place) for claim in matched.unknown]
    checked = Checked(config, case.experiment.title, judgement, strict=strict, unknown=unknown, read=matched.read)
    checked.turned, checked.orientation, checked.names = turned, orientation, matched.names
    checked.errata = {} if dump else errata(case, known)
    checked.stale = [(j.name, j.claim.place) for j in judgement.of(MATCH) if j.name in checked.errata]
    needed = matching(case, required)
    if dump:
        checked.unclaimed = unclaimed
        checked.lacking = [name for name in needed if name not in known]
        told = {case.program.objective} if program is not case.program else set()  # of the loss, its sum or mean
        checked.missing = [step.name for step in case.program.steps if step.name not in {*known, *told}]
    checked.conventions += [IN_SINGLE] if better else []
    checked.conventions += [sentence for sentence in (form, reading) if sentence]
    if explained and judgement.failed():
        explain(case, checked, known)
    elif not explained:
        checked.judgement = in_last_digit(checked.judgement)
    if dump:
        checked.judgement = excused(checked.judgement)
    return checked


def with_steps(case: Case, program: Program, extra: list[str]) -> Setup:
    """Return the setup with a program that has more steps: the same each time, but for later steps of training."""

    def made() -> Setup:
        return replace(case.setup, program=program)

    return made() if case.later else case.once(f"with {extra}", made)


def matching(case: Case, required: Iterable[str]) -> list[str]:
    """Return the tensors that a dump must have. Raises InputError for a name or pattern that means none."""
    own = case.experiment.places.get("require", case.experiment.place)
    wanted = [*((p, own, "require") for p in case.experiment.require), *((p, Place("--require"), "") for p in required)]
    found, problems = set[str](), list[Problem]()
    for pattern, place, path in wanted:
        matched, hint = named_by(case, pattern)
        problems += [] if matched else [Problem(place, path, f"no such tensor: {pattern}{hint}")]
        found |= matched
    if problems:
        raise InputError(*problems)
    return [name for name in case.program.order if name in found]


def named_by(case: Case, pattern: str) -> tuple[set[str], str]:
    """Return the tensors that a name or a pattern means; where it means none, a suggestion."""
    program, order = case.program, case.program.order
    matched = {name for name in order if fnmatchcase(name, pattern)}
    if not matched and not set(pattern) & set("*?[") and (name := canonical_names(case).get(pattern)):
        matched = {(program.objective if name == program.loss else None) or name}  # the cost is one number
    return matched, "" if matched else suggestion(pattern, order)


def named_part(name: str, claim: Claimed) -> str:
    """Write `Y1 (without 2 of its 6 numbers)`."""
    claimed = claim.written.claimed
    return f"{name} (without {np.count_nonzero(~claimed)} of its {claimed.size} numbers)"


def errata(case: Case, known: Mapping[str, Claimed]) -> dict[str, str]:
    """Return the declared errors by the program's names. Raises InputError for one that nothing is claimed of."""
    names = canonical_names(case)
    found = {names.get(name, name): why for name, why in case.experiment.errata.items()}
    lost = [name for name in case.experiment.errata if names.get(name, name) not in known]
    if lost and known:
        places = case.experiment.places
        raise InputError(*(Problem(places[f"errata.{n}"], f"errata.{n}", "nothing is claimed of it") for n in lost))
    return found


def expected(case: Case) -> list[Claimed]:
    """Read the claims of the config itself. Raises InputError for rows that differ in length."""
    claims = []
    for claim in case.experiment.expect:
        try:
            own = Claimed(claim.name, read_texts(claim.text), claim.place)
            claims.append(tolerant(own, claim.rtol, claim.atol))
        except ValueError as error:
            raise InputError(Problem(claim.place, f"expect.{claim.name}", str(error))) from None
    return claims


def neighbours(case: Case) -> Neighbours:
    """Return what the case could mean under other settings."""
    return Neighbours(case.experiment, "furthest", case.compiled, case.compiled.seen())


def explain(case: Case, checked: Checked, claims: dict[str, Claimed]) -> None:
    """Find mistakes for every cause, and the setting and the target that explain several."""
    own = case.program.order
    mine = {name: claim for name, claim in claims.items() if name in own}
    around = case.once("neighbours", lambda: neighbours(case))
    # Another setting has led to another state before a later step.
    found = fit(around, mine) if case.step == 1 else None
    checked.judgement = explain_shapes(explain_causes(checked.judgement, setting_changes(around, found)))
    # A setting that a named mistake makes needless, or that explains a part of what is wrong, is one by chance.
    causes = [j.explanations for j in checked.judgement.judged if j.failed]
    if found and (found.whole or any(found.cause in sentences[:1] for sentences in causes)):
        checked.conventions.append(found.sentence)
    checked.conventions += implied_targets(checked.judgement)
    checked.judgement = hint_at_others(checked.judgement)
