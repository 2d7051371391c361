"""Pictures of runs: axes, shapes in their places, and SVG that is plain XML."""

import math
import xml.etree.ElementTree as ElementTree
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlpcli.output.plot.axes import axis, whole
from mlpcli.output.plot.pictures import comparison, rendered, run_picture
from mlpcli.output.plot.terminal import charts

NUMBERS = st.floats(-1e12, 1e12).filter(lambda x: abs(x) > 1e-9 or x == 0)
SVG = "{http://www.w3.org/2000/svg}"
EPOCHS = [
    {"epoch": k, "step": 10 * k, "loss": 10.0**-k, "validation_loss": 2 * 10.0**-k, "accuracy": k / 5, "seconds": 1}
    for k in range(1, 6)
]


@given(st.lists(NUMBERS, min_size=1, max_size=20))
def test_an_axis_holds_all_numbers_between_round_ticks(values):
    found = axis(values)
    assert all(-1e-6 <= found.place(value) <= 1 + 1e-6 for value in values)
    assert 2 <= len(found.ticks) <= 12
    for tick in found.ticks:
        assert tick == 0 or float(f"{tick:.6g}") == pytest.approx(tick, rel=1e-5)


def test_round_ticks_by_hand():
    assert axis([0.13, 0.97]).ticks == (0, 0.2, 0.4, 0.6, 0.8, 1)
    assert axis([3, 3]).ticks == (1, 2, 3, 4, 5)
    assert whole(27).ticks == (0, 5, 10, 15, 20, 25)


def test_numbers_that_span_decades_have_a_logarithmic_axis():
    found = axis([0.02, 150])
    assert found.log
    assert found.ticks == (0.01, 0.1, 1, 10, 100, 1000)
    assert found.place(math.sqrt(0.01 * 1000)) == pytest.approx(0.5)
    assert not axis([1, 29]).log
    assert not axis([0, 1000]).log
    assert not axis([-1, 1000]).log


def parsed(picture):
    return ElementTree.fromstring(picture.encode())


def test_a_picture_is_plain_xml_with_a_title_and_names():
    """No style sheet and no script, which other renderers do not have; texts are escaped, control characters gone."""
    result = {
        "classes": [{"class": "<b>&"}, {"class": "no\x07"}],
        "confusion": [[3, 1], [0, 5]],
        "stopped_early": True,
        "epoch": 3,
    }
    root = parsed(run_picture('a "title" <script>', EPOCHS, result))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} == {
        "svg",
        "title",
        "rect",
        "text",
        "line",
        "polyline",
    }
    texts = [element.text for element in root.iter(f"{SVG}text")]
    assert texts[0] == 'a "title" <script>' == root.find(f"{SVG}title").text
    assert {"loss (logarithmic)", "accuracy", "training", "held out", "best: 3", "<b>&", "no", "3", "5"} <= set(texts)
    assert not {"seconds", "step"} & set(texts)


def test_curves_are_where_the_axis_says():
    """Losses 0.1 to 0.00001 by tens: from decade to decade, in equal steps down."""
    root = parsed(run_picture("", [{"epoch": e["epoch"], "step": 1, "loss": e["loss"]} for e in EPOCHS], {}))
    (curve,) = root.iter(f"{SVG}polyline")
    points = [tuple(map(float, point.split(","))) for point in curve.get("points").split()]
    heights = [y for _, y in points]
    assert heights == sorted(heights)
    steps = [after - before for before, after in pairwise(heights)]
    assert max(steps) - min(steps) < 0.02
    assert {round(b[0] - a[0], 1) for a, b in pairwise(points)} == {round((760 - 64 - 20) / 5, 1)}


def test_many_epochs_are_thinned_and_the_last_is_kept():
    many = [{"epoch": k, "step": k, "loss": 1 / k} for k in range(1, 10_001)]
    (curve,) = parsed(run_picture("", many, {})).iter(f"{SVG}polyline")
    points = curve.get("points").split()
    assert 500 < len(points) <= 1001
    assert float(points[-1].split(",")[0]) == 740


def test_predictions_lie_on_the_line_where_they_are_right():
    picture = run_picture("", EPOCHS, {"points": {"price": [[1, 1], [2, 2], [4, 3]]}})
    circles = [tuple(float(c.get(k)) for k in ("cx", "cy")) for c in parsed(picture).iter(f"{SVG}circle")]
    (x0, y0), (x1, y1), (_, y2) = circles
    assert y0 - y1 == pytest.approx((x1 - x0) * (420 - 80) / (420 - 84), rel=1e-4)
    assert y2 == pytest.approx(2 * y1 - y0, rel=1e-4)
    assert "price: predicted (up) against true" in picture


def test_runs_have_their_colours_throughout():
    runs = {"a": EPOCHS, "b": [{**record, "validation_r2": 0.5} for record in EPOCHS]}
    root = parsed(comparison(runs))
    colors = [curve.get("stroke") for curve in root.iter(f"{SVG}polyline")]
    assert colors == [colors[0], colors[1]] * 2 + [colors[1]]


def test_a_page_holds_the_picture_and_no_script():
    page = rendered(run_picture("t", EPOCHS, {}), "x.html").decode()
    assert page.startswith("<!DOCTYPE html>")
    assert "<?xml" not in page
    assert "script" not in page
    assert page.count("<svg") == 1


def test_png():
    pytest.importorskip("resvg_py")
    assert rendered(run_picture("t", EPOCHS, {}), "x.PNG").startswith(b"\x89PNG\r\n")


def test_charts_in_the_terminal():
    """The loss falls by tens from the top left to the bottom right; 80 columns are enough."""
    lines = charts([{"epoch": e["epoch"], "step": 1, "loss": e["loss"]} for e in EPOCHS]).splitlines()
    assert lines[0] == "loss (logarithmic): · training"
    rows = [line for line in lines if "┤" in line]
    marked = [(number, row.index("·")) for number, row in enumerate(rows) if "·" in row]
    assert marked == sorted(marked)
    assert (marked[0][0], marked[-1][0]) == (0, 11)
    assert marked[-1][1] - marked[0][1] == 59
    assert max(map(len, lines)) <= 80
