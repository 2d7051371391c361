"""The notations of courses: a template for every kind of tensor. `names` says what stands in them."""

from __future__ import annotations

from collections.abc import Mapping

Notation = Mapping[str, str]

HANDOUT: dict[str, str] = {
    "input": "X",
    "target": "D",
    "linear": "Y{l}lin",
    "activation": "Y{l}",
    "weight": "W{l}",
    "bias": "B{l}",
    "loss": "L",
    "mean_loss": "L_mean",
    "gradient": "grad{name}",
    "updated": "{name}_new",
    "previous": "{name}_old",
    "gradient_norm": "grad_norm",
    "rate": "lr",
}
"""Tensors before the first block have no number."""

MYTORCH = HANDOUT | {
    "input": "A0",
    "target": "Y",
    "linear": "Z{i}",
    "batchnorm": "BZ{i}",
    "activation": "A{k}",
    "weight": "W{i}",
    "bias": "b{i}",
    "gamma": "BW{i}",
    "beta": "Bb{i}",
    "mean": "M{i}",
    "var": "V{i}",
    "norm": "NZ{i}",
    "running_mean": "running_M{i}",
    "running_var": "running_V{i}",
    "gradient": "dLd{name}",
    "dropout": "A{k}_dropout",
}
"""Blocks are counted from 0 in what goes into an activation, from 1 in what comes out: `{i}` and `{k}`."""

NG = HANDOUT | {
    "target": "Y",
    "linear": "Z{l}",
    "batchnorm": "Z_tilde{l}",
    "activation": "A{l}",
    "bias": "b{l}",
    "mean": "mu{l}",
    "var": "sigma2_{l}",
    "norm": "Z_norm{l}",
    "loss": "losses",
    "mean_loss": "J",
    "data_loss": "J_data",
    "total_loss": "J",
    "gradient": "d{name}",
    "gradient_of_input": "dA0",
    "velocity": "vd{name}",
    "count": "m",
    "l2_term": "J_l2",
    "l1_term": "J_l1",
    "mask": "D{l}",
    "dropout": "A{l}_dropout",
}
"""deeplearning.ai: Z1, A1, dZ1, dW1, db1, J."""

CS231N = NG | {
    "target": "y",
    "linear": "z{l}",
    "last_linear": "scores",
    "activation": "h{l}",
    "batchnorm": "bn{l}",
    "mean": "mean{l}",
    "var": "var{l}",
    "norm": "xhat{l}",
    "gradient_of_input": "dX",
    "mean_loss": "loss",
    "data_loss": "data_loss",
    "l2_term": "reg_loss",
    "total_loss": "loss",
    "velocity": "v{name}",
    "count": "N",
    "l1_term": "l1_loss",
    "mask": "mask{l}",
    "dropout": "h{l}_dropout",
}
"""CS231n: h1, dh1, dW1, loss."""

NIELSEN = HANDOUT | {
    "input": "x",
    "target": "y",
    "linear": "z{l}",
    "activation": "a{l}",
    "weight": "w{l}",
    "bias": "b{l}",
    "mean_loss": "C",
    "gradient": "nabla_{name}",
    "gradient_of_linear": "delta{l}",
    "count": "n",
    "data_loss": "C0",
    "l2_term": "C_l2",
    "l1_term": "C_l1",
    "total_loss": "C",
    "batchnorm": "z{l}_bn",
    "dropout": "a{l}_dropout",
    "loss": "C_x",
}
"""Nielsen, Neural Networks and Deep Learning: z1, a1, delta1, nabla_w1, nabla_b1, C."""

DELTA = HANDOUT | {
    "input": "x",
    "target": "t",
    "linear": "net{l}",
    "activation": "o{l}",
    "weight": "w{l}",
    "bias": "b{l}",
    "loss": "E",
    "gradient": "grad_{name}",
    "gradient_of_linear": "delta{l}",
    "gradient_norm": "grads_norm",
    "step": "d{name}",
    "l2_term": "E_l2",
    "l1_term": "E_l1",
    "total_loss": "E_total",
    "batchnorm": "net{l}_bn",
    "dropout": "o{l}_dropout",
}
"""The delta rule: net1, o1, delta1, and the change of a weight dw1."""

OCTAVE = HANDOUT | {
    "input": "a1",
    "target": "y",
    "linear": "z{next}",
    "activation": "a{next}",
    "weight": "Theta{l}",
    "bias": "b{l}",
    "loss": "losses",
    "mean_loss": "J",
    "data_loss": "J_data",
    "l2_term": "J_reg",
    "total_loss": "J",
    "gradient": "{name}_grad",
    "gradient_of_linear": "delta{next}",
    "gradient_of_input": "delta1",
    "count": "m",
    "l1_term": "J_l1",
    "batchnorm": "z{next}_bn",
    "dropout": "a{next}_dropout",
}
"""Coursera, Machine Learning: a1, z2, a2, delta2, Theta1, Theta1_grad, J."""

TORCH = HANDOUT | {
    "weight": "{n}.weight",
    "bias": "{n}.bias",
    "gamma": "{n}.weight",
    "beta": "{n}.bias",
    "running_mean": "{n}.running_mean",
    "running_var": "{n}.running_var",
    "mean_loss": "loss",
    "data_loss": "data_loss",
    "total_loss": "loss",
    "gradient": "{name}.grad",
}
"""PyTorch's nn.Sequential: 0.weight, 0.weight.grad."""

NOTATIONS: dict[str, Notation] = {
    "handout": HANDOUT,
    "mytorch": MYTORCH,
    "ng": NG,
    "cs231n": CS231N,
    "nielsen": NIELSEN,
    "delta": DELTA,
    "octave": OCTAVE,
    "torch": TORCH,
}


def templates_of(notation: str | Notation) -> Notation:
    """Return the templates of a notation, by its name or as they are."""
    return NOTATIONS[notation] if isinstance(notation, str) else notation
