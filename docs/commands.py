"""A page for every command, made of its help."""

from __future__ import annotations

from inspect import cleandoc

import click

from mlpcli.cli import COMMANDS, group

LONG = 40
"""Characters of a choice that make a column too wide."""


def command_pages() -> dict[str, str]:
    """Return command → page, in the order of `mlp --help`."""
    context = click.Context(group, info_name="mlp")
    found = {name: group.get_command(context, name) for name in COMMANDS}
    return {name: command_page(command, name, context) for name, command in found.items() if command}


def command_page(command: click.Command, name: str, parent: click.Context) -> str:
    """Return what `mlp NAME --help` says, as Markdown."""
    context = click.Context(command, info_name=name, parent=parent)
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    about = [paragraph(text) for text in cleandoc(command.help or "").split("\n\n")]
    records = [record for param in command.params if (record := param.get_help_record(context))]
    table = ["| option | what it does |", "|---|---|", *(row(option, text) for option, text in records if text)]
    return "\n\n".join([f"# mlp {name}", *about, f"```text\n{usage}\n```", "\n".join(table)]) + "\n"


def paragraph(text: str) -> str:
    """Return a paragraph of a help text; one that click does not wrap is of commands to type."""
    return "```sh\n" + text.removeprefix("\b\n") + "\n```" if text.startswith("\b") else text


def row(option: str, text: str) -> str:
    """Return a row of the table of options; many words to choose from stand beside what they are for."""
    names, _, words = option.partition(" [")
    if len(words) > LONG:
        option, text = names, f"{text} One of {', '.join(words.removesuffix(']').split('|'))}."
    return "| `{}` | {} |".format(*(part.replace("|", "\\|") for part in (option, text)))
