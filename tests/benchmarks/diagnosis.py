"""How well mistakes are found: `python -m tests.benchmarks.diagnosis`.

Every classic mistake is made in every step of ten networks by a simulated student whose whole pass follows from it.
The student prints every tensor with eight digits. Then random corruptions, which no mistake explains: 2,000 of them, or
as many as are given.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from mlpcli.check.claims.claimed import Claimed
from mlpcli.check.claims.written import read_texts
from mlpcli.check.coverage.mutants import PrintedRun, printed_halves, revealed, run_mutated
from mlpcli.check.diagnosis.explain import explain_causes
from mlpcli.check.mistakes import Variant, variants
from mlpcli.check.verdicts.judge import judge
from mlpcli.check.verdicts.judgement import Judged, Judgement
from mlpcli.config.load import load
from mlpcli.errors import Place
from mlpcli.nn.run import Setup, State
from mlpcli.output.numbers import number
from mlpcli.values.noisy import Noisy, noisy

ROOT = Path(__file__).parents[2]
DIGITS = 8
CORRUPTIONS = 2000

RANDOM = {
    "random 4-6-5-3, sigmoid, tanh": """
layers: [{type: linear, units: 6}, sigmoid, {type: linear, units: 5}, tanh, {type: linear, units: 3}, softmax]
loss: cross_entropy
optimizer: {type: sgd, learning_rate: 0.05, momentum: 0.9, weight_decay: 0.01}
targets: {classes: [1, 3, 2, 2, 1]}
""",
    "random 3-7-4-2, gelu, swish": """
layers: [{type: linear, units: 7}, gelu, {type: linear, units: 4}, swish, {type: linear, units: 2}]
loss: mse
optimizer: {type: sgd, learning_rate: 0.1, momentum: 0.8, nesterov: true}
conventions: torch
targets: [[0.3, -1], [1, 0.5], [-0.4, 0.2], [0.7, 0.1]]
""",
    "random 5-4-6-1, leaky ReLU, batch norm, softplus": """
layers: [{type: linear, units: 4}, batchnorm, leaky_relu, {type: linear, units: 6}, softplus, {type: linear, units: 1},
  sigmoid]
loss: binary_cross_entropy
learning_rate: 0.2
targets: [[1], [0], [0], [1], [1], [0]]
""",
    "random 3-4-3, batch norm, sigmoid, adamw": """
layers: [{type: linear, units: 4}, batchnorm, sigmoid, {type: linear, units: 3}, softmax]
loss: softmax_cross_entropy
optimizer: {type: adamw, learning_rate: 0.1, beta1: 0.8, beta2: 0.9, clip_norm: 0.5}
targets: {classes: [1, 3, 2, 2]}
""",
    "random 3-4-2, samples in columns": """
layers: [{type: linear, units: 4}, tanh, {type: linear, units: 2}, softmax]
loss: softmax_cross_entropy
optimizer: {type: sgd, learning_rate: 0.1, momentum: 0.9}
conventions: ng
targets: {classes: [1, 2, 2, 1, 2]}
""",
    "random 2-3-2, biases in Theta": """
layers: [{type: linear, units: 3}, sigmoid, {type: linear, units: 2}, sigmoid]
loss: {type: binary_cross_entropy, l2: 0.5, over_n: true}
learning_rate: 0.1
conventions: octave-ex4
targets: {classes: [1, 2, 2]}
""",
    "random 2-3-1, target minus output": """
layers: [{type: linear, units: 3}, sigmoid, {type: linear, units: 1}, sigmoid]
loss: l2
learning_rate: 0.1
conventions: {preset: delta-rule, threshold: true}
targets: [[1], [0], [0.5]]
""",
}
SHAPES = {
    **{"4-6-5-3": (5, 4), "3-7-4-2": (4, 3), "5-4-6-1": (6, 5), "3-4-3": (4, 3)},
    **{"3-4-2": (3, 5), "2-3-2": (3, 2), "2-3-1": (3, 2)},
}


def networks() -> Iterator[tuple[str, Setup]]:
    """The handout's networks, and random ones with parameters that are nowhere 0 or 1."""
    configs = ROOT / "configs" / "handout"
    for name, config in (("handout, single", "3.5"), ("handout, batch", "3.6"), ("handout, batch norm", "4.2")):
        yield name, load(str(configs / f"{config}.yaml"), "update")[0].setup
    random = np.random.default_rng(7)
    for name, text in RANDOM.items():
        rows = random.normal(size=SHAPES[name.split()[1].rstrip(",")]).round(2).tolist()
        setup = loaded(text + f"inputs: {rows}\nseed: 3\n")
        changed = {
            n: random.uniform(0.5, 1.5, value.shape)
            for n, value in setup.given.items()
            if (value == value.flat[0]).all() and n in setup.state.tensors
        }
        yield name, replace(setup, state=State({**setup.state.tensors, **changed}))


def loaded(text: str) -> Setup:
    import io
    from unittest.mock import patch

    class Stdin:
        buffer = io.BytesIO(text.encode())

    with patch.object(sys, "stdin", Stdin):
        return load("-", "update")[0].setup


