"""What names mean, in anybody's words: by spelling, by their numbers, by shape. The numbers are plain numpy's."""

import json
import tracemalloc

import numpy as np
import pytest

from mlpcli.check.claims.cells import agreeing
from mlpcli.check.claims.claimed import fit_shape
from mlpcli.check.claims.dumps import read_any
from mlpcli.check.claims.dumps.digits import from_texts
from mlpcli.check.claims.matching import match_dump
from mlpcli.check.claims.words import Meaning, meanings
from mlpcli.config.load import load
from mlpcli.errors import Place

CONFIG = """
layers:
  - {type: linear, W: [[0.52, -0.33, 0.81], [0.24, 0.73, -0.42]], B: [0.11, -0.26, 0.37]}
  - sigmoid
  - {type: linear, W: [[0.31, -0.62], [0.74, 0.45], [-0.53, 0.27]], B: [0.18, -0.29]}
  - sigmoid
inputs: [[1, 2], [0.5, -1.5]]
targets: [[1, 0], [0, 1]]
loss: l2
learning_rate: 0.5
"""
W1, b1 = np.array([[0.52, -0.33, 0.81], [0.24, 0.73, -0.42]]), np.array([0.11, -0.26, 0.37])
W2, b2 = np.array([[0.31, -0.62], [0.74, 0.45], [-0.53, 0.27]]), np.array([0.18, -0.29])
X, T = np.array([[1, 2], [0.5, -1.5]]), np.array([[1, 0], [0, 1]])


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


z1 = X @ W1 + b1
a1 = sigmoid(z1)
z2 = a1 @ W2 + b2
a2 = sigmoid(z2)
delta2 = (a2 - T) * a2 * (1 - a2) / len(X)
gw2, gb2 = a1.T @ delta2, delta2.sum(0)
da1 = delta2 @ W2.T
delta1 = da1 * a1 * (1 - a1)
gw1, gb1 = X.T @ delta1, delta1.sum(0)


@pytest.fixture
def case(tmp_path):
    path = tmp_path / "c.yaml"
    path.write_text(CONFIG)
    return load(str(path), "furthest")[0]


def matched(case, **tensors):
    text = "\n".join(f"{name} =\n{np.array2string(np.asarray(value))}" for name, value in tensors.items())
    found = match_dump(case, read_any(text, "<stdin>", 1)[1])
    return found, {claim.source: name for name, claim in found.known.items()}


@pytest.mark.parametrize(
    "names",
    [
        {"z_hidden": z1, "hidden": a1, "logits": z2, "probs": a2},
        {"hidden_layer_input": z1, "hidden_layer_output": a1, "output_layer_input": z2, "output": a2},
        {"z0": z1, "a0": a1, "z1": z2, "y_hat": a2},
        {"z2": z1, "a2": a1, "z3": z2, "a3": a2},
        {"net_h": z1, "out_h": a1, "net_o": z2, "out_o": a2},
        {"layer1_in": z1, "layer1": a1, "layer2_in": z2, "layer2": a2},
    ],
)
def test_the_forward_pass_in_many_words(case, names):
    found, read = matched(case, **names)
    assert list(read.values()) == ["Y1lin", "Y1", "Y2lin", "Y2"]
    assert found.unknown == []


@pytest.mark.parametrize(
    "names",
    [
        {"dw_o": gw2, "db_o": gb2, "dw_h": gw1, "db_h": gb1},
        {"grad_wout": gw2, "grad_bout": gb2, "grad_Wh": gw1, "grad_bh": gb1},
        {"W1_grad": gw2, "b1_grad": gb2, "W0_grad": gw1, "b0_grad": gb1},
        {
            "layers_2_weight_grad": gw2,
            "layers_2_bias_grad": gb2,
            "layers_0_weight_grad": gw1,
            "layers_0_bias_grad": gb1,
        },
        {"dense_1_kernel_grad": gw2, "dense_1_bias_grad": gb2, "dense_kernel_grad": gw1, "dense_bias_grad": gb1},
        {"dtheta_2": gw2, "output_bias_gradient": gb2, "dtheta_1": gw1, "hidden_bias_gradient": gb1},
    ],
)
def test_gradients_in_many_words(case, names):
    _, read = matched(case, **names)
    assert list(read.values()) == ["gradW2", "gradB2", "gradW1", "gradB1"]


