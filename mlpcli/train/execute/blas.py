"""C += alpha·A·B as one call of the BLAS that numpy brings along: an update without the gradient in between.

Numpy has no such function and its BLAS no public name, so the symbol is looked for, tried on a small product, and done
without where it is not found. Another BLAS, such as scipy's, would bring a second pool of threads.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np

from ...nn.op import Array

ROW_MAJOR, AS_IS, TRANSPOSED = 101, 111, 112
SYMBOLS = {"float32": ("scipy_cblas_sgemm64_", "cblas_sgemm64_"), "float64": ("scipy_cblas_dgemm64_", "cblas_dgemm64_")}
NUMBERS: dict[str, Any] = {"float32": ctypes.c_float, "float64": ctypes.c_double}


@cache
def gemm(dtype: str) -> Callable[..., Any] | None:
    """Find the product's function for a dtype, if numpy's library has it and it does what it should."""
    if dtype not in SYMBOLS:
        return None
    for path in (Path(np.__file__).parents[1] / "numpy.libs").glob("*openblas*"):
        try:
            library = ctypes.CDLL(str(path))
        except OSError:
            continue
        found = next((getattr(library, name) for name in SYMBOLS[dtype] if hasattr(library, name)), None)
        if found is not None and right(found, dtype):
            return found  # type: ignore[no-any-return]
    return None


def accumulation(C: Array, A: Array, B: Array, alpha: float) -> Callable[[], Any] | None:
    """Make the call that adds alpha·A·B to C, the arrays in place; None where numpy has to do it in two."""
    function = gemm(str(C.dtype))
    flags = [flag(A), flag(B)]
    if function is None or None in flags or not C.flags.c_contiguous:
        return None
    return bound(function, C, A, B, alpha)


def flag(A: Array) -> int | None:
    """Return how a matrix lies in memory."""
    if A.flags.c_contiguous:
        return AS_IS
    return TRANSPOSED if A.T.flags.c_contiguous else None


def bound(function: Callable[..., Any], C: Array, A: Array, B: Array, alpha: float) -> Callable[[], Any]:
    integer, number = ctypes.c_int64, NUMBERS[str(C.dtype)]
    rows, columns, inner = C.shape[0], C.shape[1], A.shape[1]
    steps = [max(matrix.strides) // matrix.itemsize for matrix in (A, B, C)]
    a, b, c = (ctypes.c_void_p(matrix.ctypes.data) for matrix in (A, B, C))
    lengths = [integer(n) for n in (rows, columns, inner)]
    call = partial(
        function, ROW_MAJOR, flag(A), flag(B), *lengths,
        number(alpha), a, integer(steps[0]), b, integer(steps[1]), number(1), c, integer(steps[2]),
    )  # fmt: skip
    call.keep = (A, B, C)  # type: ignore[attr-defined]  # their memory must live as long as the call
    return call


def right(function: Callable[..., Any], dtype: str) -> bool:
    """Return whether the symbol is what its name says."""
    A, B = np.arange(6, dtype=dtype).reshape(2, 3), np.arange(12, dtype=dtype).reshape(3, 4)
    C = np.ones((2, 4), dtype)
    bound(function, C, A, B, -2.0)()
    D = np.ones((3, 4), dtype)
    bound(function, D, A.T, C, 1.0)()
    return bool((1 - 2 * (A @ B) == C).all() and (1 + A.T @ C == D).all())
