"""The keys that a dataclass of the config declares, and what their annotations say, to whoever tells of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from types import UnionType
from typing import Annotated, Any, Literal, Protocol, TypeVar, Union, get_args, get_origin

from ..nn.meanings import meanings
from .convert import hint_of

T = TypeVar("T")


@dataclasses.dataclass(frozen=True)
class Key:
    """A key of a mapping in a config."""

    name: str
    hint: Any
    needed: bool
    usual: Any
    """Its value unless it is given; None also where that is made anew each time."""
    meaning: str
    """The sentence that stands under the field."""


def keys_of(cls: Any) -> Iterator[Key]:
    """Yield the keys of a class, in the order in which they are declared."""
    missing, about = dataclasses.MISSING, meanings(cls)
    for field in dataclasses.fields(cls):
        if not field.metadata.get("internal"):
            needed = field.default is missing and field.default_factory is missing
            usual = None if field.default is missing else field.default
            yield Key(field.name, hint_of(cls, field.name), needed, usual, about.get(field.name, ""))


class Telling(Protocol[T]):
    """Tells what an annotation says, of its parts."""

    def known(self, hint: Any) -> T | None:
        """Tell of an annotation as a whole, or leave that to the others."""

    def within(self, value: T, ranges: Sequence[Any]) -> T: ...
    def either(self, values: Sequence[T]) -> T: ...
    def word(self, words: Sequence[str]) -> T: ...
    def several(self, hint: Any) -> T: ...


def tell(hint: Any, telling: Telling[T]) -> T:
    """Return what is told of an annotation that a config is read by."""
    found = telling.known(hint)
    if found is not None:
        return found
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return telling.within(tell(args[0], telling), args[1:])
    if origin in (Union, UnionType):
        return telling.either([tell(arg, telling) for arg in args])
    if origin is tuple:
        return telling.several(args[0])
    assert origin is Literal, hint
    return telling.word(args)
