"""The handout's formulas in plain Python: lists of rows of fractions, loops, no numpy."""

from fractions import Fraction


def rows(values):
    return [[Fraction(str(value)) for value in row] for row in values]


def transposed(A):
    return [list(column) for column in zip(*A, strict=True)]


def product(A, B):
    columns = transposed(B)
    return [[sum((a * b for a, b in zip(row, column, strict=True)), Fraction(0)) for column in columns] for row in A]


def column_sums(A):
    return [[sum(column, Fraction(0)) for column in zip(*A, strict=True)]]


def scaled(A, factor):
    return [[value * factor for value in row] for row in A]


def difference(A, B):
    return [[a - b for a, b in zip(left, right, strict=True)] for left, right in zip(A, B, strict=True)]


def rectified(A):
    return [[max(value, Fraction(0)) for value in row] for row in A]


def masked(G, Z):
    """G where Z is positive, else 0."""
    return [[g if z > 0 else Fraction(0) for g, z in zip(*pair, strict=True)] for pair in zip(G, Z, strict=True)]


def relu_mlp(X, weights, G, lr):
    """Every tensor of a bias-free MLP with ReLU between its linear layers: 2.1.3, 3.5, 3.6 and 3.7 of the handout."""
    trace, inputs, Y = {}, [], rows(X)
    for k, W in enumerate(map(rows, weights), 1):
        inputs.append(Y)
        trace[f"Y{k}lin"] = Y = product(Y, W)
        if k < len(weights):
            trace[f"Y{k}"] = Y = rectified(Y)
    G = rows(G)
    for k in range(len(weights), 0, -1):
        W = rows(weights[k - 1])
        trace[f"gradB{k}"] = scaled(column_sums(G), Fraction(1, len(X)))
        trace[f"gradW{k}"] = scaled(product(transposed(inputs[k - 1]), G), Fraction(1, len(X)))
        trace[f"W{k}_new"] = difference(W, scaled(trace[f"gradW{k}"], Fraction(lr)))
        trace[f"B{k}_new"] = scaled(trace[f"gradB{k}"], -Fraction(lr))
        G = product(G, transposed(W))
        trace[f"gradY{k - 1}" if k > 1 else "gradX"] = G
        if k > 1:
            trace[f"gradY{k - 1}lin"] = G = masked(G, trace[f"Y{k - 1}lin"])
    return trace
