"""Worked examples that somebody published: what they start from, and figures with the digits that were printed.

Facts alone. `configs/courses/` tells them to `mlp check` too, and `SOURCES.md` there names who published what.
A figure is `~` where the source prints none. `slips` are figures that do not follow from what the source starts from.
"""

from dataclasses import dataclass, field

import numpy as np

from . import cmu_3_0_1, cs231n, delta_rule, ng, nielsen, octave_ex4, pytorch


@dataclass(frozen=True)
class Example:
    """`steps()` gives the oracle's steps; `claims` are (step counted from 1, name, text)."""

    preset: str
    title: str
    steps: object
    claims: list
    slips: dict = field(default_factory=dict)
    cut: tuple = ()
    """Names whose last digit is cut, or worked out from rounded figures: off by less than one unit."""


def rows(text):
    return np.array([line.split() for line in text.strip().split("\n")], float)


# ng: planar data classification, backward_propagation; the seed is the test case's
random = np.random.RandomState(1)
PLANAR_X = random.randn(2, 3)
PLANAR_Y = (random.randn(1, 3) > 0) * 1.0
PLANAR = {
    "W1": rows("-0.00416758 -0.00056267\n-0.02136196 0.01640271\n-0.01793436 -0.00841747\n0.00502881 -0.01245288"),
    "b1": np.zeros((4, 1)),
    "W2": rows("-0.01057952 -0.00909008 0.00551454 0.02292208"),
    "b2": np.zeros((1, 1)),
}

# ng: regularization, backward_propagation_with_regularization; X by its seed
REGULARIZED_X = np.random.RandomState(1).randn(3, 5)
REGULARIZED_Y = rows("1 1 0 1 0")
REGULARIZED = {
    "W1": rows("-1.09989127 -0.17242821 -0.87785842\n0.04221375 0.58281521 -1.10061918"),
    "b1": rows("1.14472371\n0.90159072"),
    "W2": rows("0.50249434 0.90085595\n-0.68372786 -0.12289023\n-0.93576943 -0.26788808"),
    "b2": rows("0.53035547\n-0.69166075\n-0.39675353"),
    "W3": rows("-0.6871727 -0.84520564 -0.67124613"),
    "b3": rows("-0.0126646"),
}

# cs231n: the toy model of assignment 1
random = np.random.RandomState(0)
TOY = {"W1": 0.1 * random.randn(4, 10), "b1": np.zeros(10), "W2": 0.1 * random.randn(10, 3), "b2": np.zeros(3)}
TOY_X = 10 * np.random.RandomState(1).randn(5, 4)
TOY_Y = np.array([0, 1, 2, 2, 1])

# cs231n: the two-layer network of assignment 2
WIDE = {
    "W1": np.linspace(-0.7, 0.3, 250).reshape(5, 50),
    "b1": np.linspace(-0.1, 0.9, 50),
    "W2": np.linspace(-0.3, 0.4, 350).reshape(50, 7),
    "b2": np.linspace(-0.9, 0.1, 7),
}
WIDE_X = np.linspace(-5.5, 4.5, 15).reshape(5, 3).T
WIDE_Y = np.array([0, 5, 1])

# octave-ex4: the small network of the course's forum, parameters 0.1 to 1.8 column by column
EX4 = {
    "Theta1": (np.arange(1, 7) / 10).reshape(2, 3, order="F"),
    "Theta2": (np.arange(7, 19) / 10).reshape(4, 3, order="F"),
}
EX4_X = np.cos([[1, 2], [3, 4], [5, 6]])
EX4_Y = np.eye(4)[[3, 1, 2]]
EX4_FORWARD = [
    (1, "a2", "1 0.51350 0.54151\n1 ~ ~\n1 ~ ~"),
    (1, "a3", "0.88866 0.90743 0.92330 0.93665\n~ ~ ~ ~\n~ ~ ~ ~"),
    (1, "delta3", "0.888659 0.907427 0.923305 -0.063351\n0.838178 -0.139718 0.879800 0.896918\n"
                  "0.923414 0.938578 -0.049102 0.960851"),
    (1, "delta2", "0.79393 1.05281\n0.73674 0.95128\n0.76775 0.93560"),
]  # fmt: skip

