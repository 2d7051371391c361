"""`mlp check --against`: dumps of our own and of PyTorch judged through click's runner."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from mlpcli.cli import group
from tests.nn.handout import BATCH, W1, W2, W3

ROOT = Path(__file__).parents[2]
TARGETS = [[240, 4], [320, 2], [69, 5]]
TOY = ("configs/toy.yaml", "--set", f"inputs={BATCH}", "--set", f"targets={TARGETS}")

GRADIENTS = """
Verify that gradY3lin = [[−239, −4]], and

gradB3 =
[[-239, -4]]

gradW3 = [[-21032, -352]
          [-29397, -492]
          [-35133, {}]]
loss = 2556.0
"""
"""Handout 3.5, and the loss it has for this input; -588 is 147·(-4)."""


@pytest.fixture
def run(monkeypatch):
    monkeypatch.chdir(ROOT)
    return lambda *args, **kwargs: CliRunner().invoke(group, args, **kwargs)


@pytest.fixture
def check(run, tmp_path):
    """Judge a text."""

    def judge(text, *options):
        (tmp_path / "mine.txt").write_text(text, encoding="utf-8")
        return run("check", "configs/toy.yaml", "--against", str(tmp_path / "mine.txt"), *options)

    return judge


@pytest.mark.parametrize("suffix", ["yaml", "txt", "json", "npz", "csv"])
@pytest.mark.parametrize(
    ("command", "claims"), [("forward", 7), ("backward", 19), ("train", 25)], ids=["forward", "backward", "train"]
)
def test_our_own_output_agrees(run, tmp_path, command, claims, suffix):
    path = str(tmp_path / f"d.{suffix}")
    form = "text" if suffix in ("yaml", "txt") else suffix
    assert run(command, *TOY, "--format", form, "-o", path).exit_code == 0
    result = run("check", *TOY, "--against", path)
    assert (result.exit_code, f"{claims} claims in 1 case: {claims} match" in result.stdout) == (0, True), result.output


@pytest.mark.parametrize("form", ["text", "json", "csv"])
def test_our_own_output_through_a_pipe(run, form):
    printed = run("backward", *TOY, "--format", form).stdout
    result = run("check", *TOY, "--against", "-", input=printed)
    assert (result.exit_code, "19 match" in result.stdout) == (0, True)


def test_batch_normalization_agrees(run, tmp_path):
    """Its gradB is nothing but rounding noise."""
    path = str(tmp_path / "d.npz")
    config = ("configs/handout/4.2.yaml", "--set", "errata={}")
    assert run("backward", *config, "-o", path).exit_code == 0
    assert run("check", *config, "--against", path).exit_code == 0


def run_torch(torch, dtype):
    """Handout 2.2.3 and 3.6 by autograd; the gradient at the logits is Y − D by its convention."""
    tensors = {f"W{k}": torch.tensor(w, dtype=dtype, requires_grad=True) for k, w in enumerate((W1, W2, W3), 1)}
    out, h = {}, torch.tensor(BATCH, dtype=dtype)
    for k in (1, 2, 3):
        bias = torch.zeros(tensors[f"W{k}"].shape[1], dtype=dtype, requires_grad=True)
        tensors[f"B{k}"] = bias
        out[f"Y{k}lin"] = h @ tensors[f"W{k}"] + bias
        out[f"Y{k}"] = h = torch.relu(out[f"Y{k}lin"]) if k < 3 else torch.softmax(out[f"Y{k}lin"], 1)
        out[f"Y{k}lin"].retain_grad()
    out["Y3lin"].backward((h - torch.tensor(TARGETS)).detach())
    gradients = {f"grad{name}": t.grad / len(BATCH) for name, t in tensors.items()}
    return out | gradients | {f"gradY{k}lin": out[f"Y{k}lin"].grad for k in (1, 2, 3)}


PRINTS = {
    "tensors": lambda name, t: f"{name} = {t}\n",
    "arrays": lambda name, t: f"{name} {t.detach().numpy()}\n",
    "reprs": lambda name, t: f"{name}:\n{t.detach().numpy()!r}\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("form", [*PRINTS, "npz"])
def test_pytorch_agrees(run, tmp_path, dtype, form):
    torch = pytest.importorskip("torch")
    tensors = run_torch(torch, getattr(torch, dtype))
    path = tmp_path / ("d.npz" if form == "npz" else "d.txt")
    if form == "npz":
        np.savez(path, **{name: t.detach().numpy() for name, t in tensors.items()})
    else:
        path.write_text("".join(PRINTS[form](name, t) for name, t in tensors.items()), encoding="utf-8")
    result = run("check", *TOY, "--against", str(path))
    assert (result.exit_code, "15 match" in result.stdout) == (0, True), result.output


def test_the_handout_s_text(check):
    result = check(GRADIENTS.format("-588"))
    assert (result.exit_code, "4 match" in result.stdout) == (0, True)


def test_a_wrong_number_is_found_where_its_name_stands(check, tmp_path):
    result = check(GRADIENTS.format("588"))
    assert result.exit_code == 1
    assert f"{tmp_path / 'mine.txt'}:7:1: gradW3 is wrong in itself" in result.stdout
    assert "[2,1] claimed 588, computed -588" in result.stdout


def test_a_wrong_array_is_found(run, tmp_path):
    np.savez(tmp_path / "d.npz", gradB3=np.array([[-239.001, -4]], np.float64))
    assert run("check", "configs/toy.yaml", "--against", str(tmp_path / "d.npz")).exit_code == 1


def test_an_array_of_another_type_is_found(run, tmp_path):
    np.savez(tmp_path / "d.npz", gradB3=np.array([[-239, -4j]]))
    result = run("check", "configs/toy.yaml", "--against", str(tmp_path / "d.npz"))
    assert (result.exit_code, "it is complex" in result.stdout) == (1, True)


def test_a_transposed_array_is_found(run, tmp_path):
    np.savez(tmp_path / "d.npz", W1=np.array(W1).T, gradW3=np.zeros((2, 3)))
    result = run("check", "configs/toy.yaml", "--against", str(tmp_path / "d.npz"))
    assert (result.exit_code, "it is transposed" in result.stdout) == (1, True)


def test_names_that_no_tensor_has_do_no_harm(check):
    assert check("epoch = 3\nY1 = [[31, 20, 7]]").exit_code == 0


def test_left_out_numbers_are_one_problem(check, tmp_path):
    result = check("Y1 = [[31. ... 7.]]")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"{tmp_path / 'mine.txt'}:1:12: numbers are left out here")
    assert result.stderr.count("\n") == 1


def test_a_dump_is_of_one_case(run_in_checkout):
    # case 2 of handout 3.4: gradX = [0, 6], gradW1 = [[4, -4, 4], [3, -3, 3]]
    dump = "gradX = [[0, 6]]\ngradW1 = [[4, -4, 4], [3, -3, 3]]\n"
    check = ["configs/handout/3.4.yaml", "--against", "-"]
    assert run_in_checkout(*check, "--case", "2", input=dump).exit_code == 0
    assert run_in_checkout(*check, input=dump).exit_code == 1
    assert run_in_checkout(*check, "--case", "3", input=dump).exit_code == 2


def test_a_config_s_errata_are_not_about_a_dump(run_in_checkout):
    # handout 3.5 prints 588 in gradW3[2,1] and declares it; a dump with −588 is right
    dump = "gradW3 = [[-21032, -352], [-29397, -492], [-35133, -588]]"
    assert run_in_checkout("configs/handout/3.5.yaml", "--against", "-", input=dump).exit_code == 0


def test_the_notation_that_most_names_are_in_decides(run_in_checkout):
    # In mytorch's notation W1 is the second layer's: toy.yaml's [[2, 5, 6], [2, -3, -3], [-2, 4, 3]]
    dump = "Z0 = [[31, 20, 7]]\nZ1 = [[88, 123, 147]]\nA1 = [[31, 20, 7]]\nW1 = [[2, 5, 6], [2, -3, -3], [-2, 4, 3]]\n"
    assert run_in_checkout("configs/toy.yaml", "--against", "-", input=dump).exit_code == 0
    assert run_in_checkout("configs/toy.yaml", "--against", "-", input="W1 = [[4, 2, -2], [5, 4, 5]]").exit_code == 0


def test_a_tolerance_leaves_unclaimed_cells_unclaimed(run_in_checkout):
    dump = "Y1lin: [[31.2, ~, 7]]"
    assert run_in_checkout("configs/toy.yaml", "--against", "-", "--rtol", "0.1", input=dump).exit_code == 0


@pytest.fixture
def run_in_checkout(monkeypatch, request):
    monkeypatch.chdir(request.config.rootpath)
    return lambda *args, **kwargs: CliRunner().invoke(group, ["check", *args], **kwargs)


@pytest.mark.slow
def test_a_dump_of_the_other_mode(tmp_path):
    """Batch statistics where the config takes the running ones: the mode is named, and nothing else explains."""
    dump = tmp_path / "dump.json"
    runner, config = CliRunner(), str(ROOT / "configs" / "handout" / "4.2.yaml")
    runner.invoke(group, ["backward", config, "--format", "json", "-o", str(dump)])
    result = runner.invoke(group, ["check", config, "--set", "mode=eval", "--against", str(dump)])
    assert result.exit_code == 1
    assert "35 of 35 claims hold with mode = train, 1 with mode = eval" in result.stdout
    assert "consistent with" not in result.stdout


def test_two_names_of_one_tensor_must_agree(check, tmp_path):
    # the handout numbers Z from 0
    assert check("Y1lin = [[31, 20, 7]]\nZ0 = [[31, 20, 7]]").exit_code == 0
    result = check("Y1lin = [[31, 20, 7]]\nZ0 = [[31, 20, 8]]")
    assert (result.exit_code, result.stdout) == (2, "")
    place = tmp_path / "mine.txt"
    assert result.stderr == f"{place}:2:1: Z0: it means Y1lin, of which {place}:1:1 claims other numbers\n"
    result = check("Y1lin = [[31, 20, 7]]\nZ0 = [[31], [20], [7]]")
    numbers = "the same numbers transposed: keep those as conventions have it"
    assert result.stderr == f"{place}:2:1: Z0: it means Y1lin, of which {place}:1:1 claims {numbers}\n"


@pytest.mark.parametrize("form", ["json", "csv", "npz", "text"])
def test_a_dump_of_several_cases_is_compared_case_by_case(run, tmp_path, form):
    path = tmp_path / f"dump.{'yaml' if form == 'text' else form}"
    assert run("backward", "configs/handout/3.4.yaml", "--format", form, "-o", str(path)).exit_code == 0
    for case in "1", "2":
        found = run("check", "configs/handout/3.4.yaml", "--against", str(path), "--case", case)
        assert found.exit_code == 0, found.output


@pytest.mark.parametrize("number", ["1e309", "1e99999", "-1e400", ".inf"])
def test_a_number_beyond_the_range_of_floats_is_wrong(check, run, number):
    claimed = "inf" if number == ".inf" else number
    result = check(f"Y1lin = [[{claimed}, 2.0e1, 7e0]]")
    assert (result.exit_code, "Y1lin is wrong in itself" in result.stdout) == (1, True)
    config = f"layers: [relu]\ninputs: [[1.5, 2]]\nexpect: {{Y: [[1.5, {number}]]}}"
    assert run("check", "-", input=config).exit_code == 1


def test_nothing_times_any_power_is_nothing(run):
    assert run("check", "-", input="layers: [relu]\ninputs: [[1, 0]]\nexpect: {Y: [[1e0, 0e999]]}").exit_code == 0
    assert run("check", "-", input="layers: [relu]\ninputs: [[1, 2]]\nexpect: {Y: [[1e0, 0e999]]}").exit_code == 1


@pytest.mark.parametrize("option", ["--rtol", "--atol"])
@pytest.mark.parametrize("number", ["inf", "nan", "-1"])
def test_tolerances_are_finite(check, option, number):
    assert check("Y1lin = [[31, 20, 7]]", option, number).exit_code == 2


@pytest.mark.slow
@pytest.mark.parametrize("form", ["json", "csv", "npz", "yaml", "txt"])
@pytest.mark.parametrize("options", [(), ("--every", "2"), ("--last",)])
def test_our_own_dump_of_a_training_is_judged_step_by_step(run, tmp_path, form, options):
    path = tmp_path / f"d.{form}"
    kind = "text" if form in ("yaml", "txt") else form
    config = ("configs/handout/3.7.yaml", "--set", "learning_rate=1e-6")
    assert run("train", *config, "--steps", "4", *options, "--format", kind, "-o", str(path)).exit_code == 0
    for case in ("1", "2"):
        result = run("check", *config, "--against", str(path), "--case", case)
        assert result.exit_code == 0, result.output
        steps = {(): [1, 2, 3, 4], ("--every", "2"): [2, 4], ("--last",): [4]}[options]
        assert [step for step in range(2, 5) if f", step {step}: " in result.stdout] == [s for s in steps if s > 1]


def test_a_mistake_in_a_later_step_is_found(run, tmp_path):
    """The second step's loss is wrong: 1 is added to it."""
    config = ("configs/toy.yaml", "--set", "learning_rate=1e-6")
    path = tmp_path / "d.json"
    run("train", *config, "--steps", "3", "--format", "json", "-o", str(path))
    dump = json.loads(path.read_text())
    wrong = next(t for t in dump["tensors"] if (t["name"], t["step"]) == ("L", 2))
    wrong["value"] = [number + 1 for number in wrong["value"]]
    path.write_text(json.dumps(dump))
    result = run("check", *config, "--against", str(path))
    assert result.exit_code == 1
    assert result.stdout.count("is wrong in itself") == 1
    assert f"{path}:1:" in result.stdout
    assert ", step 2: " in result.stdout.split("FAIL")[1].splitlines()[0]


