"""Join the texts of tensors to the file that a student hands in."""

from __future__ import annotations

import io

import numpy as np

GRADIENTS = ("da", "dz", "dw", "db")


def dump_bytes(draft, pieces) -> bytes:
    if draft.name == "npz":
        file = io.BytesIO()
        np.savez(file, **{p.name: p.value for p in pieces})
        return file.getvalue()
    if draft.name == "lists":
        return list_text(draft, pieces).encode()
    if draft.name == "nested":
        grads = ", ".join(p.text for p in pieces if p.op in GRADIENTS)
        rest = ", ".join(p.text for p in pieces if p.op not in GRADIENTS)
        return f'{{"cache": {{{rest}}}, "grads": {{{grads}}}}}'.encode()
    steps = [[p.text for p in pieces if p.step == t] for t in range(draft.ex.steps)]
    return joined(draft, [draft.format.step(s) for s in steps if s]).encode()


def joined(draft, steps: list[str]) -> str:
    """Join steps as a list in JSON, as documents in YAML, under headings, or with nothing but repeated names."""
    if len(steps) == 1:
        return steps[0]
    if draft.name == "json":
        return "[" + ",\n ".join(steps) + "]"
    if draft.name == "yaml":
        heads = [f"# step {t + 1}\n" if draft.number % 3 else "" for t in range(len(steps))]
        return "".join(f"---\n{head}{text}" for head, text in zip(heads, steps, strict=True))
    if draft.number % 3:
        return "\n".join(f"# step {t + 1}\n{text}" for t, text in enumerate(steps))
    return "\n".join(steps)


def list_text(draft, pieces) -> str:
    """Write a list per layer for what the student keeps in lists, where all of it is there."""
    names, lines = draft.course.lists(draft.style), []
    for op in dict.fromkeys(p.op for p in pieces):
        group = sorted((p for p in pieces if p.op == op), key=lambda p: p.layer)
        texts = [p.text for p in group]
        if op in names and len(group) == draft.ex.depth:
            if op == "a":
                X = draft.shaped("a", 0, draft.ex.X.T if draft.course.axis else draft.ex.X)
                texts = [draft.format.text("", X, draft.digits), *texts]
            lines.append(f"{names[op]} = [" + ",\n ".join(texts) + "]\n")
        else:
            lines += [f"{p.name} = {p.text}\n" for p in group]
    return "".join(lines)
