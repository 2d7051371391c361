"""Large dumps, of shapes that once took long: `python -m tests.fuzz.large NAME` judges one in the current folder.

It says how the check ended, in processor time and memory that are measured as those of the other files are.
"""

import faulthandler
import json
import signal
import sys
from pathlib import Path

from click.testing import CliRunner

from mlpcli.cli import group

from .__main__ import MEMORY, SECONDS, limit, peak

CONFIG = """\
layers:
  - {type: linear, W: [[0.15, 0.25, 0.1], [0.2, 0.3, -0.4]], B: [0.35, 0.35, 0.1]}
  - sigmoid
  - {type: linear, W: [[0.4, 0.5], [0.45, 0.55], [-0.3, 0.2]], B: [0.6, 0.6]}
  - softmax
inputs: [[0.05, 0.1]]
targets: [[0, 1]]
loss: softmax_cross_entropy
learning_rate: 0.5
"""
ROWS = [[i, 1.5, 2, 3, 4, 5, 6, 7, 8, 9] for i in range(30_000)]


def lines(count, line):
    return "".join(line.format(i=i, layer=i % 5, step=i // 5) + "\n" for i in range(count))


TENSORS, NAMES = "more than 12,000 tensors, those of all steps together", " names; leave out"
STEPS, STRANGE = "more than 3,000 steps to judge", "more than 500 names that the config"
LARGE = {
    "one-name.txt": (lambda: lines(70_000, "Y1lin = 0.5"), TENSORS),
    "log.txt": (lambda: lines(45_000, "step {i} loss 0.{i}"), TENSORS),
    "wrong-log.txt": (lambda: lines(3_000, "step {i} loss 3.{i}"), ""),
    "more-steps.txt": (lambda: lines(3_001, "step {i} loss 3.{i}"), STEPS),
    "losses.txt": (lambda: f"losses = {[0.5 + i for i in range(100_000)]}", STEPS),
    "strange.txt": (lambda: lines(2_000, "strange{i} = [0.{i}, 1, 2]"), STRANGE),
    "less-strange.txt": (lambda: lines(500, "strange{i} = [0.{i}, 1, 2]"), "no claims"),
    "matrices.txt": (lambda: lines(30_000, "epoch {step} W{layer} = [[0.{i}, 1], [2, 3]]"), TENSORS),
    "again.txt": (lambda: lines(20_000, "Y1lin = [0.5, {i}, 2]\n\nY1 = [1, 2, 3]"), TENSORS),
    "dicts.json": (lambda: json.dumps([{"name": f"n{i}", "value": [0.5, i]} for i in range(100_000)]), NAMES),
    "names.json": (lambda: json.dumps({f"n{i}": 0.5 for i in range(100_000)}), TENSORS),
    "nothing.json": (lambda: f'{{"a": [{",".join(["{}"] * 1_000_000)}]}}', NAMES),
    "layers.json": (lambda: f'{{"a": [{",".join(["[1],[1,2]"] * 100_000)}]}}', TENSORS),
    "names.yaml": (lambda: lines(70_000, "n{i}: 0.{i}"), NAMES),
    "held.yaml": (lambda: lines(200_000, "n{i}: {{a: 0.5}}"), NAMES),
    "documents.yaml": (lambda: lines(20_000, "---\n# step {i}\nY1lin: [[1, 2, 3]]"), TENSORS),
    "cells.csv": (lambda: "name,row,column,value\n" + lines(70_000, "n{i},0,0,0.{i}"), TENSORS),
    "rows.csv": (lambda: lines(70_000, "n{i},0.5"), TENSORS),
    "more-rows.csv": (lambda: lines(900_000, "n{i},0.5"), "more than 300,000 lines"),
    "batch.csv": (lambda: "Y1lin\n" + "\n".join(",".join(map(str, row)) for row in ROWS), ""),
    "batch.json": (lambda: json.dumps({"Y1lin": ROWS}), ""),
    "batch.txt": (lambda: f"Y1lin = {ROWS}", ""),
    "batch.yaml": (lambda: f"Y1lin: {ROWS}", ""),
}
"""What is written, and what is said where it is refused; nothing where it is judged."""


def checked(name: str) -> tuple[int, list[str]]:
    result = CliRunner().invoke(group, ["check", "c.yaml", "--against", name])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stderr.splitlines()


def main() -> int:
    Path("c.yaml").write_text(CONFIG, encoding="utf-8")
    Path("small.txt").write_text("Y1lin = [[1, 2, 3]]", encoding="utf-8")
    if hasattr(signal, "SIGPROF"):
        faulthandler.register(signal.SIGPROF, chain=True)
    checked("small.txt")  # imports what there is to import
    before = peak()
    limit(SECONDS)
    code, said = checked(sys.argv[1])
    limit(0)
    if peak() - before > MEMORY:
        said.append(f"{(peak() - before) >> 20} MB")
    print(json.dumps([code, said]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