def claims_of(setup: Setup, trace: dict[str, object]) -> dict[str, Claimed]:
    """Every computed tensor as text with eight digits, rounding noise and all."""
    return {step.name: claim(step.name, np.asarray(trace[step.name], float)) for step in setup.program.steps}


def claim(name: str, value: np.ndarray) -> Claimed:
    return printed(name, value.shape, value.tobytes())


@lru_cache  # most tensors are those of the pass before
def printed(name: str, shape: tuple[int, ...], data: bytes) -> Claimed:
    texts = [number(float(x), 0.0, DIGITS) for x in np.frombuffer(data)]
    return Claimed(name, read_texts(np.array(texts, dtype=object).reshape(shape).tolist()), Place("dump"))


@dataclass
class Score:
    """Counts for one network, and what went wrong."""

    made: int = 0
    detectable: int = 0
    located: int = 0
    first: int = 0
    tied: int = 0
    misses: list[str] = field(default_factory=list)


def score(setup: Setup) -> Score:
    """Make every mistake in every step."""
    result = Score()
    reference = setup.run(noisy)
    with np.errstate(all="ignore"):
        for step in setup.program.steps:
            own = PrintedRun(setup, reference, {step.name: printed_halves(setup)[step.name]})
            for variant in variants(setup.program, step):
                seen = revealed(own, variant)
                result.made += seen is not None
                trace = run_mutated(setup.program, variant.step, reference) if seen else {}
                if seen and not constant(trace[step.name].value):
                    grade(result, variant, diagnosed(setup, trace))
    return result


def constant(value: np.ndarray) -> bool:
    """Return whether all numbers of a tensor are one: that is said to be not filled in."""
    return value.size > 1 and len(np.unique(value)) == 1


def diagnosed(setup: Setup, trace: Mapping[str, Noisy]) -> Judgement:
    judgement = judge(setup, claims_of(setup, {name: value.value for name, value in trace.items()}))
    return explain_causes(judgement)


def grade(result: Score, variant: Variant, judgement: Judgement) -> None:
    result.detectable += 1
    first: Judged | None = next((j for j in judgement.judged if j.failed), None)
    located = first is not None and first.name == variant.step.name
    result.located += located
    explanations = first.explanations if first and located else []
    if explanations and explanations[0] == variant.sentence:
        result.first += 1
    elif variant.sentence in explanations:
        result.tied += 1
    else:
        found = f"{first.name} {first.explanations}" if first else "nothing"
        result.misses.append(f"{variant.step.name}: {variant.sentence}; found {found}")


def wrongly_explained(setups: list[Setup], count: int) -> tuple[int, list[str]]:
    """Random numbers in random cells of a right dump: how many get an explanation."""
    random = np.random.default_rng(11)
    wrong, examples = 0, []
    right = [claims_of(setup, setup.trace) for setup in setups]
    for i in range(count):
        setup = setups[i % len(setups)]
        steps = setup.program.steps
        step = steps[random.integers(len(steps))]
        value = np.array(setup.trace[step.name], float)
        cells = random.choice(value.size, size=min(value.size, int(random.integers(1, 4))), replace=False)
        scale = np.abs(value).max() or 1.0
        for cell in cells:
            value.flat[cell] = float(f"{random.uniform(-2, 2) * scale:.{random.integers(2, 8)}g}")
        claims = right[i % len(setups)] | {step.name: claim(step.name, value)}
        judgement = explain_causes(judge(setup, claims))
        causes = [j for j in judgement.judged if j.explanations]
        wrong += bool(causes)
        examples += [f"{j.name}: {j.explanations}" for j in causes]
    return wrong, examples


def main(corruptions: int = CORRUPTIONS) -> bool:
    """Print the table; whether every promise is kept."""
    total, setups = Score(), []
    print(f"{'network':50} {'made':>5} {'seen':>5} {'located':>8} {'first':>7} {'listed':>7}")
    for name, setup in networks():
        setups.append(setup)
        s = score(setup)
        for key in ("made", "detectable", "located", "first", "tied"):
            setattr(total, key, getattr(total, key) + getattr(s, key))
        total.misses += [f"{name}: {miss}" for miss in s.misses]
        print(line(name, s))
    print(line("all", total))
    for miss in total.misses:
        print(f"  not listed: {miss}")
    wrong, examples = wrongly_explained(setups, corruptions)
    print(f"random corruptions wrongly explained: {wrong} of {corruptions} ({wrong / corruptions:.2%})")
    for example in examples:
        print(f"  {example}")
    kept = total.located == total.detectable and total.first >= 0.95 * total.detectable and wrong <= 0.01 * corruptions
    print("promises kept" if kept else "PROMISES BROKEN: located 100 %, first >= 95 %, wrongly explained <= 1 %")
    return kept


def line(name: str, s: Score) -> str:
    shares = [f"{100 * n / max(s.detectable, 1):6.1f}%" for n in (s.located, s.first, s.first + s.tied)]
    return f"{name:50} {s.made:5} {s.detectable:5}  {shares[0]} {shares[1]} {shares[2]}"


if __name__ == "__main__":
    sys.exit(not main(*map(int, sys.argv[1:])))
