"""Hidden conventions: the claims are computed under another setting, and the setting must be found."""

import pytest

from mlpcli.check.claims.claimed import Claimed
from mlpcli.check.claims.written import read_texts
from mlpcli.check.diagnosis.conventions import fit
from mlpcli.check.diagnosis.neighbours import Neighbours, changed
from mlpcli.config.load import load
from mlpcli.errors import Place


def case(request, name, *overrides):
    return load(str(request.config.rootpath / "configs" / "handout" / f"{name}.yaml"), "furthest", overrides)[0]


def claims_of(setup, *names):
    trace = setup.run()
    names = names or [step.name for step in setup.program.steps]
    texts = {n: [f"{x:.9g}" for x in trace[n].ravel()] for n in names}
    shaped = {n: read_texts([texts[n]] if trace[n].ndim == 2 else texts[n]) for n in names}
    return {
        n: Claimed(n, type(w)(*(x.reshape(trace[n].shape) for x in (w.value, w.half_unit, w.text))), Place("dump"))
        for n, w in shaped.items()
    }


def found(request, name, stated, actual, *names):
    told = case(request, name, *actual).setup
    return fit(around(case(request, name, *stated)), claims_of(told, *names))


def around(case):
    return Neighbours(case.experiment, "furthest", case.compiled, case.setup)


def test_nothing_is_found_where_all_claims_hold(request):
    assert found(request, "4.2", [], []) is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stated", "actual", "settings"),
    [
        (["conventions.eps=0.001"], ["conventions.eps=1e-5"], {"eps": 1e-5}),
        ([], ["conventions.alpha=0.1"], {"alpha": 0.1}),
        ([], ["conventions={average: [], eps: 1e-8}"], {"average": ()}),
        ([], ["conventions={eps: 1e-8, logits_gradient: derivative}"], {"logits_gradient": "derivative"}),
        ([], ["conventions={eps: 1e-8, running_variance: unbiased}"], {"running_variance": "unbiased"}),
    ],
)
def test_one_setting(request, stated, actual, settings):
    result = found(request, "4.2", stated, actual)
    assert dict(result.settings) == settings


@pytest.mark.slow
def test_two_settings(request):
    result = found(request, "4.2", [], ["conventions={eps: 1e-5, average: []}"])
    assert dict(result.settings) == {"eps": 1e-5, "average": ()}


def test_the_momentum_s_other_form(tmp_path):
    text = (
        "layers: [{type: linear, W: [[1, 2]]}]\ninputs: [[3]]\ntargets: [[1, 1]]\nloss: l2\n"
        "optimizer: {type: sgd, learning_rate: 0.1, momentum: 0.9}\n"
    )
    path = tmp_path / "c.yaml"
    path.write_text(text)
    claims = claims_of(load(str(path), "update", ["conventions={momentum: gradient}"])[0].setup, "vW1_new", "vB1_new")
    result = fit(around(load(str(path), "update")[0]), claims)
    assert dict(result.settings) == {"momentum": "gradient"}


def test_a_document_that_mixes_two(request):
    old, new = (case(request, "4.1", f"conventions.eps={eps}").setup for eps in ("0.001", "1e-8"))
    claims = claims_of(old, "norm1", "Y1", "Y2lin", "norm2") | claims_of(new, "Y3lin", "Y3")
    result = fit(around(case(request, "4.1")), claims)
    assert result.sentence == "claims up to norm2 hold with eps = 0.001, from Y3lin on with eps = 1e-8"


def test_a_layer_s_own_eps_is_varied_too(tmp_path):
    text = "layers: [{type: batchnorm, eps: 0.001}]\ninputs: [[1], [2], [4]]\n"
    (tmp_path / "c.yaml").write_text(text)
    told = load(str(tmp_path / "c.yaml"), "forward", ["layers[0].eps=0.01"])[0].setup
    result = fit(around(load(str(tmp_path / "c.yaml"), "forward")[0]), claims_of(told))
    assert dict(result.settings) == {"eps": 0.01}


def test_what_only_has_the_name_of_a_setting_stays(tmp_path):
    """Dropout has a rate of its own, and elu an alpha, that are no conventions; batch normalization's eps is one."""
    layers = "[{type: dropout, rate: 0.5}, {type: elu, alpha: 2}, {type: batchnorm, eps: 0.1}]"
    (tmp_path / "c.yaml").write_text(
        f"layers: {layers}\ninputs: [[1, 2], [3, 1]]\ntargets: [[1, 2], [0, 1]]\nloss: l2\n"
    )
    (mine,) = load(str(tmp_path / "c.yaml"), "furthest")
    dropout, elu, batchnorm = changed(mine.experiment, {"rate": "over_n", "alpha": 0.1, "eps": 1e-8}).layers
    assert (dropout.rate, elu.alpha, batchnorm.eps, batchnorm.alpha) == (0.5, 2, 1e-8, None)
    assert around(mine).current("rate") == "whole"
    assert {"rate", "threshold"}.isdisjoint(around(mine).values)
    assert fit(around(mine), claims_of(mine.setup) | wrong(mine, "L")) is None


def wrong(case, name):
    return {name: Claimed(name, read_texts(["9", "9"]), Place("dump"))}
