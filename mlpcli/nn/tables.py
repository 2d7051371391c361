"""Tables of classes by name, each imported when it is asked for: a config uses few of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import Generic, TypeVar

T = TypeVar("T")


class ClassTable(MutableMapping[str, type[T]], Generic[T]):
    """Name → class. Assigning a class to a name adds it."""

    def __init__(self, package: str, places: Mapping[str, str]) -> None:
        """Take `module.Class` of a package for every name."""
        self.package, self.places = package, dict(places)
        self.known: dict[str, type[T]] = {}

    def __getitem__(self, name: str) -> type[T]:
        if name not in self.known:
            module, _, found = self.places[name].rpartition(".")
            self.known[name] = getattr(import_module(f".{module}", self.package), found)
        return self.known[name]

    def __setitem__(self, name: str, found: type[T]) -> None:
        self.places.setdefault(name, f"{found.__module__}.{found.__qualname__}")
        self.known[name] = found

    def __delitem__(self, name: str) -> None:
        del self.places[name]
        self.known.pop(name, None)

    def __contains__(self, name: object) -> bool:
        return name in self.places

    def __iter__(self) -> Iterator[str]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)
