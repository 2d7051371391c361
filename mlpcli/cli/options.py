"""The options that commands share, as decorators, and what they mean."""

from __future__ import annotations

import sys
from collections.abc import Callable
from math import isfinite
from pathlib import Path
from typing import Any, TypeVar

import click

from ..output import FORMATS

F = TypeVar("F", bound=Callable[..., Any])

TOY = Path("configs", "toy.yaml")

SUFFIXES = {".json": "json", ".npz": "npz", ".csv": "csv"}


class Tolerance(click.FloatRange):
    """A finite number from 0."""

    def __init__(self) -> None:
        super().__init__(min=0)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number = float(super().convert(value, param, ctx))
        return number if isfinite(number) else self.fail(f"{value!r} is no finite number.", param, ctx)


TOLERANCE = Tolerance()


def config_options(function: F) -> F:
    """CONFIG and what changes it."""
    options = (
        click.argument("config", required=False, type=click.Path()),
        click.option(
            "--set", "overrides", multiple=True, metavar="PATH=VALUE", help="Change a key: layers[1].eps=1e-5."
        ),
        click.option("--mode", type=click.Choice(["train", "eval"]), help="Batch norm: batch or running statistics."),
    )
    return stacked(function, options)


def output_options(function: F) -> F:
    """What is printed, how and where."""
    options = (
        click.option("--format", "form", type=click.Choice(FORMATS), help="Default: text, or the suffix of -o."),
        click.option("-o", "--output", type=click.Path(dir_okay=False), metavar="FILE", help="Write to a file."),
        click.option("--only", multiple=True, metavar="GLOB", help="Only tensors of these names: 'grad*', X, W1."),
        click.option(
            "--precision", type=click.IntRange(1, 15), default=8, show_default=True, help="Significant digits."
        ),
        click.option("--full", is_flag=True, help="Print large tensors whole."),
        click.option(
            "--dtype",
            type=click.Choice(["float64", "float32", "ball"]),
            help="Default: float64; ball: digits that are proven.",
        ),
        color_option,
    )
    return stacked(function, options)


def color_option(function: F) -> F:
    choice = click.Choice(["auto", "always", "never"])
    return click.option("--color", type=choice, default="auto", show_default=True)(function)


def stacked(function: F, options: tuple[Callable[[F], F], ...]) -> F:
    for option in reversed(options):
        function = option(function)
    return function


def chosen_config(config: str | None) -> str:
    """The config asked for, else configs/toy.yaml of the current folder, else the one in the package."""
    if config is not None:
        return config
    package = Path(__file__).parents[1]
    shipped = next((p for p in (package / TOY, package.parent / TOY) if p.exists()), TOY)
    found = TOY if TOY.exists() else shipped
    where = "" if found == TOY else " (shipped with mlp)"
    click.echo(f"mlp: no config given, using {found}{where}", err=True)
    return str(found)


def all_overrides(overrides: tuple[str, ...], mode: str | None) -> list[str]:
    return [*overrides, *([f"mode={mode}"] if mode else [])]


def use_color(color: str) -> bool:
    """Colour on a terminal, unless NO_COLOR is set or the terminal cannot."""
    import os

    if color != "auto":
        return color == "always"
    terminal = bool(sys.stdout) and sys.stdout.isatty()
    return terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
