"""What a table's columns are used as: which are features, which targets, and what is said of the others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..errors import quoted
from ..files.columns import Column
from ..files.frames import Frame
from ..files.streams import ArrayError
from .choose import choose
from .encoding import Feature, Missing, Target

Wanted = Literal["numbers", "classes", "binary"]
INDEX = re.compile(r"(Unnamed: ?\d+)?")
DIGITS = r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?"
SIGNED = re.compile(rf"[$€£] ?{DIGITS}|{DIGITS} ?[%$€£]")
"""A number with a sign that makes it a word."""
MOST_CLASSES = 1000
FEW = 20
"""Classes that nobody takes for numbers."""
FIRST = ("0", "-1", "no", "n", "false", "f")
"""What is no, of two labels."""
PADDED = "{0} has numbers that begin with 0; categories: {0} takes them as names"
DATES = "ignore leaves it out; a query makes it a number: SELECT *, month({0}) AS month FROM '{1}'"


@dataclass
class Found:
    """The columns of a table that are used, and sentences on the others."""

    features: tuple[Feature, ...]
    targets: tuple[Target, ...]
    said: list[str]


def find(
    frame: Frame,
    features: Sequence[str],
    target: Sequence[str],
    ignore: Sequence[str],
    id_: str | None,
    missing: Missing,
    wanted: Wanted,
) -> Found:
    """Return what the columns are used as. Raises ArrayError."""
    names = list(frame.columns)
    targets = list(choose(target, names, frame.name, "target"))
    ignored = set(choose(ignore, names, frame.name, "ignore"))
    others = {*targets, *ignored, *([id_] if id_ else [])}
    asked = choose(features, names, frame.name, "features") if features else dict.fromkeys(names, False)
    said: list[str] = []
    both = [name for name in targets if asked.get(name)]
    if both:
        raise ArrayError(f"{quoted(both[0])} is the target and a feature", "features")
    if id_ in targets:
        raise ArrayError(f"{quoted(id_ or '')} is the target and the id", "id")
    for name in (name for name, exact in asked.items() if exact):
        if name in ignored or name == id_:
            raise ArrayError(
                f"{quoted(name)} is a feature and {'ignored' if name in ignored else 'the id'}", "features"
            )
    chosen = [
        found
        for name, exact in asked.items()
        if name not in others and (found := feature(frame, frame.columns[name], exact, missing, said))
    ]
    if not chosen:
        raise ArrayError(
            f"no column of {frame.name} is left as a feature{'; ' if said else ''}{'; '.join(said)}", "features"
        )
    if wanted != "numbers":
        said += [PADDED.format(quoted(n)) for n in targets if n in frame.padded and frame.columns[n].kind == "number"]
    return Found(tuple(chosen), targets_of(frame, targets, wanted), said)


def feature(frame: Frame, column: Column, exact: bool, missing: Missing, said: list[str]) -> Feature | None:
    """Return how a column goes into the network; None, and a sentence, where it is left out. Raises ArrayError."""
    name, where = column.name, f"{frame.name}, column {quoted(column.name)}"
    gap = missing == "level" and column.gaps > 0
    if column.kind == "mixed":
        row = frame.first_word(column)
        raise ArrayError(f"{frame.name}, row {row[0]}, column {quoted(name)}: {quoted(row[1])} is not a number", "file")
    if column.kind == "date":
        raise ArrayError(
            f"{where}: dates such as {quoted(column.example)}: {DATES.format(plain(name), frame.name)}", "ignore"
        )
    reasons = {
        "empty": "is empty",
        "nested": "holds lists or records",
        "text": f"text: {column.levels} different in {frame.rows - column.gaps} rows, such as {quoted(column.example)}",
    }
    if column.kind in reasons:
        if exact:
            advice = "; to take each as a level: categories" if column.kind == "text" else ""
            raise ArrayError(f"{where}: {reasons[column.kind]}{advice}", "features")
        words = frame.levels(column, MOST_CLASSES) if column.kind == "text" else []
        said.append(f"{quoted(name)} is left out ({reasons[column.kind]}){numbers_of(frame, name, words)}")
        return None
    if not exact and (name in frame.unnamed or INDEX.fullmatch(name)) and frame.counts(column):
        said.append(f"{quoted(name)} is left out (it counts the rows)")
        return None
    if column.kind == "category":
        levels = frame.levels(column, MOST_CLASSES)
        if len(levels) > MOST_CLASSES:
            raise ArrayError(f"{where}: more than {MOST_CLASSES} levels", "features")
        advice = numbers_of(frame, name, levels)
        if advice:
            said.append(f"{quoted(name)} is taken as names such as {quoted(levels[0][0])}{advice}")
        return Feature(name, "category", tuple(level for level, _ in levels), gap)
    if name in frame.padded and column.kind == "number":
        said.append(PADDED.format(quoted(name)))
    return Feature(name, "boolean" if column.kind == "boolean" else "number", (), gap)


def numbers_of(frame: Frame, name: str, levels: Sequence[tuple[str, int]]) -> str:
    """Return the query that makes numbers of a column of numbers with a sign, if it is one."""
    if not levels or not all(SIGNED.fullmatch(level) for level, _ in levels):
        return ""
    bare = f"trim({plain(name)}, '%$€£ ')"
    bare = f"replace({bare}, ',', '')" if any("," in level for level, _ in levels) else bare
    return f"; as numbers: query: SELECT * REPLACE (CAST({bare} AS DOUBLE) AS {plain(name)}) FROM '{frame.name}'"


def plain(name: str) -> str:
    """Write a name as SQL does."""
    return name if name.isidentifier() and name.isascii() else '"' + name.replace('"', '""') + '"'


def targets_of(frame: Frame, names: Sequence[str], wanted: Wanted) -> tuple[Target, ...]:
    """Return what the network is to tell. Raises ArrayError."""
    columns = [frame.columns[name] for name in names]
    if wanted == "binary":
        return tuple(binary(frame, column) for column in columns)
    if wanted == "classes" and len(columns) == 1:
        return (classes(frame, columns[0]),)
    for column in columns:
        if column.kind not in ("number", "boolean"):
            what = f" such as {quoted(column.example)}" if column.example else ""
            advice = "; classes need loss: softmax_cross_entropy" if wanted != "classes" else ""
            advice = "; several targets are all numbers, or all of two values" if len(columns) > 1 else advice
            where = f"{frame.name}, column {quoted(column.name)}"
            raise ArrayError(f"{where}: the target holds {nouns(column)}{what} and no numbers{advice}", "target")
    return tuple(Target(column.name, "number") for column in columns)


def nouns(column: Column) -> str:
    return {"category": "names", "date": "dates", "mixed": "words", "empty": "nothing"}.get(column.kind, "text")


def labels(frame: Frame, column: Column) -> list[str]:
    """Return the different values of a target, numbers in their order, else as texts sort. Raises ArrayError."""
    where = f"{frame.name}, column {quoted(column.name)}"
    if column.kind in ("empty", "date", "nested"):
        raise ArrayError(f"{where}: the target holds {nouns(column)}", "target")
    if column.kind == "mixed":
        row, word = frame.first_word(column)
        told = f"{quoted(word)} is not a number; to take all as names: categories"
        raise ArrayError(f"{frame.name}, row {row}, column {quoted(column.name)}: {told}", "target")
    found = [label for label, _ in frame.levels(column, MOST_CLASSES)]
    if len(found) > MOST_CLASSES or (column.kind in ("number", "text") and len(found) > max(FEW, frame.rows // 2)):
        count = f"more than {MOST_CLASSES}" if len(found) > MOST_CLASSES else str(len(found))
        advice = "; if it is a number, write loss: mse" if column.kind == "number" else ""
        raise ArrayError(f"{where}: {count} different values are no classes{advice}", "target")
    if len(found) == 1:
        told = f"the target is {quoted(found[0])} in every row: there is nothing to learn"
        gaps = f"; words such as NA are gaps (rows: {column.gaps}), unless nulls lists others" if column.gaps else ""
        raise ArrayError(f"{where}: {told}{gaps}", "target")
    return sorted(found, key=float) if column.kind == "number" else found


def classes(frame: Frame, column: Column) -> Target:
    return Target(column.name, "classes", tuple(labels(frame, column)))


def binary(frame: Frame, column: Column) -> Target:
    """Return a target of two values: yes, true and the larger number are 1, else the second as texts sort."""
    found = labels(frame, column)
    if len(found) > 2:
        few = ", ".join(map(quoted, found[:4]))
        raise ArrayError(
            f"{frame.name}, column {quoted(column.name)}: {len(found)} classes ({few}, …) where binary_cross_entropy "
            "tells two apart; several need loss: softmax_cross_entropy",
            "target",
        )
    found.sort(key=lambda label: label.lower() not in FIRST)
    return Target(column.name, "binary", tuple(found))
