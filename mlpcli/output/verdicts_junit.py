"""Verdicts as JUnit XML: a suite a case, a test a claim."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from ..check.run import Checked
from ..check.verdicts.judgement import Judged
from .verdicts import cause


def render(results: list[Checked]) -> str:
    """Causes that nobody declared are failures; what merely follows is skipped."""
    suites = "".join(suite(checked) for checked in results)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="mlp check">\n{suites}</testsuites>\n'


def suite(checked: Checked) -> str:
    failed = {j.name for j in checked.failures}
    stale = {name for name, _ in checked.stale}
    judged = [j for j in checked.judgement.judged if j.name not in stale]
    tests = "".join(test(j, checked, j.name in failed) for j in judged)
    tests += "".join(
        f"  <testcase name={attribute(name)} classname={attribute(checked.config)}>"
        '<failure message="declared wrong under errata, but it is right"/></testcase>\n'
        for name, _ in checked.stale
    )
    skipped = checked.count("consequence")
    counts = f'tests="{len(judged) + len(checked.stale)}" failures="{len(failed) + len(checked.stale)}"'
    name = attribute(checked.title or checked.config)
    return f' <testsuite name={name} {counts} skipped="{skipped}">\n{tests} </testsuite>\n'


def test(judged: Judged, checked: Checked, failed: bool) -> str:
    head = f"  <testcase name={attribute(judged.name)} classname={attribute(checked.config)}"
    if failed:
        message = "\n".join(cause([judged]))
        return (
            f"{head}><failure message={attribute(judged.verdict)}>{escape(printable(message))}</failure></testcase>\n"
        )
    if judged.verdict == "consequence":
        return f'{head}><skipped message="follows from an earlier claim"/></testcase>\n'
    return f"{head}/>\n"


def attribute(text: str) -> str:
    return quoteattr(printable(text))


def printable(text: str) -> str:
    """XML has no control characters, not even escaped ones."""
    return "".join(c for c in text if c.isprintable() or c == "\n")