def test_deltas_are_gradients_at_a_layer_s_input_and_errors_at_its_output(case):
    _, read = matched(case, l2_error=2 * (a2 - T) / 4, l2_delta=delta2, l1_error=da1, l1_delta=delta1)
    assert list(read.values()) == ["gradY2", "gradY2lin", "gradY1", "gradY1lin"]


def test_weights_in_a_dump_with_gradients_are_the_updated_ones_where_they_are_not_those_given(case):
    _, read = matched(case, dW1=gw1, W1=W1, W2=W2)
    assert read == {"dW1": "gradW1", "W1": "W1", "W2": "W2"}
    _, read = matched(case, dW1=gw1, W1=W1 - 0.5 * gw1, W2=W2)  # one was forgotten
    assert read == {"dW1": "gradW1", "W1": "W1_new", "W2": "W2_new"}
    _, read = matched(case, dW1=gw1, W1=W1 + 0.5 * gw1)  # wrongly updated
    assert read == {"dW1": "gradW1", "W1": "W1_new"}


def test_y_is_the_output_or_the_target_by_its_numbers(case):
    assert matched(case, y=a2)[1] == {"y": "Y2"}
    assert matched(case, y=T)[1] == {"y": "D"}
    assert matched(case, y=a2 + 0.1)[1] == {"y": "Y2"}


def test_an_unknown_name_is_told_by_its_numbers(case):
    found, read = matched(case, quux=a1, bar=a1 + 1)
    assert read == {"quux": "Y1"}
    assert found.read == {"quux": "Y1"}
    assert [claim.name for claim in found.unknown] == ["bar"]


def test_a_wrong_tensor_is_not_renamed_to_the_one_it_equals(case):
    """Without the derivative, what is called dZ1 has the numbers of gradY1: it stays wrong."""
    assert matched(case, dZ1=da1, dA1=da1)[1] == {"dZ1": "gradY1lin", "dA1": "gradY1"}


def test_numbers_of_one_tensor_named_one_by_one(case, tmp_path):
    path = tmp_path / "one.yaml"
    path.write_text(CONFIG.replace("[[1, 2], [0.5, -1.5]]", "[[1, 2]]").replace("[[1, 0], [0, 1]]", "[[1, 0]]"))
    one = load(str(path), "furthest")[0]
    found, _ = matched(one, out_h1=a1[0, 0], out_h2=a1[0, 1], out_h3=0.5)  # the third is wrong
    assert found.known["Y1"].written.value.tolist() == [[pytest.approx(a1[0, 0]), pytest.approx(a1[0, 1]), 0.5]]
    assert found.unknown == []


def test_a_number_with_the_name_of_a_number_is_no_cell_of_another_tensor(tmp_path):
    """The sum over the examples is 0.623456 + 1.123456; the last of them alone is a cell of gradY1lin."""
    config = "layers: [{type: linear, W: [[0.5]], B: [0.123456]}]\ninputs: [[1], [2]]\ntargets: [[0], [0]]\nloss: l2\n"
    (tmp_path / "c.yaml").write_text(config + "conventions: {average: []}\n")
    one = load(str(tmp_path / "c.yaml"), "backward")[0]
    assert one.setup.trace["gradB1"].item() == pytest.approx(1.746912)
    found, _ = matched(one, gradB1=1.123456)
    assert (list(found.known), found.read) == (["gradB1"], {})


