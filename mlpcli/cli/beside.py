"""Trainings side by side in this process, each with a folder: those of one form at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError
from .exits import BAD_INPUT, DIFFER
from .train import CHECKPOINT_EVERY
from .training import keep, leave, listening
from .watch import Watch

if TYPE_CHECKING:
    from ..config.experiment import Experiment
    from ..train.engines import Diverged
    from ..train.fit import Fit
    from ..train.folder import Folder

AT_ONCE = 256
"""Trainings that are read at once."""
Ended = Callable[[Path, int, str], Any]
"""Gets a folder, the exit code that its training would have, and what is to be said."""


@dataclass
class Run:
    """A training in a folder."""

    folder: Folder
    experiment: Experiment
    fit: Fit
    watch: Watch


class Beside:
    """Trainings in folders, as many side by side as are of one form and there is room for."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = folders
        self.runs: list[Run] = []
        self.stopped_by: int | None = None

    def note(self, number: int, _: Any) -> None:
        self.stopped_by = number
        for run in self.runs:
            run.watch.stopped_by = number

    def run(self, ended: Ended) -> int | None:
        """Train all; `ended` is told of each. Returns the number of the signal that ended it."""
        with listening(self.note):
            for start in range(0, len(self.folders), AT_ONCE):
                with ExitStack() as locks:
                    self.runs = list(self.opened(self.folders[start : start + AT_ONCE], locks, ended))
                    for group in self.groups():
                        if not self.stopped_by:
                            train_group(group, ended)
        return self.stopped_by

    def opened(self, folders: Sequence[Path], locks: ExitStack, ended: Ended) -> Iterator[Run]:
        """Yield the trainings as their folders have them, locked."""
        from ..output.progress import Quiet
        from ..train.folder import Folder

        for path in folders:
            folder = Folder(path)
            try:
                locks.enter_context(folder.locked())
                experiment, fit = read(folder)
            except InputError as error:
                ended(path, BAD_INPUT, str(error.problems[-1]))
            else:
                yield Run(folder, experiment, fit, Watch(fit.job, Quiet(fit.job.total), folder, CHECKPOINT_EVERY))

    def groups(self) -> Iterator[list[Run]]:
        """Yield trainings that can be side by side."""
        from ..train.execute.jax_side import form, most

        found: dict[Any, list[Run]] = {}
        for run in self.runs:
            found.setdefault((run.fit.step, form(run.fit.job)), []).append(run)
        for runs in found.values():
            count = most(runs[0].fit)
            yield from (runs[start : start + count] for start in range(0, len(runs), count))


def read(folder: Folder) -> tuple[Experiment, Fit]:
    """Return the training in a folder, as it stands. Raises InputError."""
    from ..config.load import load
    from ..config.resolved import digests, resolve
    from ..config.training import Training
    from ..train.job import prepare

    (case,) = load(str(folder.config), "update", [], Training(wanted=True))
    job, state = prepare(case.experiment, case.compiled)
    fit = folder.resume(job.described_by(digests(case.node)), state)
    folder.describe(resolve(case.node), job.encoding)
    return case.experiment, fit


def train_group(group: Sequence[Run], ended: Ended) -> None:
    """Train side by side, and keep what each comes to."""
    from ..train.diverged import explain_divergence
    from ..train.execute.jax_side import Side

    side = Side([run.fit for run in group])
    runs = dict(zip(side.engines, group, strict=True))

    def over(engine: Any, done: bool, error: Diverged | None) -> None:
        run = runs[engine]
        if error is not None:
            ended(run.folder.path, DIFFER, explain_divergence(run.fit, error))
            return
        run.watch.save(run.fit)
        leave(run.folder, run.fit)
        if done:
            conclude(run)
            ended(run.folder.path, 0, "")

    side.run({engine: run.fit.walk(run.watch.going_on, run.watch.ended) for engine, run in runs.items()}, over)


def conclude(run: Run) -> None:
    from ..train import conclusion

    found = conclusion.conclude(run.fit, run.experiment, run.folder.read_metrics() or run.watch.records)
    keep(run.folder, run.fit, run.experiment, found)
