"""The output formats, through the command line."""

import io
import json
import re

import numpy as np
import pytest
import yaml
from click.testing import CliRunner

from mlpcli.cli import group

CONFIG = "configs/handout/3.6.yaml"
STEPS = ["train", "configs/toy.yaml", "--steps", "3"]


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch, request):
    monkeypatch.chdir(request.config.rootpath)


def run(*args):
    result = CliRunner().invoke(group, list(args))
    assert result.exit_code == 0, result.output
    return result


def tensors(*args):
    return json.loads(run(*args, "--format", "json").stdout)["tensors"]


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("toy-train.txt", ["train", "configs/toy.yaml"]),
        ("batch-backward.txt", ["backward", CONFIG]),
        ("batchnorm-train.txt", ["train", "configs/handout/4.2.yaml"]),
        ("inference-forward.txt", ["forward", "configs/handout/4.3.yaml"]),
        ("cases-forward.txt", ["forward", "configs/handout/2.1.2.yaml"]),
        ("toy-show.txt", ["show", "configs/toy.yaml"]),
        ("losses-backward.txt", ["backward", "configs/handout/3.2.2.yaml"]),
        ("large-forward.txt", ["forward", "tests/cli/large.yaml"]),
    ],
)
def test_golden(golden, name, args):
    golden(name, run(*args).stdout)


def test_text_is_yaml_with_the_values_of_the_json():
    read = yaml.safe_load(run("train", CONFIG).stdout)
    for tensor in tensors("train", CONFIG):
        np.testing.assert_allclose(np.array(read[tensor["name"]], float), tensor["value"], rtol=6e-8, atol=1e-11)


def test_text_with_15_digits_reads_back():
    read = yaml.safe_load(run("backward", CONFIG, "--precision", "15").stdout)
    # handout 3.6: gradB3 is the mean of −239, −319, −68 and of −4, −2, −5
    np.testing.assert_allclose(read["gradB3"], [[-626 / 3, -11 / 3]], rtol=1e-13)


def test_steps_are_documents():
    pages = list(yaml.safe_load_all(run(*STEPS).stdout))
    assert len(pages) == 3
    assert all("W1_new" in page for page in pages)


def test_the_next_step_starts_from_the_updated_parameters():
    first, second, _ = yaml.safe_load_all(run(*STEPS).stdout)
    X, W, B = np.array([[4, 3]]), np.array(first["W1_new"]), np.array(first["B1_new"])
    np.testing.assert_allclose(second["Y1lin"], X @ W + B, rtol=1e-7)


def test_every_and_last():
    assert re.findall("# step .", run(*STEPS, "--every", "2").stdout) == ["# step 2"]
    assert re.findall("# step .", run(*STEPS, "--last").stdout) == ["# step 3"]


def test_json_of_one_case():
    report = json.loads(run("backward", "configs/toy.yaml", "--format", "json").stdout)
    assert list(report) == ["schema", "command", "config", "tensors"]
    assert (report["schema"], report["command"], report["config"]) == (1, "backward", "configs/toy.yaml")
    assert report["tensors"][0] == {
        "name": "Y1lin",
        "section": "forward",
        "shape": [1, 3],
        "formula": "X·W1 + B1",
        "value": [[31.0, 20.0, 7.0]],
    }


def test_json_says_which_case_and_step():
    assert {t["step"] for t in tensors(*STEPS)} == {1, 2, 3}
    assert {t["case"] for t in tensors("forward", "configs/handout/2.1.2.yaml")} == {1, 2, 3, 4}


def test_json_has_no_nan():
    config = "layers: [identity]\ninputs: [[1e308]]\ntargets: [[-1e308]]\nloss: l2\n"
    result = CliRunner().invoke(group, ["backward", "-", "--format", "json"], input=config)
    loss = next(t for t in json.loads(result.stdout)["tensors"] if t["name"] == "L")
    assert loss["value"] == ["inf"]


def test_npz_holds_float64_under_the_names(tmp_path):
    run("backward", CONFIG, "-o", str(tmp_path / "out.npz"))
    with np.load(tmp_path / "out.npz") as stored:
        expected = {t["name"]: t["value"] for t in tensors("backward", CONFIG)}
        assert set(stored.files) == set(expected)
        assert stored["gradW3"].dtype == np.float64
        assert stored["gradW3"].tolist() == expected["gradW3"]


def test_npz_of_steps_prefixes_names(tmp_path):
    run(*STEPS, "-o", str(tmp_path / "out.npz"))
    with np.load(tmp_path / "out.npz") as stored:
        assert "step2/W1_new" in stored.files


def test_npz_goes_to_a_pipe():
    content = run("forward", "configs/toy.yaml", "--format", "npz").stdout_bytes
    with np.load(io.BytesIO(content)) as stored:
        assert stored["Y1lin"].tolist() == [[31, 20, 7]]


def test_csv_is_a_number_a_line():
    lines = run("backward", "configs/toy.yaml", "--format", "csv", "--only", "Y1lin", "--only", "L").stdout.splitlines()
    assert lines == [
        "case,step,name,row,column,value",
        ",,Y1lin,0,0,31.0",
        ",,Y1lin,0,1,20.0",
        ",,Y1lin,0,2,7.0",
        ",,L,0,,2556.0",
    ]


def test_only_selects_given_tensors_too():
    assert list(yaml.safe_load(run("forward", "configs/toy.yaml", "--only", "W?", "--only", "Y1").stdout)) == [
        "W1",
        "W2",
        "W3",
        "Y1",
    ]


def test_a_large_tensor_is_a_comment_unless_full():
    short = run("forward", "tests/cli/large.yaml").stdout
    assert yaml.safe_load(short) is None
    assert "Y1lin: 40×30, from " in short
    assert np.shape(yaml.safe_load(run("forward", "tests/cli/large.yaml", "--full").stdout)["Y1lin"]) == (40, 30)


def test_json_of_a_large_tensor_is_whole():
    assert np.shape(tensors("forward", "tests/cli/large.yaml")[0]["value"]) == (40, 30)


def test_float32_computes_in_float32():
    name = ["--only", "Y1", "--dtype", "float32"]
    value = tensors("forward", "configs/handout/2.1.2.yaml", *name)[-1]["value"]
    assert value == np.float32(value).tolist()
    assert value != tensors("forward", "configs/handout/2.1.2.yaml", *name[:2])[-1]["value"]


def test_a_title_cannot_break_the_yaml():
    config = 'title: "a\\nb: [\\u001b[31m"\nlayers: [relu]\ninputs: [[1]]\n'
    result = CliRunner().invoke(group, ["forward", "-"], input=config)
    assert yaml.safe_load(result.stdout) == {"Y": [[1]]}
    assert "\x1b" not in result.stdout
