"""Findings as annotations for GitHub Actions: one per failure, at its file and line.

GitHub shows ten annotations of a kind per step, and drops what follows: those are counted in a notice.
"""

from __future__ import annotations

from .document import FAILED, Document, Finding, Findings
from .formats import Rendering

MOST = 10


def render(document: Document, rendering: Rendering) -> str:
    """Write `::error file=...,line=...,col=...,title=...::message` per failure, and nothing of what is no failure.

    What has a verdict comes first, then objections, such as a tensor that a dump lacks.
    """
    found = [item for part in document.parts if isinstance(part, Findings) for item in part.items]
    failed = sorted((item for item in found if item.state == FAILED), key=lambda item: not item.verdict)
    lines = [annotation(item) for item in failed[:MOST]]
    if len(failed) > MOST:
        lines.append(f"::notice title=mlp {document.command}::{len(failed) - MOST} more failures are not shown here")
    return "".join(f"{line}\n" for line in lines)


def annotation(finding: Finding) -> str:
    title = property_text(f"{finding.subject}: {finding.verdict}" if finding.verdict else without_place(finding))
    return f"::error {where(finding)}title={title}::{text(finding.message)}"


def without_place(finding: Finding) -> str:
    """Return what a finding is about, without the place, which the annotation has."""
    place = str(finding.place or "")
    return (finding.subject.removeprefix(place).removeprefix(": ") if where(finding) else finding.subject) or "mlp"


def where(finding: Finding) -> str:
    """Return the file, where it is one, the line and the column."""
    place = finding.place
    if place is None or place.file.startswith("<"):
        return ""
    return f"file={property_text(place.file)},line={place.line or 1},col={place.column or 1},"


def text(message: str) -> str:
    return message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def property_text(message: str) -> str:
    return text(message).replace(":", "%3A").replace(",", "%2C")