def test_a_name_that_means_several_is_of_one_that_no_other_claim_is_named_after(tmp_path):
    """Octave's h is the hypothesis, the last output, which is as large as the hidden layer here; a2 is wrong."""
    layers = (
        "{type: linear, W: [[0, 0.3, -0.2], [0, 0.1, 0.5]]}, sigmoid, {type: linear, W: [[0, 0.7, 0.2], [0, 0.4, 0.6]]}"
    )
    config = f"layers: [{layers}, sigmoid]\ninputs: [[1, 2]]\ntargets: [[1, 0]]\nloss: l2\nconventions: octave-ex4\n"
    (tmp_path / "c.yaml").write_text(config)
    one = load(str(tmp_path / "c.yaml"), "backward")[0]
    found, _ = matched(one, a2=[[0.31, 0.99]], h=[[0.618, 0.98]])  # σ(0.7a + 0.2b) is 0.618
    assert {name: claim.source for name, claim in found.known.items()} == {"a2": "a2", "a3": "h"}


def test_one_number_is_that_of_its_meanings_which_it_agrees_with(tmp_path):
    """The error at the output o − t, of a linear layer: o = 0.5·1.25, t = 1; delta beside it is another number."""
    config = "layers: [{type: linear, W: [[0.5]]}, sigmoid]\ninputs: [[1.25]]\ntargets: [[1]]\nloss: l2\n"
    (tmp_path / "c.yaml").write_text(config)
    one = load(str(tmp_path / "c.yaml"), "backward")[0]
    error = round(1 / (1 + np.exp(-0.625)) - 1, 3)
    found, _ = matched(one, layer_1_error=error)
    assert list(found.known) == ["gradY1"]
    found, _ = matched(one, layer_1_error=0.5)
    assert list(found.known) == []


def test_numbers_without_a_name_are_told_by_their_shapes(case):
    claims = read_any(f"[{gw1 * 2!r}, {gb1 * 2!r}]", "<stdin>", 1)[1]
    assert match_dump(case, claims).read == {"[0]": "gradW1", "[1]": "gradB1"}


@pytest.mark.parametrize("name", ["learning_rate", "accuracy", "batch_size", "num_iters", "sigmoid_derivative", "foo"])
def test_words_that_mean_no_tensor(name):
    assert not meanings(name)


def test_letters_do_not_mean_each_other():
    assert Meaning("activation", "gradient", 1) not in meanings("dZ1")
    assert Meaning("linear", "gradient", 1) not in meanings("dA1")
    assert meanings("Δw1")[0] == Meaning("weight", "step", 1)


def test_a_number_of_many_digits_is_compared_with_every_cell_without_a_copy_of_them():
    number = from_texts("a", Place("mine.txt"), ["1" * 100_000]).written.at((0,))  # 400 kB of text as numpy holds it
    tracemalloc.start()
    found, (_, most) = agreeing(number, np.zeros((100, 10))), tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == []
    assert most < 2**24


@pytest.mark.parametrize("side", ["first", "last"])
@pytest.mark.parametrize("factor", [1, 3])
def test_biases_in_the_matrix_of_the_weights(case, side, factor):
    """As Octave's Theta_grad has them, in a column of its own; a factor that all have does not hide which."""

    def theta(w, b):
        return factor * np.column_stack([b, w.T] if side == "first" else [w.T, b])

    found, _ = matched(case, Theta1_grad=theta(gw1, gb1), Theta2_grad=theta(gw2, gb2))
    expected = {"gradW1": gw1, "gradB1": gb1, "gradW2": gw2, "gradB2": gb2}
    assert set(found.known) == set(expected)
    for name, value in expected.items():
        numbers = found.known[name].written.value
        assert np.allclose(np.sort(numbers.ravel()), np.sort(factor * value.ravel()), atol=1e-7)


@pytest.mark.parametrize("factor", [1, 3])
def test_a_vector_of_matrices_with_the_biases_first(case, factor):
    """[Theta1_grad(:); Theta2_grad(:)], column by column."""
    columns = [np.column_stack([b, w.T]).ravel(order="F") for w, b in ((gw1, gb1), (gw2, gb2))]
    found, _ = matched(case, grad=factor * np.concatenate(columns))
    for name, value in {"gradW1": gw1, "gradB1": gb1, "gradW2": gw2, "gradB2": gb2}.items():
        numbers = found.known[name].written.value
        assert np.allclose(np.sort(numbers.ravel()), np.sort(factor * value.ravel()), atol=1e-7)


