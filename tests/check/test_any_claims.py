"""Whatever is claimed of whatever network: a verdict for every claim, never an exception, never a right one accused."""

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlpcli.check.claims.claimed import Claimed
from mlpcli.check.claims.written import read_texts
from mlpcli.check.reports.verdicts import report
from mlpcli.check.run import check_case
from mlpcli.check.verdicts.judgement import VERDICTS
from mlpcli.cli import group
from mlpcli.config.load import load
from mlpcli.errors import Place
from mlpcli.output.formats import FORMATS, Rendering, able

ACTIVATIONS = ["relu", "leaky_relu", "sigmoid", "tanh", "softplus", "gelu", "swish", "threshold", "softmax", "identity"]
LOSSES = ["l2", "mse", "cross_entropy", "softmax_cross_entropy"]
PRESETS = ["cmu-toy", "cmu-3.0.1", "torch"]
ODD = ["0", "-0.0", ".nan", ".inf", "-.inf", "1e300", "-1e-300", "7", "~", "123456789", "0.5"]

few = settings(max_examples=10, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))


@st.composite
def networks(draw):
    """A config of one or two blocks."""
    blocks = draw(st.integers(1, 2))
    layers = []
    for _ in range(blocks):
        layers.append("{type: linear, units: 3}")
        layers += ["batchnorm"] if draw(st.booleans()) else []
        layers.append(draw(st.sampled_from(ACTIVATIONS)))
    seed, momentum = draw(st.integers(0, 99)), draw(st.sampled_from([0, 0.9]))
    return (
        f"layers: [{', '.join(layers)}]\ninputs: [[1, -2], [0.5, 3], [0, 1]]\n"
        f"targets: [[1, 0, 0], [0, 1, 0], [0.2, 0.3, 0.5]]\nloss: {draw(st.sampled_from(LOSSES))}\nseed: {seed}\n"
        f"optimizer: {{type: sgd, learning_rate: 0.1, momentum: {momentum}}}\n"
        f"conventions: {draw(st.sampled_from(PRESETS))}\n"
    )


def texts(value):
    return np.array([f"{x:.6g}" for x in np.ravel(value)], dtype=object).reshape(np.shape(value))


def loaded(config, tmp_path):
    (tmp_path / "c.yaml").write_text(config)
    return load(str(tmp_path / "c.yaml"), "update")[0]


def as_given(name):
    return name.removesuffix("_new")


@pytest.mark.slow
@few
@given(config=networks(), data=st.data())
def test_every_claim_gets_a_verdict(tmp_path, config, data):
    case = loaded(config, tmp_path)
    trace = case.setup.run()
    names = data.draw(st.lists(st.sampled_from(list(trace)), min_size=1, max_size=6, unique=True))
    claims = []
    for name in names:
        text = texts(trace[name])
        for _ in range(data.draw(st.integers(0, 3))):
            text.flat[data.draw(st.integers(0, text.size - 1))] = data.draw(st.sampled_from(ODD))
        shaped = data.draw(st.sampled_from([text, text.T, text[:1], text.reshape(-1)])) if text.ndim == 2 else text
        claims.append(Claimed(name, read_texts(shaped.tolist()), Place("dump")))
    checked = check_case("c.yaml", case, claims, dump=True)
    # A parameter that is not the given one, beside gradients, is read as the updated one.
    assert {as_given(j.name) for j in checked.judgement.judged} == set(map(as_given, names))
    assert all(j.verdict in VERDICTS for j in checked.judgement.judged)
    document = report([checked])
    names = set(able(document.kinds)) - {"xlsx"}  # a package of its own writes those
    assert names >= {"text", "json", "junit", "github", "markdown", "latex", "html"}
    for name in names:
        assert isinstance(FORMATS[name].rendered(document, Rendering()), str)


@pytest.mark.slow
@few
@given(config=networks())
def test_a_right_dump_is_not_accused(tmp_path, config):
    case = loaded(config, tmp_path)
    trace = case.setup.run()
    claims = [Claimed(name, read_texts(texts(value).tolist()), Place("dump")) for name, value in trace.items()]
    checked = check_case("c.yaml", case, claims, dump=True)
    assert [(j.name, j.verdict) for j in checked.judgement.judged if j.verdict != "match"] == []


@pytest.mark.slow
@few
@given(config=networks())
def test_every_reading_runs(tmp_path, config):
    (tmp_path / "c.yaml").write_text(config)
    for command in ("coverage", "gradcheck", "show"):
        result = CliRunner().invoke(group, [command, str(tmp_path / "c.yaml")])
        # A gradient that is nan, such as that of the logarithm of a ReLU, agrees with nothing.
        assert result.exit_code in ((0, 1) if command == "gradcheck" else (0,)), result.output
