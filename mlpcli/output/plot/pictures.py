"""A run, or several, as a picture: a panel per metric, and what was predicted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from .panels import LARGEST, Series, curves, matrix, matrix_height, scatter
from .svg import COLORS, document, text

WIDTH, PANEL, SQUARE, HEAD = 760, 260, 420, 36
POINTS = 1000
"""Epochs drawn at most of each curve."""
HELD = "validation_"
SUFFIXES = (".svg", ".html", ".png")
Records = Sequence[Mapping[str, Any]]


def metrics_of(records: Records) -> list[str]:
    """Return the metrics that are there, without what says of which examples."""
    names = dict.fromkeys(name.removeprefix(HELD) for record in records for name in record)
    return [name for name in names if name not in ("epoch", "step", "seconds")]


def series_of(records: Records, metric: str) -> list[Series]:
    """Return the curves of a metric: of the examples trained on, and of those held out."""
    thinned = [*records[:-1][:: -(-len(records) // POINTS) or 1], *records[-1:]]
    found = []
    for key, kind, color in ((metric, "training", COLORS[0]), (HELD + metric, "held out", COLORS[1])):
        points = tuple((record["epoch"], record[key]) for record in thinned if key in record)
        found += [Series(kind, points, color)] if points else []
    return found


def run_picture(title: str, records: Records, result: Mapping[str, Any]) -> str:
    """Draw a run: curves of its metrics, then the confusion matrix, or predictions against what is true."""
    best = result.get("epoch") if "stopped_early" in result else None
    parts: list[tuple[int, Any]] = [
        (PANEL, (curves, WIDTH, PANEL, name, series_of(records, name), best)) for name in metrics_of(records)
    ]
    confusion = result.get("confusion") or []
    if 0 < len(confusion) <= LARGEST:
        names = [str(row["class"]) for row in result["classes"]]
        parts.append((matrix_height(len(names)), (matrix, names, confusion)))
    for name, points in (result.get("points") or {}).items():
        parts.append((SQUARE, (scatter, SQUARE, name, points)))
    return stacked(title, parts)


def comparison(runs: Mapping[str, Records]) -> str:
    """Draw runs beside each other: a panel per metric, of the examples held out where there are any."""
    names = dict.fromkeys(name for records in runs.values() for name in metrics_of(records))
    parts = []
    for metric in names:
        found = [
            replace(one, name=run, color=COLORS[number % len(COLORS)])
            for number, (run, records) in enumerate(runs.items())
            for one in series_of(records, metric)[-1:]
        ]
        parts.append((PANEL, (curves, WIDTH, PANEL, metric, found, None)))
    return stacked(", ".join(runs), parts)


def stacked(title: str, parts: Sequence[tuple[int, Any]]) -> str:
    """Draw the parts one below the other, under a title."""

    def body() -> Iterator[str]:
        yield text((WIDTH / 2, 24), title, 16)
        y = HEAD
        for height, (draw, *arguments) in parts:
            yield from draw(y, *arguments)
            y += height

    return document(WIDTH, HEAD + sum(height for height, _ in parts), title, list(body()))


def rendered(picture: str, name: str) -> bytes:
    """Return an SVG as a file of this name is to have it. Raises ImportError where what draws PNG is not installed."""
    suffix = PurePath(name).suffix.lower()
    if suffix == ".png":
        import resvg_py

        return bytes(resvg_py.svg_to_bytes(svg_string=picture, zoom=2))
    if suffix == ".html":
        inline = picture.partition("\n")[2]
        head = '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>mlp</title></head><body>\n'
        return f"{head}{inline}</body></html>\n".encode()
    return picture.encode()
