"""The assignment of docs/classroom.md, handed in by a class that makes the usual mistakes, and graded.

    python -m tests.benchmarks.classroom [--students 300]

Prints for each bug what is wrong in itself, whether `mlp grade` found just that (located), whether what it says of it
is what was done (named), and the points; then how long one process takes for the class. The solution is plain numpy,
with samples in columns, and shares no code with mlp.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

PAGE = Path(__file__).parents[2] / "docs" / "classroom.md"
MLP = [sys.executable, "-c", "from mlpcli.cli import main; main()"]
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(frozen=True)
class Bug:
    """What a student does, the tensors that are wrong in themselves, and a word of what is to be said of it."""

    name: str
    wrong: str = ""
    word: str = ""


BUGS = (
    Bug("none"),
    Bug("b2 is forgotten", "Z2", "the bias is dropped"),
    Bug("b1 is added twice", "Z1", "the bias is added twice"),
    Bug("sigmoid for tanh", "A1", "sigmoid"),
    Bug("softmax over the samples", "A2", "over the examples"),
    Bug("softmax over everything", "A2", "whole batch|everything"),
    Bug("classes numbered the other way round", "J", "class"),
    Bug("J without its sign", "J", "sign"),
    Bug("J summed", "J", "sum|divided by the batch"),
    Bug("J with log10", "J", "logarithm has base"),
    Bug("J is nan", "J", "nan|log"),
    Bug("dZ2 = Y - A2", "dZ2", "sign"),
    Bug("dZ2 = A2", "dZ2", "Y is not subtracted"),
    Bug("1/m in dZ2 (as good)"),
    Bug("dW2 not averaged", "dW2", "not averaged|summed"),
    Bug("dW2 averaged twice", "dW2", "averaged|divided|batch size"),
    Bug("dW2 transposed", "dW2", "transposed"),
    Bug("dW2 of the last sample", "dW2", "last"),
    Bug("db2 over the wrong axis", "db2", "wrong axis"),
    Bug("db2 not averaged", "db2", "not averaged|summed"),
    Bug("db2 not summed", "db2", "not summed"),
    Bug("the derivative is missing", "dZ1", "derivative"),
    Bug("the derivative is 1 - Z1²", "dZ1", "Z1"),
    Bug("the derivative of the sigmoid", "dZ1", "sigmoid"),
    Bug("times A1, not its derivative", "dZ1", "A1|derivative"),
    Bug("W2 after its update", "dZ1", "updated|W2_new|update"),
    Bug("dW1 from A1", "dW1", "A1"),
    Bug("db1 has one number", "db1", "everything|one number"),
)


def solve(quiz: dict[str, Any], bug: str = "none") -> dict[str, np.ndarray]:
    """Compute a step of gradient descent as a student does who makes this mistake."""
    first, _, second, _ = quiz["layers"]
    W1, b1, W2, b2 = (np.array(v, float) for v in (first["W"], first["B"], second["W"], second["B"]))
    X, labels = np.array(quiz["inputs"], float), np.array(quiz["targets"]["classes"])
    b1, b2, m = b1[:, None], b2[:, None], X.shape[1]
    labels = 1 - labels if bug == "classes numbered the other way round" else labels
    Y = np.eye(2)[labels].T
    Z1 = W1 @ X + (2 if bug == "b1 is added twice" else 1) * b1
    A1 = 1 / (1 + np.exp(-Z1)) if bug == "sigmoid for tanh" else np.tanh(Z1)
    Z2 = W2 @ A1 + (0 if bug == "b2 is forgotten" else b2)
    E = np.exp(Z2)
    over = {"softmax over the samples": 1, "softmax over everything": None}.get(bug, 0)
    A2 = E / E.sum(axis=over, keepdims=True)
    J = -(np.log10 if bug == "J with log10" else np.log)(A2[labels, range(m)]).sum() / m
    J *= {"J without its sign": -1, "J summed": m, "J is nan": np.nan}.get(bug, 1)
    dZ2 = {"dZ2 = Y - A2": Y - A2, "dZ2 = A2": A2, "1/m in dZ2 (as good)": (A2 - Y) / m}.get(bug, A2 - Y)
    n = 1 if bug == "1/m in dZ2 (as good)" else m
    last = slice(m - 1, m) if bug == "dW2 of the last sample" else slice(None)
    dW2 = dZ2[:, last] @ A1[:, last].T / n * {"dW2 not averaged": m, "dW2 averaged twice": 1 / m}.get(bug, 1)
    db2 = dZ2.sum(axis=0 if bug == "db2 over the wrong axis" else 1, keepdims=True) / n
    db2 = {"db2 not averaged": db2 * m, "db2 not summed": dZ2 / m}.get(bug, db2)
    W = W2 - quiz["learning_rate"] * dW2 if bug == "W2 after its update" else W2
    s = 1 / (1 + np.exp(-Z1))
    slopes = {
        "sigmoid for tanh": A1 * (1 - A1),
        "the derivative is missing": 1,
        "the derivative is 1 - Z1²": 1 - Z1**2,
        "the derivative of the sigmoid": s * (1 - s),
        "times A1, not its derivative": A1,
    }
    dZ1 = W.T @ dZ2 * slopes.get(bug, 1 - A1**2)
    dW1 = dZ1 @ (A1 if bug == "dW1 from A1" else X).T / n
    db1 = dZ1.sum(axis=1, keepdims=True) / n
    db1 = db1 * 0 + dZ1.sum() / n if bug == "db1 has one number" else db1
    dW2 = dW2.T if bug == "dW2 transposed" else dW2
    found = {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2, "J": J, "dZ2": dZ2, "dW2": dW2, "db2": db2, "dZ1": dZ1}
    return {name: np.asarray(value) for name, value in {**found, "dW1": dW1, "db1": db1}.items()}


def hand_in(path: Path, found: dict[str, np.ndarray]) -> None:
    """Write what a student has: saved by numpy, as JSON, or printed with four decimals."""
    if path.suffix == ".npz":
        np.savez(path, **found)
    elif path.suffix == ".json":
        path.write_text(json.dumps({name: value.tolist() for name, value in found.items()}))
    else:
        printed = {name: np.array2string(np.asarray(value), precision=4) for name, value in found.items()}
        path.write_text("".join(f"{name} =\n{text}\n" for name, text in printed.items()))


def classroom(quiz: dict[str, Any], count: int) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
    """Yield submissions: a third is right, one of ten is blank, unfinished or noise, and the others have bugs."""
    random = np.random.default_rng(1)
    for k in range(count):
        suffix = (".npz", ".json", ".txt")[random.integers(3)]
        found = solve(quiz, "none" if k % 3 == 0 else BUGS[k % len(BUGS)].name)
        if k % 10 == 9:
            odd = k // 10 % 3
            blank = {name: value * 0 for name, value in found.items()}
            noise = {name: random.normal(size=value.shape) for name, value in found.items()}
            found = (blank, dict(list(found.items())[:5]), noise)[odd]
        yield f"{k:03}{suffix}", found


def grade(folder: Path, config: Path) -> tuple[list[dict[str, Any]], float, float]:
    """Grade a folder; returns the submissions as JSON has them, and seconds of wall clock and of computing."""
    before, start = os.times(), time.perf_counter()
    words = ["grade", str(config), str(folder), "--reveal", "mistake", "--format", "json"]
    done = subprocess.run([*MLP, *words], capture_output=True, env={**os.environ, **ONE_THREAD}, text=True, check=True)
    wall, after = time.perf_counter() - start, os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    return json.loads(done.stdout)["submissions"], wall, spent


def report(bug: Bug, found: dict[str, Any]) -> None:
    """Print what is found of a submission with a bug."""
    causes = [test for test in found["tests"] if test["verdict"] in ("cause", "misprint")]
    told = " ".join(test["message"] for test in causes) + " ".join(found["remarks"])
    located = [test["name"] for test in causes] == bug.wrong.split()
    named = bool(re.search(bug.word, told)) if bug.word else not told
    words = ("yes" if good else "NO" for good in (located, named))
    points = f"{found['score']:g} of {found['max_score']:g}"
    print(f"| {bug.name} | {bug.wrong.replace(' ', ', ')} | {' | '.join(words)} | {points} |", flush=True)


def main() -> None:
    """Print a line per bug, and how long the class takes."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.classroom", description=__doc__.split("\n")[0])
    parser.add_argument("--students", type=int, default=300)
    count = parser.parse_args().students
    text = re.search(r"```yaml\n(# quiz\.yaml\n.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[1]
    quiz = yaml.safe_load(text)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = folder / "quiz.yaml"
        config.write_text(text, encoding="utf-8")
        for part in ("bugs", "class"):
            (folder / part).mkdir()
        for k, bug in enumerate(BUGS):
            hand_in(folder / "bugs" / f"{k:02}.npz", solve(quiz, bug.name))
        for name, found in classroom(quiz, count):
            hand_in(folder / "class" / name, found)
        print("| bug | wrong in itself | located | named | points |\n|---|---|---|---|---|")
        for bug, found in zip(BUGS, grade(folder / "bugs", config)[0], strict=True):
            report(bug, found)
        graded, wall, spent = grade(folder / "class", config)
        mean = sum(one["score"] for one in graded) / len(graded)
        print(f"{len(graded)} submissions: {wall:.1f} s, {spent:.1f} s of them on a processor; {mean:.1f} points each")


if __name__ == "__main__":
    main()
