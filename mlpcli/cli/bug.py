"""What nobody expected: one line for the user, and a file with what is needed to repair it."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import traceback
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version

import click

from .. import __version__
from ..errors import printable, short


def report(error: Exception) -> None:
    """Say on standard error that it is a bug of mlp, and where the details are."""
    what = printable(": ".join(part for part in (type(error).__name__, short(str(error))) if part))
    with suppress(OSError):  # standard error is gone
        click.echo(f"mlp: a bug: {what}; {keep(details(error))}", err=True)


def details(error: Exception) -> str:
    """Return the traceback, and what it depends on."""
    versions = {"mlp": __version__, "Python": sys.version, "numpy": numpy_version(), "platform": platform.platform()}
    head = [f"{name}: {value}\n" for name, value in versions.items()]
    return "".join([*head, f"argv: {sys.argv}\n\n", *traceback.format_exception(error)])


def numpy_version() -> str:
    """Return the version, without an import: numpy may be what is broken."""
    try:
        return version("numpy")
    except PackageNotFoundError:
        return "not installed"


def keep(text: str) -> str:
    """Write to a new file that only the user can read; returns where it is, or why it is nowhere."""
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    try:
        handle, path = tempfile.mkstemp(prefix=f"mlp-{user}-", suffix=".log")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(text)
    except OSError as error:
        return f"the details cannot be written: {error.strerror or error}"
    return f"the details are in {path}"
