"""Training in earnest, for `mlp train`: signals, progress, the run's folder, the result."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from .exits import DIFFER, HUNG_UP, INTERRUPTED, TERMINATED
from .watch import Watch

if TYPE_CHECKING:
    from ..config.experiment import Experiment
    from ..config.load import Case
    from ..output.formats import Rendering
    from ..train.conclusion import Conclusion
    from ..train.fit import Fit, Job
    from ..train.folder import Folder
    from ..train.hosts import Hosts
    from .emit import Shown

EXITS: dict[int, int] = {signal.SIGINT: INTERRUPTED, signal.SIGTERM: TERMINATED}
if hasattr(signal, "SIGHUP"):
    EXITS[signal.SIGHUP] = HUNG_UP


@dataclass(frozen=True)
class Options:
    """How to run a training and what to say of it."""

    config: str
    shown: Shown
    rendering: Rendering
    every: float
    resume: bool = False
    hosts: Hosts | None = None


@contextmanager
def listening(note: Callable[[int, FrameType | None], Any]) -> Iterator[None]:
    """Note signals that would end the process: it ends when the step is finished."""
    before = {number: signal.signal(number, note) for number in EXITS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run(case: Case, path: Path | None, options: Options) -> None:
    """Train, and print what came of it. Exits with 130 or 143 if a signal ended it, with 1 if it diverged."""
    from ..config.resolved import digests, resolve
    from ..train.fit import Fit
    from ..train.folder import Folder
    from ..train.job import prepare
    from .together import together

    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)  # progress that nobody reads is no reason to end
    folder = Folder(path) if path else None
    hosts = options.hosts
    job, state = prepare(case.experiment, case.compiled, hosts)
    kept = None if hosts and not hosts.writes else folder
    with kept.locked() if kept else nullcontext():
        if folder or hosts:
            job = job.described_by(digests(case.node))
        if kept and not options.resume:
            kept.begin()
        abandon = kept.abandon if kept else lambda: None
        with together(job, folder.last() if folder and options.resume else None, abandon):
            tell_notes(case, job)
            fit = folder.resume(job, state) if folder and options.resume else Fit(job, state)
            del state
            tell_move(fit)
            if kept:
                kept.describe(resolve(case.node), job.encoding)
            code = run_to_end(fit, kept, case.experiment, options)
    if code:
        raise click.exceptions.Exit(code)


def run_to_end(fit: Fit, folder: Folder | None, experiment: Experiment, options: Options) -> int:
    """Run a training to its end, and leave what it learned in its folder; returns the exit code."""
    from ..train.conclusion import conclude
    from ..train.report import result
    from .emit import emit

    code, records = advance(fit, folder, options)
    if code:
        return code
    found = conclude(fit, experiment, (folder.read_metrics() if folder else None) or records)
    if folder:
        keep(folder, fit, experiment, found)
    document = result("train", options.config, experiment.title, found.values, found.prefix)
    emit(document, options.shown, options.rendering)
    if found.worse:
        tell(found.worse)
    return DIFFER if found.worse else 0


def keep(folder: Folder, fit: Fit, experiment: Experiment, found: Conclusion) -> None:
    """Write what a training came to, and its picture."""
    inputs = {"width": fit.job.examples.widths[0], "divide": getattr(experiment.inputs, "divide", None)}
    about = {"title": experiment.title, "constant_prediction": found.prediction.tolist(), "inputs": inputs}
    folder.conclude(found.values | found.parts | about)
    folder.draw()


def advance(fit: Fit, folder: Folder | None, options: Options) -> tuple[int, list[dict[str, Any]]]:
    """Take the steps of a training; return the exit code, 0 if it came to its end, and the metrics of its epochs."""
    from ..output.progress import display as progress
    from ..train.diverged import explain_divergence
    from ..train.engines import Diverged

    with progress(fit.job.total, options.shown.color) as display:
        watch = Watch(fit.job, display, folder, options.every)
        with listening(watch.note):
            try:
                done = fit.run(watch.going_on, watch.ended)
                watch.save(fit)
            except Diverged as error:
                message = explain_divergence(fit, error)
                done = None
    if done is None:
        tell(message)
        return DIFFER, watch.records
    if folder:
        leave(folder, fit)
    if done:
        return 0, watch.records
    kept = f"; mlp train --resume {folder.path} goes on" if folder else ""
    tell(f"stopped after step {fit.step} of {fit.job.total}{kept}")
    return EXITS[watch.stopped_by or signal.SIGINT], watch.records


def leave(folder: Folder, fit: Fit) -> None:
    """Write the weights to use, and a picture of the epochs that are over."""
    from ..files.write import write_file
    from ..output import npz
    from ..output.formats import Rendering
    from ..train.report import learned

    write_file(folder.weights, npz.render(learned(fit.weights()), Rendering()))
    if folder.read_metrics():
        folder.draw()


def tell_notes(case: Case, job: Job) -> None:
    """Say what a person should know of a training that can begin: of several processes the first does."""
    from ..train.advice import advice

    for note in case.compiled.notes:
        click.echo(f"{case.experiment.place}: note: {note}", err=True)
    for sentence in advice(job):
        tell(f"note: {sentence}")


def tell_move(fit: Fit) -> None:
    """Say so if the run goes on on another machine than it was on."""
    (_, before), (step, here) = [(0, fit.job.machine), *fit.machines][-2:]
    if before != here and step == fit.step:
        tell(f"note: after step {step} the run moves from {before} to {here}: its bits are those of neither alone")


def tell(message: str) -> None:
    """Say it on standard error, if that is still there."""
    with suppress(OSError):
        click.echo(f"mlp: {message}", err=True)


def steps_before(case: Case, number: int) -> Any:
    """Return the program of a step of a real training, counted from 1, on the state that the training reaches."""
    from dataclasses import replace

    from ..train.diverged import explain_divergence, step_setup
    from ..train.engines import Diverged
    from ..train.fit import Fit
    from ..train.job import prepare

    job, state = prepare(case.experiment, case.compiled)
    if number > job.total:
        raise click.UsageError(f"--explain-step {number}: the training has {job.total} steps")
    fit = Fit(replace(job, total=number - 1, patience=None), state)
    try:
        fit.run(lambda _: True, lambda *_: None)
    except Diverged as error:
        tell(explain_divergence(fit, error))
        raise click.exceptions.Exit(DIFFER) from None
    setup, dialect = step_setup(fit, fit.state, number - 1), case.compiled.dialect
    return dialect.setup(setup)
