"""A dump of tensors → claims, by the kind of file."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from ....config.nodes import place_at, refuse_endless
from ....errors import InputError, Place, Problem
from ....files.read import read_bytes
from ..claimed import Claimed
from .archives import read_archive
from .checkpoints import read_torch
from .documents import is_mapping_of_numbers, read_json, read_yaml
from .matlab import read_mat
from .notebook import read_notebook
from .pages import Steps
from .pickled import read_npy, read_pickled
from .safe import read_safe
from .single import in_single
from .tables import read_table
from .text.reader import read_paste
from .together import sharpened
from .workbook import read_workbook

DIVIDED = re.compile(r"^(?:---|# step \d+)$", re.MULTILINE)
MAX_FILE = 256 * 2**20
Reader = Callable[[str, int], Steps[Claimed]]
"""(path, case) → the claims about the case, step by step. Raises InputError."""

BINARY = (b"PK\x03\x04", b"\x93NUMPY", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05", b"\x89HDF")
"""How archives, .npy, pickles and HDF5 files begin."""


def read_dump(path: str, case: int = 1) -> Steps[Claimed]:
    """Read the claims of a dump about a case, by step: of a kind in READERS, or pasted text; `-` is standard input.

    Raises InputError.
    """
    return {step: in_single(sharpened(claims)) for step, claims in read_claims(path, case).items()}


def read_claims(path: str, case: int) -> Steps[Claimed]:
    """Return the claims as they stand in the file; one without a reader of its own is text that somebody pasted."""
    pasted = of_text(read_any if path == "-" else read_text)
    return READERS.get(Path(path).suffix.lower(), pasted)(path, case)


def of_text(read: Callable[[str, str, int], Steps[Claimed]]) -> Reader:
    """Return the reader of a file that holds text, from a function of the text, the file's name and the case."""

    def reader(path: str, case: int) -> Steps[Claimed]:
        name = "<stdin>" if path == "-" else path or "''"
        text = decoded(read_bytes(path, name, MAX_FILE), name)
        refuse_endless(text, name)
        return read(text, name, case)

    return reader


def read_text(text: str, name: str, case: int) -> Steps[Claimed]:
    """Read our own text where it names steps or cases, else what somebody pasted."""
    own = DIVIDED.search(text) and is_mapping_of_numbers(text, name)
    return read_yaml(text, name, case) if own else read_paste(text, name)


def read_any(text: str, name: str, case: int) -> Steps[Claimed]:
    """Read what comes without a name: JSON, YAML or pasted text, as it looks."""
    start = text.lstrip()
    if start.startswith('{"'):
        return read_json(text, name, case)
    if start.startswith(("case,step,name,", "name,row,column,")):
        return read_table(text, name, case)
    return read_yaml(text, name, case) if is_mapping_of_numbers(text, name) else read_text(text, name, case)


def decoded(data: bytes, name: str) -> str:
    """Decode UTF-8, or UTF-16 where it says so, as PowerShell redirects the output of a program."""
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


READERS: dict[str, Reader] = {
    ".npz": lambda path, case: read_archive(path, MAX_FILE, case),
    ".json": of_text(read_json),
    ".yaml": of_text(read_yaml),
    ".yml": of_text(read_yaml),
    ".csv": of_text(read_table),
    ".tsv": of_text(read_table),
    ".xlsx": lambda path, _: read_workbook(path, MAX_FILE),
    ".ipynb": of_text(lambda text, file, case: read_notebook(text, file, case, read_text)),
    ".npy": lambda path, _: read_npy(path, MAX_FILE),
    ".pkl": lambda path, _: read_pickled(path, MAX_FILE),
    ".pickle": lambda path, _: read_pickled(path, MAX_FILE),
    ".pt": lambda path, _: read_torch(path, MAX_FILE),
    ".pth": lambda path, _: read_torch(path, MAX_FILE),
    ".mat": lambda path, _: read_mat(path, MAX_FILE),
    ".safetensors": lambda path, _: read_safe(path, MAX_FILE),
}
"""A new kind of file is one new file here and one line."""
