"""What stands in a dictionary of gradients is a gradient, in every form that such a dictionary is printed."""

import json

import pytest

from mlpcli.check.claims.dumps import read_any
from mlpcli.check.claims.dumps.holders import holder_at

FORMS = {
    "printed": "loss: 1.5\ngrads: {'W2': array([[1., 2.],\n       [3., 4.]]), 'b2': array([1., 2.])}\n",
    "after a word": "grads {'W2': array([[1., 2.], [3., 4.]]), 'b2': array([1., 2.])}\nloss = 1.5\n",
    "another word": "change_w = {'W2': [[1, 2], [3, 4]], 'b2': [1, 2]}\nloss = 1.5\n",
    "nested": "{'loss': 1.5, 'gradients': {'W2': [[1, 2], [3, 4]], 'b2': [1, 2]}}",
    "json": json.dumps({"grads": {"W2": [[1, 2], [3, 4]], "b2": [1, 2]}, "cache": {"loss": 1.5}}),
}


@pytest.mark.parametrize("form", FORMS)
def test_names_in_a_dictionary_of_gradients(form):
    claims = {claim.name: claim for claim in read_any(FORMS[form], "<stdin>", 1)[1]}
    assert claims.keys() == {"loss", "grads[W2]", "grads[b2]"}
    assert claims["grads[W2]"].written.value.tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize("holder", ["params", "cache", "weights", "values"])
def test_other_dictionaries_leave_names_as_they_are(holder):
    (claim,) = read_any(f"{holder} = {{'W2': [[1, 2]]}}", "<stdin>", 1)[1]
    assert claim.name == "W2"


@pytest.mark.parametrize("name", ["dW2", "grad_W2", "∂W2", "nabla_w", "delta2", "Theta2_grad", "2.bias.grad"])
def test_what_is_named_as_a_gradient_keeps_its_name(name):
    (claim,) = read_any(f"grads = {{'{name}': [[1, 2]]}}", "<stdin>", 1)[1]
    assert claim.name == name


@pytest.mark.slow
def test_a_dictionary_in_one_of_gradients_is_of_gradients_and_ends_where_it_ends():
    text = "grads = {'layer1': {W1}, W2}, W3"
    found = [holder_at(text)(text.index(f"W{k}")) for k in (1, 2, 3)]
    assert found == [("grads", "layer1"), ("grads", "grads"), ("", "")]
    assert holder_at("}} W1")(3) == ("", "")
    assert holder_at("grads {" * 50_000)(300_000) == ("grads", "grads")
