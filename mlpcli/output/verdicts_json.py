"""Verdicts as JSON: the stable format for programs."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from ..check.run import VERDICTS, Checked
from ..check.verdicts.judgement import Judged
from .json import SCHEMA, strict


def render(results: list[Checked]) -> str:
    """{"schema", "configs": [{"config", "title", "claims": [...], "conventions"}], "summary"}, as in the design."""
    summary = {"claims": sum(len(c.judgement.judged) for c in results)}
    summary |= {verdict: sum(c.count(verdict) for c in results) for verdict in VERDICTS}
    summary["failed"] = sum(not c.passed for c in results)
    document = {"schema": SCHEMA, "configs": [config(c) for c in results], "summary": summary}
    return json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def config(checked: Checked) -> dict[str, Any]:
    return {
        "config": checked.config,
        "title": checked.title,
        "passed": checked.passed,
        "claims": [claim(j, checked) for j in checked.judgement.judged],
        "conventions": checked.conventions,
        "missing": checked.missing,
        "unknown": checked.unknown,
        "unclaimed": checked.unclaimed,
    }


def claim(judged: Judged, checked: Checked) -> dict[str, Any]:
    cells = [] if judged.claim.note else [cell(judged, tuple(i)) for i in np.argwhere(judged.wrong).tolist()]
    return {
        "name": judged.name,
        "verdict": judged.verdict,
        "file": judged.claim.place.file,
        "line": judged.claim.place.line,
        "cells": cells,
        "note": judged.claim.note,
        "explanations": judged.explanations,
        "followers": judged.followers,
        "accounted": judged.accounted,
        "right_users": judged.right_users,
        "errata": checked.errata.get(judged.name),
    }


def cell(judged: Judged, index: tuple[int, ...]) -> dict[str, Any]:
    values = {"computed": judged.reference, "from_claims": judged.expected}
    numbers = {key: strict(float(array.value[index])) for key, array in values.items()}
    return {"index": list(index), "claimed": str(judged.claim.written.text[index]), **numbers}
