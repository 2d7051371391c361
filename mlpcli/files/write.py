"""Bytes → a file or standard output, whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from time import sleep
from typing import Any, BinaryIO, TextIO

from ..errors import InputError, Place, Problem

TEMPORARY = ".mlp-"
"""What the name of a file begins with while it is being written."""
PAUSES = (0.02, 0.1, 0.5)
"""Seconds before a file that is open elsewhere is tried again."""


def write_file(path: Path, data: bytes) -> None:
    """Write to a temporary name beside the file, then rename: a full disk leaves the old file as it was.

    Raises InputError if the file cannot be written.
    """
    try:
        target = Path(os.path.realpath(path))
        if target.exists() and not target.is_file():
            target.write_bytes(data)  # a device or a pipe: renaming would replace it
        else:
            replace(target, data)
    except OSError as error:
        raise InputError(Problem(Place(str(path)), "", f"cannot be written: {error.strerror or error}")) from None


def replace(target: Path, data: bytes) -> None:
    replace_with(target, lambda stream: stream.write(data))


def replace_with(target: Path, write: Callable[[BinaryIO], Any]) -> None:
    """Let `write` fill a file of a temporary name, then give it the target's."""
    import tempfile  # slow to import: with what it needs, as slow as all of this package's output

    handle, temporary = tempfile.mkstemp(prefix=TEMPORARY, dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, target.stat().st_mode if target.exists() else 0o666 & ~umask())
        rename(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise


def rename(temporary: str, target: Path) -> None:
    """Put a file in the place of another; on Windows that has to wait while a scanner or a viewer has it open."""
    for pause in PAUSES if sys.platform == "win32" else ():
        try:
            return os.replace(temporary, target)
        except PermissionError:
            sleep(pause)
    os.replace(temporary, target)


def encoded(text: str) -> bytes:
    """Return text as UTF-8; what it has no bytes for, as in names of files, is written out as \\udcff."""
    return text.encode(errors="backslashreplace")


def write_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Write a new folder of files, all of them or none. Raises InputError where it has files or cannot be written."""
    import shutil
    import tempfile

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            path.rmdir()  # only an empty one
        temporary = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=path.parent))
        try:
            for name, data in files.items():
                (temporary / name).write_bytes(data)
            temporary.chmod(0o777 & ~umask())
            temporary.rename(path)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)
            raise
    except OSError as error:
        full = path.is_dir() and any(path.iterdir())
        message = (
            "there are files in it: name a new folder" if full else f"cannot be written: {error.strerror or error}"
        )
        raise InputError(Problem(Place(str(path)), "", message)) from None


def umask() -> int:
    current = os.umask(0o022)
    os.umask(current)
    return current


def write_stdout(data: bytes) -> None:
    """Write as UTF-8 whatever the locale says. Raises InputError if that fails; a closed pipe is left to the caller."""
    if sys.stdout is None:
        raise InputError(Problem(Place("<stdout>"), "", "cannot be written: it is closed"))
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        drop(sys.stdout)
        raise InputError(Problem(Place("<stdout>"), "", f"cannot be written: {error.strerror or error}")) from None


def drop(stream: TextIO | None) -> None:
    """Lead what the stream could not take to nowhere, or Python tries once more, and fails, when it exits."""
    if stream is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
