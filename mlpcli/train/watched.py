"""Whether the other processes of a training are still there: every one says so now and then."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread
from time import monotonic
from typing import Any

from .hosts import LONGEST, PATIENCE

BEAT, LEAVE = b"\n", b"."
EVERY = 2.0
"""Seconds between two beats."""
SILENCE = 15
"""Seconds without a beat after which a process is lost."""


class Watched:
    """Connections to other processes: `lost` is called, from another thread, with what happened to one of them.

    So it is when one ends without taking leave, and when one is silent: it, or its machine, hangs. Threads beat while
    XLA compiles and computes, for it lets other threads run.
    """

    def __init__(self, peers: list[socket.socket], lost: Callable[[str], Any]) -> None:
        self.peers, self.lost, self.left = peers, lost, Event()
        Thread(target=self.beat, daemon=True).start()
        self.threads = [Thread(target=self.listen, args=(peer,), daemon=True) for peer in peers]
        for thread in self.threads:
            thread.start()

    def beat(self) -> None:
        """Tell the other processes that this one is there, until it leaves."""
        while not self.left.wait(EVERY):
            self.say(BEAT)

    def say(self, word: bytes) -> None:
        for peer in self.peers:
            with suppress(OSError):
                peer.sendall(word)

    def listen(self, peer: socket.socket) -> None:
        """Hear a process until it leaves.

        Seconds are counted one by one: a process that was stopped itself takes no other for lost when it goes on.
        """
        peer.settimeout(1.0)
        silent = 0
        while silent < SILENCE:
            try:
                said = peer.recv(LONGEST)
            except TimeoutError:
                silent += 1
                continue
            except OSError:
                said = b""
            if LEAVE in said or self.left.is_set():
                return
            if not said:
                self.lost("another process is no longer there")
                return
            silent = 0
        if not self.left.is_set():
            self.lost(f"another process has not answered for {SILENCE} s")

    def leave(self) -> None:
        """Take leave of the other processes."""
        self.left.set()
        self.say(LEAVE)

    def wait(self) -> None:
        """Wait until the other processes have taken leave, for a while."""
        deadline = monotonic() + PATIENCE
        for thread in self.threads:
            thread.join(max(0.0, deadline - monotonic()))
