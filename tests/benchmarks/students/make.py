"""Make cases: a config, a dump and the truth about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from . import catalogue
from .course import fill
from .courses import COURSES
from .dump import dump_bytes
from .formats import FORMATS
from .hand import Hand
from .tensors import Piece, another_form, deviates, origins
from .twins import twins

SINGLE = {"print", "label", "assign", "dict", "json", "npz", "lists", "ipython", "torch", "tf"}
DIGITS = [8] * 8 + [4] * 4 + [6, 6, 3, 3, 5, 10, 12, 2] + [17] * 5


@dataclass
class Case:
    """Hold what is given to the tool, and what is true."""

    number: int
    course: str
    config: str
    dump: bytes
    suffix: str
    group: str = ""  # right, wrong or random
    format: str = ""
    digits: int = 8
    forms: list[str] = field(default_factory=list)
    mistakes: list[tuple[str, str]] = field(default_factory=list)  # (name in the dump, kind)
    wrong: list[str] = field(default_factory=list)  # names, with the step, of tensors that are visibly wrong
    causes: list[tuple[int, str]] = field(default_factory=list)  # (step, tool's name) where it begins
    tensors: int = 0
    twins: Callable[[], list[str]] = list  # other kinds of mistakes that lead to the same dump


def make(number: int, seed: int) -> Case:
    """Make the case of a number; what comes out odd is drawn again."""
    random = np.random.default_rng([seed, number])
    group = str(random.choice(["right", "wrong", "random"], p=[0.35, 0.55, 0.10]))
    kinds = list(catalogue.KINDS)
    for attempt in range(400):
        wanted = (
            kinds[(number // len(COURSES) + 7 * number) % len(kinds)] if attempt < 80 else str(random.choice(kinds))
        )
        case = Draft(number, random, group, wanted).case()
        if case is not None:
            return case
    raise RuntimeError(f"case {number}: nothing to be made")


class Draft:
    """Draw one case from the dice, or none where a mistake does not show."""

    def __init__(self, number: int, random, group: str, wanted: str):
        self.number, self.random, self.group, self.wanted = number, random, group, wanted
        self.course = COURSES[number % len(COURSES)]
        self.ex = self.course.exercise(random)
        self.dialect = int(random.integers(self.course.dialects(self.ex)))
        if self.course.key == "eleven-lines" and group != "right":
            self.dialect = 1  # so that the sign is declared, and no mistake
        styles = self.course.styles(self.ex)
        self.style = styles[random.integers(len(styles))]
        self.bare = "new" not in self.style.get("w", "new")
        self.choose_format()
        self.forms = self.draw_forms()

    def choose_format(self):
        random = self.random
        name = str(random.choice(self.course.formats))
        if random.random() < 0.5:
            name = {"print": "label", "json": "nested"}.get(name, name)
        if name == "lists" and not self.course.lists(self.style):
            name = "print"
        self.name, self.format = name, FORMATS[name]
        if not self.format.many:
            self.ex.steps = 1
        self.digits = int(random.choice(DIGITS))

    def draw_forms(self) -> list[str]:
        random, forms = self.random, []
        if self.name in SINGLE and random.random() < 0.2:
            forms.append("float32")
        if self.course.key not in ("octave-ex4", "sklearn", "eleven-lines") and random.random() < 0.15:
            forms.append("the other way round")
        own = [f for f in self.course.forms() if self.group == "right" or f != "dz averaged"]
        forms += [f for f in own if random.random() < 0.15]
        if random.random() < 0.4:
            forms.append("partial")
        if self.bare:
            forms.append("updated under the old name")
        if self.course.key == "eleven-lines" and not self.dialect:
            forms.append("target minus output, undeclared")
        if self.ex.steps > 1:
            forms.append("several steps")
        if self.group == "right" and self.rounds() and random.random() < 0.2:
            forms = [f for f in forms if f not in ("partial", "float32")] + ["rounded on the way"]
        return forms

    def rounds(self) -> bool:
        decimal = self.name in ("print", "label", "assign", "dict", "json", "yaml", "latex", "markdown")
        return decimal and 3 <= self.digits <= 8

    # computing

    def traces(self, mistakes) -> list[dict]:
        decimals = self.digits if "rounded on the way" in self.forms else None
        hand = Hand(mistakes, self.course.axis, decimals, self.forms)
        ex = self.ex.cast(np.float32) if "float32" in self.forms else self.ex
        with np.errstate(all="ignore"):
            self.course.run(ex, hand)
        return hand.trace

    def case(self) -> Case | None:
        self.kept = None
        right = self.pieces(self.traces([]))
        if self.group == "right":
            return self.finish(right, right, [])
        if self.group == "random":
            return self.corrupt(right)
        return self.mistaken(right)

    def mistaken(self, right) -> Case | None:
        count = int(self.random.choice([1, 1, 1, 2, 3]))
        others = [k for k in catalogue.KINDS if k != self.wanted]
        names = [self.wanted, *map(str, self.random.choice(others, count - 1, replace=False))]
        typo = "typo" in names
        mistakes = [catalogue.draw(n, self.ex, self.course, self.random) for n in names if n != "typo"]
        if None in mistakes or any(not self.shows(right, m) for m in mistakes):
            return None
        wrong = self.pieces(self.traces(mistakes))
        if another_form(right, wrong, len(self.ex.X)) or (typo and not self.mistype(wrong)):
            return None
        truth = [(self.label(m), m.kind) for m in mistakes] + ([(self.typed, "typo")] if typo else [])
        case = self.finish(right, wrong, truth)
        if case and not typo:
            case.twins = lambda: twins(self, mistakes, wrong)
        return case

    def shows(self, right, mistake) -> bool:
        alone = self.pieces(self.traces([mistake]))
        off = [b for a, b in zip(right, alone, strict=True) if deviates(a, b)]
        unmoved = ("weights not updated", "bias not updated", "not filled in")
        if self.bare and mistake.kind in unmoved and all(p.op in "wb" for p in off if p.step == 0):
            return False  # what is printed then is right, as the value before the update
        updated = [p for p in alone if p.op in "wb" and p.step == 0]
        if self.bare and all(p in updated and self.as_given(p) for p in off) and all(map(self.as_given, updated)):
            return False  # an update by 0
        return bool(off) and (mistake.kind == "not filled in" or not any(p.is_zero() for p in off))

    def as_given(self, piece: Piece) -> bool:
        """Tell whether a parameter has the numbers that it was given, in whichever order they lie."""
        given = self.ex.W[piece.layer - 1] if piece.op == "w" or self.ex.b is None else self.ex.b[piece.layer - 1]
        numbers = np.sort(np.ravel(piece.value))
        return len(numbers) == given.size and np.allclose(numbers, np.sort(given.ravel()), 1e-9)

    def label(self, mistake) -> str:
        return f"{mistake.op}{mistake.layer} ({self.own(mistake.op, mistake.layer) or 'not printed'})"

    def corrupt(self, right) -> Case | None:
        """Put random numbers into random cells of one tensor."""
        wrong = self.pieces(self.traces([]))
        big = [p for p in wrong if p.value.size > 1]
        if not big:
            return None
        piece = big[self.random.integers(len(big))]
        value = np.array(piece.value)
        cells = self.random.choice(value.size, min(value.size, int(self.random.integers(2, 4))), replace=False)
        scale = float(np.abs(value).max()) or 1.0
        value.flat[cells] = self.random.uniform(-2, 2, len(cells)) * scale
        piece.value, piece.text = value, self.format.text(piece.name, value, self.digits)
        return self.finish(right, wrong, [(piece.name, "random numbers")])

    def mistype(self, pieces) -> bool:
        """Mistype one number of the text: two digits swapped, one dropped, a sign, or the point moved."""
        if self.name in ("npz", "lists"):
            return False
        piece = pieces[self.random.integers(len(pieces))]
        self.typed = piece.name
        return piece.mistype(self.random)

    # printing

    def own(self, op: str, layer: int) -> str:
        """Give the student's name of a tensor, empty where it is not printed."""
        special = {"z": "Z", "a": "A", "da": "DA", "dz": "DZ"}.get(op)
        if layer == self.ex.depth and special in self.style:
            return fill(self.style[special], layer)
        return fill(self.style.get(op, ""), layer)

    def tool_names(self, op: str, layer: int) -> list[str]:
        own = self.course.tool(self.dialect)
        last = {"a": "z", "da": "dz"} if self.ex.acts[layer] == "linear" else {}  # no layer of its own in the config
        names = [name for key in (op, last.get(op, "")) for name in fill(own.get(key, ""), layer).split("|")]
        return names + [f"{name}_{way}" for name in names for way in ("sum", "mean") if op == "loss"]

    def pieces(self, traces) -> list[Piece]:
        """List what is printed, in the order of computing."""
        every = []
        for t, trace in enumerate(traces):
            for (op, layer), value in trace.items():
                if name := self.own(op, layer):
                    value = self.shaped(op, layer, value)
                    every.append(Piece(t, op, layer, name, value, self.format.text(name, value, self.digits)))
        if self.kept is None:
            share = 0.5 if "partial" in self.forms else 1.0
            keys = sorted({(p.op, p.layer) for p in every})
            kept = [k for k in keys if self.random.random() < share]
            self.kept = set(kept or keys)
        return [p for p in every if (p.op, p.layer) in self.kept]

    def shaped(self, op: str, layer: int, value):
        if "the other way round" not in self.forms or not np.ndim(value) or op == "loss":
            return value
        if op in ("dw", "w") and self.course.out_in:
            return value  # weights that lie as a layer's outputs by its inputs suit both
        return value.T if value.ndim > 1 else value[:, None]

    def finish(self, right, wrong, truth) -> Case | None:
        off = [b for a, b in zip(right, wrong, strict=True) if deviates(a, b)]
        finite = [p.value for p in wrong if p.op != "loss" or not truth]  # a loss is infinite by mistake alone
        if (truth and not off) or not all(np.isfinite(value).all() for value in finite):
            return None
        matrices = {(p.op, p.layer) for p in wrong if np.ndim(p.value) > 1 and np.size(p.value) > 1}
        if "the other way round" in self.forms and len(matrices) == 1:
            return None  # a matrix alone may lie so by mistake
        config = self.course.config(self.ex, self.dialect)
        case = Case(self.number, self.course.key, config, dump_bytes(self, wrong), self.format.suffix)
        case.group, case.format, case.digits, case.forms = self.group, self.name, self.digits, self.forms
        case.mistakes, case.tensors = truth, len(wrong)
        case.wrong = [f"step {p.step + 1}: {p.name}" for p in off]
        differing = [b for a, b in zip(right, wrong, strict=True) if a.text != b.text]
        first = origins(off, self.ex) + origins(differing, self.ex)  # off by a digit or two is no mistake to call wrong
        case.causes = [(p.step, name) for p in first for name in self.tool_names(p.op, p.layer)]
        return case
