"""SVG 1.1 of plain shapes with their attributes beside them: no style sheet and no script, so any renderer takes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

INK, PALE, GRID = "#222222", "#666666", "#dddddd"
COLORS = ("#0b62a4", "#d1570a", "#2a7f3f", "#8e3a9d", "#a8791c", "#b3243b", "#3a8f9e", "#555555")
FONTS = "Helvetica, Arial, DejaVu Sans, Liberation Sans, Noto Sans, sans-serif"
"""By name too: a renderer may have no family that stands for sans-serif."""
Point = tuple[float, float]


def element(name: str, content: str | None = None, /, **attributes: object) -> str:
    """Write an element; an attribute's _ stands for -, as in stroke_width."""
    written = "".join(f' {key.replace("_", "-")}="{value_text(value)}"' for key, value in attributes.items())
    return f"<{name}{written}/>" if content is None else f"<{name}{written}>{content}</{name}>"


def value_text(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else escape(str(value))


def text(at: Point, content: str, size: int = 11, anchor: str = "middle", fill: str = INK, **more: object) -> str:
    """Write a text; control characters, which XML does not have, are left out."""
    shown = escape("".join(c for c in content if c.isprintable()))
    x, y = at
    return element("text", shown, x=x, y=y, font_size=size, text_anchor=anchor, fill=fill, **more)


def line(start: Point, end: Point, stroke: str = INK, **more: object) -> str:
    return element("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], stroke=stroke, **more)


def polyline(points: Iterable[Point], stroke: str) -> str:
    joined = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
    return element("polyline", points=joined, fill="none", stroke=stroke, stroke_width=1.8, stroke_linejoin="round")


def circle(at: Point, radius: float, fill: str, opacity: float = 1.0) -> str:
    return element("circle", cx=at[0], cy=at[1], r=radius, fill=fill, fill_opacity=opacity)


def rect(at: Point, width: float, height: float, fill: str) -> str:
    return element("rect", x=at[0], y=at[1], width=width, height=height, fill=fill)


def shortened(content: str, most: int) -> str:
    """Return a text of some characters at most."""
    return content if len(content) <= most else content[: most - 1] + "…"


def document(width: int, height: int, title: str, body: Sequence[str] | Iterator[str]) -> str:
    """Write the picture on white."""
    content = "\n".join(["", element("title", escape(title)), rect((0, 0), width, height, "#ffffff"), *body, ""])
    box, of = f"0 0 {width} {height}", "http://www.w3.org/2000/svg"
    page = element("svg", content, xmlns=of, width=width, height=height, viewBox=box, font_family=FONTS)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{page}\n'