# delta-rule: Mazur; Han and Kamber; a tutorial of EE 4210
MAZUR = {
    "W1": rows("0.15 0.25\n0.20 0.30"),
    "b1": np.array([0.35, 0.35]),
    "W2": rows("0.40 0.50\n0.45 0.55"),
    "b2": np.array([0.60, 0.60]),
}
HAN = {
    "W1": rows("0.2 -0.3\n0.4 0.1\n-0.5 0.2"),
    "b1": np.array([-0.4, 0.2]),
    "W2": rows("-0.3\n-0.2"),
    "b2": np.array([0.1]),
}
EE4210 = {
    "W1": rows("-0.5 -0.4\n0.1 0.2"),
    "b1": np.array([0.6, -0.3]),
    "W2": rows("0.6\n-0.7"),
    "b2": np.array([0.8]),
}


def mazur(count):
    """Mazur leaves the biases as they are: each step starts from them again."""
    parameters, steps = MAZUR, []
    for _ in range(count):
        steps.append(delta_rule.run(rows("0.05 0.10"), rows("0.01 0.99"), parameters, 1, eta=0.5)[0])
        parameters = parameters | {name: steps[-1][f"{name}_new"] for name in ("W1", "W2")}
    return steps


# cmu: the autograder's figures; four samples, and the same weights in both editions
MY_A = rows("-4 -3\n-2 -1\n0 1\n2 3")
MY_Y = rows("0 1\n1 0\n1 0\n0 1")
MY_W0, MY_B0 = rows("-2 -1\n0 1\n2 3"), rows("-1\n0\n1")
MY_W1, MY_B1 = rows("-2 -1 0\n1 2 3"), rows("-1\n1")
MY_DZ = rows("-4 -3 -2\n-1 0 1\n2 3 4\n5 6 7")
IDENTITY = {"W0": np.eye(2), "b0": np.zeros((2, 1))}
GIVEN = {"at the output": lambda Z, G: (Z, 0.0, G), "after relu": lambda Z, G: (Z, 0.0, G * (Z > 0))}


def given(parameters, G, where, **options):
    """One step with a gradient in place of a loss."""
    return lambda: cmu_3_0_1.run(MY_A, G, parameters, 1, hidden="relu", losses=GIVEN, loss=where, **options)


def loss_layer(edition, loss):
    """The loss by itself: behind a linear layer that changes nothing."""
    return lambda: edition.run(MY_A, MY_Y, IDENTITY, 1, loss=loss)


def norm_layer():
    """BatchNorm1d by itself: W0 is the identity; eps 1e-8."""
    parameters = IDENTITY | {"BW0": rows("2 5"), "Bb0": rows("-1 2"), "W1": np.eye(2), "b1": np.zeros((2, 1))}
    X, G = rows("1 4\n7 0\n1 0\n7 4"), rows("-6 2\n-12 16\n-12 20\n-6 2")
    return cmu_3_0_1.run(X, G, parameters, 1, hidden="linear", losses=GIVEN, loss="at the output")


def momentum():
    """Ones, and a gradient of 0.1 twice."""
    parameters = {"W0": np.ones((1, 1)), "b0": np.ones((1, 1))}
    X, G = np.ones((1, 1)), np.full((1, 1), 0.1)
    return cmu_3_0_1.run(X, G, parameters, 2, lr=0.9, mu=0.9, losses=GIVEN, loss="at the output")


# torch
KROHN_X = np.arange(8.0)[:, None]
KROHN_Y = np.array([[1.86, 1.31, 0.62, 0.33, 0.09, -0.67, -1.23, -1.37]]).T
CROPS_X = rows("73 67 43\n91 88 64\n87 134 58\n102 43 37\n69 96 70")
CROPS_Y = rows("56 70\n81 101\n119 133\n22 37\n103 119")
CROPS = {  # torch.manual_seed(0); randn(2, 3); randn(2)
    "0.weight": rows("1.5409961 -0.2934289 -2.1787894\n0.56843126 -1.0845224 -1.3985955"),
    "0.bias": np.array([0.40334684, 0.83802634]),
}


def neuron(start):
    """Nielsen's neuron: one input 1, target 0."""
    parameters = {"w1": np.full((1, 1), start[0]), "b1": np.full((1, 1), start[1])}
    return lambda: nielsen.run(np.ones((1, 1)), np.zeros((1, 1)), parameters, 301, eta=0.15)


