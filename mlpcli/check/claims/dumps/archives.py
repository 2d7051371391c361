"""Dumps in numpy's archives: nothing is unpickled, sizes are checked first."""

from __future__ import annotations

import re
import warnings
import zipfile
from pathlib import Path

from ....errors import InputError, Place, Problem
from ....files.arrays import first_line
from ....files.npy import PickledError, read_member
from ....files.streams import ArrayError
from ..claimed import Claimed
from .digits import from_array, no_tensor
from .pages import Page, Steps, steps_of

MAX_NUMBERS = 10_000_000
"""Numbers in a dump at most: each takes some 100 bytes as a claim, with its text."""
TOO_MANY = f"more than {MAX_NUMBERS:,} numbers, or what takes as much memory"
KEY = re.compile(r"(?:case(\d+)/)?(?:step(\d+)/)?(.+)", re.DOTALL)
"""Our own archives of several cases or steps have names like case2/step3/W1_new."""


def read_archive(path: str, max_bytes: int, case: int) -> Steps[Claimed]:
    """Read a claim per array. Raises InputError."""
    try:
        size = Path(path).stat().st_size
        if size > max_bytes:
            raise ArrayError(f"larger than {max_bytes >> 20} MB")
        with zipfile.ZipFile(path) as archive, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return read_members(archive, path, size, case)
    except InputError:
        raise
    except FileNotFoundError:
        problem = "no such file"
    except (MemoryError, RecursionError):
        problem = "does not fit into memory"
    except ArrayError as error:
        problem = str(error)
    except OSError as error:
        problem = f"cannot be read: {error.strerror or error}"
    except Exception as error:
        # zipfile, zlib, struct, tokenize and numpy each have exceptions of their own for a file that is damaged.
        problem = f"damaged, or no .npz: {first_line(error)}"
    raise InputError(Problem(Place(path or "''"), "", problem)) from None


def read_members(archive: zipfile.ZipFile, path: str, size: int, case: int) -> Steps[Claimed]:
    members: list[tuple[Page, tuple[str, str]]] = []
    for member in dict.fromkeys(archive.namelist()):
        found = KEY.fullmatch(member.removesuffix(".npy"))
        if found:
            members.append(((found[1] or "", found[2] or ""), (found[3], member)))
    taken = steps_of(case, members, path)
    if sum(archive.getinfo(member).file_size for step in taken.values() for _, member in step) > 8 * MAX_NUMBERS:
        raise ArrayError(TOO_MANY)
    claims: Steps[Claimed] = {}
    count = 0
    for step, pairs in taken.items():
        for name, member in pairs:
            claims.setdefault(step, []).append(read_claim(archive, name, member, path, size, MAX_NUMBERS - count))
            count += claims[step][-1].written.value.size
    return claims


def read_claim(archive: zipfile.ZipFile, name: str, member: str, path: str, size: int, limit: int) -> Claimed:
    try:
        array = read_member(archive, member, size)
    except PickledError:
        return no_tensor(name, Place(path), "it holds Python objects, which are never loaded")
    if array.size > limit:
        raise ArrayError(TOO_MANY)
    return from_array(name, Place(path), array)
