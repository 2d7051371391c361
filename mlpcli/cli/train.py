"""`mlp train`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import case_option, chosen_config, config_options, document_options, tensor_options
from .together import hosts_options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..config.load import Case
    from ..output.document import Section
    from ..train.hosts import Hosts

EXCLUSIVE = (
    ("last", "every"), ("steps", "epochs"), ("folder", "resume"), ("config", "resume"),
    ("last", "explain_step"), ("every", "explain_step"),
)  # fmt: skip
"""Options of which only one can be given."""
CHECKPOINT_EVERY = 30.0
THREADS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "NPROC")
"""Variables that numpy's libraries read, and the last one jax."""


@click.command()
@config_options
@case_option
@click.option("--steps", type=click.IntRange(1, 10**9), help="Steps; 1 where the config does not say.")
@click.option("--epochs", type=click.IntRange(1), help="Passes over the examples: train in earnest.")
@click.option("--folds", type=click.IntRange(2, 1000), metavar="K", help="Train K times, a part held out in turn.")
@click.option("--every", type=click.IntRange(1), metavar="K", help="Print every K-th step.")
@click.option("--last", is_flag=True, help="Print the last step only.")
@click.option("--explain-step", type=click.IntRange(1), metavar="K", help="Train up to step K and print its tensors.")
@click.option("--run", "folder", type=click.Path(path_type=Path), metavar="DIR", help="Keep everything in a folder.")
@click.option("--resume", type=click.Path(path_type=Path), metavar="DIR", help="Go on with the run in a folder.")
@click.option(
    "--checkpoint-every",
    type=click.FloatRange(0),
    metavar="SECONDS",
    help="Time between two checkpoints of a run. Default: 30.",
)
@click.option("--threads", type=click.IntRange(1), help="Threads of the matrix products.")
@click.option(
    "--engine", metavar="NAME", help="What takes the steps: numpy, or jax, compiled, on a GPU if there is one."
)
@hosts_options
@tensor_options
@document_options
def command(
    config: str | None,
    overrides: tuple[str, ...],
    mode: str | None,
    number: int | None,
    steps: int | None,
    epochs: int | None,
    folds: int | None,
    every: int | None,
    last: bool,
    explain_step: int | None,
    folder: Path | None,
    resume: Path | None,
    checkpoint_every: float | None,
    threads: int | None,
    engine: str | None,
    hosts: Hosts | None,
    **options: Any,
) -> None:
    """Take steps of gradient descent.

    A config with `epochs` or `steps` is trained, with progress on standard error. Any other prints every tensor of each
    step, updated parameters too.

    \b
    mlp train configs/toy.yaml --steps 10 --last --only '*_new'
    mlp train configs/digits.yaml --run digits
    mlp train --resume digits
    mlp train configs/digits.yaml --folds 5
    mlp train configs/digits.yaml --explain-step 100 --only 'gradW*'
    """
    check(locals())
    if str(folder) == ".":
        raise click.UsageError("--run: name a folder of its own")
    if threads:
        limit_threads(threads)
    if resume:
        config = str(resume / "config.yaml")
        if not Path(config).exists():
            raise click.UsageError(f"--resume {resume}: no run is kept there: it has no config.yaml")
    from ..config.load import load
    from ..config.overrides import option_at
    from ..config.training import Training
    from .options import all_overrides
    from .run import Request, print_tensors

    config = chosen_config(config)
    dtype = options["dtype"] if options["dtype"] in ("float64", "float32") else None
    changes = all_overrides(overrides, mode=mode, epochs=epochs, engine=engine, dtype=dtype)
    changes += [option_at("--folds", "validation", folds, "folds")] if folds else []
    wanted = any(option is not None for option in (epochs, folds, explain_step, folder, resume))
    cases = load(config, "update", changes, Training(wanted, steps), number)
    request = Request(config, overrides, mode, number, **options)
    if (engine or hosts) and not cases[0].trained:
        option = "--engine" if engine else "--coordinator"
        raise click.UsageError(f"{option} is for trainings; the steps of this config are printed: --epochs trains it")
    if not cases[0].trained:
        print_tensors("train", request, cases, stepper(steps or 1, every, last))
    elif len(cases) > 1:
        raise click.UsageError(f"{config} has {len(cases)} documents; a training is one: name it with --case")
    else:
        if last or every:
            raise click.UsageError("--last and --every choose among the steps that are printed; a training prints none")
        every_seconds = CHECKPOINT_EVERY if checkpoint_every is None else checkpoint_every
        how = (resume or folder, resume is not None, explain_step, every_seconds, hosts)
        train(cases.pop(), request, *how)


def limit_threads(count: int) -> None:
    """Set the number of threads of matrix products, which is read when numpy and jax are imported."""
    os.environ.update({name: str(count) for name in THREADS})


def check(given: dict[str, Any]) -> None:
    """Refuse options that exclude each other."""
    if not (given["folder"] or given["resume"]) and given["checkpoint_every"] is not None:
        raise click.UsageError("--checkpoint-every goes with --run or --resume")
    for one, other in EXCLUSIVE:
        if given[one] and given[other]:
            names = {"folder": "--run", "config": "CONFIG", "explain_step": "--explain-step"}
            raise click.UsageError(f"{names.get(one, f'--{one}')} and {names.get(other, f'--{other}')}: one of the two")
    if given["explain_step"] and (given["folder"] or given["resume"]):
        raise click.UsageError("--explain-step leaves no run: without --run and --resume")


def train(
    case: Case,
    request: Any,
    folder: Path | None,
    resume: bool,
    explain_step: int | None,
    checkpoint_every: float,
    hosts: Hosts | None,
) -> None:
    """Train in earnest, or up to the step that is to be explained."""
    from dataclasses import replace

    from ..output.document import Record
    from .folds import run_folds
    from .run import one_run, print_tensors
    from .training import Options, run, steps_before

    folded = case.experiment.split.folds is not None
    if hosts and (folded or explain_step):
        raise click.UsageError("--coordinator: processes train together once, without --folds and --explain-step")
    if folded and (folder or explain_step):
        raise click.UsageError("folds say how good such a network is, and none of theirs is kept or explained")
    if explain_step:
        explained = replace(case, later=steps_before(case, explain_step))

        def step(*args: Any) -> Iterator[Section]:
            yield from (replace(shown, step=explain_step) for shown in one_run(*args))

        print_tensors("train", request, [explained], step)
        return
    request.shown.require("train", frozenset({Record}))
    if request.only or request.full:
        raise click.UsageError("a training prints no tensors; its tensors: --explain-step, its weights: mlp export")
    if request.dtype not in (None, "float64", "float32"):
        raise click.UsageError(f"--dtype {request.dtype} is for the digits of tensors: with --explain-step")
    options = Options(request.config, request.shown, request.rendering, checkpoint_every, resume, hosts)
    if folded:
        run_folds(case, options)
    else:
        run(case, folder, options)


def stepper(steps: int, every: int | None, last: bool) -> Callable[..., Iterator[Section]]:
    """Return sections for every `every`-th step."""
    if every is not None and every > steps:
        raise click.UsageError(f"--every {every} prints nothing of {steps} steps")
    shown = steps if last else every or 1

    def sections(
        case: Case, number: int | None, numbers: Callable[[Any], Any], only: tuple[str, ...]
    ) -> Iterator[Section]:
        from ..output.programs import run_sections

        yield from run_sections(case.setup, case.experiment.title, number, numbers, only, steps, shown)

    return sections
