"""Formulas as trees: parsed from an op's text, written as text or LaTeX, in the orientation a reader sees."""

from .formula import Formula, parse
from .tokens import FormulaError

__all__ = ["Formula", "FormulaError", "parse"]
