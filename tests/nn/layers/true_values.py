"""The activations and their derivatives with 500 digits, from their textbook formulas (decimal, not floats)."""

from decimal import Context, Decimal, localcontext

DIGITS = Context(prec=500)
PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899")


def sigmoid(z):
    return 1 / (1 + (-z).exp())


def sigmoid_slope(z):
    return sigmoid(z) * (1 - sigmoid(z))


def tanh(z):
    return (z.exp() - (-z).exp()) / (z.exp() + (-z).exp())


def tanh_slope(z):
    return 4 / (z.exp() + (-z).exp()) ** 2


def softplus(z):
    return (1 + z.exp()).ln()


def swish(z):
    return z * sigmoid(z)


def swish_slope(z):
    return sigmoid(z) * (1 + z * sigmoid(-z))


def density(z):
    return (-z * z / 2).exp() / (2 * PI).sqrt()


def cdf(z):
    """The normal distribution function: its Taylor series near 0, beyond that Laplace's continued fraction."""
    if abs(z) < 8:
        term = total = z
        for n in range(1, 400):
            term *= -z * z / (2 * n)
            total += term / (2 * n + 1)
        return Decimal("0.5") + total / (2 * PI).sqrt()
    fraction = abs(z)
    for n in range(300, 0, -1):
        fraction = abs(z) + n / fraction
    tail = density(z) / fraction
    return tail if z < 0 else 1 - tail


def gelu(z):
    return z * cdf(z)


def gelu_slope(z):
    return cdf(z) + z * density(z)


def positive(z):
    return Decimal(1 if z > 0 else 0)


# Klambauer et al., 2017, section 2
SCALE = Decimal("1.0507009873554804934193349852946")
ALPHA = Decimal("1.6732632423543772848170429916717")


def elu(z):
    return z if z > 0 else z.exp() - 1


def elu_slope(z):
    return Decimal(1) if z > 0 else z.exp()


def selu(z):
    return SCALE * (z if z > 0 else ALPHA * (z.exp() - 1))


def selu_slope(z):
    return SCALE * (1 if z > 0 else ALPHA * z.exp())


# layer → (value, derivative)
ACTIVATIONS = {
    "identity": (lambda z: z, lambda z: Decimal(1)),
    "threshold": (positive, lambda z: Decimal(0)),
    "relu": (lambda z: max(z, Decimal(0)), positive),
    "leaky_relu": (lambda z: z if z > 0 else z / 100, lambda z: Decimal(1) if z > 0 else Decimal("0.01")),
    "sigmoid": (sigmoid, sigmoid_slope),
    "tanh": (tanh, tanh_slope),
    "softplus": (softplus, sigmoid),
    "gelu": (gelu, gelu_slope),
    "swish": (swish, swish_slope),
    "relu6": (lambda z: min(max(z, Decimal(0)), Decimal(6)), lambda z: Decimal(1 if 0 < z < 6 else 0)),
    "elu": (elu, elu_slope),
    "selu": (selu, selu_slope),
}


def rounded(function, value):
    """The function at a float, as the nearest float."""
    with localcontext(DIGITS):
        return float(function(Decimal(float(value))))
