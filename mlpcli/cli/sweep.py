"""`mlp sweep`."""

from __future__ import annotations

from pathlib import Path

import click

from .emit import Shown, emit
from .exits import DIFFER
from .options import all_overrides, case_option, chosen_config, config_options, document_options
from .train import limit_threads


@click.command()
@config_options
@case_option
@click.option(
    "--over",
    "axes",
    multiple=True,
    required=True,
    metavar="PATH=VALUES",
    help="A key and its values: learning_rate=0.1,0.03, or seed=1:8 for 1 to 8. Repeat it for every combination.",
)
@click.option(
    "--run", "folder", type=click.Path(path_type=Path), metavar="DIR", help="Default: the config's name and -sweep."
)
@click.option("--processes", type=click.IntRange(1), metavar="N", help="Runs at once; as many as cores by default.")
@click.option("--threads", type=click.IntRange(1), help="Threads of each process; 1 by default.")
@click.option("--engine", metavar="NAME", help="numpy; or jax: runs that differ in numbers alone side by side.")
@document_options
def command(
    config: str | None,
    overrides: tuple[str, ...],
    mode: str | None,
    number: int | None,
    axes: tuple[str, ...],
    folder: Path | None,
    processes: int | None,
    threads: int | None,
    engine: str | None,
    shown: Shown,
) -> None:
    """Train once per combination of values, and say which is best. That is judged by the examples held out.

    A folder per run, as of `mlp train --run`. The same command goes on where it was stopped. Exit 1 if no run came to
    its end.

    \b
    mlp sweep configs/digits.yaml --over optimizer.learning_rate=0.01,0.003 --over seed=1:8
    mlp sweep configs/digits.yaml --over 'layers[1]=relu,tanh'
    """
    if threads:
        limit_threads(threads)
    from ..config.sweep import points, read_axis
    from ..output.document import Record, Table
    from ..train.job import machine_of
    from ..train.sweep import Sweep
    from .beside import Beside
    from .children import Children, cores
    from .training import EXITS, tell

    shown.require("sweep", frozenset({Record, Table}), frozenset({Table}))
    path = chosen_config(config)
    changes = all_overrides(overrides, mode=mode, engine=engine)
    case, found = points(path, changes, [read_axis(axis) for axis in axes], number)
    if case.experiment.split.folds is not None:
        raise click.UsageError("folds are trained one after the other by mlp train: a sweep holds out a part")
    machine_of(case.experiment, None)
    together = case.experiment.engine == "jax" and "engine" not in found[0].values
    if together and processes:
        raise click.UsageError("--processes: the engine jax trains side by side in one process")
    name = "sweep" if path == "-" else f"{Path(path).stem}-sweep"
    sweep = Sweep(folder or Path(name), found, case.experiment)
    waiting = sweep.prepare()
    names = {sweep.folders[point.name].path: point.name for point in waiting}
    done = len(found) - len(waiting)
    tell(f"{len(found)} runs in {folder or name}" + (f", {done} of them trained before" if done else ""))

    def ended(run: Path, code: int, said: str) -> None:
        nonlocal done
        done += 1
        if sweep.folders[names[run]].concluded() is None:
            sweep.problems[names[run]] = said or f"exit code {code}"
        tell(f"{done} of {len(found)}: {sweep.said(names[run])}")

    runs = list(names)
    trainings = Beside(runs) if together else Children(runs, processes or cores(), threads or 1)
    stopped = trainings.run(ended)
    if stopped:
        over = sum(run.concluded() is not None for run in sweep.folders.values())
        tell(f"stopped after {over} of {len(found)} runs; the same command goes on")
        raise click.exceptions.Exit(EXITS[stopped])
    emit(sweep.document(path, case.experiment.title), shown)
    if len(sweep.problems) == len(found):
        raise click.exceptions.Exit(DIFFER)
