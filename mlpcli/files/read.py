"""A file or standard input → bytes, up to a limit."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

from ..errors import InputError, Place, Problem

BLOCK = 2**20
"""Bytes read at once: room is made for them, whatever comes."""


def read_bytes(path: str, name: str, limit: int, advice: str = "") -> bytes:
    """Read a file; `-` is standard input. Raises InputError if it cannot be read or is larger than the limit."""
    try:
        if path == "-":
            data = bounded(sys.stdin.buffer, limit + 1) if sys.stdin else b""
        else:
            with Path(path).open("rb") as stream:
                data = bounded(stream, limit + 1)
    except FileNotFoundError:
        raise InputError(Problem(Place(name), "", "no such file")) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(Problem(Place(name), "", f"cannot be read: {reason}")) from None
    except MemoryError:
        raise InputError(Problem(Place(name), "", "does not fit into memory")) from None
    if len(data) > limit:
        raise InputError(Problem(Place(name), "", f"larger than {limit >> 20} MB{advice}"))
    return data


def bounded(stream: IO[bytes], most: int) -> bytes:
    """Return what is left of a stream, up to a number of bytes."""
    blocks = list[bytes]()
    while most and (block := stream.read(min(most, BLOCK))):
        blocks.append(block)
        most -= len(block)
    return b"".join(blocks)
