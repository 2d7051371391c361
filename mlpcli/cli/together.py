"""The options of a training by several processes, and what is apart from one by a single process."""

from __future__ import annotations

import os
import signal
import socket
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, cast

import click

from ..errors import DISTRIBUTION, InputError, short
from .exits import BAD_INPUT
from .options import F, stacked

if TYPE_CHECKING:
    from ..train.fit import Job
    from ..train.hosts import Hosts

End = Callable[..., None]
"""(error, exit code), which ends the process"""


def hosts_options(function: F) -> F:
    """Add which of how many processes this is; the command gets that as `hosts`."""
    from functools import wraps

    @wraps(function)
    def command(
        *args: Any,
        auto: str | None,
        coordinator: str | None,
        processes: int | None,
        process: int | None,
        **options: Any,
    ) -> Any:
        hosts = chosen_hosts(auto, coordinator, processes, process)
        with excused(hosts) if hosts else nullcontext():
            return function(*args, hosts=hosts, **options)

    options: tuple[Callable[[Any], Any], ...] = (
        click.option("--hosts", "auto", type=click.Choice(["auto"]), help="Train with the processes of this job."),
        click.option("--coordinator", metavar="HOST:PORT", help="Train with other processes: where process 0 listens."),
        click.option("--processes", type=click.IntRange(2), metavar="N", help="How many train together."),
        click.option("--process", type=click.IntRange(0), metavar="K", help="Which of them this is, from 0."),
    )
    return stacked(cast("F", command), options)


@contextmanager
def excused(hosts: Hosts) -> Iterator[None]:
    """Print why this process does not begin, and then tell the others: they would wait for it."""
    from ..train.hosts import ToldError, excuse

    try:
        yield
    except ToldError:
        raise
    except InputError as error:
        click.echo(str(error), err=True)
        reason, code = str(error), BAD_INPUT
    except click.UsageError as error:
        error.show()
        reason, code = error.format_message(), error.exit_code
    else:
        return
    excuse(hosts, short("; ".join(reason.splitlines()), 400))
    raise click.exceptions.Exit(code)


def chosen_hosts(auto: str | None, coordinator: str | None, processes: int | None, process: int | None) -> Hosts | None:
    """Return the processes that train together; None for one alone. Raises UsageError."""
    if auto is None and coordinator is None and processes is None and process is None:
        return None
    host, port = (None, None) if coordinator is None else address(coordinator)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # what jax's libraries say of it is said in one line
    if auto:
        from ..train.clusters import detect

        if process is not None:
            raise click.UsageError("--hosts auto finds out which process this is: without --process")
        return detect(os.environ, host, port, processes)
    if host is None or port is None or processes is None or process is None:
        raise click.UsageError("--coordinator, --processes and --process go together")
    if process >= processes:
        raise click.UsageError(f"--process {process}: of {processes} processes the last is {processes - 1}")
    from ..train.hosts import Hosts

    return Hosts(host, port, processes, process)


def address(coordinator: str) -> tuple[str, int]:
    """Return host and port. Raises UsageError."""
    host, _, port = coordinator.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 2**16:
        raise click.UsageError(f"--coordinator {coordinator}: HOST:PORT, such as node1:1234, is needed")
    return host, int(port)


@contextmanager
def together(job: Job, checkpoint: Path | None, abandon: Callable[[], Any]) -> Iterator[None]:
    """Run what follows with the other processes, if there are any; of all only the first speaks, but for errors.

    Ends this process where another is lost, after `abandon`. Raises InputError where what they are to do differs, or
    cannot be parted.
    """
    if job.hosts is None:
        yield
        return
    from ..train.execute.jax_hosts import part_ways
    from ..train.hosts import meet
    from ..train.watched import Watched

    hosts, size = job.hosts, min(job.batch_size, len(job.train))
    if hosts.count > size:
        raise hosts.fail(f"{hosts.count} processes for batches of {size} rows: some would have none")
    if size % hosts.count:
        raise hosts.fail(f"batches of {size} rows do not divide among {hosts.count} processes; take another batch_size")
    peers = meet(hosts, facts(job, checkpoint))
    with apart(hosts, abandon) as end:
        watched = Watched(peers, lambda what: end(hosts.fail(what)))
        try:
            with heard(hosts, end):
                yield
        except InputError as error:
            end(error)
        part_ways(hosts, watched)


def facts(job: Job, checkpoint: Path | None) -> dict[str, str]:
    """Return what must be the same for all processes."""
    from importlib.metadata import version

    from .. import __version__

    begins = f"{checkpoint.name} {zlib.crc32(checkpoint.read_bytes()):08x}" if checkpoint else "the start"
    versions = {DISTRIBUTION: __version__, **{name: version(name) for name in ("jax", "numpy")}}
    length = {"steps": str(job.total), "patience": str(job.patience), "where the run stands": begins}
    return {**job.origin, **versions, "machine": job.machine, **length}


@contextmanager
def heard(hosts: Hosts, end: End) -> Iterator[None]:
    """End this process at the second signal, even while it waits for one that hangs, and hears no signal itself."""
    from .training import EXITS

    reading, writing = socket.socketpair()
    writing.setblocking(False)
    before = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)

    def wait() -> None:
        signals = 0
        while number := reading.recv(1):
            signals += number[0] in EXITS
            if signals == 2:
                end(hosts.fail("stopped at the second signal, without the others"), EXITS[number[0]])
        reading.close()

    Thread(target=wait, daemon=True).start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        writing.close()


@contextmanager
def apart(hosts: Hosts, abandon: Callable[[], Any]) -> Iterator[End]:
    """Keep what jax's libraries print off the standard streams; yields what ends the process with an error.

    An orderly end would wait for processes that are no longer there.
    """
    sys.stdout.flush()
    before, real = (sys.stdout, sys.stderr), (os.dup(1), os.dup(2))
    nothing, first = os.open(os.devnull, os.O_WRONLY), Lock()
    for stream in (1, 2):
        os.dup2(nothing, stream)
    shown = real if hosts.writes else (nothing, nothing)
    sys.stdout, sys.stderr = (open(os.dup(stream), "w", 1, "utf-8") for stream in shown)  # noqa: SIM115

    def end(error: InputError, code: int = BAD_INPUT) -> None:
        first.acquire()  # who comes second waits for the end
        abandon()
        sys.stdout.flush()
        os.write(real[1], "".join(f"{problem}\n" for problem in error.problems).encode())
        os._exit(code)

    try:
        yield end
    finally:
        sys.stdout.flush()
        sys.stdout, sys.stderr = before
        for stream in (1, 2):
            os.dup2(real[stream - 1], stream)
