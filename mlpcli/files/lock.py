"""A lock on an open file that goes when the process does, however it ends: by fcntl, on Windows by msvcrt."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from typing import Any


def module(name: str) -> Any:
    """Import a module of the standard library; None where this system has none."""
    with suppress(ImportError):
        return import_module(name)
    return None


def take(handle: int) -> None:
    """Lock the file behind a handle. Raises BlockingIOError where another process, or another handle, has it.

    Where a system has no locks, as a browser, there is one process alone.
    """
    fcntl, msvcrt = module("fcntl"), module("msvcrt")
    if fcntl is not None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    elif msvcrt is not None:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError as error:  # EACCES, or EDEADLK after some tries
            raise BlockingIOError(error.errno, error.strerror) from None
