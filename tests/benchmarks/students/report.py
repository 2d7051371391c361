"""Print tables of results, and write examples of failures."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from .catalogue import KINDS
from .make import make
from .score import Result, command

FAILURES = ["crash", "refused", "right-rejected", "wrong-accepted", "mislocated", "not-first", "not-listed"]
FAILURES += ["random-explained", "unjudged", "slow"]

HEADS = [
    "cases",
    "right ok",
    "wrong ok",
    "refused",
    "located",
    "first",
    "listed",
    "judged",
    "rnd expl",
    "median",
    "p95",
    "worst",
]


def share(part: list, whole: list) -> str:
    return f"{100 * len(part) / len(whole):.1f}%" if whole else "-"


def row(results: list[Result]) -> list[str]:
    right = [r for r in results if r.group == "right"]
    wrong = [r for r in results if r.group == "wrong"]
    random = [r for r in results if r.group == "random"]
    times = sorted(r.seconds for r in results)
    judged = sum(min(r.judged, 1) for r in results) / max(len(results), 1)
    return [
        str(len(results)),
        share([r for r in right if r.exit == 0], right),
        share([r for r in wrong if r.exit == 0], wrong),
        share([r for r in results if r.exit == 2], results),
        share([r for r in wrong + random if r.located], wrong + random),
        share([r for r in wrong if r.first], wrong),
        share([r for r in wrong if r.listed], wrong),
        f"{100 * judged:.1f}%",
        share([r for r in random if r.explained], random),
        *(f"{times[min(int(q * len(times)), len(times) - 1)]:.2f}s" for q in (0.5, 0.95, 1.0)),
    ]


PROMISES = {"right": 95.0, "accepted": 1.0, "located": 95.0, "judged": 99.0, "explained": 5.0}
"""In percent: right work that is accepted at least, wrong work that is at most, and so on; of any few hundred cases."""


def kept(results: list[Result]) -> bool:
    """Return whether the promises hold."""
    cells = dict(zip(HEADS, row(results), strict=True))
    found = {head: float(cells[head].rstrip("%")) for head in ("right ok", "wrong ok", "located", "judged", "rnd expl")}
    right, accepted, located, judged, explained = found.values()
    least = right >= PROMISES["right"] and located >= PROMISES["located"] and judged >= PROMISES["judged"]
    return least and accepted <= PROMISES["accepted"] and explained <= PROMISES["explained"]


def table(title: str, groups: dict[str, list[Result]]) -> list[str]:
    lines = [f"{title:36}" + "".join(f"{h:>9}" for h in HEADS)]
    return lines + [f"{name:36}" + "".join(f"{cell:>9}" for cell in row(rs)) for name, rs in groups.items() if rs]


def grouped(results, keys) -> dict[str, list[Result]]:
    groups: dict[str, list[Result]] = {}
    for result in results:
        for key in keys(result):
            groups.setdefault(key, []).append(result)
    return dict(sorted(groups.items()))


def report(results: list[Result]) -> str:
    """Write the tables: by course, format, form and, of cases with a single mistake, by kind."""
    single = [r for r in results if r.group == "wrong" and len(r.kinds) == 1]
    full = [r for r in results if r.group == "right" and r.exit == 0 and r.judged >= 1]
    right = [r for r in results if r.group == "right"]
    lines = table("course", {**grouped(results, lambda r: [r.course]), "all": results})
    lines += [f"right work accepted with every tensor judged: {share(full, right)} of {len(right)}", ""]
    lines += [*table("format", grouped(results, lambda r: [r.format])), ""]
    lines += [*table("form", grouped(results, lambda r: r.forms or ["plain"])), ""]
    lines += [*table("number of mistakes", grouped(results, lambda r: [f"{len(r.kinds)} {r.group}"])), ""]
    lines += [*table("single mistake", grouped(single, lambda r: r.kinds)), ""]
    lines += [f"words of another kind of mistake that match the first explanation: {chance(single)}"]
    lines += [
        "failures: " + ", ".join(f"{k} {n}" for k, n in Counter(r.failure or "none" for r in results).most_common())
    ]
    return "\n".join(lines)


def chance(single: list[Result]) -> str:
    """Give how often the words of another kind match the first explanation: `first` is worth what is above this."""
    told = [r for r in single if r.leading]
    others = [kind.named(r.leading) for r in told for name, kind in KINDS.items() if name not in r.kinds]
    return f"{100 * sum(others) / max(len(others), 1):.1f}%"


def write_example(folder: Path, result: Result, seed: int) -> None:
    """Write a case, the truth and what the tool says of it."""
    case = make(result.number, seed)
    place = folder / f"{case.number:05}-{case.course}-{case.format}"
    done, seconds = command(place, case, kind="text")
    truth = [
        f"{case.group}: {case.course}, {case.format}, {case.digits} digits, {', '.join(case.forms) or 'plain'}",
        *(f"mistake: {kind} at {name}" for name, kind in case.mistakes),
        f"visibly wrong: {case.wrong}",
        f"begins at (step from 0, tool's names): {case.causes}",
        f"found: {result.found}; first {result.first}, listed {result.listed}, judged {result.judged:.2f}",
        f"seconds: {result.seconds:.2f}, here {seconds:.2f}",
    ]
    (place / "truth.txt").write_text("\n".join(truth) + "\n", encoding="utf-8")
    (place / "output.txt").write_text(f"exit {done.exit_code}\n{done.output}", encoding="utf-8")
