"""What explains the causes: one mistake often accounts for several claims, and then all but the first of them follow.

Explanations are "consistent with", never "proven": ties are all listed, simplest first, and none at all is better than
a wrong one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np

from ..mistakes import variants
from ..verdicts.judge import judge_again
from ..verdicts.judgement import CAUSE, MISPRINT, Change, Judged, Judgement, above
from ..verdicts.precision import LAST_DIGIT, last_digit_only
from .given import all_one
from .hypotheses import HYPOTHESES, SEARCHES
from .not_finite import BEGINS
from .own_step import own_step
from .question import FEW, Question, Settings, explainable
from .unclaimed import unclaimed_steps

MAX_EXPLANATIONS = 5
PATIENCE = 2
"""After how many causes that nothing explains, of this step and the one before, numbers are no longer searched for."""
MAX_TRIED = 12
"""How many explanations are judged by, the simplest first."""
UNFILLED = "not filled in"
"""What begins the remark on a claim that nothing explains, since it says nothing."""
NOTHING = 1e-12
"""Nobody fills in a number this small: it is what rounding leaves of a sum that is 0."""

Ranked = list[tuple[Change, Judgement]]
"""Changes that explain a cause with the judgement by each, that which accounts for most claims first."""


def explain_causes(judgement: Judgement, settings: Settings = ()) -> Judgement:
    """Return the judgement with every cause explained, or left alone.

    In dataflow order: what explains a cause and accounts for others as well is what the claims are computed with, and
    they are judged again by it.
    """
    found: dict[str, tuple[str, ...]] = {}
    left = [j for j in judgement.before.failed() if not j.explanations] if judgement.before else []
    with np.errstate(all="ignore"):
        while cause := next((j for j in judgement.judged if explainable(j) and j.name not in found), None):
            unexplained = len(left) + sum(not known for known in found.values())
            again, sentences = explain_cause(judgement, cause, settings, unexplained >= PATIENCE)
            if again is not judgement:  # what nothing explained may be explained now
                found = {name: known for name, known in found.items() if known or not moved(judgement, again, name)}
            judgement, found[cause.name] = again, sentences
    return judgement.replaced([with_words(judgement, judged, found) for judged in judgement.failed()])


def moved(judgement: Judgement, again: Judgement, name: str) -> bool:
    """Return whether a tensor, or one that leads to it, is another one by the changes."""
    pairs = ((judgement.claimed[one], again.claimed[one]) for one in (name, *above(judgement, name)))
    return judgement.steps.get(name) is not again.steps.get(name) or any(
        a is not b and not np.array_equal(a.value, b.value, equal_nan=True) for a, b in pairs
    )


def with_words(judgement: Judgement, judged: Judged, found: Mapping[str, tuple[str, ...]]) -> Judged:
    """Add to a cause what explains it: for one that a change accounts for, what explains the cause it was found at."""
    key = next((cause for cause, change in judgement.changes.items() if change is judged.change), judged.name)
    return replace(judged, explanations=found.get(key, ()))


def explain_cause(
    judgement: Judgement, cause: Judged, settings: Settings, hurried: bool
) -> tuple[Judgement, tuple[str, ...]]:
    """Return what explains a cause, and the judgement with what accounts for others too."""
    blank, question = unfilled(cause), Question(judgement, cause, settings)
    if blank and cause.claim.written.value.size > 1:
        return judgement, limited(cause, made_so(question) or [blank])
    if question.few and last_digit_only(cause.claim.written, cause.expected):
        return judgement, (LAST_DIGIT,)  # much else leads to a unit in a number or two
    question = ask(question, hurried or known_of_the_step_before(question))
    found = question.found
    answers = [change for changes in found.values() for change in changes]
    own = [change.sentence for change in answers if change.of_the_cause]
    changes = [change for change in answers if not change.of_the_cause]
    ranked = ranking(judgement, cause, changes)
    sound = [(c, again) for c, again in ranked if not (doubtful(question, c) and opposed(judgement, again))]
    if sound and accounts(judgement, cause, sound[0][1]):
        change, again = sound[0]
        same = [c.sentence for c, other in sound[1:] if score(other) == score(again) and not c.setting]
        return again, limited(cause, [change.sentence, *own, *same])
    guessed = [*found["given"], *found["implied_settings"]] if question.few else []
    by_chance = len(found["implied_cells"]) > 1  # where one leads to it by chance, several do
    guessed += found["implied_cells"] if question.few or question.others or by_chance else []
    guessed += found["perhaps_copied"]
    beside = [*found["unclaimed_steps"], *(() if found["own_step"] else found["copied"])]
    also = [(c, again) for c, again in ranked if c in beside]
    sentences = own + likely(also, [], []) if own else likely(ranked, found["settings"], guessed)
    for change, again in sound:
        harmless = not opposed(judgement, again) and score(again)[0] <= score(judgement)[0]
        if [change.sentence] == sentences and harmless and not question.few:
            return again, limited(cause, sentences)
    return judgement, limited(cause, sentences or [blank] * bool(blank))


def made_so(question: Question) -> list[str]:
    """Return the mistakes in the step of a cause that make all its numbers one, as a sum over everything does.

    Zeros say nothing, nor does what follows from numbers that say nothing.
    """
    if not question.cause.claim.written.value.any() or any(map(unfilled, question.sources)):
        return []
    own = [change for change in (*own_step(question), *all_one(question)) if not change.steps]
    return [change.sentence for change in (*own, *unclaimed_steps(question))]


def unfilled(cause: Judged) -> str:
    """Return the remark on a claim of one 0, or of numbers that are all the same where others are expected."""
    numbers = cause.claim.written.value.ravel()
    if len(numbers) == 1:
        return "" if numbers[0] else f"{UNFILLED}: it is 0"
    few = len(numbers) < 3 and numbers[0] != 0
    noise = 0 < abs(numbers[0]) < NOTHING
    if few or noise or not (numbers == numbers[0]).all() or len(set(cause.reference.value.flat)) == 1:
        return ""
    return f"{UNFILLED}: every number is {numbers[0] + 0:g}"


def ask(question: Question, hurried: bool) -> Question:
    """Ask every hypothesis, each knowing the answers before it; returns the question with the answers.

    Those that try many numbers are left out where they have found nothing for several causes before.
    """
    for name, hypothesis in HYPOTHESES.items():
        answers = [] if hurried and name in SEARCHES else list(islice(hypothesis(question), MAX_TRIED))
        question = replace(question, found={**question.found, name: answers})
    return question


def known_of_the_step_before(question: Question) -> bool:
    """Return whether nothing explained the same tensor in the step before, or a mistake in a step that goes on.

    Numbers are not searched for again then.
    """
    judgement, cause, before = question.judgement, question.cause, question.before
    if before is None or not before.failed or before.claim.note:
        return False
    steps = [step for name in (cause.name, *question.lead) if (step := judgement.steps.get(name))]
    mistakes = {variant.sentence for step in steps for variant in variants(judgement.program, step)}
    known = {words for sentence in before.explanations for words in (sentence, sentence.partition(": ")[2])}
    return not known or not mistakes.isdisjoint(known)


def doubtful(question: Question, change: Change) -> bool:
    """Return whether a change counts only if no claim speaks against it.

    A number that is guessed, not one of a list, is no setting of a document that speaks against it. Nor is any change
    as good as a mistake in the step itself.
    """
    rivals = bool(question.found["own_step"]) and question.cause.verdict == CAUSE
    return rivals or change in question.found["implied_settings"]


def likely(ranked: Ranked, conventional: Sequence[Change], unsupported: Sequence[Change]) -> list[str]:
    """Return the setting that explains a cause, and the other changes that the fewest claims speak against.

    A setting that more claims speak against than these is none of them.
    """
    settings = [(score(again)[1], c.sentence) for c, again in ranked if c in conventional][:1]
    others = [(score(again)[::-1], c) for c, again in ranked if c not in conventional and c not in unsupported]
    fewest = min((found for found, _ in others), default=None)
    first = [sentence for against, sentence in settings if fewest is None or against <= fewest[0]]
    return first + [c.sentence for found, c in others if found == fewest]


def ranking(judgement: Judgement, cause: Judged, changes: list[Change]) -> Ranked:
    """Judge by each change, but for those that other claims leave no way to compute with."""
    tried = [(c, again) for c in changes[:MAX_TRIED] if (again := judged_with(judgement, cause, c))]
    return sorted(tried, key=lambda pair: score(pair[1]))


def judged_with(judgement: Judgement, cause: Judged, change: Change) -> Judgement | None:
    try:
        return judge_again(judgement, {**judgement.changes, cause.name: change})
    except (ValueError, IndexError):  # shapes that fit the cause and not what comes after it
        return None


def score(judgement: Judgement) -> tuple[int, int]:
    """Return how many claims are wrong in themselves, and how many speak against the changes."""
    return len(judgement.failed()), len([j for j in judgement.judged if j.contradicts])


def opposed(judgement: Judgement, again: Judgement) -> bool:
    """Return whether claims speak against the last change."""
    return score(again)[1] > score(judgement)[1]


def accounts(judgement: Judgement, cause: Judged, again: Judgement) -> bool:
    """Return whether fewer claims are wrong in themselves, or one called misprinted has been used after all."""
    used = cause.verdict == MISPRINT and again.by_name[cause.name].verdict == CAUSE
    return score(again)[0] < score(judgement)[0] or used


def limited(cause: Judged, sentences: list[str]) -> tuple[str, ...]:
    """Return every sentence once, and a remark where too few numbers differ to tell them apart."""
    unique = list(dict.fromkeys(sentences))
    count = np.count_nonzero(cause.wrong)
    if (len(unique) > 1 or count <= FEW) and np.isnan(cause.claim.written.value).all():
        return tuple(s for s in unique if BEGINS in s)[:1]  # any of the many ways to nan
    if len(unique) > 1 and count <= FEW:
        unique.append(f"too few numbers differ ({count}) to tell these apart")
    return tuple(unique[:MAX_EXPLANATIONS])
