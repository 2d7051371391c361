"""Who starts many processes, and what it tells each of them by variables of the environment.

Addresses and ports are those that jax.distributed takes under the same programs.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..errors import InputError, Place, Problem
from .hosts import Hosts

Environment = Mapping[str, str]
FIRST_PORT, PORTS = 61440, 4096
"""The ports that jobs share: the number of a job picks one of these 4,096."""
KUBERNETES_PORT = 55527
AUTO = "--hosts auto"


@dataclass(frozen=True)
class Told:
    """What a process is told: which it is, and perhaps how many there are, where number 0 is, which it is there."""

    index: int
    count: int | None = None
    host: str | None = None
    port: int | None = None
    local: int | None = None


def slurm(environment: Environment) -> Told:
    """Read what srun says. `node[001-004],other` begins with node001, where process 0 is."""
    nodes = re.match(r"([^,\[]+)(?:\[([^,\-\]]+))?", environment["SLURM_STEP_NODELIST"])
    host = "".join(part or "" for part in nodes.groups()) if nodes else None
    port = port_of(number(environment, "SLURM_JOB_ID"))
    names = ("SLURM_PROCID", "SLURM_NTASKS", "SLURM_LOCALID")
    index, count, local = (number(environment, name) for name in names)
    return Told(index, count, host, port, local)


def open_mpi(environment: Environment) -> Told:
    """Read what mpirun says; before version 5 also where it runs itself, `4096.0;tcp://10.0.0.1,10.1.0.1:34911`."""
    found = re.match(r"(\d+)\..*tcp://([\d.]+)", environment.get("OMPI_MCA_orte_hnp_uri", ""))
    names = ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK")
    index, count, local = (number(environment, name) for name in names)
    if found is None:
        return Told(index, count, local=local)
    return Told(index, count, found[2], port_of(int(found[1]) // PORTS), local)


def kubernetes(environment: Environment) -> Told:
    """Read what an indexed Job says: its pods are called NAME-0, NAME-1, ... in a domain of theirs."""
    index = number(environment, "JOB_COMPLETION_INDEX")
    own, _, domain = socket.getfqdn(environment.get("HOSTNAME", "")).partition(".")
    name = own.removesuffix(f"-{index}")
    host = f"{name}-0.{domain}" if domain and name != own else None
    return Told(index, None, host, KUBERNETES_PORT)


CLUSTERS: dict[str, tuple[str, Callable[[Environment], Told]]] = {
    "Slurm": ("SLURM_STEP_NODELIST", slurm),
    "Open MPI": ("OMPI_COMM_WORLD_RANK", open_mpi),
    "Kubernetes": ("JOB_COMPLETION_INDEX", kubernetes),
}
"""Who it is → the variable that shows it, and what reads the others. A new one is one line here."""


def detect(environment: Environment, host: str | None, port: int | None, count: int | None) -> Hosts | None:
    """Return the processes that were started together, None for one alone; what is given need not be told.

    Raises InputError where nobody says who they are, or something is missing.
    """
    found = next((name for name, (shown, _) in CLUSTERS.items() if shown in environment), None)
    if found is None:
        shown = ", ".join(f"{variable} of {name}" for name, (variable, _) in CLUSTERS.items())
        raise fail(f"nobody says which process this is: none of {shown} is set; give --coordinator and --process")
    told = CLUSTERS[found][1](environment)
    count = count or told.count
    host, port = (host, port) if host else (told.host, told.port)
    if count is None:
        raise fail(f"{found} does not say how many processes there are: add --processes N")
    if count == 1:
        return None
    if host is None or port is None:
        raise fail(f"{found} does not say where process 0 runs: add --coordinator HOST:PORT")
    if not 0 <= told.index < count:
        raise fail(f"{found} says that this is process {told.index} of {count}, counted from 0")
    return Hosts(host, port, count, told.index, told.local)


def number(environment: Environment, name: str) -> int:
    """Read a whole number. Raises InputError where the variable has none."""
    text = environment.get(name, "")
    if not re.fullmatch(r"\d{1,18}", text, re.ASCII):
        raise fail(f"{name} is {text!r}, which is no number")
    return int(text)


def port_of(job: int) -> int:
    return FIRST_PORT + job % PORTS


def fail(message: str) -> InputError:
    return InputError(Problem(Place(AUTO), "", message))
