"""Findings as JUnit XML: a suite per section, a test per subject."""

from __future__ import annotations

from itertools import chain
from xml.sax.saxutils import escape, quoteattr

from .document import FAILED, SKIPPED, Document, Finding, Findings, Section
from .formats import Rendering


def render(document: Document, rendering: Rendering) -> str:
    """Write failures with their explanations; what merely follows is skipped."""
    name = f"mlp {document.command}"
    whole = Section(document.closing, name)
    sections = (*document.sections, *([whole] if last(whole) else []))
    suites = "".join(suite(section, section.config or document.config or name) for section in sections)
    head = f"name={attribute(name)} {counted(list(chain(*map(last, sections))))}"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites {head}>\n{suites}</testsuites>\n'


def suite(section: Section, config: str) -> str:
    found = last(section)
    tests = "".join(test(finding, config) for finding in found)
    return f" <testsuite name={attribute(section.title or config)} {counted(found)}>\n{tests} </testsuite>\n"


def counted(found: list[Finding]) -> str:
    failed, skipped = (sum(finding.state == state for finding in found) for state in (FAILED, SKIPPED))
    return f'tests="{len(found)}" failures="{failed}" errors="0" skipped="{skipped}"'


def last(section: Section) -> list[Finding]:
    """Return what is said last of every subject, in this order."""
    found: dict[str, Finding] = {}
    for part in section.parts:
        for finding in part.items if isinstance(part, Findings) else ():
            found.pop(finding.subject, None)
            found[finding.subject] = finding
    return list(found.values())


def test(finding: Finding, config: str) -> str:
    head = f"  <testcase name={attribute(finding.subject)} classname={attribute(config)}"
    if finding.state == SKIPPED:
        return f"{head}><skipped message={attribute(finding.message)}/></testcase>\n"
    if finding.state != FAILED:
        return f"{head}/>\n"
    kind, message = attribute(finding.verdict or "objection"), attribute(finding.message)
    failure = f"<failure type={kind} message={message}"
    if not finding.verdict:
        return f"{head}>{failure}/></testcase>\n"
    return f"{head}>{failure}>{escape(printable(chr(10).join(finding.lines)))}</failure></testcase>\n"


def attribute(text: str) -> str:
    return quoteattr(printable(text))


def printable(text: str) -> str:
    """Drop control characters: XML has none, not even escaped ones."""
    return "".join(c for c in text if c.isprintable() or c == "\n")
