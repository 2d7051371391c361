"""Dumps of several training steps: the student's loop is plain numpy."""

import json
import tracemalloc

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.check.claims.dumps import read_dump
from mlpcli.check.diagnosis.hypotheses import HYPOTHESES
from mlpcli.check.steps import check_steps
from mlpcli.cli import group
from mlpcli.config.load import load

CONFIG = """
layers:
  - {type: linear, W: [[0.52, -0.33], [0.24, 0.73]], B: [0.11, -0.26]}
  - sigmoid
  - {type: linear, W: [[0.31], [-0.62]], B: [0.18]}
  - sigmoid
inputs: [[1, 2], [0.5, -1.5], [-1, 0.25]]
targets: [[1], [0], [1]]
loss: l2
optimizer: {type: sgd, learning_rate: 0.5, momentum: MOMENTUM}
conventions: {average: []}
"""
X, T = np.array([[1, 2], [0.5, -1.5], [-1, 0.25]]), np.array([[1], [0], [1]])
LR = 0.5


def steps(count, momentum=0.0, mistake="", first=()):
    """The tensors of each step of training, W and b as they are after it; `first` has others after the first."""
    p = {"W1": np.array([[0.52, -0.33], [0.24, 0.73]]), "b1": np.array([0.11, -0.26])}
    p |= {"W2": np.array([[0.31], [-0.62]]), "b2": np.array([0.18])}
    v = {name: np.zeros_like(value) for name, value in p.items()}
    before = {name: np.zeros_like(value) for name, value in p.items()}
    times = {("bias", "b1"): 3, ("rate", "W1"): 1 / LR, ("rate", "b1"): 1 / LR}
    for _ in range(count):
        a1 = 1 / (1 + np.exp(-(X @ p["W1"] + p["b1"])))
        a2 = 1 / (1 + np.exp(-(a1 @ p["W2"] + p["b2"])))
        d2 = (a2 - T) * (1 if mistake == "derivative" else a2 * (1 - a2))
        d1 = d2 @ p["W2"].T * a1 * (1 - a1)
        g = {"W2": a1.T @ d2, "b2": d2.sum(0), "W1": X.T @ d1, "b1": d1.sum(0)}
        if mistake == "accumulated":
            g = {name: value + before[name] for name, value in g.items()}
        before = g
        v = {n: (0 if mistake == "velocity" else momentum) * v[n] + g[n] for n in g}
        rates = {name: times.get((mistake, name), 1) * LR for name in p}
        moved = {name: p[name] - rates[name] * v[name] for name in p} | dict(first)
        first = ()
        yield {"loss": ((a2 - T) ** 2).sum() / 2, "a2": a2, **{f"d{n}": x for n, x in g.items()}, **moved}
        p = p if mistake == "not updated" else moved


def check(tmp_path, dump, momentum=0.0, name="d.json"):
    (tmp_path / "c.yaml").write_text(CONFIG.replace("MOMENTUM", str(momentum)))
    (tmp_path / name).write_text(dump)
    result = CliRunner().invoke(
        group, ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / name), "--format", "json"]
    )
    return result, [{c["name"]: c for c in page["claims"]} for page in json.loads(result.stdout)["configs"]]


def as_text(pages, heading="# step {}"):
    lines = []
    for number, page in enumerate(pages, 1):
        lines += [heading.format(number)] if heading else []
        lines += [f"{name} =\n{np.array2string(np.asarray(value), precision=10)}" for name, value in page.items()]
    return "\n".join(lines)


@pytest.mark.parametrize("heading", ["# step {}", "=== Iteration {} ===", "Epoch {}:", ""])
def test_right_steps_pass_however_they_are_headed(tmp_path, heading):
    result, pages = check(tmp_path, as_text(steps(3), heading), name="d.txt")
    assert (result.exit_code, len(pages)) == (0, 3)
    assert all(claim["verdict"] == "match" for page in pages for claim in page.values())


@pytest.mark.parametrize(("precise", "code"), [(False, 0), (True, 1)])
def test_steps_are_not_of_single_precision_where_the_first_is_of_double(tmp_path, precise, code):
    """The second is off by 3e-8, as float32 may be; the first has all eight decimals right, or is off as well."""
    pages = [{name: page[name] for name in ("a2", "dW1", "W1", "W2")} for page in steps(2)]
    off = [0 if precise else 3e-8, 3e-8]
    pages = [{n: (x + by).round(8) for n, x in page.items()} for page, by in zip(pages, off, strict=True)]
    result, _ = check(tmp_path, as_text(pages), name="d.txt")
    assert result.exit_code == code, result.stdout


def test_numbers_are_not_searched_for_again_in_the_step_after(tmp_path, monkeypatch):
    """What nothing explained, and what a mistake in a step explained; another mistake of the second is found."""
    asked = []
    monkeypatch.setitem(HYPOTHESES, "given", lambda question: asked.append(question.cause.name) or [])
    pages = [{name: page[name] for name in ("a2", "dW1", "dW2")} for page in steps(2)]
    for page in pages:
        page["dW1"] = page["dW1"][::-1] ** 2 + 0.123  # nothing leads to it
    pages[1]["dW2"] = 2 * pages[1]["dW2"]
    _, (first, second) = check(tmp_path, as_text(pages), name="d.txt")
    assert [page["gradW1"]["explanations"] for page in (first, second)] == [[], []]
    assert asked.count("gradW1") == 1
    assert second["gradW2"]["explanations"]


