"""Sentences for the user on what a network was compiled to."""

from __future__ import annotations

from .build import Builder
from .optimizers import Optimizer


def in_names(p: Builder, notes: list[str], Y: str, D: str) -> list[str]:
    """Write notes on the targets with the names that output and targets have, and a sample as a row or a column."""
    return [note.format(Y=Y, D=D, sample=p.conventions.samples.removesuffix("s")) for note in notes]


def divided_twice(p: Builder, start: str, optimizer: Optimizer | None) -> list[str]:
    """What the user should know where what is divided by N, at the loss or in a layer, is divided once more."""
    heeded = optimizer is not None and "rate" in optimizer.heeds(p.conventions)
    again = heeded and p.conventions.rate == "over_n"
    twice = [gradient for gradient, times in divisions(p, start).items() if times + again > 1]
    if not twice:
        return []
    if again:
        return [
            f"divided by N, and once more in the update by rate: over_n, which is for sums: {listed(twice)}; under "
            "conventions, rate: whole divides no more, average: [] with loss_gradient: sum leaves it to the rate"
        ]
    return [
        f"divided by N twice, in {start} and in the layer: {listed(twice)}; under conventions, "
        "loss_gradient: sum divides by N in the layers alone, average: [] in the loss alone"
    ]


def not_of_the_total(p: Builder, start: str, total: str | None) -> list[str]:
    """What the user should know where a total with penalties sums the losses, and gradients are over N; or vice versa.

    Of a single example both are the same: there is nothing to know.
    """
    if not p.penalties:
        return []
    mean = p.conventions.loss == "mean"
    others = [gradient for gradient, times in divisions(p, start).items() if times == (0 if mean else 1)]
    if not others:
        return []
    ways = ("not divided by N, as the losses in it are", "divided by N, as the losses in it are not")
    at_loss = "mean" if averages(p, start) else "sum"
    return [
        f"no gradient of {total}: {listed(others)}, {ways[not mean]}; under conventions, "
        f"loss: {'sum' if mean else 'mean'} with loss_gradient: {at_loss} prints the total that belongs to it"
    ]


def divisions(p: Builder, start: str) -> dict[str, int]:
    """Return the gradients of parameters → how often the data's part is divided by N: at the loss, in the layer."""
    steps = {step.name: step for step in p.steps}
    gradients = {name: p.tensors[name].gradient for name in p.parameters}
    parts = {g: steps[g].operands[0] if name in p.penalized else g for name, g in gradients.items() if g in steps}
    return {gradient: averages(p, start) + averages(p, part) for gradient, part in parts.items()}


def averages(p: Builder, name: str) -> bool:
    """Return whether a step divides by N."""
    return any(step.op.averages for step in p.steps if step.name == name)


def listed(names: list[str]) -> str:
    """Write the first of some names, and how many more there are."""
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
