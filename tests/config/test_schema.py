"""`mlp schema`: what the reader takes is valid, and what it refuses for its form is not, by the package jsonschema."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from mlpcli.cli import group
from mlpcli.config.documents import read_documents
from mlpcli.config.load import load
from mlpcli.config.nodes import Mapping, Scalar, parse_yaml
from mlpcli.config.schema import schema
from mlpcli.errors import InputError
from mlpcli.files.numerals import NUMBER

jsonschema = pytest.importorskip("jsonschema", reason="needs the package jsonschema")

ROOT = Path(__file__).parents[2]
CONFIGS = sorted([*(ROOT / "configs").rglob("*.yaml"), *(ROOT / "tests").rglob("*.yaml")])
SHIPPED = ROOT / "docs" / "mlp.schema.json"
START = "layers: [{type: linear, units: 2}, softmax]\ninputs: [[1, 2]]\n"


def values(node):
    """What an editor's YAML 1.2 makes of a node: numbers, truths and nothing where they have no quotes."""
    if isinstance(node, Mapping):
        return {key: values(value) for key, (_, value) in node.entries.items()}
    if not isinstance(node, Scalar):
        return [values(item) for item in node.items]
    words = {"": None, "~": None, "null": None, "true": True, "false": False}
    if node.plain and node.text in words:
        return words[node.text]
    if node.plain and NUMBER.fullmatch(node.text):
        return float(node.text) if set(node.text) & set(".eE") else int(node.text)
    return node.text


@pytest.fixture(scope="module")
def validator():
    found = schema()
    jsonschema.Draft7Validator.check_schema(found)
    return jsonschema.Draft7Validator(found)


@pytest.mark.parametrize("config", CONFIGS, ids=lambda path: str(path.relative_to(ROOT)))
def test_shipped_configs_are_valid(validator, config):
    for document in read_documents(str(config)):
        validator.validate(values(document))


VALID = (
    "learning_rate: 1e-3",
    "optimizer: {type: adam, learning_rate: 0.1, schedule: {type: cosine, warmup: 2}}",
    "targets: {classes: [1]}",
    "targets: {file: t.csv, columns: '1:', divide: 2}",
    "loss: {type: softmax_cross_entropy, l2: 0.1}",
    "validation: 0.2",
    "validation: {folds: 5}",
    "validation: {inputs: [[1, 2]], targets: [[1, 0]]}",
    "patience: {epochs: 3, metric: accuracy}",
    "class_weights: {0: 5, 1: 1}",
    "class_weights: balanced",
    "weights: {W1: [[1, 2], [3, 4]]}",
    "weights: fc.pt",
    "conventions: nielsen",
    "conventions: {preset: ng, average: W, notation: {weight: 'theta{l}'}}",
    "expect: {Y1: {value: [[1, ~]], rtol: 1e-3}, L: 2.50, Y2: [nan, -inf]}",
    "errata: {Y1: misprinted}",
    "require: ['grad*']",
    "grading: {points: {W1_new: 2}, accept: [average, layout]}",
    "title: 2025",
    "device: ~",
)


@pytest.mark.parametrize("text", VALID)
def test_what_may_be_written(validator, text):
    (document,) = parse_yaml(START + text, "c.yaml")
    validator.validate(values(document))


WRONG = {
    "an unknown key": START + "learning_rat: 0.1",
    "an unknown layer": "layers: [reul]\ninputs: [[1]]",
    "an option of another layer": "layers: [{type: relu, slope: 1}]\ninputs: [[1]]",
    "a layer without a type": "layers: [{units: 1}]\ninputs: [[1]]",
    "a number out of its range": START + "validation: 2",
    "no number above nothing": START + "learning_rate: -1",
    "a word for a number": START + "learning_rate: fast",
    "a number in quotes": START + "learning_rate: '0.1'",
    "a part for a whole number": START + "batch_size: 1.5",
    "an unknown word": START + "mode: trian",
    "a list too deep": "layers: [relu]\ninputs: [[[1]]]",
    "an empty row": "layers: [relu]\ninputs: [[]]",
    "a list for a mapping": START + "expect: [1]",
    "no inputs": "layers: [relu]",
    "both of two that exclude each other": START + "learning_rate: 1\noptimizer: {type: sgd, learning_rate: 1}",
    "epochs and steps": START + "epochs: 1\nsteps: 1",
    "a file without its name": "layers: [relu]\ninputs: {key: X}",
    "a schedule without what it needs": START + "optimizer: {type: sgd, learning_rate: 1, schedule: step}",
    "an unknown preset": START + "conventions: {preset: torhc}",
    "an unknown kind of tensor": START + "conventions: {notation: {wieght: 'V{l}'}}",
    "a claim without its numbers": START + "expect: {Y1: {rtol: 1}}",
    "an unknown setting to accept": START + "grading: {accept: [avrage]}",
    "negative points": START + "grading: {points: {Y1: -1}}",
    "no reason": START + "errata: {Y1: ''}",
    "an unknown key of a table": "layers: [linear]\ntable: {file: t.csv, target: y, sep: ','}\nloss: mse",
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_the_reader_refuses_is_not_valid(validator, kind, tmp_path):
    (document,) = parse_yaml(WRONG[kind], "c.yaml")
    assert not validator.is_valid(values(document))
    (tmp_path / "c.yaml").write_text(WRONG[kind], encoding="utf-8")
    with pytest.raises(InputError):
        load(str(tmp_path / "c.yaml"), "furthest" if "inputs" in WRONG[kind] else "backward")


def test_the_shipped_file_is_what_the_command_prints():
    printed = CliRunner().invoke(group, ["schema"])
    assert printed.stdout == SHIPPED.read_text(encoding="utf-8"), "mlp schema -o docs/mlp.schema.json"


def test_keys_have_their_meaning():
    found = json.loads(SHIPPED.read_text(encoding="utf-8"))
    assert found["properties"]["dtype"]["enum"] == ["float64", "float32"]
    assert "loss is averaged" in str(found["definitions"]["conventions"]["anyOf"][1]["properties"]["loss"])


def test_what_is_written_beside_a_schema_names_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("c.yaml").write_text(START, encoding="utf-8")
    assert CliRunner().invoke(group, ["record", "c.yaml", "-o", "without.yaml"]).exit_code == 0
    assert CliRunner().invoke(group, ["schema", "-o", "mlp.schema.json"]).exit_code == 0
    assert CliRunner().invoke(group, ["record", "c.yaml", "-o", "with.yaml"]).exit_code == 0
    line = "# yaml-language-server: $schema=mlp.schema.json\n"
    assert Path("with.yaml").read_text(encoding="utf-8") == line + Path("without.yaml").read_text(encoding="utf-8")