def test_what_follows_from_the_step_before_is_no_cause(tmp_path):
    pages = [
        {n: x for n, x in page.items() if n in ("a2", "W1", "W2", "b1", "b2")}
        for page in steps(2, mistake="derivative")
    ]
    _, (first, second) = check(tmp_path, as_text(pages), name="d.txt")
    assert next(name for name, claim in first.items() if claim["verdict"] == "cause") == "W1_new"
    assert second["Y2"]["verdict"] == "consequence"


def test_what_follows_from_the_step_before_is_told_in_a_line(tmp_path):
    (tmp_path / "c.yaml").write_text(CONFIG.replace("MOMENTUM", "0"))
    (tmp_path / "d.txt").write_text(as_text(steps(4, mistake="bias")))
    result = CliRunner().invoke(group, ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "d.txt")])
    assert result.stdout.count("tensors follow from the step before: ") == 3
    assert "as they are rounded" not in result.stdout


@pytest.mark.parametrize(
    ("mistake", "words", "momentum"),
    [
        ("accumulated", "they are not reset (zero_grad)", 0.0),
        ("velocity", "starts anew", 0.9),
        ("not updated", "before the last update", 0.0),
    ],
)
def test_mistakes_of_the_loop(tmp_path, mistake, words, momentum):
    """One mistake is one cause of the second step, and the first step is right."""
    _, (first, second) = check(tmp_path, as_text(steps(2, momentum, mistake)), momentum, "d.txt")
    assert all(claim["verdict"] == "match" for claim in first.values())
    causes = [claim for claim in second.values() if claim["verdict"] == "cause"]
    assert len(causes) == 1
    assert words in causes[0]["explanations"][0]


@pytest.mark.parametrize(
    ("mistake", "wrong", "words"),
    [
        ("derivative", 2, "in the step before, gradY2lin: the derivative of the activation is missing"),
        ("accumulated", 3, "in the step before: the gradients of the step before are added to these"),
        ("bias", 2, "in the step before, B1_new: the step is multiplied by 3"),
        ("rate", 2, "in the step before, W1_new and B1_new: the learning rate is missing"),
    ],
)
def test_mistakes_before_the_step_in_which_they_show(tmp_path, mistake, wrong, words):
    pages = [{"a2": page["a2"]} for page in steps(3, mistake=mistake)]
    _, found = check(tmp_path, as_text(pages), name="d.txt")
    causes = [claim for page in found[:wrong] for claim in page.values() if claim["verdict"] == "cause"]
    assert [words in cause["explanations"][0] for cause in causes] == [True]


def by_hand(count, decimals):
    """The activations and gradients of steps of which every tensor is rounded as it is written down."""

    def r(x):
        return np.round(x, decimals)

    W1, b1, W2, b2 = np.array([[0.52, -0.33], [0.24, 0.73]]), np.array([0.11, -0.26]), np.array([[0.31], [-0.62]]), 0.18
    for _ in range(count):
        z1 = r(X @ W1 + b1)
        a1 = r(1 / (1 + np.exp(-z1)))
        a2 = r(1 / (1 + np.exp(-r(a1 @ W2 + b2))))
        d2 = r(r(a2 - T) * a2 * (1 - a2))
        d1 = r(r(d2 @ W2.T) * a1 * (1 - a1))
        dW1, dW2 = r(X.T @ d1), r(a1.T @ d2)
        yield {"z1": z1, "a1": a1, "a2": a2, "dW2": dW2, "dW1": dW1}
        W1, b1, W2, b2 = (r(w - LR * r(g)) for w, g in ((W1, dW1), (b1, d1.sum(0)), (W2, dW2), (b2, d2.sum(0))))


@pytest.mark.parametrize("decimals", [3, 4])
def test_parameters_that_nobody_prints_are_rounded_by_hand_too(tmp_path, decimals):
    result, found = check(tmp_path, as_text(by_hand(6, decimals)), name="d.txt")
    assert (result.exit_code, [len(page) for page in found]) == (0, [5] * 6)


def test_losses_of_every_step_and_parameters_after_the_last(tmp_path):
    pages = list(steps(3))
    dump = {"losses": [page["loss"] for page in pages], "W1": pages[-1]["W1"].tolist()}
    result, found = check(tmp_path, json.dumps(dump))
    assert (result.exit_code, [list(page) for page in found]) == (0, [["L_sum"], ["L_sum"], ["L_sum", "W1_new"]])
    dump["losses"][1] += 1e-3
    assert check(tmp_path, json.dumps(dump))[0].exit_code == 1


