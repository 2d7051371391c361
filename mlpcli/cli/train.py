"""`mlp train`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .options import config_options, output_options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..config.load import Case
    from ..output.report import Page


@click.command()
@config_options
@click.option("--steps", type=click.IntRange(1), default=1, show_default=True, help="Steps of gradient descent.")
@click.option("--every", type=click.IntRange(1), metavar="K", help="Print every K-th step.")
@click.option("--last", is_flag=True, help="Print the last step only.")
@output_options
def command(steps: int, every: int | None, last: bool, **options: Any) -> None:
    """Take steps of gradient descent and print every tensor of each, updated parameters too.

    \b
    mlp train configs/toy.yaml --steps 10 --last --only '*_new'
    """
    from .run import Request, print_tensors

    if last and every is not None:
        raise click.UsageError("--every and --last: one of the two")
    if every is not None and every > steps:
        raise click.UsageError(f"--every {every} prints nothing of {steps} steps")

    def pages(case: Case, number: int | None, numbers: Callable[[Any], Any], only: tuple[str, ...]) -> Iterator[Page]:
        return step_pages(case, number, numbers, only, steps, steps if last else every or 1)

    print_tensors("train", "update", Request(**options), pages)


def step_pages(
    case: Case, number: int | None, numbers: Callable[[Any], Any], only: tuple[str, ...], steps: int, every: int
) -> Iterator[Page]:
    """A page for every `every`-th step."""
    from ..output.report import Page, parts, tensors

    program = case.program
    for step in range(1, steps + 1):
        trace = program.run(numbers)
        if step % every == 0:
            shown = step if steps > 1 else None
            yield Page(tensors(program, trace, only), case.experiment.title, number, shown)
        # Noise is judged within a step: a step starts from the numbers that the one before it arrived at.
        program = program.next({name: parts(value)[0] for name, value in trace.items()})
