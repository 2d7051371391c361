"""linear, batchnorm, tanh, linear, softmax cross-entropy and SGD as loops over numbers, from the courses' formulas.

`toy` is the handout (HW1P1 toy problem, 3.2.1, 3.6, 4.1, 4.2); otherwise mytorch 3.0.1: W is out×in, the layer sums,
the loss gradient is divided by N.
"""

from math import exp, log, sqrt, tanh


def zeros(rows, columns):
    return [[0.0] * columns for _ in range(rows)]


def linear(X, W, B, toy):
    """y_nj = Σ_i x_ni·w + b_j."""
    Y = zeros(len(X), len(B))
    for n, x in enumerate(X):
        for j, b in enumerate(B):
            Y[n][j] = b + sum(x[i] * (W[i][j] if toy else W[j][i]) for i in range(len(x)))
    return Y


def linear_gradients(X, W, G, toy):
    """gradX, gradW, gradB: the last two averaged in the layer (toy) or summed."""
    gradX, gradW, gradB = zeros(len(X), len(X[0])), zeros(len(W), len(W[0])), [0.0] * len(G[0])
    N = len(X) if toy else 1
    for n, x in enumerate(X):
        for j, g in enumerate(G[n]):
            gradB[j] += g / N
            for i, value in enumerate(x):
                row, column = (i, j) if toy else (j, i)
                gradX[n][i] += g * W[row][column]
                gradW[row][column] += g * value / N
    return gradX, gradW, gradB


def column(A, j):
    return [row[j] for row in A]


def batchnorm(X, gamma, beta, eps):
    """Y, norm, mean, var with the biased variance."""
    N, Y, norm, means, variances = len(X), zeros(len(X), len(X[0])), zeros(len(X), len(X[0])), [], []
    for j in range(len(X[0])):
        mean = sum(column(X, j)) / N
        var = sum((x - mean) ** 2 for x in column(X, j)) / N
        means, variances = [*means, mean], [*variances, var]
        for n in range(N):
            norm[n][j] = (X[n][j] - mean) / sqrt(var + eps)
            Y[n][j] = gamma[j] * norm[n][j] + beta[j]
    return Y, norm, means, variances


def batchnorm_gradients(X, norm, mean, var, gamma, eps, G):
    """gradX, gradgamma, gradbeta; the last two summed over the batch. Handout 4.2."""
    N, gradX, gradgamma, gradbeta = len(X), zeros(len(X), len(X[0])), [], []
    for j in range(len(X[0])):
        g = column(G, j)
        gradgamma.append(sum(g[n] * norm[n][j] for n in range(N)))
        gradbeta.append(sum(g))
        root = sqrt(var[j] + eps)
        gradvar = sum(g[n] * gamma[j] * (X[n][j] - mean[j]) for n in range(N)) * -0.5 / root**3
        gradmean = -sum(g[n] * gamma[j] / root for n in range(N))
        for n in range(N):
            gradX[n][j] = g[n] * gamma[j] / root + gradvar * 2 * (X[n][j] - mean[j]) / N + gradmean / N
    return gradX, gradgamma, gradbeta


def softmax(row):
    powers = [exp(z) for z in row]
    return [power / sum(powers) for power in powers]


def step(parameters, state, X, D, toy, eps, alpha):
    """The gradients of one step and the loss of each input; `state` holds the running statistics."""
    W1, B1, gamma, beta, W2, B2 = parameters
    Z = linear(X, W1, B1, toy)
    BN, norm, mean, var = batchnorm(Z, gamma, beta, eps)
    A = [[tanh(value) for value in row] for row in BN]
    Y = [softmax(row) for row in linear(A, W2, B2, toy)]
    L = [-sum(d * log(y) for d, y in zip(*pair, strict=True)) for pair in zip(D, Y, strict=True)]
    N = 1 if toy else len(X)
    G = [[(y - d) / N for y, d in zip(*pair, strict=True)] for pair in zip(Y, D, strict=True)]
    G, gradW2, gradB2 = linear_gradients(A, W2, G, toy)
    G = [[g * (1 - a * a) for g, a in zip(*pair, strict=True)] for pair in zip(G, A, strict=True)]
    G, gradgamma, gradbeta = batchnorm_gradients(Z, norm, mean, var, gamma, eps, G)
    gradX, gradW1, gradB1 = linear_gradients(X, W1, G, toy)
    for name, batch in (("mean", mean), ("var", var)):
        state[name] = [alpha * old + (1 - alpha) * new for old, new in zip(state[name], batch, strict=True)]
    return L, gradX, [gradW1, gradB1, gradgamma, gradbeta, gradW2, gradB2]


def moved(value, gradient, velocity, mu, lr, toy):
    """(new value, new velocity) of a number or of nested lists of them."""
    if isinstance(value, list):
        pairs = [moved(*triple, mu, lr, toy) for triple in zip(value, gradient, velocity, strict=True)]
        return [new for new, _ in pairs], [v for _, v in pairs]
    if toy:
        velocity = mu * velocity - lr * gradient
        return value + velocity, velocity
    velocity = mu * velocity + gradient
    return value - lr * velocity, velocity


def still(value):
    """Zeros in the shape of a value: the velocity before the first step."""
    return [still(part) for part in value] if isinstance(value, list) else 0.0
