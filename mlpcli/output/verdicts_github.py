"""Verdicts as annotations for GitHub Actions: one a cause, at the claim's file and line."""

from __future__ import annotations

from ..check.run import Checked
from ..errors import Place
from .verdicts import cells


def render(results: list[Checked]) -> str:
    """`::error file=...,line=...,col=...,title=...::message`; misprints and causes that are declared do not count."""
    lines = []
    for checked in results:
        for judged in checked.failures:
            place = judged.claim.place
            what = judged.claim.note or cells(judged)
            why = "".join(f"; consistent with: {e}" for e in judged.explanations)
            title = property_text(f"{judged.name}: {judged.verdict}")
            lines.append(f"::error {where(place)}title={title}::{text(what + why)}")
        for name, place in checked.stale:
            lines.append(f"::error {where(place)}title={name}::declared wrong under errata, but it is right")
    return "".join(line + "\n" for line in lines)


def where(place: Place) -> str:
    """The file, where it is one, the line and the column."""
    if place.file.startswith("<"):
        return ""
    return f"file={property_text(place.file)},line={place.line or 1},col={place.column or 1},"


def text(message: str) -> str:
    return message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def property_text(message: str) -> str:
    return text(message).replace(":", "%3A").replace(",", "%2C")
