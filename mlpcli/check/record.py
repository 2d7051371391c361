"""What a config computes beside what it expects: tensor by tensor, what would change if it were written down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..config.experiment import Claim
from ..config.load import Case
from ..config.recorded import Written, as_written
from ..output.document import NamedTensor
from ..output.formats import Rendering
from ..output.matrices import texts
from ..output.programs import tensors
from ..values.noisy import noisy
from .claims.names import canonical_names
from .reports.causes import cells
from .run import check_case, expected
from .verdicts.judgement import MATCH, Judged

SAME, NEW, CHANGED = "same", "new", "changed"


@dataclass(frozen=True)
class Recorded:
    """A tensor under the name that the config has for it: whether it changes, how, and what would be written."""

    name: str
    tensor: str
    state: str
    change: str
    written: Written


def compare(config: str, case: Case, precision: int) -> Iterator[Recorded]:
    """Yield what the config expects, in its order, then what it computes and does not expect."""
    names = canonical_names(case)
    judged = {}
    if case.experiment.expect:
        judged = {j.name: j for j in check_case(config, case, expected(case)).judgement.judged}
    known = set[str]()
    for claim in case.experiment.expect:
        tensor = names.get(claim.name, claim.name)
        found = next((judged[n] for n in (tensor, f"{tensor}_sum", f"{tensor}_mean") if n in judged), None)
        known.add(tensor)
        if found is not None:
            yield of_claim(claim, tensor, found, precision)
    for item in tensors(case.program, case.setup.run(noisy)).items:
        if item.name not in known:
            depth = item.value.ndim
            yield Recorded(item.name, item.name, NEW, "", as_written(rows_of(item, precision), depth))


def of_claim(claim: Claim, tensor: str, judged: Judged, precision: int) -> Recorded:
    """Return what is expected beside what is computed, nested as it is written where that fits."""
    value = judged.reference
    depth = nesting(claim.text) if judged.claim.written.shape == value.shape and not judged.claim.note else -1
    own = len(value.shape)
    fits = depth == own or (depth == 1 and 1 in value.shape) or (depth == 0 and value.value.size == 1)
    item = NamedTensor(tensor, "", "", value.value, value.noise)
    written = as_written(rows_of(item, precision), depth if fits else own)
    if judged.verdict == MATCH:
        return Recorded(claim.name, tensor, SAME, "", written)
    return Recorded(claim.name, tensor, CHANGED, judged.claim.note or cells(judged), written)


def rows_of(tensor: NamedTensor, precision: int) -> list[list[str]]:
    """Return all numbers of a tensor as text output has them."""
    return texts(tensor, Rendering(precision, full=True), "~").rows


def nesting(text: Written) -> int:
    """Return how deep the lists of a claim are."""
    return 1 + nesting(text[0]) if isinstance(text, list) and text else 0
