"""The options that commands share, as decorators, and what they mean."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import wraps
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from ..output.formats import FORMATS
from ..values.table import NUMBERS

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from ..config.overrides import Override

F = TypeVar("F", bound=Callable[..., Any])

TOY = Path("configs", "toy.yaml")


class ToleranceType(click.FloatRange):
    """A finite number from 0."""

    def __init__(self) -> None:
        super().__init__(min=0)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number = float(super().convert(value, param, ctx))
        return number if isfinite(number) else self.fail(f"{value!r} is no finite number.", param, ctx)


TOLERANCE = ToleranceType()
REVEAL = click.Choice(["place", "mistake", "values"])
"""What is told of a mistake, as `config.points.Reveal` has it."""


class TensorName(click.types.StringParamType):
    """The name of a tensor or a pattern of names, which the shell completes."""

    name = "tensor"

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from .complete import tensors

        return tensors(ctx, incomplete)


TENSOR = TensorName()


class TableName(click.types.StringParamType):
    """A name in a table as it is when the option is read, not when the command is defined."""

    name = "name"

    def __init__(self, names: Callable[[], Collection[str]]) -> None:
        self.names = names

    @property
    def choice(self) -> click.Choice[str]:
        return click.Choice(list(self.names()))

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return self.choice.convert(value, param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        return self.choice.get_metavar(param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return self.choice.shell_complete(ctx, param, incomplete)


def config_options(function: F) -> F:
    """Add CONFIG and what changes it."""
    options = (
        click.argument("config", required=False, type=click.Path()),
        click.option(
            "--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Change a key: layers[1].eps=1e-5."
        ),
        click.option("--mode", type=click.Choice(["train", "eval"]), help="Batch norm: batch or running statistics."),
    )
    return stacked(function, options)


def case_option(function: F) -> F:
    """Add which document of a config is meant; the command gets its number, or None for all."""
    kind = click.IntRange(1)
    return click.option(
        "--case", "number", type=kind, help="Which document of a config that has several. Default: all."
    )(function)


def one_case_option(function: F) -> F:
    """Add which document of a config is meant; the command gets its number, 1 if none is given."""
    kind, said = click.IntRange(1), "Which document of a config that has several."
    return click.option("--case", "number", type=kind, default=1, show_default=True, help=said)(function)


def color_option(function: F) -> F:
    """Add when the output has colors."""
    kinds = click.Choice(["auto", "always", "never"])
    return click.option("--color", type=kinds, default="auto", show_default=True, help="auto: on a terminal.")(function)


def document_options(function: F) -> F:
    """Add how and where the command's document is shown; the command gets that as `shown`."""

    @wraps(function)
    def command(*args: Any, form: str | None, output: str | None, color: str, **options: Any) -> Any:
        from .emit import asked

        return function(*args, shown=asked(form, output, color), **options)

    options = (
        click.option(
            "--format", "form", type=TableName(lambda: FORMATS), help="Default: by the suffix of -o, else text."
        ),
        click.option("-o", "--output", type=click.Path(), metavar="FILE", help="Write to a file."),
        color_option,
    )
    return stacked(cast("F", command), options)


def tensor_options(function: F) -> F:
    """Add which tensors are printed, and how their numbers are."""
    options = (
        click.option(
            "--only", type=TENSOR, multiple=True, metavar="GLOB", help="Only tensors of these names: 'grad*', X, W1."
        ),
        click.option(
            "--precision", type=click.IntRange(1, 15), default=8, show_default=True, help="Significant digits."
        ),
        click.option("--full", is_flag=True, help="Print large tensors whole."),
        click.option(
            "--dtype",
            type=TableName(lambda: NUMBERS),
            help="Default: float64; ball: digits that are proven.",
        ),
    )
    return stacked(function, options)


def engine_option(function: F) -> F:
    """Add what computes the tensors that are printed."""

    def names() -> Collection[str]:
        from ..train.execute.elsewhere import LIBRARIES

        return ["numpy", *LIBRARIES]

    help = "What computes them: the same tensors by another library. Default: numpy."
    return click.option("--engine", type=TableName(names), help=help)(function)


def stacked(function: F, options: tuple[Callable[[F], F], ...]) -> F:
    for option in reversed(options):
        function = option(function)
    return function


def chosen_config(config: str | None) -> str:
    """Return the config asked for, else configs/toy.yaml of the current folder, else the one in the package."""
    if config is not None:
        return config
    found = default_config()
    where = "" if found == TOY else " (shipped with mlp)"
    click.echo(f"mlp: no config given, using {found}{where}", err=True)
    return str(found)


def default_config() -> Path:
    """Return configs/toy.yaml of the current folder, else the one in the package."""
    package = Path(__file__).parents[1]
    shipped = next((p for p in (package / TOY, package.parent / TOY) if p.exists()), TOY)
    return TOY if TOY.exists() else shipped


def all_overrides(overrides: tuple[str, ...], **options: Any) -> list[str | Override]:
    """Return what changes a config: by --set, and by options that are called as the key that they change."""
    from ..config.overrides import option_at

    return [*overrides, *(option_at(f"--{key}", key, value) for key, value in options.items() if value)]


def config_or_run(
    config: str | None, overrides: tuple[str, ...], mode: str | None
) -> tuple[str, Sequence[str | Override]]:
    """Return the config asked for and what changes it: of a run's folder its config, and what it learned as weights."""
    path, changes = chosen_config(config), all_overrides(overrides, mode=mode)
    run = Path(path)
    if not run.is_dir() or not (run / "config.yaml").exists():
        return path, changes
    from ..config.overrides import text_at
    from ..train.folder import Folder

    return str(run / "config.yaml"), [text_at("weights", str(Folder(run).learned().resolve())), *changes]
