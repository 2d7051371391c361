"""`mlp conventions`, and what `mlp show` says of the conventions of a config."""

import dataclasses
import json

import pytest
import yaml
from click.testing import CliRunner

from mlpcli.cli import group
from mlpcli.config.load import load
from mlpcli.nn.conventions import ABOUT, PRESETS, Conventions
from mlpcli.nn.names import templates_of

CONFIG = "layers: [{type: linear, units: 1}]\ninputs: [[1]]\n"


def run(*arguments, code=0, **kwargs):
    result = CliRunner().invoke(group, arguments, **kwargs)
    assert result.exit_code == code, result.output
    return result


def loaded(tmp_path, text):
    """Return the conventions of a config that has this text in it."""
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG + text)
    return load(str(path), "forward")[0].experiment.conventions


def with_names(conventions):
    """Return conventions whose notation is written out; `preset` is no name of a tensor."""
    return dataclasses.replace(conventions, notation=templates_of(conventions.notation))


def test_every_preset_is_listed_with_what_it_sets(tmp_path):
    text = run("conventions").stdout
    presets = yaml.safe_load(text)
    assert list(presets) == list(PRESETS)
    for name, sets in presets.items():
        assert f"# {ABOUT[name]}\n{name}: " in text
        assert loaded(tmp_path, f"conventions: {json.dumps(sets)}") == PRESETS[name]
        assert not [key for key, value in sets.items() if value == getattr(Conventions(), key)]


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_in_full_pastes_into_a_config(tmp_path, name):
    text = run("conventions", name).stdout
    assert text.startswith(f"# {name}: {ABOUT[name]}\nconventions:\n")
    assert with_names(loaded(tmp_path, text)) == with_names(PRESETS[name])
    settings = yaml.safe_load(text)["conventions"]
    assert list(settings) == [field.name for field in dataclasses.fields(Conventions)]
    assert settings["notation"] == {"preset": PRESETS[name].notation, **templates_of(PRESETS[name].notation)}


def test_every_setting_has_its_meaning():
    lines = run("conventions", "ng").stdout.splitlines()
    averaged = (
        "  average: [W, B, gamma, beta]          # Parameters whose gradients the layer divides by the batch size"
    )
    assert [line for line in lines if line.startswith(averaged)]
    for field in dataclasses.fields(Conventions):
        (line,) = [line for line in lines if line.startswith(f"  {field.name}:")]
        assert len(line.partition("  # ")[2]) > 20


def test_presets_as_json():
    listed = json.loads(run("conventions", "--format", "json").stdout)["presets"]
    assert listed[0] == {"preset": "cmu-toy", "about": ABOUT["cmu-toy"]}
    assert {"average": [], "notation": "cs231n", "eps": 1e-5}.items() <= listed[4].items()
    one = json.loads(run("conventions", "cs231n", "--format", "json").stdout)
    assert (one["preset"], one["conventions"]["loss_gradient"]) == ("cs231n", None)
    assert one["conventions"]["notation"]["last_linear"] == "scores"


def test_an_unknown_preset():
    refused = run("conventions", "nielson", code=2)
    assert refused.stderr.splitlines()[-1] == "Error: no such preset 'nielson' (did you mean 'nielsen'?)"
    assert "known are cmu-toy, cmu-3.0.1" in run("conventions", "zzz", code=2).stderr


def test_a_preset_from_outside(monkeypatch, tmp_path):
    names = {"weight": "q.{l}", "bias": "b{l}"}
    monkeypatch.setitem(PRESETS, "mine", Conventions(loss="mean", notation=names))
    assert yaml.safe_load(run("conventions").stdout)["mine"]["notation"] == names
    text = run("conventions", "mine").stdout
    assert text.startswith("# mine\nconventions:\n")
    assert names.items() <= loaded(tmp_path, text).notation.items()


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("cmu-toy", None),
        ("nielsen", "nielsen"),
        ("{eps: 1e-4}", {"preset": "cmu-toy", "eps": 1e-4}),
        ("{preset: torch, average: [W]}", {"preset": "torch", "average": ["W"]}),
        ("{preset: ng, biases: row, loss_gradient: ~}", {"preset": "ng", "loss_gradient": None, "biases": "row"}),
        ("{average: [], loss: mean, eps: 1.0e-5, biases: flat, notation: cs231n}", "cs231n"),
        (
            "{preset: ng, notation: {preset: ng, W: 'Theta{l}'}}",
            {"preset": "ng", "notation": {"preset": "ng", "weight": "Theta{l}"}},
        ),
        ("{notation: {preset: mytorch, W: 'W{i}'}}", {"preset": "cmu-toy", "notation": "mytorch"}),
    ],
)
def test_show_says_what_conventions_come_to(written, shown):
    config = f"{CONFIG}conventions: {written}\n"
    assert yaml.safe_load(run("show", "-", input=config).stdout).get("conventions") == shown
    (case,) = json.loads(run("show", "-", "--format", "json", input=config).stdout)["cases"]
    assert case["conventions"] == (shown or "cmu-toy")
