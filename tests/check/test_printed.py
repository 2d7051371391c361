"""What programs print, form by form: the numbers are those of the text, the forms are those of the programs named."""

import pytest

from mlpcli.check.claims.dumps.text.reader import read_paste

MATRIX = [["0.1", "0.2"], ["0.3", "0.4"]]
FORMS = {
    "R": "> dW1\n     [,1] [,2]\n[1,]  0.1  0.2\n[2,]  0.3  0.4\n",
    "R, a list": "$dW1\n     [,1] [,2]\n[1,]  0.1  0.2\n[2,]  0.3  0.4\n\n",
    "R, wide": "dW1\n     [,1]\n[1,]  0.1\n[2,]  0.3\n     [,2]\n[1,]  0.2\n[2,]  0.4\n",
    "Julia": "dW1 = 2×2 Matrix{Float64}:\n 0.1  0.2\n 0.3  0.4\n",
    "Julia's prompt": "julia> dW1\n2×2 Matrix{Float64}:\n 0.1  0.2\n 0.3  0.4\n",
    "Julia, adjoint": "dW1 = 2×2 adjoint(::Matrix{Float64}) with eltype Float64:\n 0.1  0.2\n 0.3  0.4\n",
    "Julia, in a line": "dW1 = Float64[0.1 0.2; 0.3 0.4]",
    "Octave": "dW1 =\n\n   0.1   0.2\n   0.3   0.4\n\n",
    "Octave, columns": "dW1 =\n\n Columns 1 through 1:\n\n   0.1\n   0.3\n\n Column 2:\n\n   0.2\n   0.4\n\n",
    "Mathematica": "dW1 = {{0.1, 0.2}, {0.3, 0.4}}",
    "LaTeX": r"\frac{\partial L}{\partial W_1} = \begin{bmatrix} 0.1 & 0.2 \\ 0.3 & 0.4 \end{bmatrix}",
    "LaTeX, inline": r"$\mathbf{dW}_1 = \left(\begin{array}{cc} 0.1 & 0.2 \\ 0.3 & 0.4 \\ \end{array}\right)$",
    "Markdown": "dW1\n\n| a | b |\n|---|---|\n| 0.1 | 0.2 |\n| 0.3 | 0.4 |\n",
    "Markdown, headings": "### dW1\n\n|  |  |\n|---:|---:|\n| 0.1 | 0.2 |\n| 0.3 | 0.4 |\n",
    "Markdown, columns counted": "### dW1\n\n| 0 | 1 |\n|---:|---:|\n| 0.1 | 0.2 |\n| 0.3 | 0.4 |\n",
    "Markdown, columns counted from 1": "### dW1\n\n| 1 | 2 |\n|---|---|\n| 0.1 | 0.2 |\n| 0.3 | 0.4 |\n",
    "Markdown, a tensor in a cell": "| tensor | value |\n|---|---|\n| **dW1** | [[0.1, 0.2], [0.3, 0.4]] |\n",
    "pandas": "dW1\n     0    1\n0  0.1  0.2\n1  0.3  0.4\n",
    "TensorFlow": "dW1: tf.Tensor(\n[[0.1 0.2]\n [0.3 0.4]], shape=(2, 2), dtype=float32)",
    "TensorFlow, repr": "dW1 <tf.Tensor: shape=(2, 2), dtype=float32, numpy=\narray([[0.1, 0.2],\n"
    "  [0.3, 0.4]], dtype=float32)>",
    "JAX": "{'dW1': Array([[0.1, 0.2],\n       [0.3, 0.4]], dtype=float32)}",
    "PyTorch": "dW1 tensor([[0.1, 0.2],\n        [0.3, 0.4]])",
    "a heading in words": "The network\nNetwork dW1:\n0.1 0.2\n0.3 0.4\n",
    "a chain": "dW1 = X.T @ dZ1 = [[0.1 0.2]\n [0.3 0.4]]",
}


def read(text):
    """{name: nested texts} of a text of one step."""
    (claims,) = read_paste(text, "f.txt").values()
    return {claim.name: claim.written.text.tolist() for claim in claims}


