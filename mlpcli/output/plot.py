"""Loss and accuracy by epoch as an SVG, drawn by matplotlib."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

PANELS = {"loss": ("loss", "validation_loss"), "accuracy": ("accuracy", "validation_accuracy")}


def svg(records: Sequence[Mapping[str, Any]]) -> bytes | None:
    """The curves of the metrics; None where matplotlib is not installed. The same metrics, the same bytes."""
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError:
        return None
    panels = {title: names for title, names in PANELS.items() if any(title in record for record in records)}
    with matplotlib.rc_context({"svg.hashsalt": "mlp", "svg.fonttype": "none"}):
        figure = Figure(figsize=(5 * len(panels), 3.5), layout="constrained")
        for place, (title, names) in enumerate(panels.items(), 1):
            axes = figure.add_subplot(1, len(panels), place)
            for name in names:
                points = [(record["epoch"], record[name]) for record in records if name in record]
                if points:
                    axes.plot(*zip(*points, strict=True), label=name.replace("_", " "))
            axes.set_xlabel("epoch")
            axes.set_ylabel(title)
            axes.legend()
        stream = io.BytesIO()
        figure.savefig(stream, format="svg", metadata={"Date": None})
    return stream.getvalue()
