"""Loss and accuracy by epoch as an SVG, drawn by pygal, which is imported in a tenth of the time of an epoch."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any

CURVES = {"loss": False, "validation_loss": False, "accuracy": True, "validation_accuracy": True}
"""Metric → whether it belongs to the axis on the right."""
POINTS = 1000
"""Epochs drawn at most of each curve."""


def svg(records: Sequence[Mapping[str, Any]]) -> bytes | None:
    """Draw the curves of the metrics; None where pygal is not installed. The same metrics give the same bytes."""
    finders = sys.meta_path[:]
    try:
        import pygal
    except ImportError:
        return None
    finally:
        sys.meta_path[:] = finders  # pygal adds one for its plugins, of a kind that Python warns of
    chart = pygal.XY(
        js=(), no_prefix=True, explicit_size=True, width=800, height=450, show_dots=len(records) == 1,
        x_title="epoch", legend_at_bottom=True, legend_at_bottom_columns=2, truncate_legend=-1,
        include_x_axis=True, secondary_range=(0, 1), value_formatter=lambda value: f"{value:.3g}",
    )  # fmt: skip
    shown = records[:: -(-len(records) // POINTS)] if records else []
    for name, right in CURVES.items():
        points = [(record["epoch"], record[name]) for record in shown if name in record]
        if points:
            chart.add(name.replace("_", " ") + (" (right)" if right else ""), points, secondary=right)
    drawn: bytes = chart.render()
    return re.sub(rb"<!--.*?-->", b"", drawn)  # one of the comments is the date
