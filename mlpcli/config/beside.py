"""What a config that is written says of the files around it."""

from __future__ import annotations

import os
from pathlib import Path

SCHEMA = "mlp.schema.json"
"""What `mlp schema -o` is usually given; an editor checks configs by it that name it."""


def modeline(folder: Path) -> str:
    """Return the line by which yaml-language-server finds the schema in the config's folder, if it is there."""
    return f"# yaml-language-server: $schema={SCHEMA}\n" if (folder / SCHEMA).is_file() else ""


def with_modeline(text: str, folder: Path) -> str:
    """Return the text of a config that goes into a folder, with that line in front if it has none."""
    return text if "yaml-language-server" in text else modeline(folder) + text


def relative(path: Path, folder: Path) -> str:
    """Return a path as a config in a folder has it, with slashes; it stays absolute on another drive of Windows."""
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:
        return path.resolve().as_posix()
