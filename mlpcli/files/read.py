"""A file or standard input → bytes, up to a limit."""

from __future__ import annotations

import sys
from pathlib import Path

from ..errors import InputError, Place, Problem


def read_bytes(path: str, name: str, limit: int, advice: str = "") -> bytes:
    """Read a file; `-` is standard input. Raises InputError if it cannot be read or is larger than the limit."""
    try:
        if path == "-":
            data = sys.stdin.buffer.read(limit + 1) if sys.stdin else b""
        else:
            with Path(path).open("rb") as stream:
                data = stream.read(limit + 1)
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
