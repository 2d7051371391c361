"""The columns of a table, as a person has them → the numbers that a network is fed with, as nodes of ONNX."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from ...tables.encoding import Feature
from ...values.shapes import ROWS
from .graph import FLOAT, ML, Graph, Traced


def encoded(graph: Graph, features: Sequence[Feature]) -> Traced:
    """Return the matrix X (N, I) of a table: each column is an input (N, 1), categories are texts.

    A text that is no level is a gap, as nan is: one more number says so where a gap is a level, else it is nan.
    """
    width = sum(feature.width for feature in features)
    parts = [part for feature in features for part in numbers(graph, feature)]
    return graph.apply("Concat", (ROWS, width), *parts, axis=1)


def numbers(graph: Graph, feature: Feature) -> Iterator[Traced]:
    """Yield what one column becomes."""
    category, levels = feature.kind == "category", feature.levels
    given = graph.given(feature.name, (ROWS, 1), text=category)
    if not category:
        yield given
        gaps = graph.apply("IsNaN", given.shape, given)
    else:
        known = {"keys_strings": list(levels), "values_int64s": list(range(len(levels))), "default_int64": -1}
        code = graph.apply("LabelEncoder", given.shape, given, domain=ML, **known)
        gaps = graph.apply("Less", given.shape, code, graph.integers(0))
        hot = graph.apply("Equal", (ROWS, len(levels)), code, graph.integers(*range(len(levels))))
        hot = graph.cast(hot, FLOAT)
        yield hot if feature.gap else graph.apply("Where", hot.shape, gaps, math.nan, hot)
    if feature.gap:
        yield graph.cast(gaps, FLOAT)
