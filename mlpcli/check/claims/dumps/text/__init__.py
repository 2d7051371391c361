"""Pasted text → claims: a lexer, a parser, and names."""
