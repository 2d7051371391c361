"""What takes the derivatives that gradients are held against, by name. A new one is one new file and one line here."""

from __future__ import annotations

from collections.abc import Callable

from ...errors import InputError, Place, Problem, quoted, suggestion
from ...nn.oracles import Derivative, Differences, Oracle
from ..engines import UnavailableError


def by_jax() -> Oracle:
    """Return jax.grad, which knows nothing of the backward pass. Raises UnavailableError where there is no jax."""
    from .jax_device import setup

    setup()
    from .jax_values import derive

    return Derivative("jax", "jax.grad of the forward pass", derive)


ORACLES: dict[str, Callable[[], Oracle]] = {"differences": Differences, "jax": by_jax}


def oracle_of(name: str) -> Oracle:
    """Return what goes by a name. Raises InputError where it is unknown or not installed."""
    if name not in ORACLES:
        hint = suggestion(name, ORACLES) or f"; known are {', '.join(ORACLES)}"
        raise InputError(Problem(Place("gradcheck"), "by", f"unknown value {quoted(name)}{hint}"))
    try:
        return ORACLES[name]()
    except UnavailableError as error:
        raise InputError(Problem(Place("gradcheck"), "by", str(error))) from None
