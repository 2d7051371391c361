"""Dumps → points: what each tensor is worth, what it earns, and what is accepted."""
