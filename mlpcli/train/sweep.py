"""Many trainings that differ in a few values: a folder per run, and what they come to beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ..config.experiment import Experiment
from ..config.sweep import Point
from ..files.write import write_file
from ..output.document import Document, Part, Record, Section, Table
from ..output.progress import values_line
from .compare import result_of
from .folder import Folder
from .measure import better
from .report import table

SEED = "seed"
DIGITS = 4
RIGHT = ("accuracy", "exact_match", "r2")
"""Metrics of what is right, one for each kind of answers."""


class Sweep:
    """The runs of a sweep in a folder."""

    def __init__(self, path: Path, points: Sequence[Point], experiment: Experiment) -> None:
        self.points = points
        self.folders = {point.name: Folder(path / point.name) for point in points}
        metric = experiment.early_stopping.metric if experiment.early_stopping else "loss"
        held = experiment.validation is not None
        self.metric = ("validation_" if held else "trained_") + metric
        self.problems: dict[str, str] = {}
        """Run → why it has not come to its end."""

    def prepare(self) -> list[Point]:
        """Write the config of each run; returns those that have not come to their end.

        Raises InputError where a folder has a run of another config.
        """
        for point in self.points:
            folder = self.folders[point.name]
            if folder.config.exists() and folder.config.read_bytes() != point.config.encode():
                raise folder.fail("holds a run of another config; name another folder with --run")
        for point in self.points:
            folder = self.folders[point.name]
            with folder.locked():
                write_file(folder.config, point.config.encode())
        return [point for point in self.points if self.folders[point.name].concluded() is None]

    def rows(self) -> list[dict[str, Any]]:
        """Return a row per run: its values, and its epoch and metrics, or why there are none."""
        return [
            {"run": str(self.folders[point.name].path), **values_of(point), **self.outcome(point)}
            for point in self.points
        ]

    def outcome(self, point: Point) -> dict[str, Any]:
        problem = self.problems.get(point.name)
        return {"problem": problem} if problem else result_of(self.folders[point.name])

    def said(self, name: str) -> str:
        """Say what a run came to."""
        found = self.problems.get(name)
        values = {} if found else result_of(self.folders[name])
        return f"{name}: {found or values_line({self.metric: values.get(self.metric)}, DIGITS)}"

    def document(self, config: str, title: str) -> Document:
        """Say which run is best, and show all; where seeds are among the values, also the means over the seeds."""
        rows = self.rows()
        measured = [row for row in rows if self.metric in row]
        means = self.means(measured)
        values = {"metric": self.metric} | ({"best": best(measured, self.metric)["run"]} if measured else {})
        if means:
            chosen = best(means, self.metric)
            values["best_mean"] = ", ".join(f"{name}={chosen[name]}" for name in self.others)
        runs = self.table(rows)
        whole: tuple[Part, ...] = (Record(values, "result"), *([table("means", means)] if means else []), runs)
        alone = Document("sweep", (Section((runs,), title),), config)
        return Document("sweep", (Section(whole, title),), config, instead=alone)

    def table(self, rows: Sequence[Mapping[str, Any]]) -> Table:
        """Return the runs; a person reads of each its values, what it is chosen by, and how much it got right."""
        prefix = self.metric.partition("_")[0] + "_"
        said = (*self.points[0].values, "problem", self.metric, *(prefix + name for name in RIGHT))
        short = [{name: row[name] for name in dict.fromkeys(said) if name in row} for row in rows]
        return replace(table("runs", rows), text_lines=table("runs", short).text_lines)

    @property
    def others(self) -> list[str]:
        """The paths of all values but seeds."""
        return [path for path in self.points[0].values if path != SEED]

    def means(self, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return for each combination of the other values the mean and the spread over the seeds, if there are any."""
        if SEED not in self.points[0].values or not self.others:
            return []
        groups: dict[Any, list[float]] = {}
        for row in rows:
            groups.setdefault(tuple(row[name] for name in self.others), []).append(row[self.metric])
        return [
            dict(zip(self.others, key, strict=True))
            | {"runs": len(values), self.metric: float(np.mean(values)), "spread": spread(values)}
            for key, values in groups.items()
        ]


def values_of(point: Point) -> dict[str, Any]:
    """Return the values of a run, numbers as such."""
    return {path: number(text) for path, text in point.values.items()}


def number(text: str) -> Any:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def best(rows: Sequence[Mapping[str, Any]], metric: str) -> Mapping[str, Any]:
    """Return the row with the best value of a metric, the first of several."""
    name = metric.partition("_")[2]  # less validation_ or trained_
    chosen = rows[0]
    for row in rows[1:]:
        if better(name, row[metric], chosen[metric]):
            chosen = row
    return chosen


def spread(values: Sequence[float]) -> float:
    """Return the standard deviation of a sample."""
    return float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
