"""Several processes as one device: every batch is parted among them, the state is the same in all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import jax
import numpy as np
from jax.experimental import multihost_utils
from jax.sharding import AxisType, Mesh, NamedSharding
from jax.sharding import PartitionSpec as Spec

from ...nn.op import Array
from ..hosts import PATIENCE, Hosts
from ..watched import Watched

RECOVERABLE = "jax_enable_recoverability"
"""What newer versions of jax can be told."""


class Together:
    """The devices of all processes, in a row along which the examples of a batch lie."""

    def __init__(self, hosts: Hosts, kind: str | None, precision: str | None, rows: int) -> None:
        """Join the processes; `rows` is the size of a batch. Raises InputError where they cannot compute so."""
        self.hosts = hosts
        join(hosts)
        self.mesh = Mesh(np.array(jax.devices()), ("batch",), axis_types=(AxisType.Auto,))
        self.outputs = NamedSharding(self.mesh, Spec())
        self.platform = jax.devices()[0].platform
        self.room = 0
        wrong = ""
        if kind not in (None, self.platform):
            wrong = f"device: jax finds no {kind} here, only {self.platform}"
        elif precision and self.platform == "cpu":
            wrong = f"precision: {precision} is what a GPU has; jax computes on the cpu here"
        elif not self.parted(rows):
            devices = len(self.mesh.devices)
            wrong = f"batches of {rows} rows do not divide among {devices} devices; take another batch_size"
        # All look before one leaves: else the others only see that it is gone.
        any_of(hosts, bool(wrong))
        if wrong:
            raise hosts.fail(wrong)

    def parted(self, rows: int) -> bool:
        """Return whether a batch is parted; one that does not divide goes whole to each device."""
        return rows % len(self.mesh.devices) == 0

    def part(self, rows: int) -> slice:
        """Return which rows of a batch this process reads."""
        if not self.parted(rows):
            return slice(0, rows)
        own = rows // self.hosts.count
        return slice(self.hosts.index * own, (self.hosts.index + 1) * own)

    def send(self, state: Mapping[str, Array]) -> Any:
        return jax.device_put(dict(state), self.outputs)

    def given(self, given: Mapping[str, Array], rows: int) -> dict[str, Any]:
        """Join what each process has of a block of batches."""
        parted = NamedSharding(self.mesh, Spec(None, "batch")) if self.parted(rows) else self.outputs
        joined = {}
        for name, value in given.items():
            sharding, shape = (parted, (len(value), rows, *value.shape[2:])) if value.ndim > 1 else (self.outputs, None)
            joined[name] = jax.make_array_from_process_local_data(sharding, value, shape)
        return joined


@cache
def join(hosts: Hosts) -> None:
    """Make the devices of all processes known to each, once they have met."""
    jax.config.update("jax_cpu_collectives_implementation", "gloo")
    if hasattr(jax.config, RECOVERABLE):  # else a process that is lost may end the others from within jax
        jax.config.update(RECOVERABLE, True)
    own = None if hosts.local is None else [hosts.local]
    with lost(hosts):
        jax.distributed.initialize(
            hosts.address, hosts.count, hosts.index, local_device_ids=own, initialization_timeout=int(PATIENCE)
        )


@contextmanager
def lost(hosts: Hosts) -> Iterator[None]:
    """Say in one line that another process is no longer there."""
    try:
        yield
    except (ValueError, RuntimeError) as error:
        if any(sign in str(error) for sign in ("Gloo", "UNAVAILABLE", "DEADLINE_EXCEEDED", "NCCL")):
            raise hosts.fail("another process is no longer there") from None
        raise


def any_of(hosts: Hosts, *flags: bool) -> Sequence[bool]:
    """Return which flags are set in any process."""
    with lost(hosts):
        found: Array = np.asarray(multihost_utils.process_allgather(np.array(flags)))
        return [bool(flag) for flag in found.any(axis=0)]


def part_ways(hosts: Hosts, watched: Watched) -> None:
    """End what joins the processes, that of process 0 last: it is what the others are joined by.

    Older versions of jax see to that themselves, and wait there until all have come.
    """
    if hosts.writes and hasattr(jax.config, RECOVERABLE):
        watched.wait()
    jax.distributed.shutdown()
    watched.leave()
