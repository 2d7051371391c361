"""Dumps in numpy's archives: nothing that is pickled is run, sizes are checked first."""

from __future__ import annotations

import re
import warnings
import zipfile
from contextlib import suppress
from pathlib import Path

from ....errors import InputError, Place, Problem
from ....files.arrays import first_line
from ....files.npy import PickledError, npy_header, read_member
from ....files.streams import ArrayError
from ....files.unpickle import read_pickle
from ..claimed import Claimed
from .digits import from_array, no_tensor
from .objects import MAX_NUMBERS, TOO_MANY, read_objects
from .pages import Page, Steps, limited, steps_of

OBJECTS = "it holds Python objects, which are never loaded"
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
    taken = steps_of(case, limited(members, path), path)
    if sum(archive.getinfo(member).file_size for step in taken.values() for _, member in step) > 8 * MAX_NUMBERS:
        raise ArrayError(TOO_MANY)
    claims: Steps[Claimed] = {}
    count = 0
    for step, pairs in taken.items():
        for name, member in pairs:
            pages = read_claims(archive, name, member, path, size, MAX_NUMBERS - count)
            for inner, several in pages.items():
                claims.setdefault(inner if len(pages) > 1 else step, []).extend(several)
                count += sum(claim.written.value.size for claim in several)
    return dict(sorted(claims.items()))


def read_claims(archive: zipfile.ZipFile, name: str, member: str, path: str, size: int, limit: int) -> Steps[Claimed]:
    """Read what an array of the archive holds: numbers, or a dictionary or list of arrays that numpy has pickled."""
    try:
        array = read_member(archive, member, size)
    except PickledError:
        return read_pickled_member(archive, name, member, path)
    if array.size > limit:
        raise ArrayError(TOO_MANY)
    return {1: [from_array(name, Place(path), array)]}


def read_pickled_member(archive: zipfile.ZipFile, name: str, member: str, path: str) -> Steps[Claimed]:
    with archive.open(member) as stream:
        with suppress(PickledError):
            npy_header(stream)
        try:
            found = read_objects({name: read_pickle(stream.read())}, path)
        except ArrayError:
            found = {}
    several = any(not claim.note for claims in found.values() for claim in claims)
    return found if several else {1: [no_tensor(name, Place(path), OBJECTS)]}
