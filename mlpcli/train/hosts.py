"""Processes that train together, perhaps on several machines: how they meet, and what must be the same for all."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any

from ..errors import DISTRIBUTION, InputError, Place, Problem, short

PATIENCE = 60.0
"""Seconds within which all must have met."""
SOON = 10.0
"""Seconds that the others have to come once it is known that there will be no training: so they need not wait."""
NOT_BEGUN = "process {} does not begin: {}"
LONGEST = 2**16
"""Bytes of a message at most."""
Facts = Mapping[str, str]
"""What must be the same for all: what it is called → a digest, or a version."""

SAID = (DISTRIBUTION, "jax", "numpy", "machine", "steps")
"""Facts that say something to a person: versions, and how long the training is."""


@dataclass(frozen=True)
class Hosts:
    """The processes that train together, and which of them this is."""

    host: str
    port: int
    count: int
    index: int
    local: int | None = None
    """Which of those on this machine it is, where that is known: so each has a GPU of its own."""

    @property
    def address(self) -> str:
        """Where process 0 listens."""
        return f"{self.host}:{self.port}"

    @property
    def writes(self) -> bool:
        """Whether this is the process that keeps the run and says how it goes."""
        return self.index == 0

    def fail(self, message: str) -> InputError:
        return InputError(Problem(Place(self.address), "", message))

    def any(self, *flags: bool) -> Sequence[bool]:
        """Return which flags are set in one of the processes: asked and answered by all of them at once."""
        from .execute.jax_hosts import any_of

        return any_of(self, *flags)


class ToldError(InputError):
    """What is wrong is known to the other processes."""


def meet(hosts: Hosts, facts: Facts) -> list[socket.socket]:
    """Wait until all processes are there; return the connections to them, of all but process 0 the one to it.

    Raises InputError where they are not in time, or something differs.
    """
    try:
        with failing(hosts):
            return receive(hosts, facts) if hosts.writes else [report(hosts, facts)]
    except InputError as error:
        raise ToldError(*error.problems) from None


def excuse(hosts: Hosts, reason: str) -> None:
    """Tell the other processes, if they come soon, that this one does not begin."""
    with suppress(OSError, InputError):
        if hosts.writes:
            receive(hosts, {}, reason)
        else:
            close([report(hosts, {}, reason)])


@contextmanager
def failing(hosts: Hosts) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise hosts.fail(f"cannot be used: {error.strerror or error}") from None


def receive(hosts: Hosts, facts: Facts, refused: str = "") -> list[socket.socket]:
    """Hear all other processes, and answer them; that this one does not begin, where it was `refused`."""
    deadline, waiting = monotonic() + (SOON if refused else PATIENCE), set(range(1, hosts.count))
    problems, peers = [NOT_BEGUN.format(0, refused)] if refused else [], list[socket.socket]()
    with socket.create_server((hosts.host, hosts.port)) as server:
        while waiting:
            server.settimeout(max(0.01, deadline - monotonic()))
            try:
                peer, _ = server.accept()
                message = hear(peer, deadline)
            except TimeoutError:
                missing = ", ".join(map(str, sorted(waiting)))
                problems += [] if problems else [f"processes that have not come within {PATIENCE:.0f} s: {missing}"]
                break
            peers.append(peer)
            found = differences(hosts, facts, message, waiting)
            problems += [] if refused else found
            deadline = min(deadline, monotonic() + SOON) if problems else deadline
        for peer in peers:
            say(peer, {"problems": problems})
    if problems:
        close(peers)
        raise hosts.fail("; ".join(problems))
    return peers


def differences(hosts: Hosts, facts: Facts, message: Any, waiting: set[int]) -> list[str]:
    """Return what is wrong with the process that sent a message; it is no longer waited for."""
    if not isinstance(message, dict) or not isinstance(message.get("facts"), dict):
        return ["something that is no mlp has called"]
    index, count, theirs = message.get("index"), message.get("count"), message["facts"]
    if count != hosts.count:
        return [f"process {index} expects {count} processes, process 0 {hosts.count}"]
    if index not in waiting:
        expected = ", ".join(map(str, sorted(waiting)))
        return [f"process {index} is none of those waited for: {expected}"]
    waiting.discard(index)
    if message.get("refused"):
        return [NOT_BEGUN.format(index, short(str(message["refused"]), 500))]
    odd = [named(name, facts, theirs) for name in {**facts, **theirs} if facts.get(name) != theirs.get(name)]
    return [f"process {index} differs from process 0 in {', '.join(odd)}"] if odd else []


def named(name: str, ours: Facts, theirs: Mapping[str, Any]) -> str:
    """Return what differs, with what each has where that is no digest."""
    if name not in SAID:
        return name
    return f"{name} ({short(str(theirs.get(name, 'none')))}, not {ours.get(name, 'none')})"


def report(hosts: Hosts, facts: Facts, refused: str = "") -> socket.socket:
    """Tell process 0 that this one is there, or why it does not begin, and hear whether all is well."""
    deadline = monotonic() + (SOON if refused else PATIENCE)
    while True:
        try:
            peer = socket.create_connection((hosts.host, hosts.port), timeout=max(0.01, deadline - monotonic()))
            break
        except OSError:
            if monotonic() > deadline:
                raise hosts.fail(f"no answer within {PATIENCE:.0f} s: process 0 listens there") from None
            sleep(0.05)
    say(peer, {"index": hosts.index, "count": hosts.count, "facts": dict(facts), "refused": refused})
    answer = hear(peer, deadline + (0 if refused else PATIENCE))
    problems = answer.get("problems") if isinstance(answer, dict) else ["process 0 ended, or what answers is no mlp"]
    if problems:
        close([peer])
        raise hosts.fail("; ".join(map(str, problems)))
    return peer


def close(peers: list[socket.socket]) -> None:
    for peer in peers:
        peer.close()


def say(peer: socket.socket, message: Mapping[str, Any]) -> None:
    peer.sendall(json.dumps(message).encode() + b"\n")


def hear(peer: socket.socket, deadline: float) -> Any:
    """Return a message; None if it is none. Raises TimeoutError."""
    data = b""
    while not data.endswith(b"\n") and len(data) < LONGEST:
        peer.settimeout(max(0.01, deadline - monotonic()))
        more = peer.recv(4096)
        if not more:
            break
        data += more
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None
