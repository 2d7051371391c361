"""The configs of courses say what `published.py` says, and every claim holds."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from click.testing import CliRunner

from mlpcli.cli import group
from mlpcli.config.load import load
from mlpcli.nn.conventions import PRESETS

from . import ORACLES
from .published import examples

COURSES = Path(__file__).parents[2] / "configs" / "courses"
FILES = sorted(COURSES.glob("*/*.yaml"))


def documents(preset):
    for path in sorted((COURSES / preset).glob("*.yaml")):
        yield from yaml.safe_load_all(path.read_text(encoding="utf-8"))


def claimed(value):
    """The numbers, nan for ~, and one unit of the last digit of the longest, or what the config allows."""
    table = value if isinstance(value, dict) else {"value": value}
    array = np.array(table["value"], dtype=float)
    digits = max(len(np.format_float_positional(x).partition(".")[2]) for x in array.flat if x == x)
    return array, float(table.get("atol", 10.0**-digits))


def test_every_preset_has_a_config_and_a_source():
    assert {path.parent.name for path in FILES} == PRESETS.keys()
    sources = (COURSES / "SOURCES.md").read_text(encoding="utf-8")
    assert not [path for path in FILES if f"`{path.relative_to(COURSES).as_posix()}`" not in sources]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(COURSES).as_posix())
def test_a_config_names_its_source_and_its_preset(path):
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# ")
    for document in yaml.safe_load_all(text):
        conventions = document.get("conventions", path.parent.name)
        assert path.parent.name in (conventions, conventions["preset"] if isinstance(conventions, dict) else "")
        assert document["title"]
        assert max(map(len, text.splitlines())) <= 120


@pytest.mark.parametrize("preset", sorted(ORACLES.keys() - {"cmu-toy"}))
def test_claims_follow_from_the_oracle(preset):
    """Every claim of a config agrees with an oracle's step of one of that preset's examples, but for the errata."""
    steps = [step for example in examples() if example.preset == preset for step in example.steps()[:2]]
    for document in documents(preset):
        for name, value in document.get("expect", {}).items():
            array, allowed = claimed(value)
            found = [np.array(step[key]) for step in steps for key in ALIASES.get(name, [name]) if key in step]
            off = [np.nanmax(np.abs(one.reshape(array.shape) - array)) for one in found if one.size == array.size]
            if (preset, name) not in UNTOLD and name not in document.get("errata", {}):
                assert min(off) < allowed, f"{document['title']}: {name}"


ALIASES = {"BZ": ["BZ0"], "dLdA0": ["dLdA0", "dLdZ0"]}
"""A layer by itself stands behind an identity in the oracle."""

UNTOLD = {("cmu-2.0.1", "A1"), ("cmu-2.0.1", "A2")}
"""What the autograder's last relu returns; the oracle's networks end in a linear layer."""


def test_a_notation_names_what_only_a_penalty_has(tmp_path):
    path = tmp_path / "c.yaml"
    own = "conventions: {preset: ng, notation: {preset: ng, l2_term: L2_cost}}"
    path.write_text((COURSES / "ng" / "regularization.yaml").read_text().replace("conventions: ng", own))
    assert "L2_cost" in load(str(path), "forward")[0].program.by_name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(COURSES).as_posix())
def test_every_published_figure_is_right_but_for_the_errata(path):
    if "expect:" not in path.read_text(encoding="utf-8"):
        pytest.skip("no figures in it: SOURCES.md says where they are")
    result = CliRunner().invoke(group, ["check", str(path)])
    assert result.exit_code == 0, result.stdout
    assert result.stdout.rstrip().endswith("all pass")
