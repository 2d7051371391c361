"""The command line: one small file per command. Only importer of click; numpy is imported when a command runs."""

from __future__ import annotations

import signal
import sys
from importlib import import_module
from typing import Any

import click

from .. import __version__
from ..errors import InputError
from .exits import BAD_INPUT, BUG, INTERRUPTED, PIPE_CLOSED

COMMANDS = (
    "new",
    "forward",
    "backward",
    "train",
    "sweep",
    "evaluate",
    "predict",
    "export",
    "plot",
    "compare",
    "show",
    "worksheet",
    "conventions",
    "schema",
    "gradcheck",
    "check",
    "grade",
    "record",
    "coverage",
    "variants",
    "why",
)
"""A new command is one new file and one word here."""


class Commands(click.Group):
    """Imports a command's file when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f".{cmd_name}", __name__).command
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if not ctx.resilient_parsing and args and not args[0].startswith("-") and args[0] not in COMMANDS:
            from ..errors import quoted, suggestion

            ctx.fail(f"no such command {quoted(args[0])}{suggestion(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what is wrong with the input goes to standard error, a line per problem."""
        try:
            return super().invoke(ctx)
        except InputError as error:
            for problem in error.problems:
                click.echo(str(problem), err=True)
        except MemoryError:
            click.echo("mlp: not enough memory", err=True)
        ctx.exit(BAD_INPUT)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="mlp", message="%(prog)s %(version)s")
def group() -> None:
    """Run a multi-layer perceptron from a YAML file and print every intermediate tensor.

    \b
    mlp forward configs/toy.yaml           every layer's output
    mlp backward configs/toy.yaml          and every gradient
    mlp train configs/toy.yaml --steps 3   and every updated parameter
    """


def main() -> None:
    """Run `mlp`. Exit codes: 0 fine, 1 values differ, 2 bad usage or config, 3 a bug, 130 interrupted."""
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        code = group.main(prog_name="mlp", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (KeyboardInterrupt, click.Abort):
        code = INTERRUPTED
    except OSError as error:
        from ..files.write import drop

        drop(sys.stdout)
        code = PIPE_CLOSED if isinstance(error, BrokenPipeError) else BAD_INPUT
        if code == BAD_INPUT:
            try:
                click.echo(f"{error.filename or '<stdout>'}: {error.strerror or error}", err=True)
            except OSError:
                drop(sys.stderr)  # standard error is gone
    except Exception as error:
        from .bug import report

        report(error)
        code = BUG
    sys.exit(code if isinstance(code, int) else 0)