def test_what_fits_by_shape_alone_is_told_by_its_order(tmp_path):
    """An error comes before the delta of the same layer; numbers that only come near say nothing.

    A published exercise, whose slopes and rate are wrong.
    """
    (tmp_path / "c.yaml").write_text(
        "layers:\n"
        "  - {type: linear, W: [[0.65915104, 0.03445008, 0.73383636], [0.97574663, 0.84346261, 0.77737003],"
        " [0.43325089, 0.69201282, 0.86267384], [0.706186, 0.58752663, 0.04859208]],"
        " B: [0.28773861, 0.6550478, 0.84366073]}\n"
        "  - sigmoid\n  - {type: linear, W: [[0.28891578], [0.90022544], [0.88719054]], B: [0.8725344]}\n  - sigmoid\n"
        "inputs: [[1, 0, 1, 0], [1, 0, 1, 1], [0, 1, 0, 1]]\ntargets: [[1], [1], [0]]\nloss: l2\n"
        "conventions: {average: []}\n"
    )
    exercise = load(str(tmp_path / "c.yaml"), "backward")[0]
    error = [[0.00039024, 0.00121594, 0.00119834], [0.00035452, 0.00110465, 0.00108866]]
    error += [[-0.0054701, -0.01704414, -0.01679735]]
    delta = [[8.35075971e-05, 2.60177506e-04, 2.44185980e-04], [7.31745551e-05, 2.29146995e-04, 2.21501622e-04]]
    delta += [[-1.13467463e-03, -3.51799055e-03, -3.53557283e-03]]
    read = matched(exercise, Error_hidden_layer=error, d_hidden_layer=delta)[1]
    assert read == {"Error_hidden_layer": "gradY1", "d_hidden_layer": "gradY1lin"}


def test_parameters_without_gradients_beside_them_are_the_updated_ones_if_most_numbers_differ(case):
    """Of a single one too, whatever mistake it was updated with."""
    _, names = matched(case, a2=a2, W1=W1 - 0.5 * 2 * gw1)
    assert names == {"a2": "Y2", "W1": "W1_new"}
    mistyped = W1.copy()
    mistyped[0, 0] = 0.25
    assert matched(case, a2=a2, W1=mistyped)[1] == {"a2": "Y2", "W1": "W1"}


def test_a_gradient_of_biases_that_was_not_summed_is_that_of_its_module(tmp_path):
    path = tmp_path / "c.yaml"
    path.write_text(
        "layers: [{type: linear, W: [[1, 2], [3, 4], [0, 1]]}, relu, {type: linear, W: [[-1, 0.5, 1]]}]\n"
        "inputs: [[1, 2], [0.5, 1], [2, 1]]\ntargets: [[1], [0], [1]]\nloss: mse\nconventions: torch\n"
    )
    case = load(str(path), "furthest")[0]
    first, second = (case.setup.trace[name] for name in ("gradB1", "gradY2lin"))
    dump = json.dumps({"grads": {"0.bias.grad": first.tolist(), "2.bias.grad": second.tolist()}})
    found = match_dump(case, read_any(dump, "<stdin>", 1)[1])
    assert found.names == {"0.bias.grad": "gradB1", "2.bias.grad": "gradB2"}


def test_weights_may_be_counted_from_0_where_activations_are_from_1(tmp_path):
    """One number of the matrix has another sign; the others tell whose it is."""
    layers = ", ".join(f"{{type: linear, W: [[0.{k}1, -0.5{k}], [0.3{k}, 0.9{k}]]}}, sigmoid" for k in range(1, 4))
    path = tmp_path / "c.yaml"
    path.write_text(f"layers: [{layers}]\ninputs: [[1, 2]]\ntargets: [[1, 0]]\nloss: l2\nlearning_rate: 0.1\n")
    case = load(str(path), "furthest")[0]
    wrong = case.setup.trace["W3_new"] * [[1, -1], [1, 1]]
    _, names = matched(
        case, l3_error=case.setup.trace["gradY3"], l3_delta=case.setup.trace["gradY3lin"], syn2_new=wrong
    )
    assert names == {"l3_error": "gradY3", "l3_delta": "gradY3lin", "syn2_new": "W3_new"}


