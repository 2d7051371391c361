"""Pickles of arrays and plain containers, read without running what stands in them.

A pickle is a program. This reads the one that numpy writes for arrays, in dicts, lists and tuples: everything that it
may call is a stand-in of ours, which takes numbers from bytes and nothing else; any other name is refused.
"""

from __future__ import annotations

import io
import pickle
import pickletools
import re
from collections.abc import Callable, Mapping
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


class Ordered(dict[Any, Any]):
    """A stand-in for an ordered dictionary, whose attributes are of no interest."""

    def __setstate__(self, _: Any) -> None:
        pass


CALLED: dict[tuple[str, str], Any] = {
    ("numpy", "ndarray"): Array,
    ("numpy", "dtype"): Type,
    ("collections", "OrderedDict"): Ordered,
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


OUTSIDE = "it refers to what is outside it, which is never loaded"


class Reader(pickle.Unpickler):
    """Reads what a table of stand-ins allows; `outside` gives what a pickle refers to."""

    def __init__(
        self, data: bytes, called: Mapping[tuple[str, str], Any], outside: Callable[[Any], Any] | None
    ) -> None:
        super().__init__(io.BytesIO(data))
        self.called, self.outside = called, outside

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self.called:
            raise ArrayError(f"it names {module}.{name}, which is never loaded"[:200])
        return self.called[module, name]

    def persistent_load(self, key: Any) -> Any:
        if not self.outside:
            raise ArrayError(OUTSIDE)
        return self.outside(key)


def read_pickle(
    data: bytes, called: Mapping[tuple[str, str], Any] = CALLED, outside: Callable[[Any], Any] | None = None
) -> Any:
    """Read a pickle of arrays, numbers, texts and containers of them. Raises ArrayError for any other."""
    try:
        refuse_large_memo(data)
        return Reader(data, called, outside).load()
    except ArrayError:
        raise
    except Exception as error:
        # A pickle that is damaged ends in any exception that Python has.
        raise ArrayError(f"damaged: {type(error).__name__}") from None


def refuse_large_memo(data: bytes) -> None:
    """Raise ArrayError if a pickle numbers its objects higher than it can have any: Python makes room for all below."""
    wide = any(int.from_bytes(found[1], "little") >= len(data) for found in WIDE.finditer(data))
    for code, number, _ in pickletools.genops(data) if wide or DECIMAL.search(data) else ():
        if code.name in ("PUT", "LONG_BINPUT") and int(number or 0) >= len(data):
            raise ArrayError("damaged: it numbers more objects than it has")


WIDE = re.compile(rb"(?=r(.{4}))", re.DOTALL)
DECIMAL = re.compile(rb"p\d{5}")
"""What may be a number that a pickle gives to an object: in four bytes, and in decimal."""
