"""Tell printed tensors that differ, and those from which others follow."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from .exercise import Exercise


@dataclass
class Piece:
    """Hold one tensor as it is printed."""

    step: int
    op: str
    layer: int
    name: str
    value: np.ndarray
    text: str
    typed: bool = False

    def numbers(self) -> list[str]:
        return re.findall(r"-?\d+\.\d*(?:[eE][-+]?\d+)?", self.text.replace(self.name, "", 1))

    def is_zero(self) -> bool:
        """Tell whether every number is 0, in itself or as it is printed."""
        printed = self.numbers()
        return np.allclose(self.value, 0, atol=1e-12) or bool(printed and not any(map(float, printed)))

    def mistype(self, random) -> bool:
        """Spoil one number of the text."""
        start = self.text.find(self.name) + len(self.name)
        found = [m for m in re.finditer(r"-?\d+\.\d{2,}", self.text[start:]) if len(m[0].strip("-0.")) > 2]
        if not found:
            return False
        match = found[random.integers(len(found))]
        spoiled = spoil(match[0], int(random.integers(4)), random)
        if abs(float(spoiled) - float(match[0])) < 0.003 * abs(float(match[0])):
            return False
        self.text = self.text[:start] + self.text[start:][: match.start()] + spoiled + self.text[start:][match.end() :]
        self.typed = True
        return True


def spoil(number: str, way: int, random) -> str:
    sign, digits = ("-", number[1:]) if number.startswith("-") else ("", number)
    whole, _, rest = digits.partition(".")
    if way == 0:
        return digits if sign else "-" + digits
    if way == 1:
        return f"{sign}{whole}.{rest[1:]}"
    if way == 2 and len(rest) > 2:
        k = int(random.integers(0, 2))
        return f"{sign}{whole}.{rest[:k]}{rest[k + 1]}{rest[k]}{rest[k + 2 :]}"
    return f"{sign}{(whole + rest[0]).lstrip('0') or '0'}.{rest[1:]}"


def unit(text: str) -> float:
    """Give the worth of the last digit of a number."""
    mantissa, _, power = text.lower().partition("e")
    return 10.0 ** (int(power or 0) - len(mantissa.partition(".")[2]))


def deviates(right: Piece, wrong: Piece) -> bool:
    """Tell whether the numbers that are printed differ by more than rounding could; a vector may be row or column."""
    if wrong.typed:
        return True
    shapes = right.value.shape, wrong.value.shape
    if shapes[0] != shapes[1] and not right.value.size == wrong.value.size == max(map(max, shapes)):
        return True
    gap = np.abs(np.asarray(wrong.value, float) - np.asarray(right.value, float).reshape(shapes[1]))
    most = float(np.abs(right.value).max())
    noise = (2e-5 if right.value.dtype == np.float32 else 1e-9) * (most + 1e-12)
    texts = wrong.numbers() + right.numbers()
    last = min(map(unit, texts)) if texts and right.text != right.name else 0.0
    last = max(last, 1e-15)
    return not (gap <= np.maximum(max(noise, 2.0 * last), scientific(wrong))).all()


def scientific(piece: Piece) -> np.ndarray | float:
    """Give two units of the last digit of each number, where numbers are written with a power of ten each."""
    texts = piece.numbers()
    if len(texts) != piece.value.size or not any("e" in text.lower() for text in texts):
        return 0.0
    return 2.0 * np.reshape([unit(text) for text in texts], piece.value.shape)


def another_form(right: list[Piece], wrong: list[Piece], count: int) -> bool:
    """Tell whether a dump is also one of right work in another form, from which nobody can tell it.

    There all gradients have the other sign and what was updated by them is right, so they were added; or 1/N stands in
    those of the parameters and not before; or every matrix lies the other way, or every one of weights.
    """
    shown = {(piece.op, piece.layer) for piece in wrong}
    signs = any(("w" if op == "dw" else "b", layer) in shown for op, layer in shown if op in ("dw", "db"))
    forms = [(("da", "dz", "dw", "db"), ("w", "b"), -1.0)] if signs else []
    forms += [(("da", "dz"), ("dw", "db", "w", "b"), factor) for factor in (count, 1 / count)]
    pairs = list(zip(right, wrong, strict=True))
    for turned in ({"dw", "w"}, {op for op, _ in shown}):
        if all(np.array_equal(b.value, np.transpose(a.value) if b.op in turned else a.value) for a, b in pairs):
            return True
    if any(a.value.shape != b.value.shape for a, b in pairs):
        return False
    return any(
        any(op in told for op, _ in shown)
        and all(np.allclose(b.value, a.value * factor if b.op in turned else a.value, 1e-6) for a, b in pairs)
        for turned, told, factor in forms
    )


def parents(op: str, layer: int, step: int, ex: Exercise) -> list[tuple[int, str, int]]:
    """List what a tensor is computed from, one level up."""
    before = [(step - 1, "w", layer), (step - 1, "b", layer)]
    if op == "z":
        return [(step, "a", layer - 1), *before]
    if op == "a":
        return [(step, "z", layer)]
    if op == "loss":
        return [(step, "a", ex.depth)]
    if op == "da":
        return [(step, "a", layer)] if layer == ex.depth else [(step, "dz", layer + 1), (step - 1, "w", layer + 1)]
    if op == "dz":
        end = [(step, "a", layer), (step, "z", layer)]
        return [*end, (step, "da", layer)]
    if op == "dw":
        return [(step, "dz", layer), (step, "a", layer - 1)]
    if op == "db":
        return [(step, "dz", layer)]
    return [(step, "d" + op, layer), (step - 1, op, layer)]


def origins(off: list[Piece], ex: Exercise) -> list[Piece]:
    """Give the tensors that are wrong though nothing wrong and printed is above them."""
    wrong = {(p.step, p.op, p.layer) for p in off}
    return [p for p in off if not above(p.op, p.layer, p.step, ex, wrong)]


def above(op, layer, step, ex, wrong) -> bool:
    seen, queue = set(), parents(op, layer, step, ex)
    while queue:
        key = queue.pop()
        if key in wrong:
            return True
        if key in seen or key[0] < 0 or key[2] < 1:
            continue
        seen.add(key)
        queue += parents(key[1], key[2], key[0], ex)
    return False
