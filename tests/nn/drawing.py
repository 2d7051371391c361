"""What hypothesis draws, and central differences that share nothing with mlpcli.nn.gradcheck."""

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

SMALL = settings(derandomize=True, database=None, deadline=None, max_examples=25)

# Odd sixteenths: never 0, where ReLU has a kink, and no two steps of a difference quotient straddle it.
numbers = st.integers(-24, 23).map(lambda k: (2 * k + 1) / 16)
probabilities = st.integers(1, 15).map(lambda k: k / 16)


def arrays(rows, columns, elements=numbers):
    return hnp.arrays(float, (rows, columns), elements=elements)


def differences(function, value, step=1e-5):
    """The derivative of a scalar function of an array, cell by cell: (f(v + h) − f(v − h)) / 2h."""
    result = np.zeros_like(value)
    for cell in np.ndindex(value.shape):
        high, low = value.copy(), value.copy()
        high[cell] += step
        low[cell] -= step
        result[cell] = (function(high) - function(low)) / (2 * step)
    return result


def objective(setup, given, scalar):
    """The scalar made of a run as a function of one given tensor."""
    return lambda value: scalar(setup.run(given={given: value}))


def assert_gradients(setup, scalar, names):
    """Every gradient among `names` is the derivative of the scalar."""
    trace = setup.run()
    for name in names:
        expected = differences(objective(setup, name, scalar), setup.given[name])
        computed = trace[setup.program.gradients[name]]
        assert computed.shape == expected.shape, name
        np.testing.assert_allclose(
            computed, expected, rtol=1e-6, atol=1e-6 * (1 + np.abs(expected).max()), err_msg=name
        )
