"""The free parts of a memory."""

from __future__ import annotations


class Intervals:
    """The free parts of a memory that grows as it must."""

    def __init__(self) -> None:
        self.free: list[tuple[int, int]] = []
        self.end = 0

    def take(self, size: int) -> int:
        """Take the smallest free part that is large enough; returns its start."""
        fitting = [(stop - start, start) for start, stop in self.free if stop - start >= size]
        if not fitting:
            return self.grow(size)
        length, start = min(fitting)
        self.free.remove((start, start + length))
        if length > size:
            self.free.append((start + size, start + length))
        return start

    def grow(self, size: int) -> int:
        """Take a part at the end, the last free one included; returns its start."""
        tail = next(((start, stop) for start, stop in self.free if stop == self.end), (self.end, self.end))
        if tail in self.free:
            self.free.remove(tail)
        self.end = tail[0] + size
        return tail[0]

    def give(self, start: int, size: int) -> None:
        """Put a part back, joined with its neighbours."""
        stop = start + size
        for part in [part for part in self.free if part[1] == start or part[0] == stop]:
            self.free.remove(part)
            start, stop = min(start, part[0]), max(stop, part[1])
        self.free.append((start, stop))
