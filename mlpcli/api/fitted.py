"""What a training comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..config.load import Case
from ..train.advice import advice
from ..train.conclusion import conclude
from ..train.diverged import explain_divergence
from ..train.engines import Diverged as NotFinite
from ..train.fit import Epoch, Fit
from ..train.job import prepare
from ..train.report import result
from .results import Array, Result

if TYPE_CHECKING:
    from .network import Network


class Diverged(ArithmeticError):  # noqa: N818 (what happened, not a bug)
    """A loss of a training has exploded, or a weight is no longer finite: at which step, and what may help."""


class Fitted(Result[Any]):
    """The last metrics of a training by name; `epochs` has those of each epoch, and `weights` what was learned."""

    def __init__(self, network: Network, case: Case, config: str) -> None:
        job, state = prepare(case.experiment, case.compiled)
        fit = Fit(job, state)
        self.epochs: list[dict[str, Any]] = []
        """The metrics of each epoch."""

        def ended(_: Fit, epoch: Epoch) -> None:
            self.epochs.append(epoch.metrics())

        try:
            fit.run(lambda _: True, ended)
        except NotFinite as error:
            raise Diverged(explain_divergence(fit, error)) from None
        found = conclude(fit, case.experiment, self.epochs)
        document = result("train", config, case.experiment.title, found.values, found.prefix)
        notes = (*case.compiled.notes, *advice(job), *([found.worse] if found.worse else []))
        super().__init__(document, found.values, notes)
        self.learned = {name: np.array(value) for name, value in fit.weights().items()}
        self.given = network

    @property
    def weights(self) -> dict[str, Array]:
        """Copies of what was learned, in the config's orientation."""
        return {name: value.copy() for name, value in self.learned.items()}

    @property
    def network(self) -> Network:
        """The network with the weights that it learned."""
        return self.given.changed({"weights": self.learned})
