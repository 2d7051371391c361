"""Dumps that tell of one sample after the other, as a loop over them prints them."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.cli import group

W1, W2 = np.array([[0.15, 0.25, -0.4], [0.2, 0.3, 0.1]]), np.array([[0.4], [0.45], [-0.7]])
X, T = np.array([[0.05, 0.1], [0.3, 0.2], [-0.6, 0.9]]), np.array([[0.01], [0.99], [0.5]])
CONFIG = f"""
layers:
  - {{type: linear, W: {W1.tolist()}, B: [0, 0, 0]}}
  - sigmoid
  - {{type: linear, W: {W2.tolist()}, B: [0]}}
  - sigmoid
inputs: {X.tolist()}
targets: {T.tolist()}
loss: l2
conventions: delta-rule
"""


def student():
    net1 = X @ W1
    o1 = 1 / (1 + np.exp(-net1))
    o2 = 1 / (1 + np.exp(-o1 @ W2))
    return {"net1": net1, "o1": o1, "o2": o2, "E": ((o2 - T) ** 2).sum(1) / 2}


def check(tmp_path, text, name="d.txt"):
    (tmp_path / "c.yaml").write_text(CONFIG)
    (tmp_path / name).write_text(text)
    args = ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / name), "--format", "json"]
    cases = json.loads(CliRunner().invoke(group, args).stdout)["configs"]
    return [{c["name"]: c["verdict"] for c in case["claims"]} for case in cases], cases[0]


def lines(trace, heading):
    blocks = ["\n".join(f"{name} = {row(value[k])}" for name, value in trace.items()) for k in range(len(X))]
    return "\n".join(f"{heading.format(k)}\n{block}" for k, block in enumerate(blocks, 1))


def row(value):
    return np.array2string(np.asarray(value), precision=6)


@pytest.mark.parametrize("heading", ["Sample {}", "# example {}", "Pattern {}:", "-- x{} --", ""])
def test_each_block_is_a_row(tmp_path, heading):
    found, case = check(tmp_path, lines(student(), heading))
    assert found == [dict.fromkeys(["net1", "o1", "o2", "E"], "match")]
    assert case["conventions"] == ["each block of the dump is read as a row, for one sample of the batch"]
    assert case["unknown"] == []


def test_a_list_of_blocks_is_read_so_too(tmp_path):
    blocks = [{name: value[k].tolist() for name, value in student().items()} for k in range(len(X))]
    assert check(tmp_path, json.dumps(blocks), "d.json")[0] == [dict.fromkeys(["net1", "o1", "o2", "E"], "match")]


def test_a_wrong_number_of_a_sample_is_found(tmp_path):
    trace = student()
    trace["o1"][1, 2] += 0.1
    found, case = check(tmp_path, lines(trace, "Sample {}"))
    assert found == [{"net1": "match", "o1": "misprint", "o2": "match", "E": "match"}]
    assert [cell["index"] for cell in case["claims"][1]["cells"]] == [[1, 2]]


@pytest.mark.parametrize("losses", [(0.3, 0.2, 0.1), (0.1138, 0.11, 0.1)])
def test_losses_of_as_many_steps_as_there_are_samples_are_of_steps(tmp_path, losses):
    """Neither the sum nor the mean of the first, nor the losses of the samples."""
    found, _ = check(tmp_path, "".join(f"Epoch {k}: E = {loss}\n" for k, loss in enumerate(losses, 1)))
    assert len(found) == 3


def test_blocks_of_other_names_are_no_samples(tmp_path):
    found, _ = check(tmp_path, "# step 1\no2 = 0.5\n# step 2\no1 = 0.3\n# step 3\no2 = 0.4\n")
    assert len(found) == 3


def test_steps_of_as_many_samples_are_steps(tmp_path):
    """Three columns of Z1 side by side have the shape of Z0, and another Z0 would be refused."""
    trace = student()
    page = {"Z0": trace["net1"], "A1": trace["o1"], "Z1": trace["o1"] @ W2, "A2": trace["o2"]}
    blocks = [{name: value.tolist() for name, value in page.items()} for _ in range(3)]
    assert len(check(tmp_path, json.dumps(blocks), "d.json")[0]) == 3
