"""JAX as this machine has it: set up, and the device to compute on."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from ...errors import needs
from ...nn.op import Array
from ..engines import UnavailableError
from ..hosts import Hosts

NEEDS = f"jax {needs('jax', 'jax')}"
ROOM = 2**29
"""Bytes to fill on a device that computes in the memory of its host."""
IN_PLACE = {"xla_cpu_copy_insertion_use_region_analysis": True}
"""Lets XLA see that a weight is no longer read when it is updated, as it does by itself on a GPU: else it copies it."""


@cache
def setup() -> Any:
    """Import jax, with float64 where it is asked for and compiled functions kept. Raises UnavailableError."""
    try:
        import jax
    except ImportError:
        raise UnavailableError("engine", NEEDS) from None
    except RuntimeError as error:  # a jaxlib of another version
        raise UnavailableError("engine", f"jax cannot be used: {first_line(error)}") from None
    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", 0)
    if not os.environ.get("JAX_COMPILATION_CACHE_DIR"):
        jax.config.update("jax_compilation_cache_dir", str(cache_folder()))
    # What cannot be kept, or is damaged, is compiled again.
    warnings.filterwarnings("ignore", "Error (reading|writing) persistent compilation cache", UserWarning)
    return jax


def cache_folder() -> Path:
    """Return where this user's programs keep what they can compute again: a folder of ours there."""
    if os.name == "nt":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "mlp" / "jax"


def find_device(kind: str | None) -> Any:
    """Return the first device of a kind, or the best there is. Raises UnavailableError."""
    jax = setup()
    try:
        return jax.devices(kind)[0]
    except (RuntimeError, AssertionError) as error:  # the latter where JAX_PLATFORMS names what has no plugin
        if kind is None:
            asked = os.environ.get("JAX_PLATFORMS", "")
            reason = f"JAX_PLATFORMS is {asked}" if asked else first_line(error)
            raise UnavailableError("engine", f"jax finds nothing to compute on: {reason}") from None
        raise UnavailableError("device", f"jax finds no {kind} here: {first_line(error)}") from None


def first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def machine(kind: str | None, precision: str | None, dtype: str, hosts: Hosts | None) -> str:
    """Return what jax would compute on. Raises UnavailableError where it cannot."""
    if precision and dtype != "float32":
        raise UnavailableError("precision", f"{precision} is for dtype: float32")
    within = f" in {precision}" if precision else ""
    if hosts:  # no device may be asked for before the processes have met
        setup().config.update("jax_platforms", "cpu" if kind == "cpu" else None)
        return f"jax on {hosts.count} processes{within}"
    device = find_device(kind)
    if precision and device.platform == "cpu":  # where jax takes the word and computes as without it
        raise UnavailableError("precision", f"{precision} is what a GPU has; jax computes on the cpu here")
    return f"jax on 1 {device.platform}{within}"


@cache
def compiler_options(platform: str) -> dict[str, bool]:
    """Return what XLA is to be told for a kind of device, if this version of it knows the words."""
    jax = setup()
    if platform == "cpu":
        with suppress(jax.errors.JaxRuntimeError):
            jax.jit(lambda: 0, compiler_options=IN_PLACE).lower().compile()
            return IN_PLACE
    return {}


class Alone:
    """One device of this process."""

    outputs = None

    def __init__(self, kind: str | None) -> None:
        self.device = find_device(kind)
        self.platform = self.device.platform
        self.room = int((self.device.memory_stats() or {}).get("bytes_limit", 0)) // 2 or ROOM
        """Bytes that examples, or trainings side by side, may take there."""

    def part(self, rows: int) -> slice:
        """Return which rows of a batch this process reads."""
        return slice(0, rows)

    def send(self, values: Mapping[str, Array]) -> Any:
        """Send arrays there that are whole in every process."""
        return setup().device_put(dict(values), self.device)

    def given(self, given: Mapping[str, Array], rows: int) -> Mapping[str, Any]:
        """Return a block of batches as the compiled function takes it."""
        return given