@pytest.fixture
def square(tmp_path):
    """A network of which no tensor is told from that of another layer by its shape."""
    weights = ([[0.11, -0.52], [0.33, 0.94]], [[-0.75, 0.66], [0.47, 0.28]])
    layers = ", ".join(f"{{type: linear, W: {W}, B: [0.1, -0.2]}}, sigmoid" for W in weights)
    given = "inputs: [[1, 2], [0, 1]]\ntargets: [[1, 0], [0, 1]]\nloss: l2\nlearning_rate: 0.5\n"
    (tmp_path / "c.yaml").write_text(f"layers: [{layers}]\n{given}")
    return load(str(tmp_path / "c.yaml"), "furthest")[0]


def test_a_list_of_activations_may_begin_with_the_inputs_and_no_other_list_does(square):
    """The deltas are wrong; that they are the second of a list tells whose they are."""
    trace = square.setup.trace
    lists = {"activations[1]": trace["Y1"], "activations[2]": trace["Y2"], "deltas[1]": 3 * trace["gradY2lin"] + 1}
    assert matched(square, **lists)[1] == {"activations[1]": "Y1", "activations[2]": "Y2", "deltas[1]": "gradY2lin"}


def test_parameters_are_told_by_their_likeness_where_the_update_is_wrong(square, tmp_path):
    """`l1` and `l2` count the layers from 1, `syn1` from 0."""
    with open(tmp_path / "c.yaml", "a") as file:
        file.write("conventions: delta-rule\n")
    square = load(str(tmp_path / "c.yaml"), "furthest")[0]
    trace = square.setup.trace
    new = trace["w2"] - (trace["w2"] - trace["w2_new"]).T
    _, names = matched(square, l2=trace["o2"], l1_error=trace["grad_o1"], l1_delta=trace["delta1"], syn1=new)
    assert names == {"l2": "o2", "l1_error": "grad_o1", "l1_delta": "delta1", "syn1": "w2_new"}


def test_parameters_of_which_each_has_other_numbers_are_the_updated_ones(case):
    """Many numbers stay as they are, of units that do nothing; none of three parameters is as it was given."""
    parameters = {"W1": W1 - [0.1, 0, 0], "b1": b1 - [0.2, 0, 0], "W2": W2 - [[0, 0.1]]}
    _, names = matched(case, z1=z1, **parameters)
    assert names == {"z1": "Y1lin", "W1": "W1_new", "b1": "B1_new", "W2": "W2_new"}


@pytest.mark.parametrize("name", ["a", "A", "y_hat", "yhat", "z", "outputs"])
def test_outputs_are_no_vector_of_all_parameters(tmp_path, name):
    """One layer of three inputs has four parameters, and here four samples."""
    path = tmp_path / "c.yaml"
    W, b, x = np.array([[0.5], [-1.25], [0.75]]), 0.125, np.array([[1, 2, 3], [4, -1, 2], [0.5, 1, -2], [3, 1, 1.0]])
    path.write_text(
        f"layers: [{{type: linear, W: {W.tolist()}, B: [{b}]}}, sigmoid]\ninputs: {x.tolist()}\n"
        "targets: [[1], [0], [1], [0]]\nloss: binary_cross_entropy\nlearning_rate: 1\n"
    )
    z = x @ W + b
    found, read = matched(load(str(path), "furthest")[0], **{name: (z if name == "z" else sigmoid(z)).T})
    assert read == {name: "Y1lin" if name == "z" else "Y1"}
    assert not found.unknown


@pytest.mark.parametrize("name", ["intercept_grads[0]", "bias_grads_1", "db_1"])
def test_one_number_for_the_gradient_of_all_biases(case, name):
    """It is summed over everything, which is a mistake, and none to be passed over."""
    found, read = matched(case, gw1=gw1, **{name: gb1.sum()})
    assert read[name] == "gradB1"
    assert not found.unknown