def test_losses_of_inputs_that_are_alike_are_no_steps(tmp_path):
    """The loss of the first of two equal inputs is their mean as well, as that of a first step would be."""
    text = CONFIG.replace(str(X.tolist()), "[[1, 2], [1, 2]]").replace(
        "[[1, 2], [0.5, -1.5], [-1, 0.25]]", "[[1, 2], [1, 2]]"
    )
    (tmp_path / "c.yaml").write_text(text.replace("[[1], [0], [1]]", "[[1], [1]]").replace("MOMENTUM", "0"))
    trace = load(str(tmp_path / "c.yaml"), "furthest")[0].setup.trace
    dump = {name: trace[name].tolist() for name in ("Y1", "Y2", "L", "gradY2")}
    (tmp_path / "d.json").write_text(json.dumps(dump))
    words = ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "d.json"), "--format", "json"]
    result = CliRunner().invoke(group, words)
    assert (result.exit_code, len(json.loads(result.stdout)["configs"])) == (0, 1)


def test_parameters_after_a_later_step_are_found_by_their_numbers(tmp_path):
    last = list(steps(4))[-1]
    result, (found,) = check(tmp_path, json.dumps({n: last[n].tolist() for n in ("W1", "b1", "W2", "b2")}))
    assert result.exit_code == 0
    assert list(found) == ["W1_new", "B1_new", "W2_new", "B2_new"]


def log(losses, first=1):
    return "".join(f"step {step} loss {loss:.6f}\n" for step, loss in enumerate(losses, first))


def test_of_many_steps_that_fail_the_first_are_explained(tmp_path):
    """Each took half a second to explain: of a log of a thousand wrong losses, three minutes."""
    result, found = check(tmp_path, log(-page["loss"] for page in steps(150)), name="d.txt")
    causes = [claim["explanations"] for page in found for claim in page.values()]
    assert result.exit_code == 1
    assert len(causes) == 100
    assert all(causes[:5])
    assert not any(causes[5:])
    said = [sentence for page in json.loads(result.stdout)["configs"] for sentence in page["conventions"]]
    assert said[-2:] == [
        "after 5 steps that fail, what is wrong in the others is not explained",
        "later steps are not judged: 100 fail that come before",
    ]


def test_last_digits_are_no_mistake_in_steps_that_are_not_explained(tmp_path, monkeypatch):
    monkeypatch.setattr("mlpcli.check.steps.EXPLAINED", 0)
    losses = [page["loss"] + 1e-6 for page in steps(9)]
    result, found = check(tmp_path, log(losses), name="d.txt")
    assert result.exit_code == 0
    assert {claim["verdict"] for page in found for claim in page.values()} <= {"truncated", "consequence"}


def test_what_is_claimed_once_is_carried_through_steps_of_which_nothing_is(tmp_path):
    for changes, verdicts in (({}, ["match", "match"]), ({"b2": np.array([0.9])}, ["cause", "consequence"])):
        first, *_, last = steps(9, first=changes)
        dump = as_text([first]) + "\n" + log([last["loss"]], 9)
        _, (one, other) = check(tmp_path, dump, name="d.txt")
        assert [one["B2_new"]["verdict"], other["L_sum"]["verdict"]] == verdicts


def test_more_steps_than_are_judged_are_refused(tmp_path):
    (tmp_path / "c.yaml").write_text(CONFIG.replace("MOMENTUM", "0"))
    (tmp_path / "d.txt").write_text(log([0.5] * 3001))
    refused = CliRunner().invoke(group, ["check", str(tmp_path / "c.yaml"), "--against", str(tmp_path / "d.txt")])
    assert refused.exit_code == 2
    assert refused.stderr.endswith(":3001:11: more than 3,000 steps to judge: leave out those from step 3001 on\n")


def test_steps_that_are_judged_do_not_fill_the_memory(tmp_path):
    (tmp_path / "c.yaml").write_text(
        "layers: [{type: linear, units: 300}, relu, {type: linear, units: 2}]\n"
        f"inputs: {[[0.1] * 300]}\ntargets: [[1, 0]]\nloss: mse\nlearning_rate: 0.01\nseed: 1\n"
    )
    case = load(str(tmp_path / "c.yaml"), "furthest")[0]
    (tmp_path / "d.txt").write_text(log([0.5] * 30))
    pages = read_dump(str(tmp_path / "d.txt"))
    tracemalloc.start()
    found = check_steps("c.yaml", case, pages)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found) == 30
    assert held < 60e6  # the tensors of a step take 4 MB


def test_a_log_of_every_hundredth_step_whose_loss_is_wrong(tmp_path):
    """Nothing is known of the steps between."""
    losses = {step: page["loss"] for step, page in enumerate(steps(7), 1) if step % 3 == 1}
    wrong = {step: loss + (0.01 if step == 4 else 0.0) for step, loss in losses.items()}
    text = "".join(f"Cost after iteration {step - 1}: {loss:.8f}\n" for step, loss in wrong.items())
    done, pages = check(tmp_path, text, name="d.txt")
    assert (done.exit_code, [claim["verdict"] for page in pages for claim in page.values()]) == (
        1,
        ["match", "cause", "match"],
    )
