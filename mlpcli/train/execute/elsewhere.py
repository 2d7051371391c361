"""Numbers that another library computes, to print the same tensors by it. Their noise is reckoned here, as for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...errors import InputError, Place, Problem, needs
from ...nn.op import Array
from ...values.noisy import Noisy, noisy
from ...values.table import Floats, Numbers
from ..engines import UnavailableError

FLOATS = ("float64", "float32")


@dataclass(frozen=True)
class Library:
    """What computes with arrays of its own."""

    array: Callable[[Array], Any]
    """An array of numpy as one of its own."""
    numpy: Callable[[Any], Array]
    """The way back."""
    functions: Mapping[Any, Callable[..., Any]]
    """Functions of PRIMITIVES that compute → its own."""
    total: Callable[[Any, int | None, bool], Any]
    """(array, axis, keepdims) → the sum along the axis."""


class Elsewhere(Noisy):
    """An array whose numbers come from a library: every sum, product and function. Numpy chooses and turns them."""

    def __init__(self, library: Library, value: Any, noise: Any) -> None:
        super().__init__(value, noise)
        self.library = library

    def like(self, value: Any, noise: Any) -> Elsewhere:
        return Elsewhere(self.library, value, noise)

    def compute(self, function: Any, operands: list[Any], dtype: Any) -> Any:
        arrays = [self.library.array(np.asarray(operand, dtype)) for operand in operands]
        return self.library.numpy(self.library.functions[function](*arrays))

    def total(self, axis: int | None, keepdims: bool) -> Any:
        return self.library.numpy(self.library.total(self.library.array(self.value), axis, keepdims))


class FloatsElsewhere(Floats):
    """Floats that a library computes with."""

    def __init__(self, library: Library, dtype: str) -> None:
        super().__init__(dtype)
        self.library = library

    def lift(self, value: Any) -> Elsewhere:
        here = noisy(value, self.dtype)
        return Elsewhere(self.library, here.value, here.noise)


def jax_library() -> Library:
    """Return jax. Raises UnavailableError where there is none."""
    from .jax_device import setup

    setup()
    from .jax_calls import library

    return library()


def torch_library() -> Library:
    """Return PyTorch. Raises UnavailableError where there is none."""
    try:
        from .torch_calls import library
    except ImportError:
        raise UnavailableError("engine", f"torch {needs('torch', 'torch')}") from None
    return library()


LIBRARIES: dict[str, Callable[[], Library]] = {"jax": jax_library, "torch": torch_library}
"""What can print tensors beside numpy. A new one is one new file and one line here."""


def numbers_of(name: str, dtype: str) -> Numbers:
    """Return floats that a library computes with. Raises InputError where that is not installed, or has none such."""
    if dtype not in FLOATS:
        raise problem(f"{dtype} is a number type of the engine numpy alone")
    try:
        return FloatsElsewhere(LIBRARIES[name](), dtype)
    except UnavailableError as error:
        raise problem(str(error)) from None


def problem(message: str) -> InputError:
    return InputError(Problem(Place("--engine"), "", message))