def test_an_output_of_one_sample_with_the_one_beside_the_biases(tmp_path):
    path = tmp_path / "c.yaml"
    path.write_text(CONFIG.replace("[[1, 2], [0.5, -1.5]]", "[[1, 2]]").replace("[[1, 0], [0, 1]]", "[[1, 0]]"))
    only = load(str(path), "furthest")[0]
    text = f"a2 = {np.array2string(np.r_[1, a1[0]], precision=8)}\nz2 = {np.array2string(z1[0], precision=8)}"
    found = match_dump(only, read_any(text, "<stdin>", 1)[1])
    fits = [fit_shape(claim.written, only.setup.trace[name])[1] for name, claim in found.known.items()]
    assert ({c.source: n for n, c in found.known.items()}, fits) == ({"a2": "Y1", "z2": "Y1lin"}, ["", ""])


def test_a_gradient_that_is_not_summed_is_of_its_own_layer(tmp_path):
    """A row for each of three samples has the shape of the biases of three units: those of the layer below."""
    path = tmp_path / "c.yaml"
    given = CONFIG.replace("[[1, 2], [0.5, -1.5]]", "[[1, 2], [0.5, -1.5], [2, 1]]")
    given = given.replace("[[0.31, -0.62], [0.74, 0.45], [-0.53, 0.27]]", "[[0.31], [0.74], [-0.53]]")
    path.write_text(given.replace("[0.18, -0.29]", "[0.18]").replace("[[1, 0], [0, 1]]", "[[1], [0], [1]]"))
    case = load(str(path), "furthest")[0]
    trace = case.setup.trace
    named = {"dJ_dW1": trace["gradW1"], "dJ_dW2": trace["gradW2"], "dJ_db2": trace["gradY2lin"]}
    assert matched(case, **named)[1] == {"dJ_dW1": "gradW1", "dJ_dW2": "gradW2", "dJ_db2": "gradB2"}


def test_one_number_of_few_digits_with_the_other_sign_is_of_its_name(case, tmp_path):
    """`db_o1` may be the gradient or the step, and has hardly the numbers of either."""
    text = CONFIG + "conventions: delta-rule\n"
    text = text.replace("[[0.31, -0.62], [0.74, 0.45], [-0.53, 0.27]]", "[[0.31], [0.74], [-0.53]]")
    (tmp_path / "one.yaml").write_text(
        text.replace("[0.18, -0.29]", "[0.18]").replace("[[1, 0], [0, 1]]", "[[1], [0]]")
    )
    one = load(str(tmp_path / "one.yaml"), "furthest")[0]
    claim = f"db_o1 = {-one.setup.trace['grad_b2'].item():.3g}"
    found = match_dump(one, read_any(claim, "<stdin>", 1)[1])
    assert list(found.known) == ["grad_b2"]


def test_a_list_of_activations_begins_with_the_inputs(square):
    """In scikit-learn's lists deltas[1] is of the second layer, activations[1] the output of the first."""
    trace = square.setup.trace
    text = f"deltas[1] = {trace['gradY2lin'].tolist()}\nactivations[1] = {(trace['Y1'] * [[3.1, -2.7]]).tolist()}"
    found = match_dump(square, read_any(text, "<stdin>", 1)[1])
    assert {claim.source: name for name, claim in found.known.items()} == {
        "deltas[1]": "gradY2lin",
        "activations[1]": "Y1",
    }


@pytest.mark.parametrize("name", ["dh", "grads['dh']", "grads[dh]", "dhidden", "d_hidden", "dH"])
def test_the_gradient_of_the_hidden_layer(case, name):
    """It is told by its name where its numbers are wrong."""
    found = match_dump(case, read_any(f"{name} =\n{np.array2string(da1 * 0.3 + 1)}", "<stdin>", 1)[1])
    assert [*found.known] == ["gradY1"]
