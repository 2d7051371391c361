"""Lines of YAML."""

from __future__ import annotations

import json
import re

COMMENT_COLUMN = 40
PLAIN = re.compile(r"[A-Za-z_][\w-]*( [\w-]+)*")
"""A text that needs no quotes in YAML, apart from words such as `true`."""
WHOLE = re.compile(r"0|-?[1-9]\d{0,17}", re.ASCII)
WORDS = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}


def one_line(text: str) -> str:
    """Return the text without line breaks and control characters."""
    return "".join(c for c in " ".join(text.split()) if c.isprintable())


def heading(title: str) -> list[str]:
    """Return the title as a comment, if there is one."""
    return [f"# {one_line(title)}"] if one_line(title) else []


def listed(cells: list[str]) -> str:
    """Write `[1, 2, 3]`."""
    return f"[{', '.join(cells)}]"


def commented(text: str, comment: str) -> str:
    """Return the text with a comment behind it, in a column of its own."""
    return f"{text:<{COMMENT_COLUMN - 2}}  # {comment}"


def word(text: str) -> str:
    """Write a text in YAML, in quotes where it would be read as something else; a whole number may be one."""
    if WHOLE.fullmatch(text):
        return text
    return text if PLAIN.fullmatch(text) and text.lower() not in WORDS else json.dumps(text, ensure_ascii=False)