def examples():
    from . import cmu_2_0_1

    yield Example(
        "ng",
        "planar data, backward_propagation",
        lambda: ng.run(PLANAR_X, PLANAR_Y, PLANAR, 1, loss="sigmoid"),
        [
            (1, "Z1", "-0.00616586 0.0020626 0.0034962\n-0.05229879 0.02726335 -0.02646869\n"
                      "-0.02009991 0.00368692 0.02884556\n0.02153007 -0.01385322 0.02600471"),
            (1, "A1", "-0.00616578 0.0020626 0.00349619\n-0.05225116 0.02725659 -0.02646251\n"
                      "-0.02009721 0.0036869 0.02883756\n0.02152675 -0.01385234 0.02599885"),
            (1, "Z2", "0.00092281 -0.00056678 0.00095853"),
            (1, "A2", "0.5002307 0.49985831 0.50023963"),
            (1, "dW1", "0.00301023 -0.00747267\n0.00257968 -0.00641288\n-0.00156892 0.003893\n-0.00652037 0.01618243"),
            (1, "db1", "0.00176201\n0.00150995\n-0.00091736\n-0.00381422"),
            (1, "dW2", "0.00078841 0.01765429 -0.00084166 -0.01022527"),
            (1, "db2", "-0.16655712"),
        ],
    )  # fmt: skip
    yield Example(
        "ng",
        "L2 regularization, lambd 0.7",
        lambda: ng.run(REGULARIZED_X, REGULARIZED_Y, REGULARIZED, 1, hidden="relu", loss="sigmoid", lambd=0.7),
        [
            (1, "Z3", "-0.3771104 -4.10060224 -1.60539468 -2.18416951 -0.3771104"),
            (1, "A3", "0.40682402 0.01629284 0.16722898 0.10118111 0.40682402"),
            (1, "dW1", "-0.25604647 0.1229883 -0.28297132\n-0.17706304 0.345361 -0.44105717"),
            (1, "dW2", "0.79276497 0.85133932\n-0.0957219 -0.01720463\n-0.13100772 -0.03750433"),
            (1, "dW3", "-1.77691375 -0.11832879 -0.09397446"),
        ],
        slips=dict.fromkeys(("dW1", "dW2", "dW3", "Z3"), "from a cache of eight digits: off by up to 2.8e-7"),
    )
    scores = (
        "-0.81233741 -1.27654624 -0.70335995\n-0.17129677 -1.18803311 -0.47310444\n-0.51590475 -1.01354314 -0.8504215\n"
        "-0.15419291 -0.48629638 -0.52901952\n-0.00618733 -0.12435261 -0.15226949"
    )
    for reg, half in ((0.05, False), (0.1, True)):
        yield Example(
            "cs231n",
            f"assignment 1, toy model, reg {reg}, half {half}",
            lambda reg=reg, half=half: cs231n.run(TOY_X, TOY_Y, TOY, 1, reg=reg, half=half),
            [(1, "scores", scores), (1, "loss", "1.30378789133")],
        )
    for reg, loss in ((0.0, "3.4702243556"), (1.0, "26.5948426952")):
        yield Example(
            "cs231n",
            f"assignment 2, reg {reg}",
            lambda reg=reg: cs231n.run(WIDE_X, WIDE_Y, WIDE, 1, reg=reg, half=True),
            [
                (1, "loss", loss),
                (1, "scores", "11.53165108 12.2917344 13.05181771 13.81190102 14.57198434 15.33206765 16.09215096\n"
                              "12.05769098 12.74614105 13.43459113 14.1230412 14.81149128 15.49994135 16.18839143\n"
                              "12.58373087 13.20054771 13.81736455 14.43418138 15.05099822 15.66781506 16.2846319"),
            ],
        )  # fmt: skip
    yield Example(
        "octave-ex4",
        "test case il 2, hl 2, nl 4; lambda 0",
        lambda: octave_ex4.run(EX4_X, EX4_Y, EX4, 1),
        [
            *EX4_FORWARD,
            (1, "J", "7.4070"),
            (1, "Theta1_grad", "0.766138 -0.027540 -0.024929\n0.979897 -0.035844 -0.053862"),
            (1, "Theta2_grad", "0.883417 0.459314 0.478337\n0.568762 0.344618 0.368920\n"
                               "0.584668 0.256313 0.259771\n0.598139 0.311885 0.322331"),
        ],
    )  # fmt: skip
    yield Example(
        "octave-ex4",
        "test case il 2, hl 2, nl 4; lambda 4",
        lambda: octave_ex4.run(EX4_X, EX4_Y, EX4, 1, lamda=4),
        [
            *EX4_FORWARD,
            (1, "J", "19.474"),
            (1, "Theta1_grad", "0.76614 0.37246 0.64174\n0.97990 0.49749 0.74614"),
            (1, "Theta2_grad", "0.88342 1.92598 2.47834\n0.56876 1.94462 2.50225\n0.58467 1.98965 2.52644\n"
                               "0.59814 2.17855 2.72233"),
        ],
    )  # fmt: skip
    for start, first, last in (((0.6, 0.9), "0.82", "0.09"), ((2.0, 2.0), "0.98", None)):
        yield Example(
            "nielsen",
            f"a neuron learns 0 from w = {start[0]}, b = {start[1]}",
            neuron(start),
            [(1, "a1", first)] + ([(301, "a1", last)] if last else []),
        )
    yield Example(
        "delta-rule",
        "Mazur",
        lambda: mazur(10001),
        [
            (1, "net1", "0.3775 ~"),
            (1, "o1", "0.593269992 0.596884378"),
            (1, "net2", "1.105905967 ~"),
            (1, "o2", "0.75136507 ~"),
            (1, "o2", "~ 0.772928465"),
            (1, "E", "0.298371109"),
            (1, "W2_new", "0.35891648 ~\n~ ~"),
            (1, "W2_new", "~ 0.511301270\n0.408666186 0.561370121"),
            (1, "W1_new", "0.149780716 ~\n~ ~"),
            (1, "W1_new", "~ 0.24975114\n0.19956143 0.29950229"),
            (2, "E", "0.291027924"),
            (10001, "E", "0.0000351085"),
            (10001, "o2", "0.015912196 0.984065734"),
        ],
        slips={
            (2, "E"): "0.291027774 after the printed update",
            (10001, "E"): "0.0000351019; the two outputs printed beside it would make 0.0000350848",
            (10001, "o2"): "0.015913620 and 0.984064274",
        },
    )
    yield Example(
        "delta-rule",
        "Han and Kamber",
        lambda: delta_rule.run(rows("1 0 1"), rows("1"), HAN, 1, eta=0.9),
        [
            (1, "net1", "-0.7 0.1"),
            (1, "o1", "0.332 0.525"),
            (1, "net2", "-0.105"),
            (1, "o2", "0.474"),
            (1, "delta2", "0.1311"),
            (1, "delta1", "-0.0087 -0.0065"),
            (1, "W2_new", "-0.261\n-0.138"),
            (1, "W1_new", "0.192 -0.306\n0.4 0.1\n-0.508 0.194"),
            (1, "b2_new", "0.218"),
            (1, "b1_new", "-0.408 0.194"),
        ],
        cut=("delta2",),
    )
    yield Example(
        "delta-rule",
        "EE 4210, tutorial 4",
        lambda: delta_rule.run(rows("0 1"), rows("0.9"), EE4210, 1, eta=0.7),
        [
            (1, "net1", "0.7 -0.1"),
            (1, "o1", "0.668 0.475"),
            (1, "net2", "0.868"),
            (1, "o2", "0.704"),
            (1, "delta2", "0.041"),
            (1, "dw2", "0.019\n0.014"),
            (1, "db2", "0.0285"),
            (1, "delta1", "0.0054 ~"),
            (1, "delta1", "~ -0.007"),
        ],
    )
    whole = {"W0": MY_W0, "b0": MY_B0, "W1": MY_W1, "b1": MY_B1}
    forward = [(1, "Z0", "10 -3 -16\n4 -1 -6\n-2 1 4\n-8 3 14")]
    hidden = [
        (1, "A1", "10 0 0\n4 0 0\n0 1 4\n0 3 14"),
        (1, "Z1", "-21 11\n-9 5\n-2 15\n-4 49"),
        (1, "dLdZ1", "0 -3\n0 -1\n0 1\n0 3"),
        (1, "dLdA1", "-3 -6 -9\n-1 -2 -3\n1 2 3\n3 6 9"),
        (1, "dLdZ0", "-3 0 0\n-1 0 0\n0 2 3\n0 6 9"),
        (1, "dLdA0", "6 3\n2 1\n6 11\n18 33"),
    ]
    yield Example(
        "cmu-2.0.1",
        "MLP1",
        given(whole, MY_A, "after relu", divide=True),
        [*forward, *hidden, (1, "dLdW0", "3.5 2.5\n3. 5.\n4.5 7.5"), (1, "dLdb0", "-1\n2\n3")],
    )
    yield Example(
        "cmu-2.0.1",
        "MLP0",
        given({"W0": MY_W0, "b0": MY_B0}, MY_DZ, "after relu", divide=True),
        [
            *forward,
            (1, "dLdZ0", "-4 0 0\n-1 0 0\n0 3 4\n0 6 7"),
            (1, "dLdA0", "8 4\n2 1\n8 15\n14 27"),
            (1, "dLdW0", "4.5 3.25\n3 5.25\n3.5 6.25"),
            (1, "dLdb0", "-1.25\n2.25\n2.75"),
        ],
    )
    yield Example(
        "cmu-2.0.1",
        "MSELoss",
        loss_layer(cmu_2_0_1, "mse"),
        [(1, "L", "3.25"), (1, "dLdZ0", "-0.5 -0.5\n-0.375 -0.125\n-0.125 0.125\n0.25 0.25")],
    )
    logits = [(1, "L", "0.8133")]
    yield Example(
        "cmu-2.0.1",
        "CrossEntropyLoss",
        loss_layer(cmu_2_0_1, "softmax"),
        [*logits, (1, "dLdZ0", "0.2689 -0.2689\n-0.7311 0.7311\n-0.7311 0.7311\n0.2689 -0.2689")],
    )
    yield Example(
        "cmu-3.0.1",
        "Linear",
        given({"W0": MY_W0, "b0": MY_B0}, MY_DZ, "at the output"),
        [
            *forward,
            (1, "dLdA0", "4 -5\n4 4\n4 13\n4 22"),
            (1, "dLdW0", "28 30\n24 30\n20 30"),
            (1, "dLdb0", "2\n6\n10"),
        ],
    )
    yield Example(
        "cmu-3.0.1",
        "MSELoss",
        loss_layer(cmu_3_0_1, "mse"),
        [(1, "L", "6.5"), (1, "dLdZ0", "-1 -1\n-0.75 -0.25\n-0.25 0.25\n0.5 0.5")],  # printed halved, times 2
    )
    yield Example(
        "cmu-3.0.1",
        "CrossEntropyLoss",
        loss_layer(cmu_3_0_1, "softmax"),
        [*logits, (1, "dLdZ0", "0.0672 -0.0672\n-0.1828 0.1828\n-0.1828 0.1828\n0.0672 -0.0672")],  # printed times 4
    )
    yield Example(
        "cmu-3.0.1",
        "BatchNorm1d",
        norm_layer,
        [(1, "BZ0", "-3 7\n1 -3\n-3 -3\n1 7"), (1, "dLdZ0", "2 0\n-2 -5\n-2 5\n2 0")],
    )
    yield Example(
        "cmu-3.0.1",
        "SGD with momentum",
        momentum,
        [(1, "W0_new", "0.91"), (1, "b0_new", "0.91"), (2, "W0_new", "0.739"), (2, "b0_new", "0.739")],
    )
    yield Example(
        "torch",
        "Krohn: the gradient of a batch",
        lambda: pytorch.run(
            KROHN_X, KROHN_Y, {"0.weight": np.array([[0.9]]), "0.bias": np.array([0.1])}, 1, loss="mse", lr=0.01
        ),
        [
            (1, "0.output", "0.1000\n1.0000\n1.9000\n2.8000\n3.7000\n4.6000\n5.5000\n6.4000"),
            (1, "loss", "19.6755"),
            (1, "0.weight.grad", "36.3050"),
            (1, "0.bias.grad", "6.2650"),
        ],
    )
    yield Example(
        "torch",
        "Reyes: 100 steps",
        lambda: pytorch.run(CROPS_X, CROPS_Y, CROPS, 101, loss="mse", lr=1e-5),
        [
            (101, "0.output", "69.3122 80.2639\n73.7528 97.2381\n118.3933 124.7628\n89.6111 93.0286\n47.3013 80.6467"),
            (101, "loss", "1270.1237"),
        ],
    )