@pytest.mark.parametrize("form", FORMS)
def test_a_matrix_in_every_form(form):
    ((name, found),) = read(FORMS[form]).items()
    assert found == MATRIX
    assert name.replace("_", "").replace("dL/d", "d") == "dW1"


def test_a_scale_before_a_matrix():
    """MATLAB prints 0.00105 as 1.0500 under 1.0e-03 *: half a unit of the last digit is 5e-8."""
    (claim,) = read_paste("dW1 =\n\n   1.0e-03 *\n\n   1.0500   -0.2000\n\n", "f.txt")[1]
    assert claim.written.value.ravel().tolist() == pytest.approx([0.00105, -0.0002])
    assert claim.written.half_unit.ravel().tolist() == pytest.approx([5e-8, 5e-8], rel=0.02)


@pytest.mark.parametrize("name", ["grads['b2']", 'params["W1"]', "activations[1]", "cache['A'][0]", "nabla_b[-1]"])
@pytest.mark.parametrize("heading", ["{}\n", "{}:\n", "### {}\n\n", "{} = ", "{} "])
def test_a_name_with_a_key_stands_before_its_numbers(name, heading):
    """The last as `print("nabla_b[-1]", nabla_b[-1])` writes it."""
    assert read("loss 0.5\n" + heading.format(name) + "[0.1 0.2]\n")[name] == ["0.1", "0.2"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Y1[4 4]\nY2[-7]", {"Y1": ["4", "4"], "Y2": ["-7"]}),
        ("nabla_b[-1] -0.25\nnabla_b[-2] [-0.5 1]", {"nabla_b[-1]": "-0.25", "nabla_b[-2]": ["-0.5", "1"]}),
        ("w[1] 0.5\nw[2] -.25", {"w[1]": "0.5", "w[2]": "-.25"}),
    ],
)
def test_an_index_is_told_from_a_number_in_brackets(text, found):
    assert read(text) == found


def test_powers_of_ten():
    text = r"a = 1.5 \times 10^{-3}, b = 2 × 10⁻⁴, c = 3*^-5, d = 4.5f-3"
    assert read(text) == {"a": "1.5e-3", "b": "2e-4", "c": "3e-5", "d": "4.5e-3"}


def test_tables_of_one_column():
    """As pandas' to_markdown has them, and a scalar in one."""
    found = read("**db1**\n\n| |\n|---:|\n| 0.1 |\n| 0.3 |\n\n**J**\n\n| |\n|---|\n| 0.5 |\n")
    assert found == {"db1": [["0.1"], ["0.3"]], "J": ["0.5"]}
    assert read("**db1**\n\n|   | 0 |\n|---:|---:|\n| 0 | 0.1 |\n| 1 | 0.3 |\n") == {"db1": [["0.1"], ["0.3"]]}
    assert read("**db1**\n\n| c |\n|---|\n| 0.1 |\n| 0.3 |\n") == {"db1": [["0.1"], ["0.3"]]}
    assert read("### Results\n\n| db1 |\n|---|\n| 0.1 |\n| 0.3 |\n") == {"db1": [["0.1"], ["0.3"]]}


@pytest.mark.parametrize(
    ("latex", "name"),
    [
        (r"W_{1}", "W_{1}"),
        (r"db_{12}", "db_{12}"),
        (r"\delta_{2}", "δ_{2}"),
        (r"\mathbf{W}_{1}", "W_{1}"),
        (r"\hat{y}", "y_hat"),
        (r"\nabla w_2", "∇w_2"),
        (r"\Delta w_{1}", "Δw_{1}"),
        (r"\nabla_{W_2} J", "∇_{W_2}"),
        (r"\partial J / \partial W_{2}", "dJ/dW_{2}"),
        (r"\partial C/\partial w_2", "dC/dw_2"),
    ],
)
def test_names_of_latex(latex, name):
    assert list(read(rf"{latex} = \begin{{bmatrix}} 1 & 2 \end{{bmatrix}}")) == [name]
    assert list(read(rf"${latex} = 0.5$")) == [name]


