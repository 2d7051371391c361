"""Sentences for the user on what a network was compiled to."""

from __future__ import annotations

from .build import Builder


def divided_twice(p: Builder, start: str) -> list[str]:
    """What the user should know where the gradient at the loss is divided by N, and those of parameters once more."""
    steps = {step.name: step for step in p.steps}
    gradients = {name: p.tensors[name].gradient for name in p.parameters}
    parts = {g: steps[g].operands[0] if name in p.penalized else g for name, g in gradients.items() if g in steps}
    twice = [gradient for gradient, part in parts.items() if steps[part].op.averages]
    if not twice or start not in steps or not steps[start].op.averages:
        return []
    more = f" and {len(twice) - 3} more" if len(twice) > 3 else ""
    return [
        f"divided by N twice, in {start} and in the layer: {', '.join(twice[:3])}{more}; under conventions, "
        "loss_gradient: sum divides by N in the layers alone, average: [] in the loss alone"
    ]
