"""Tensors as a numpy archive under their names, float64."""

from __future__ import annotations

import io

import numpy as np

from .report import Report


def render(report: Report, precision: int, full: bool) -> bytes:
    """Where there are several cases or steps a name reads `case2/step3/W1_new`."""
    arrays = {page.key + t.name: np.asarray(t.value, np.float64) for page in report.pages for t in page.tensors}
    stream = io.BytesIO()
    np.savez(stream, **arrays)  # type: ignore[arg-type]
    return stream.getvalue()
