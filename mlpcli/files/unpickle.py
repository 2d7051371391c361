"""Pickles of arrays and plain containers, read without running what stands in them.

A pickle is a program. This reads the one that numpy writes for arrays, in dicts, lists and tuples: everything that it
may call is a stand-in of ours, which takes numbers from bytes and nothing else; any other name is refused.
"""

from __future__ import annotations

import io
import pickle
from typing import Any

import numpy as np

from .streams import ArrayError

NUMBERS = "biufc"
"""The kinds of numpy's types that are numbers."""


class Type:
    """A stand-in for numpy.dtype: the type's code, and the order of its bytes."""

    def __init__(self, code: Any, *_: Any) -> None:
        self.code, self.order = str(code)[:8], "="

    def __setstate__(self, state: Any) -> None:
        self.order = str(state[1]) if isinstance(state, tuple) and len(state) > 1 else "="

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type. Raises ArrayError unless it is one of numbers."""
        try:
            found: np.dtype[Any] = np.dtype(f"{self.order if self.order in '<>' else '='}{self.code}")
        except (TypeError, ValueError):
            found = np.dtype(object)
        if found.kind not in NUMBERS:
            raise ArrayError("it holds Python objects, which are never loaded")
        return found


class Array:
    """A stand-in for numpy.ndarray: its numbers, once its state is known, or the objects in it."""

    def __init__(self, *_: Any) -> None:
        self.value: Any = None
        self.objects: list[Any] = []

    def __setstate__(self, state: Any) -> None:
        _, shape, kind, fortran, data = state
        if isinstance(data, list):
            self.objects = data
        else:
            self.value = numbers(data, kind, shape, "F" if fortran else "C")


def numbers(data: Any, kind: Any, shape: Any, order: str = "C") -> Any:
    """Return the array of a type and shape that lies in some bytes."""
    if not isinstance(kind, Type):
        raise ArrayError("damaged: an array without a type")
    return np.frombuffer(data, kind.dtype).reshape(tuple(map(int, shape)), order="F" if order == "F" else "C")


def from_buffer(data: Any, kind: Any, shape: Any, order: str) -> Array:
    """Stand in for what numpy writes with protocol 5."""
    found = Array()
    found.value = numbers(data, kind, shape, order)
    return found


def scalar(kind: Any, data: Any) -> Array:
    return from_buffer(data, kind, (), "C")


def encoded(text: Any = "", *_: Any) -> bytes:
    """Stand in for how protocol 2 writes bytes: as a text of their numbers."""
    return str(text).encode("latin-1")


CALLED: dict[tuple[str, str], Any] = {
    ("numpy", "ndarray"): Array,
    ("numpy", "dtype"): Type,
    ("collections", "OrderedDict"): dict,
    ("_codecs", "encode"): encoded,
    ("__builtin__", "bytes"): encoded,
    **{
        (f"numpy.{core}.{module}", name): stand_in
        for core in ("core", "_core")
        for module, name, stand_in in (
            ("multiarray", "_reconstruct", Array),
            ("multiarray", "scalar", scalar),
            ("numeric", "_frombuffer", from_buffer),
        )
    },
}
"""What a pickle may name → what stands in for it."""


class Reader(pickle.Unpickler):
    """Reads what `CALLED` allows."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in CALLED:
            raise ArrayError(f"it names {module}.{name}, which is never loaded")
        return CALLED[module, name]

    def persistent_load(self, _: Any) -> Any:
        raise ArrayError("it refers to what is outside it, which is never loaded")


def read_pickle(data: bytes) -> Any:
    """Read a pickle of arrays, numbers, texts and containers of them. Raises ArrayError for any other."""
    try:
        return Reader(io.BytesIO(data)).load()
    except ArrayError:
        raise
    except Exception as error:
        # A pickle that is damaged ends in any exception that Python has.
        raise ArrayError(f"damaged: {type(error).__name__}") from None
