"""A network that a config describes, and what can be asked of it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from ..config.load import Case, read_cases
from ..config.nodes import Node
from ..config.objects import to_node
from ..config.training import Training
from ..errors import InputError, Place, Problem
from ..output.document import Document
from ..output.programs import listing, run_sections
from ..values.table import NUMBERS
from . import arguments
from .arguments import part, whole
from .dump import NAME
from .results import Array, Result, Tensors, columns_of, rows_of

if TYPE_CHECKING:
    from ..config.overrides import Override
    from ..nn.network import Goal
    from .fitted import Fitted
    from .report import Report


class Network:
    """A network: its layers, weights and examples. Nothing changes it; every method computes anew."""

    def __init__(
        self, config: str, document: Node, cases: int, number: int = 1, overrides: Sequence[Override] = ()
    ) -> None:
        self.config, self.number, self.cases = config, number, cases
        self._document, self._overrides = document, tuple(overrides)
        self._known: dict[tuple[Any, ...], Case] = {}
        case = self._case("furthest", Training())
        if not case.trained:
            self._known["furthest", None] = case

    def changed(self, changes: Mapping[str, Any]) -> Network:
        """Return the network with other values of some keys, as `--set` has them.

        >>> import mlpcli
        >>> net = mlpcli.load("configs/toy.yaml").changed({"layers[1]": "tanh", "inputs": [[0, 0]]})
        >>> net.forward()["Y1"]
        array([[0., 0., 0.]])
        """
        given = arguments.keyed("changed", "changes", changes, "layers[1].eps")
        nodes = [(path, to_node(value, Place(f"{NAME} {path}"))) for path, value in given.items()]
        return Network(self.config, self._document, self.cases, self.number, [*self._overrides, *nodes])

    def forward(self) -> Tensors:
        """Compute every layer's output and the loss: `mlp forward`."""
        return self._tensors("forward", "forward")

    def backward(self) -> Tensors:
        """Compute every gradient too: `mlp backward`."""
        return self._tensors("backward", "backward")

    def train(self, steps: int = 1) -> Tensors:
        """Take steps of gradient descent; the tensors are those of the last: `mlp train --steps`.

        >>> import mlpcli
        >>> trained = mlpcli.load("configs/toy.yaml").train(3)
        >>> len(trained.steps), trained.steps[0]["Y1lin"]
        (3, array([[31., 20.,  7.]]))
        """
        return self._tensors("train", "update", whole("train", "steps", steps))

    def show(self) -> Result[dict[str, Any]]:
        """List the program: of every tensor the section, the shape and the formula: `mlp show`."""
        case = self._case("furthest")
        section = listing(case.setup, case.experiment.title, case.experiment.conventions, None)
        document = Document("show", (section,), self.config, key="cases")
        return Result(document, {row["name"]: row for row in rows_of(document)})

    def why(self, cell: str, depth: int = 1) -> Result[float]:
        """Write out how a cell is computed, and `depth` levels back what it comes from: `mlp why`.

        >>> import mlpcli
        >>> print(mlpcli.load("configs/toy.yaml").why("gradW3[2,1]", depth=0))
        gradW3[2,1] = Y2ᵀ·gradY3lin / N
          = Y2[0,2]·gradY3lin[0,1] / 1
          = 147·-4 / 1
          = -588
        """
        from ..check.reports.why import Explainer, label, located, report
        from ..check.why import source

        cell, depth = arguments.text("why", "cell", cell, "gradW3[2,1]"), whole("why", "depth", depth, 0)
        case = self._case("furthest")
        found = source(case.setup)
        cells = Explainer(found, 8).explain(*located(case, cell, found.trace), depth)
        return Result(report(self.config, cells), {label(c.name, c.index): c.raw for c in cells})

    def gradcheck(self, by: str = "differences") -> Result[bool]:
        """Compare every gradient with a derivative, by central differences or by jax: `mlp gradcheck`.

        Whether each agrees, or is none by convention.
        """
        from ..check.reports.gradcheck import report
        from ..nn.gradcheck import gradcheck
        from ..train.execute.oracles import ORACLES, oracle_of

        oracle = oracle_of(arguments.one_of("gradcheck", "by", by, ORACLES))
        case = self._case("backward")
        checks = gradcheck(case.setup, oracle)
        document = report(self.config, [(case.experiment.title, case.experiment.place, checks)], oracle)
        return Result(document, {c.name: c.agrees or bool(c.convention) for c in checks}, case.compiled.notes)

    def coverage(self, steps: int = 1) -> Result[list[str]]:
        """Find the classic mistakes that no printed tensor reveals, by the tensor they are made in: `mlp coverage`."""
        from ..check.coverage.search import coverage
        from ..check.reports.coverage import report

        steps = whole("coverage", "steps", steps)
        case = self._case("furthest")
        found = coverage(case, steps)
        options = [*(["--steps", str(steps)] if steps > 1 else []), *self._case_option]
        command = " ".join(["mlp", "coverage", self.config, *options])
        hidden: dict[str, list[str]] = {}
        for mistake in found.hidden:
            hidden.setdefault(mistake.tensor, []).append(mistake.mistake)
        return Result(report(self.config, [command], [(case.experiment.title, found)]), hidden)

    def check(self, claims: Mapping[str, Any] | str | os.PathLike[str] | None = None) -> Report:
        """Judge claims: arrays by name, a dump's file, or those under `expect:` where none are given: `mlp check`.

        >>> import mlpcli
        >>> report = mlpcli.load("configs/toy.yaml").check({"Y2": [[88, 123, 147]], "gradW3": [[-21032, -352],
        ...     [-29397, -492], [-35133, 588]]})
        >>> report.passed, report.causes
        (False, {'gradW3': ('sign flipped at [2,1]',)})
        >>> net = mlpcli.load("configs/toy.yaml").changed({"require": ["Y2", "gradW3"]})
        >>> net.check({"Y2": [[88, 123, 147]]}).score
        0.5
        """
        from ..check.claims.dumps.pages import ONLY
        from ..check.run import check_case, expected
        from ..check.steps import check_steps
        from .dump import claimed
        from .report import Report

        case = self._case("furthest")
        if claims is None:
            return Report(self.config, case, [check_case(self.config, case, expected(case))], {})
        pages = claimed(claims, self.number if self.cases > 1 else ONLY)
        return Report(self.config, case, check_steps(self.config, case, pages), pages)

    def fit(self, *, epochs: int | None = None, steps: int | None = None) -> Fitted:
        """Train in earnest, for as long as the config says, or for some epochs or steps: `mlp train --epochs`."""
        from .fitted import Fitted

        length = {"epochs": epochs, "steps": steps}
        changes = [(key, to_node(whole("fit", key, n), Place(key))) for key, n in length.items() if n is not None]
        return Fitted(self, self._case("update", Training(wanted=True), changes), self.config)

    def predict(self, inputs: Array | None = None, *, threshold: float | None = None) -> Result[Array]:
        """Return the outputs for every input, and where there are classes, the class: `mlp predict`.

        Of a table these are columns, in its own words and units: the class, and a probability by the name of each.

        >>> import mlpcli
        >>> mlpcli.load("configs/toy.yaml").predict([[4, 3], [5, 6]])["outputs"].shape
        (2, 2)
        """
        from ..train.assess import predict
        from ..train.report import predictions

        threshold = threshold if threshold is None else part("predict", "threshold", threshold)
        changes = [("mode", to_node("eval", Place("mode")))]
        if inputs is not None and self._case("forward").experiment.table is not None:
            raise InputError(Problem(Place(NAME), "inputs", "of a table need a run: mlpcli.load(RUN).predict(rows)"))
        if inputs is not None:
            changes.append(("inputs", to_node(inputs, Place(f"{NAME} inputs"))))
        case = self._case("forward", Training(wanted=True, targets=False), changes)
        document = predictions(case.experiment, *predict(case.experiment, case.compiled, threshold))
        return Result(document, columns_of(document))

    def evaluate(
        self, *, on: Literal["held-out", "trained", "all"] | None = None, threshold: float | None = None
    ) -> Result[Any]:
        """Return how good the network is on its examples, beside a constant prediction: `mlp evaluate`.

        >>> import mlpcli
        >>> mlpcli.load("configs/toy.yaml").evaluate()["loss"]
        2556.0
        """
        from ..train.assess import CHOICES, assess
        from ..train.report import result

        chosen = on if on is None else arguments.one_of("evaluate", "on", on, CHOICES)
        threshold = threshold if threshold is None else part("evaluate", "threshold", threshold)
        case = self._case("forward", Training(wanted=True), [("mode", to_node("eval", Place("mode")))])
        values = assess(case.experiment, case.compiled, chosen, threshold=threshold)
        return Result(result("evaluate", self.config, case.experiment.title, values), values)

    @property
    def _case_option(self) -> list[str]:
        return ["--case", str(self.number)] if self.cases > 1 else []

    def _case(self, goal: Goal, training: Training | None = None, changes: Sequence[Override] = ()) -> Case:
        """Compile up to a goal; what is compiled without changes is kept."""
        key = (goal, training)
        if changes or key not in self._known:
            (case,) = read_cases([self._document], goal, [*self._overrides, *changes], training)
            if changes:
                return case
            self._known[key] = case
        return self._known[key]

    def _tensors(self, command: str, goal: Goal, steps: int = 1) -> Tensors:
        case = self._case(goal)
        lift = NUMBERS[case.experiment.dtype].make().lift
        sections = tuple(run_sections(case.setup, case.experiment.title, None, lift, steps=steps))
        return Tensors(Document(command, sections, self.config), case.compiled.notes)