def test_a_step_too_far_off_is_refused(run):
    assert run("check", "configs/toy.yaml", "--against", "-", input="# step 999999999\nL: [1]\n").exit_code == 2


REQUIRED = """
layers: [{type: linear, W: [[1, 2]]}, tanh]
inputs: [[1], [2]]
targets: [[0, 1], [1, 0]]
loss: mse
conventions: torch
"""


@pytest.mark.parametrize(
    ("patterns", "lacking"),
    [
        (["Y1lin"], []),
        (["Y1", "gradW*"], ["Y1", "gradW1"]),
        (["cost"], ["L_mean"]),
        (["dW1", "Y*"], ["Y1", "gradW1"]),
    ],
)
@pytest.mark.parametrize("by", ["config", "option"])
def test_what_is_required_and_not_in_the_dump_fails(tmp_path, patterns, lacking, by):
    text = REQUIRED.replace("[[1, 2]]", "[[1], [2]]")
    (tmp_path / "c.yaml").write_text(text + (f"require: {patterns}\n" if by == "config" else ""))
    options = [word for p in patterns for word in ("--require", p)] if by == "option" else []
    words = ["check", str(tmp_path / "c.yaml"), "--against", "-", *options]
    result = CliRunner().invoke(group, words, input="Y1lin = [[1, 2], [2, 4]]")
    assert result.exit_code == bool(lacking)
    assert re.findall(r"^  (\w+) is required, and not in the dump$", result.stdout, re.MULTILINE) == lacking
    assert ("all pass" in result.stdout) == (not lacking)


def test_what_is_required_must_be_there_to_be_had(tmp_path):
    (tmp_path / "c.yaml").write_text(REQUIRED.replace("[[1, 2]]", "[[1], [2]]") + "require: [Y1, gradW7]\n")
    words = ["check", str(tmp_path / "c.yaml"), "--against", "-"]
    result = CliRunner().invoke(group, [*words, "--require", "Z*"], input="Y1lin = [[1, 2], [2, 4]]")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "c.yaml:7:10: require: no such tensor: gradW7 (did you mean 'gradW1'?)" in result.stderr
    assert "--require: no such tensor: Z*" in result.stderr
    alone = CliRunner().invoke(group, [*words[:2], "--require", "Y1"])
    assert (alone.exit_code, "--require goes with --against" in alone.stderr) == (2, True)
