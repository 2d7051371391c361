"""Processes that train together, perhaps on several machines: how they meet, and what must be the same for all."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Thread
from time import monotonic, sleep
from typing import Any

from ..errors import InputError, Place, Problem

PATIENCE = 60.0
"""Seconds within which all must have met."""
LONGEST = 2**16
"""Bytes of a message at most."""
KEEPALIVE = {"TCP_KEEPIDLE": 5, "TCP_KEEPINTVL": 3, "TCP_KEEPCNT": 3}
"""Seconds, seconds and how often: a machine that does not answer is noticed within 14 s."""
Facts = Mapping[str, str]
"""What must be the same for all: what it is called → a digest, or a version."""


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

    def any(self, flag: bool) -> bool:
        """Return whether the flag is set in one of the processes: asked and answered by all of them at once."""
        from .execute.jax_hosts import any_of

        return any_of(self, flag)


def meet(hosts: Hosts, facts: Facts) -> list[socket.socket]:
    """Wait until all processes are there; return the connections to them, of all but process 0 the one to it.

    Raises InputError where they are not in time, or something differs.
    """
    with failing(hosts):
        return receive(hosts, facts) if hosts.writes else [report(hosts, facts)]


class Watched:
    """Connections to other processes: `lost` is called, from another thread, when one ends without taking leave.

    So it is when its machine is silent.
    """

    def __init__(self, peers: list[socket.socket], lost: Callable[[], Any]) -> None:
        self.peers, self.lost, self.left = peers, lost, False
        self.threads = [Thread(target=self.listen, args=(peer,), daemon=True) for peer in peers]
        for thread in self.threads:
            thread.start()

    def listen(self, peer: socket.socket) -> None:
        peer.settimeout(None)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in KEEPALIVE.items():
            if hasattr(socket, name):
                peer.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
        try:
            orderly = peer.recv(1)
        except OSError:
            orderly = b""
        if not orderly and not self.left:
            self.lost()

    def leave(self) -> None:
        """Take leave of the other processes."""
        self.left = True
        for peer in self.peers:
            with suppress(OSError):
                peer.sendall(b".")

    def wait(self) -> None:
        """Wait until the other processes have taken leave, for a while."""
        deadline = monotonic() + PATIENCE
        for thread in self.threads:
            thread.join(max(0.0, deadline - monotonic()))


@contextmanager
def failing(hosts: Hosts) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise hosts.fail(f"cannot be used: {error.strerror or error}") from None


def receive(hosts: Hosts, facts: Facts) -> list[socket.socket]:
    """Hear all other processes, and answer them."""
    deadline, waiting = monotonic() + PATIENCE, set(range(1, hosts.count))
    problems, peers = list[str](), list[socket.socket]()
    with socket.create_server((hosts.host, hosts.port)) as server:
        while waiting:
            server.settimeout(max(0.01, deadline - monotonic()))
            try:
                peer, _ = server.accept()
                message = hear(peer, deadline)
            except TimeoutError:
                missing = ", ".join(map(str, sorted(waiting)))
                problems.append(f"processes that have not come within {PATIENCE:.0f} s: {missing}")
                break
            peers.append(peer)
            problems += differences(hosts, facts, message, waiting)
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
    odd = [name for name in {**facts, **theirs} if facts.get(name) != theirs.get(name)]
    return [f"process {index} differs from process 0 in {', '.join(odd)}"] if odd else []


def report(hosts: Hosts, facts: Facts) -> socket.socket:
    """Tell process 0 that this one is there, and hear whether all is well."""
    deadline = monotonic() + PATIENCE
    while True:
        try:
            peer = socket.create_connection((hosts.host, hosts.port), timeout=max(0.01, deadline - monotonic()))
            break
        except OSError:
            if monotonic() > deadline:
                raise hosts.fail(f"no answer within {PATIENCE:.0f} s: process 0 listens there") from None
            sleep(0.05)
    say(peer, {"index": hosts.index, "count": hosts.count, "facts": dict(facts)})
    answer = hear(peer, deadline + PATIENCE)
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