def test_lists_with_a_tensor_per_layer():
    """Nielsen's nabla_w and nabla_b: arrays of different shapes, or matrices in a list."""
    found = read("nabla_w = [array([[1., 2.]]), array([[3.]])]\nnabla_b = [array([[4.], [5.]]), array([[6.]])]")
    assert found == {
        "nabla_w[0]": [["1.", "2."]],
        "nabla_w[1]": [["3."]],
        "nabla_b[0]": [["4."], ["5."]],
        "nabla_b[1]": [["6."]],
    }
    assert read("b = [array([[4.], [5.]]), 6.5]") == {"b[0]": [["4."], ["5."]], "b[1]": "6.5"}


def test_layers_named_above_their_tensors():
    found = read("Layer 1\nW: [[1, 2]]\nb: [3]\nLayer 2\nW: [[4]]\nb: [5]\n")
    assert list(found) == ["layer 1 W", "layer 1 b", "layer 2 W", "layer 2 b"]
    assert list(read("{'Dense_0': {'kernel': Array([[1.]])}}")) == ["Dense_0.kernel"]


def test_modules_of_pytorch():
    found = read("0.weight.grad tensor([[1., 2.]])\nfc2.bias Parameter containing:\ntensor([3.], requires_grad=True)")
    assert found == {"0.weight.grad": [["1.", "2."]], "fc2.bias": ["3."]}


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("Epoch 1 | Loss: 0.5\nEpoch 2 | Loss: 0.25", [1, 2]),
        ("Epoch [1/2], Loss: 0.5\nEpoch [2/2], Loss: 0.25", [1, 2]),
        ("Loss after iteration 0: 0.5\nLoss after iteration 100: 0.25", [1, 101]),
        ("epoch: 0, loss: 0.5, W1: [1, 2]\nepoch: 1, loss: 0.25, W1: [3, 4]", [1, 2]),
        ("=== Step 1 ===\nloss = 0.5\n=== Step 2 ===\nloss = 0.25", [1, 2]),
        ("loss = 0.5\nloss = 0.25\nloss = 0.125", [1, 2, 3]),
        ("Iteration 3:\nloss 0.5\nIteration 5:\nloss 0.25", [3, 5]),
        ("loss = 0.5\nloss = 0.5\nloss = 0.25\nloss = 0.25", [1, 2, 3, 4]),
        ("loss = 0.5\nloss = 0.5", [1]),
        ("loss = 0.5\nW1 = [1, 2]\n" * 2, [1]),
        ("loss = 0.5\nW1 = [1, 2]\n" * 3, [1, 2, 3]),
        ("loss = 0.5\nW1 = [1, 2]\nloss = 0.5\nW1 = [1, 3]", [1, 2]),
    ],
)
def test_steps_by_their_headings_or_by_repetition(text, steps):
    """Steps that are counted from 0 are moved by one; what was printed twice alike is one, a loss that stays is not."""
    found = read_paste(text, "f.txt")
    assert list(found) == steps
    assert all("loss" in [claim.name.lower() for claim in claims] for claims in found.values())
    assert {claim.name.lower() for claims in found.values() for claim in claims} <= {"loss", "w1"}


def test_numbers_by_hand():
    """Names and numbers in turn, and a vector that R wraps."""
    assert read("h0 0.75 h1 0.65\ny0 0.5") == {"h0": "0.75", "h1": "0.65", "y0": "0.5"}
    assert read("b1\n[1] 0.1 0.2 0.3\n[4] 0.4") == {"b1": ["0.1", "0.2", "0.3", "0.4"]}


def test_numbers_without_a_name_are_kept():
    assert read("[array([[1., 2.]]), array([3.])]") == {"[0]": [["1.", "2."]], "[1]": ["3."]}
    assert read("1 2\n3 4") == {"": [["1", "2"], ["3", "4"]]}


@pytest.mark.parametrize(
    "text", ["The 3 hidden units of layer 2 are good.\nY1 = [1]", "We ran 10 epochs with 2 layers\nY1 = [1]"]
)
def test_numbers_in_a_sentence_are_none_of_a_tensor(text):
    assert read(text) == {"Y1": ["1"]}
