"""`mlp show`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from .options import all_overrides, chosen_config, color_option, config_options

if TYPE_CHECKING:
    from ..config.load import Case
    from ..nn.program import Program


@click.command()
@config_options
@color_option
def command(config: str | None, overrides: tuple[str, ...], mode: str | None, color: str) -> None:
    """List the program: every tensor's name, shape and formula, and the number of parameters.

    \b
    mlp show configs/toy.yaml
    """
    from ..config.load import load
    from .run import emit

    path = chosen_config(config)
    cases = load(path, "furthest", all_overrides(overrides, mode))
    pages = [listing(case) for case in cases]
    emit(pages[0] if len(pages) == 1 else "".join(f"---\n{page}" for page in pages), None, color)


def listing(case: Case) -> str:
    """The program as YAML: name: [rows, columns]  # formula."""
    from ..output.text import commented, one_line

    program = case.program
    trace = program.run()
    lines = [f"# {one_line(case.experiment.title)}", ""] if one_line(case.experiment.title) else []
    lines.append("# given")
    for name in program.given:
        lines.append(commented(f"{name}: {list(trace[name].shape)}", role(program, name)))
    section = ""
    for step in program.steps:
        if step.section != section:
            section = step.section
            lines += ["", f"# {section}"]
        lines.append(commented(f"{step.name}: {list(trace[step.name].shape)}", step.formula))
    count = sum(trace[name].size for name in program.parameters)
    return "\n".join([*lines, "", commented(f"parameters: {count}", "numbers that training changes")]) + "\n"


def role(program: Program, name: str) -> str:
    """What a tensor that is known beforehand is: trained, carried from step to step, or given."""
    if name in program.parameters:
        return "trained"
    return "state" if name in program.carry.values() else "given"
