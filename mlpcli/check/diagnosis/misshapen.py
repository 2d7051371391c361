"""Claims of another shape: the mistake that gives this shape and these numbers, and what follows from one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import numpy as np

from ...nn.op import Array
from ...values.noisy import Noisy
from ..claims.claimed import TRANSPOSED, is_line, line, reshaped
from ..claims.written import agreement
from ..mistakes import Variant, other_outputs, variants
from ..verdicts.judgement import CONSEQUENCE, Change, Judged, Judgement, above, follow
from .factors import scaled


def explain_shapes(judgement: Judgement) -> Judgement:
    """Return the judgement with every claim of a wrong shape explained, or as a consequence of an earlier one."""
    shapes, found = dict[str, Array](), dict[str, Judged]()
    for judged in judgement.judged:
        name, written = judged.name, judged.claim.written
        if not judged.claim.note or name not in judgement.steps or not np.isfinite(written.value).all():
            continue
        source = source_of(judgement, name, shapes)
        if source and gives(judgement, Change("", values=dict(shapes)), judged):
            found[name] = replace(judged, verdict=CONSEQUENCE)
            cause = found[source]
            found[source] = replace(cause, followers=(*cause.followers, name))
        else:
            found[name] = replace(judged, explanations=tuple(mistakes(judgement, judged)))
        shapes[name] = Noisy(written.value, written.noise)
    return judgement.replaced(found.values())


def source_of(judgement: Judgement, name: str, shapes: Mapping[str, Array]) -> str:
    """Return the claim of a wrong shape that leads to a tensor, through none or through what nobody claims."""
    steps = [judgement.steps[made] for made in (name, *above(judgement, name)) if made in judgement.steps]
    return next((operand for step in steps for operand in step.operands if operand in shapes), "")


def mistakes(judgement: Judgement, judged: Judged) -> list[str]:
    """Return what could have been done in the step, where that is not said already."""
    name = judged.name
    if judged.claim.note.startswith(TRANSPOSED):
        return []
    program, step = judgement.program, judgement.steps[name]
    ways = [*variants(program, step), *other_outputs(program, step)]
    tried = [(way.sentence, Change("", {name: way.step})) for way in ways]
    found = [sentence for sentence, change in tried if gives(judgement, change, judged)]
    if not found:
        found = [sentence for sentence, change in averaged(judgement, name, ways) if gives(judgement, change, judged)]
    # Who sums over an axis has a vector, who does not sum has rows.
    return sorted(found, key=lambda sentence: "axis" not in sentence) if judged.claim.written.value.ndim == 1 else found


def averaged(judgement: Judgement, name: str, ways: Iterable[Variant]) -> Iterator[tuple[str, Change]]:
    """Yield mistakes in a step beside an average over the batch that is one too many, or is missing."""
    N = judgement.rows
    for factor, words in ((1 / N, f"divided by N = {N}"), (N, f"multiplied by N = {N}")) if N > 1 else ():
        yield from ((f"{way.sentence}, and {words}", Change("", {name: scaled(way.step, factor)})) for way in ways)


def gives(judgement: Judgement, change: Change, judged: Judged) -> bool:
    """Return whether a change gives what is claimed, its shape and all its numbers; a row may be a column."""
    written = judged.claim.written
    try:
        with np.errstate(all="ignore"):
            value = follow(judgement, change, judged.name)
    except (ValueError, IndexError, TypeError, ZeroDivisionError):
        return False
    wanted = tuple(value.shape)
    if written.shape == wanted[::-1] and len(wanted) == 2 and agreement(written.each(np.transpose), value).all():
        return True  # of a dump whose samples lie the other way
    if written.value.size == 1:  # one number for all
        return bool(agreement(written.each(lambda cells: np.broadcast_to(np.ravel(cells)[0], wanted)), value).all())
    alike = is_line(wanted) and is_line(written.shape) and line(wanted) == line(written.shape)
    return (alike or wanted == written.shape) and bool(agreement(reshaped(written, wanted), value).all())
