"""The fixtures of this folder."""

from .reading import problem, problems, read

__all__ = ["problem", "problems", "read"]
