"""Measure the check on simulated students: `python -m tests.benchmarks.students --cases 3000 --jobs 2`.

Students of ten courses are written in plain numpy, without the project's own mathematics, each in its own orientation
and under its own names. Of every case the truth is known: right work in another form, one to three classic mistakes
whose consequences follow as in reality, or random numbers that no mistake explains. That right students are right is
shown by `python -m tests.benchmarks.students.gradients`, which compares each with central differences of its loss.
`--show KIND --out DIR` writes examples of a kind of failure, each a folder with the case, the truth and the output.
"""

from __future__ import annotations

import argparse
import os
import sys
from multiprocessing import get_context
from pathlib import Path

from .report import FAILURES, kept, report, write_example


def main() -> int:
    """Print the tables; returns 1 where a promise is not kept."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.students", description=__doc__.split("\n")[0])
    parser.add_argument("--cases", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--show", choices=[*FAILURES, "all"], action="append", default=[], metavar="KIND")
    parser.add_argument("--out", type=Path, default=Path("students_out"))
    parser.add_argument("--each", type=int, default=10, help="examples per kind")
    options = parser.parse_args()
    results = judged([(number, options.seed) for number in range(options.cases)], options.jobs)
    print(report(results))
    for kind in FAILURES if "all" in options.show else options.show:
        for result in pick(results, kind, options.each):
            write_example(options.out / kind, result, options.seed)
    return 0 if kept(results) else 1


def judged(jobs: list[tuple[int, int]], processes: int):
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    from .score import run

    with get_context("fork").Pool(processes) as pool:
        return pool.map(run, jobs, chunksize=5)


def pick(results, kind: str, count: int):
    if kind == "slow":
        return sorted(results, key=lambda r: -r.seconds)[:count]
    return [r for r in results if r.failure == kind][:count]


if __name__ == "__main__":
    sys.exit(main())
