"""Tensors → text, JSON, CSV and npz. A new format is one new file and one word here."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .report import Report

FORMATS = ("text", "json", "npz", "csv")


def render(form: str, report: Report, precision: int, full: bool) -> str | bytes:
    """What is printed; a format's file is imported when it is asked for."""
    content: str | bytes = import_module(f".{form}", __name__).render(report, precision, full)
    return content
