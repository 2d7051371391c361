"""Run the tool's command on a case, and compare what it says with the truth."""

from __future__ import annotations

import json
import re
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from .catalogue import KINDS
from .make import Case, make

CAUSES = {"cause", "misprint"}


@dataclass
class Result:
    """Hold what came out of one case."""

    number: int
    course: str
    group: str
    format: str
    forms: list[str]
    kinds: list[str]
    exit: int
    seconds: float
    judged: float = 0.0
    crashed: bool = False
    located: bool = False
    explained: bool = False
    first: bool = False
    listed: bool = False
    found: str = ""
    leading: str = ""
    sentences: list[str] = field(default_factory=list)

    @property
    def failure(self) -> str:
        """Name the worst thing that is wrong with this result."""
        if self.crashed:
            return "crash"
        if self.exit == 2:
            return "refused"
        if self.group == "right":
            return "right-rejected" if self.exit else "unjudged" if self.judged < 1 else ""
        if not self.exit:
            return "wrong-accepted"
        if not self.located:
            return "mislocated"
        if self.group == "random":
            return "random-explained" if self.explained else ""
        return "" if self.first else "not-first" if self.listed else "not-listed"


def command(folder: Path, case: Case, *, kind="json"):
    """Write the case into a folder, run `mlp check` there, and give its result and its CPU seconds."""
    from click.testing import CliRunner

    from mlpcli.cli import group

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.yaml").write_text(case.config, encoding="utf-8")
    dump = folder / f"dump{case.suffix}"
    dump.write_bytes(case.dump)
    start = time.process_time()
    words = ["check", str(folder / "config.yaml"), "--against", str(dump), "--format", kind]
    done = CliRunner().invoke(group, words, prog_name="mlp")
    return done, time.process_time() - start


def run(job: tuple[int, int]) -> Result:
    """Make and judge the case of (number, seed)."""
    case = make(*job)
    with tempfile.TemporaryDirectory() as folder:
        done, seconds = command(Path(folder), case)
    kinds = [kind for _, kind in case.mistakes]
    result = Result(case.number, case.course, case.group, case.format, case.forms, kinds, done.exit_code, seconds)
    result.crashed = done.exit_code not in (0, 1, 2) or not isinstance(done.exception, (SystemExit, type(None)))
    try:
        verdict = json.loads(done.stdout)
    except json.JSONDecodeError:
        result.found = repr(done.exception) if result.crashed else done.output[-300:]
        return result
    compare(case, verdict, result)
    return result


def compare(case: Case, verdict: dict, result: Result) -> None:
    claims = [(step_of(c["title"]), claim) for c in verdict["configs"] for claim in c["claims"]]
    result.judged = len(claims) / max(case.tensors, 1)
    causes = [(step, c) for step, c in claims if c["verdict"] in CAUSES]
    result.sentences = [s for _, c in causes for s in words(c)]
    result.explained = bool(result.sentences)
    overall = [s for c in verdict["configs"] for s in c["conventions"]]
    if not causes:
        return
    step, cause = causes[0]
    result.found = f"step {step + 1}: {cause['name']} ({cause['verdict']}) {words(cause) or overall}"
    result.located = (step, cause["name"]) in case.causes
    result.leading = (words(cause) or overall or [""])[0]
    name(case, result, (words(cause) or overall)[:1], [*result.sentences, *overall])


def name(case: Case, result: Result, leading: list[str], sentences: list[str]) -> None:
    """Note whether the mistake is named, by its own words or those of one that leads to the same dump."""
    made = [kind for _, kind in case.mistakes]
    for kinds in (lambda: made, case.twins):
        known = [KINDS[kind] for kind in kinds() if kind in KINDS]
        result.first |= any(k.named(s) for k in known for s in leading)
        result.listed |= any(k.named(s) for k in known for s in sentences)
        if result.first:
            return


def words(claim: dict) -> list[str]:
    return [*claim["explanations"], *([claim["note"]] if claim["note"] else [])]


def step_of(title: str) -> int:
    found = re.search(r"step (\d+)$", title or "")
    return int(found[1]) - 1 if found else 0
