"""Tensors → text, JSON, CSV and npz. A new format is one new file and one line here."""

from __future__ import annotations

from collections.abc import Callable

from . import csv, json, npz, text
from .report import Report

Renderer = Callable[[Report, int, bool], "str | bytes"]
"""(report, precision, full) → what is printed."""

FORMATS: dict[str, Renderer] = {
    "text": text.render,
    "json": json.render,
    "npz": npz.render,
    "csv": csv.render,
}
