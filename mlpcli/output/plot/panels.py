"""Parts of a picture: curves over epochs, a confusion matrix, predictions against what is true."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .axes import Axis, axis, tick_text, whole
from .svg import COLORS, GRID, INK, PALE, Point, circle, line, polyline, rect, shortened, text

LEFT, TOP, BOTTOM, RIGHT = 64, 40, 40, 20
"""Margins of a panel."""


@dataclass(frozen=True)
class Frame:
    """The area of a panel inside of its margins, and the axes along it."""

    x: float
    y: float
    width: float
    height: float
    across: Axis
    up: Axis

    def at(self, x: float, y: float) -> Point:
        return self.x + self.width * self.across.place(x), self.y + self.height * (1 - self.up.place(y))

    def drawn(self) -> Iterator[str]:
        """Yield grid and ticks."""
        for tick in self.up.ticks:
            at = self.at(self.across.low, tick)
            yield line(at, (self.x + self.width, at[1]), GRID)
            yield text((self.x - 6, at[1] + 4), tick_text(tick), anchor="end")
        for tick in self.across.ticks:
            at = self.at(tick, self.up.low)
            yield line(at, (at[0], at[1] + 4), PALE)
            yield text((at[0], at[1] + 16), tick_text(tick))
        yield line((self.x, self.y + self.height), (self.x + self.width, self.y + self.height), PALE)


@dataclass(frozen=True)
class Series:
    """A curve: its name, a point per epoch, and its colour."""

    name: str
    points: tuple[Point, ...]
    color: str


def curves(y: float, width: int, height: int, name: str, series: Sequence[Series], best: int | None) -> Iterator[str]:
    """Yield a panel of one metric over epochs; a line marks the best epoch."""
    values = [value for one in series for _, value in one.points]
    last = max(round(epoch) for one in series for epoch, _ in one.points)
    frame = Frame(LEFT, y + TOP, width - LEFT - RIGHT, height - TOP - BOTTOM, whole(last), axis(values))
    yield text((LEFT, y + 22), name + (" (logarithmic)" if frame.up.log else ""), 13, "start")
    yield from legend(series, width - RIGHT, y + 22)
    yield from frame.drawn()
    yield text((LEFT + frame.width / 2, y + height - 6), "epoch", fill=PALE)
    if best:
        top, foot = frame.at(best, frame.up.high), frame.at(best, frame.up.low)
        yield line(top, foot, PALE, stroke_dasharray="4 4")
        yield text((top[0], top[1] - 4), f"best: {best}", fill=PALE)
    for one in series:
        points = [frame.at(*point) for point in one.points]
        yield circle(points[0], 2.5, one.color) if len(points) == 1 else polyline(points, one.color)


def legend(series: Sequence[Series], right: float, y: float) -> Iterator[str]:
    """Yield the names of curves from right to left, each with its colour."""
    for one in reversed(series):
        shown = shortened(one.name, 24)
        yield text((right, y), shown, anchor="end")
        right -= 7 * len(shown) + 6
        yield line((right - 18, y - 4), (right, y - 4), one.color, stroke_width=3)
        right -= 32


CELL, NAMES, LARGEST = 44, 110, 20


def matrix(y: float, names: Sequence[str], counts: Sequence[Sequence[int]]) -> Iterator[str]:
    """Yield a confusion matrix: a row per true class, shaded by its part of that class."""
    left, top = LEFT + NAMES, y + TOP + 36
    yield text((LEFT, y + 22), "confusion: a row per true class, a column per predicted one", 13, "start")
    for k, name in enumerate(names):
        yield text((left - 8, top + CELL * (k + 0.5) + 4), shortened(name, 15), anchor="end")
        yield text((left + CELL * (k + 0.5), top - 8), shortened(name, 6))
    for i, row in enumerate(counts):
        for j, count in enumerate(row):
            part = count / max(1, sum(row))
            yield rect((left + CELL * j, top + CELL * i), CELL - 1, CELL - 1, shade(part))
            fill = "#ffffff" if part > 0.6 else INK
            yield text((left + CELL * (j + 0.5), top + CELL * (i + 0.5) + 4), str(count), fill=fill)


def matrix_height(count: int) -> int:
    return TOP + 36 + CELL * count + 12


def shade(part: float) -> str:
    """Return a blue, the deeper the larger the part."""
    light, deep = (244, 247, 251), (11, 98, 164)
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in zip(light, deep, strict=True))


def scatter(y: float, size: int, name: str, points: Sequence[Point]) -> Iterator[str]:
    """Yield predictions over true numbers, and the line on which they are equal."""
    both = axis([value for point in points for value in point], log=False)
    frame = Frame(LEFT, y + TOP, size - LEFT - RIGHT, size - TOP - BOTTOM, both, both)
    yield text((LEFT, y + 22), f"{name}: predicted (up) against true".removeprefix(": "), 13, "start")
    yield from frame.drawn()
    yield line(frame.at(both.low, both.low), frame.at(both.high, both.high), PALE, stroke_dasharray="4 4")
    yield from (circle(frame.at(*point), 2.5, COLORS[0], 0.5) for point in points)
