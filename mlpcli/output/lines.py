"""Lines of YAML."""

from __future__ import annotations

COMMENT_COLUMN = 40


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
