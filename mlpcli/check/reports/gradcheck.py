"""Gradients held against their derivatives, as a document."""

from __future__ import annotations

from typing import Any

from ...errors import Place
from ...nn.gradcheck import Check
from ...nn.oracles import Oracle
from ...output.document import FAILED, PASSED, SKIPPED, Document, Finding, Findings, Note, Section

NOTHING = Note("nothing to compare: what the gradient is taken at is not in this config")
SUM = Note("S: the loss summed over the batch")
MEAN = Note("S: the loss summed over the batch; J = S / N: its mean")
FIXED = Note("Σ: of a gradient that stays as it is, times the tensor that it is the gradient of")


def report(config: str, cases: list[tuple[str, Place, list[Check]]], oracle: Oracle) -> Document:
    """Report a section per case, a finding per gradient."""
    sections = (section(*case, number, oracle) for number, case in enumerate(cases, 1))
    return Document("gradcheck", tuple(sections), config)


def section(title: str, place: Place, checks: list[Check], case: int, oracle: Oracle) -> Section:
    """Return what is found of every gradient, and what the words mean."""
    head = Note(f"every gradient at its worst cell: the backward pass against {oracle.words}")
    before = [head] if checks else [head, NOTHING]
    derived = {check.of.removeprefix("−")[:1] for check in checks}
    after = [MEAN] if "J" in derived else [SUM] if "S" in derived else []
    after += [FIXED] if "Σ" in derived else []
    found = Findings("checks", tuple(finding(check, place, oracle) for check in checks))
    return Section((*before, found, *after), title, case)


def finding(check: Check, place: Place, oracle: Oracle) -> Finding:
    """Report a gradient: the worst cell, what the backward pass has there, and the derivative."""
    none = check.kinks == check.cells
    state = SKIPPED if none else PASSED if check.agrees or check.convention else FAILED
    values = f"backward: {check.computed:.6g}, {oracle.name}: {check.derivative:.6g}"
    shown = "" if none else f"worst: {list(check.index)}, {values}"
    said = verdict(check)
    line = f"{check.name}: {{{shown}}}  # {said}"
    word = {PASSED: "agrees", FAILED: "differs", SKIPPED: "no derivative"}[state]
    return Finding(
        check.name, word, state, place, f"{shown}: {said}" if shown else said, (line,), fields(check, oracle)
    )


def fields(check: Check, oracle: Oracle) -> dict[str, Any]:
    """A gradient for programs."""
    names = ("computed", "derivative", "error", "agrees", "kinks", "averaged", "convention", "of")
    return {"name": check.name, "index": list(check.index), "by": oracle.name} | {
        name: getattr(check, name) for name in names
    }


def verdict(check: Check) -> str:
    if check.kinks == check.cells:
        return "no derivative: every cell is at a kink"
    how = f"ok, the derivative of {check.of}" if check.agrees else f"DIFFERS by {check.error:.1g} of the largest"
    if not check.agrees and check.convention:
        how = f"not the derivative, by convention: {check.convention}"
    kinks = f", {check.kinks} at a kink left out" if check.kinks else ""
    some = f", {check.cells} of {check.size} cells checked" if check.cells < check.size else ""
    return how + (": divided by N twice" if check.of.startswith("J / N") else "") + kinks + some
