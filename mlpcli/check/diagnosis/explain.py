"""What explains the causes: one mistake often accounts for several claims, and then all but the first of them follow.

Explanations are "consistent with", never "proven": ties are all listed, simplest first, and none is better than a wrong
one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..verdicts.judge import judge_again
from ..verdicts.judgement import CAUSE, MISPRINT, Change, Judged, Judgement
from .diagnose import by_edits, by_given, by_own_step, by_settings, by_unclaimed_edits, by_unclaimed_steps
from .implied import by_implied_cells, by_implied_settings

Settings = Sequence[Sequence[Change]]
"""The changes that other conventions make: one setting at a time, then several at once."""

MAX_EXPLANATIONS = 5
FEW = 2
"""With so few numbers that differ, explanations cannot be told apart."""


def explained(judgement: Judgement, settings: Settings = ()) -> Judgement:
    """The judgement with every cause explained, or left alone.

    In dataflow order: what explains a cause and accounts for others as well is what the claims are computed with, and
    they are judged again by it.
    """
    found: dict[str, list[str]] = {}
    with np.errstate(all="ignore"):
        while cause := next((j for j in judgement.judged if explainable(j) and j.name not in found), None):
            again, sentences = explained_cause(judgement, cause, settings)
            if again is not judgement:  # what nothing explained may be explained now
                found = {name: known for name, known in found.items() if known}
            judgement, found[cause.name] = again, sentences
    for judged in judgement.judged:
        key = next((cause for cause, c in judgement.changes.items() if c is judged.change), judged.name)
        judged.explanations = found.get(key, []) if judged.failed else []
    return judgement


def explainable(judged: Judged) -> bool:
    return judged.failed and not judged.claim.note


def explained_cause(judgement: Judgement, cause: Judged, settings: Settings) -> tuple[Judgement, list[str]]:
    """What explains a cause, and the judgement with what accounts for others too."""
    mistakes = list(by_own_step(judgement, cause))
    own = [*mistakes, *by_edits(judgement, cause, whole=not mistakes)]
    few = np.count_nonzero(cause.wrong) <= FEW
    alone = few and len([j for j in judgement.judged if explainable(j)]) == 1
    conventional = by_settings(judgement, cause, settings)
    numbers = [] if alone else list(by_implied_settings(judgement, cause))
    given = [] if alone else [*by_given(judgement, cause), *numbers]
    given += [] if alone or given else by_implied_cells(judgement, cause)
    steps = list(by_unclaimed_steps(judgement, cause))
    edits = [] if own or steps else list(by_unclaimed_edits(judgement, cause))
    if few and len({kind(edit) for edit in edits}) > 1:
        edits = []  # slips of several kinds somewhere above lead to any number or two
    ranked = ranking(judgement, cause, [*conventional, *given, *steps, *edits])
    # A number that is guessed, not one of a list, is no setting of a document that speaks against it.
    # Nor is any change as good as a mistake in the step itself if claims speak against it.
    rivals = bool(mistakes) and cause.verdict == CAUSE
    sound = [(c, again) for c, again in ranked if not ((rivals or c in numbers) and opposed(judgement, again))]
    if sound and accounts(judgement, cause, sound[0][1]):
        change, again = sound[0]
        same = [c.sentence for c, other in sound[1:] if score(other) == score(again) and not c.setting]
        return again, limited(cause, [change.sentence, *own, *same])
    sentences = own or likely(ranked, conventional, given if few else [])
    for change, again in sound:
        harmless = not opposed(judgement, again) and score(again)[0] <= score(judgement)[0]
        if [change.sentence] == sentences and harmless and not few:
            return again, limited(cause, sentences)
    return judgement, limited(cause, sentences)


def kind(edit: Change) -> str:
    """`a digit dropped`, in whichever tensor and cell."""
    return edit.sentence.rpartition(": ")[2].partition(" at ")[0]


def likely(ranked: list[tuple[Change, Judgement]], conventional: list[Change], unsupported: list[Change]) -> list[str]:
    """The setting that explains a cause, and the other changes that the fewest claims speak against."""
    settings = [c.sentence for c, _ in ranked if c in conventional][:1]
    others = [(score(again)[::-1], c) for c, again in ranked if c not in conventional and c not in unsupported]
    fewest = min((found for found, _ in others), default=None)
    return settings + [c.sentence for found, c in others if found == fewest]


def ranking(judgement: Judgement, cause: Judged, changes: list[Change]) -> list[tuple[Change, Judgement]]:
    """Changes that explain a cause with the judgement by each, that which accounts for most claims first."""
    tried = [(c, judge_again(judgement, {**judgement.changes, cause.name: c})) for c in changes]
    return sorted(tried, key=lambda pair: score(pair[1]))


def score(judgement: Judgement) -> tuple[int, int]:
    """How many claims are wrong in themselves, and how many speak against the changes."""
    return len([j for j in judgement.judged if j.failed]), len([j for j in judgement.judged if j.contradicts])


def opposed(judgement: Judgement, again: Judgement) -> bool:
    """Whether claims speak against the last change."""
    return score(again)[1] > score(judgement)[1]


def accounts(judgement: Judgement, cause: Judged, again: Judgement) -> bool:
    """Whether fewer claims are wrong in themselves, or one that was called misprinted has been used after all."""
    used = cause.verdict == MISPRINT and again.by_name(cause.name).verdict == CAUSE
    return score(again)[0] < score(judgement)[0] or used


def limited(cause: Judged, sentences: list[str]) -> list[str]:
    """Every sentence once, and whether there is enough to tell them apart."""
    unique = list(dict.fromkeys(sentences))
    count = np.count_nonzero(cause.wrong)
    if (len(unique) > 1 or count <= FEW) and np.isnan(cause.claim.written.value).all():
        return []  # any of the many ways to nan
    if len(unique) > 1 and count <= FEW:
        unique.append(f"too few numbers differ ({count}) to tell these apart")
    return unique[:MAX_EXPLANATIONS]
