"""Sentences for the user on what a network was compiled to."""

from __future__ import annotations

from .build import Builder


def divided_twice(p: Builder, start: str) -> list[str]:
    """What the user should know where the gradient at the loss is divided by N, and those of parameters once more."""
    twice = [gradient for gradient, times in divisions(p, start).items() if times == 2]
    if not twice:
        return []
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
