"""A dump of tensors → claims, by the kind of file."""

from __future__ import annotations

import sys
from pathlib import Path

from ...config.nodes import place_at
from ...errors import InputError, Place, Problem
from ..claims import Claimed
from .archives import read_archive
from .documents import is_mapping_of_numbers, read_json, read_yaml
from .paste import read_paste
from .tables import read_table

MAX_FILE = 256 * 2**20
TEXTS = {".json": read_json, ".yaml": read_yaml, ".yml": read_yaml, ".csv": read_table}
"""Readers of texts; any other file is one that somebody pasted into."""
BINARY = (b"PK\x03\x04", b"\x93NUMPY", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05", b"\x89HDF")
"""How archives, .npy, pickles and HDF5 files begin."""


def read_dump(path: str) -> list[Claimed]:
    """The claims of a dump: .npz, .json, .yaml, .csv, or pasted text; `-` is standard input. Raises InputError."""
    if path == "-":
        return read_any(decoded(read_bytes(path, "<stdin>"), "<stdin>"), "<stdin>")
    suffix, name = Path(path).suffix.lower(), path or "''"
    if suffix == ".npz":
        return read_archive(path, MAX_FILE)
    return TEXTS.get(suffix, read_paste)(decoded(read_bytes(path, name), name), name)


def read_any(text: str, name: str) -> list[Claimed]:
    """What comes without a name: JSON, YAML or pasted text, as it looks."""
    start = text.lstrip()
    if start.startswith('{"'):
        return read_json(text, name)
    if start.startswith(("case,step,name,", "name,row,column,")):
        return read_table(text, name)
    return read_yaml(text, name) if is_mapping_of_numbers(text, name) else read_paste(text, name)


def read_bytes(path: str, name: str) -> bytes:
    try:
        if path == "-":
            data = sys.stdin.buffer.read(MAX_FILE + 1) if sys.stdin else b""
        else:
            with Path(path).open("rb") as stream:
                data = stream.read(MAX_FILE + 1)
    except FileNotFoundError:
        raise InputError(Problem(Place(name), "", "no such file")) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(Problem(Place(name), "", f"cannot be read: {reason}")) from None
    except MemoryError:
        raise InputError(Problem(Place(name), "", "does not fit into memory")) from None
    if len(data) > MAX_FILE:
        raise InputError(Problem(Place(name), "", f"larger than {MAX_FILE >> 20} MB"))
    return data


def decoded(data: bytes, name: str) -> str:
    """UTF-8, or UTF-16 where it says so, as PowerShell redirects the output of a program."""
    if data.startswith(BINARY):
        message = "a binary file that is not read; save with np.savez('dump.npz', Y1=Y1, ...), name it .npz"
        raise InputError(Problem(Place(name), "", message))
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(encoding).replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        place = place_at(name, data[: error.start].decode(encoding, "replace"))
        message = f"the byte 0x{data[error.start]:02x} is not {encoding[:6].rstrip('-').upper()} text"
        raise InputError(Problem(place, "", message)) from None
