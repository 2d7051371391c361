"""How far every preset is from its course's own arithmetic: `python -m tests.benchmarks.presets`.

Twenty random exercises each with one sample, with five, and with batch normalization where the course has it; three
updates of each. Prints the number of tensors compared, and the worst difference relative to the tensor's largest cell.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from mlpcli.nn.conventions import PRESETS
from tests.courses.compared import NORMED, pairs
from tests.courses.exercises import Exercise

EXERCISES = 20
KINDS = {"single": (1, False), "batch": (5, False), "batch norm": (5, True)}


def drawn(random: np.random.Generator, rows: int, normed: bool) -> Exercise:
    """A network of two layers, with numbers of two decimals."""
    k = int(random.integers(2, 5))

    def numbers(*shape: int) -> np.ndarray:
        return random.uniform(-1, 1, shape).round(2)

    return Exercise(
        X=numbers(rows, 3),
        Y=np.eye(k)[random.integers(0, k, rows)],
        W=(numbers(3, 4), numbers(4, k)),
        b=(numbers(4), numbers(k)),
        gamma=(numbers(4) + 2,) if normed else (),
        beta=(numbers(4),) if normed else (),
    )


def measured(preset: str, kind: str, path: Path) -> str:
    """Return the number of tensors and the worst difference."""
    rows, normed = KINDS[kind]
    if normed and preset not in NORMED:
        return "the course has none"
    random, count, worst = np.random.default_rng(0), 0, 0.0
    for _ in range(EXERCISES):
        for _, found, expected in pairs(preset, drawn(random, rows, normed), path):
            count += 1
            size = float(np.abs(expected).max())
            worst = max(worst, float(np.abs(found - expected).max()) / (size if size > 1e-12 else 1))
    return f"{count} tensors, {worst:.1e}"


def main() -> None:
    print(f"{'preset':12}" + "".join(f"{kind:>24}" for kind in KINDS))
    with tempfile.TemporaryDirectory() as folder:
        for preset in PRESETS:
            found = [measured(preset, kind, Path(folder) / "config.yaml") for kind in KINDS]
            print(f"{preset:12}" + "".join(f"{text:>24}" for text in found))


if __name__ == "__main__":
    main()
