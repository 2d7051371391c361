"""A network that a run has trained, and what it answers for other rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from ..config.documents import read_documents
from ..config.load import Case
from ..config.objects import to_node
from ..config.overrides import text_at
from ..errors import InputError, Place, Problem
from ..train.folder import Folder
from ..train.model import read_model
from .arguments import one_of, part, told, wrong
from .dump import NAME
from .network import Network
from .results import Array, Result, columns_of

if TYPE_CHECKING:
    from ..config.overrides import Override

ROWS = "rows.jsonl"
"""The file that rows lie in while they are read."""
Rows = str | PathLike[str] | Sequence[Mapping[str, Any]]
"""The path of a table, or dicts by the names of its columns."""


class Trained(Network):
    """The network in a run's folder: its config, with what was learned as weights."""

    def __init__(self, run: str, overrides: Sequence[Override] = ()) -> None:
        self.folder = Folder(Path(run))
        if not self.folder.config.exists():
            raise self.folder.fail("is the folder of no run: it has no config.yaml")
        self.config, self.number, self.cases = str(self.folder.config), 1, 1
        (self._document,) = read_documents(self.config)
        self._given = tuple(overrides)
        self._overrides = (text_at("weights", str(self.folder.learned().resolve())), *overrides)
        self._known = {}
        read_model(self.folder.path, self._given, targets=False, examples=False)

    def changed(self, changes: Mapping[str, Any]) -> Trained:
        """Return the network with other values of some keys, as `--set` has them."""
        nodes = [(path, to_node(value, Place(f"{NAME} {path}"))) for path, value in changes.items()]
        return Trained(str(self.folder.path), [*self._given, *nodes])

    def predict(self, inputs: Rows | Array | None = None, *, threshold: float | None = None) -> Result[Array]:
        """Return what the network says of its own examples or of others: `mlp predict RUN [FILE]`.

        Of a table these are a file, or dicts by the names of its columns; else a file, or an array. They need no
        targets.
        """
        from ..train.assess import predict
        from ..train.report import predictions

        threshold = threshold if threshold is None else part("predict", "threshold", threshold)
        with self._case_of("predict", inputs, targets=False) as case:
            document = predictions(case.experiment, *predict(case.experiment, case.compiled, threshold))
        return Result(document, columns_of(document), notes(case))

    def evaluate(
        self,
        inputs: Rows | None = None,
        *,
        on: Literal["held-out", "trained", "all"] | None = None,
        threshold: float | None = None,
    ) -> Result[Any]:
        """Return how good the network is on its own examples or on others: `mlp evaluate RUN [FILE]`."""
        from ..train.assess import CHOICES, assess
        from ..train.report import result

        chosen = on if on is None else one_of("evaluate", "on", on, CHOICES)
        threshold = threshold if threshold is None else part("evaluate", "threshold", threshold)
        constant = None if inputs is None else self.folder.constant_prediction()
        with self._case_of("evaluate", inputs, targets=True) as case:
            rows = chosen or (None if inputs is None else "all")
            values = assess(case.experiment, case.compiled, rows, constant, threshold)
        return Result(result("evaluate", self.config, case.experiment.title, values), values, notes(case))

    @contextmanager
    def _case_of(self, function: str, inputs: Any, targets: bool) -> Iterator[Case]:
        """Read the examples to look at, which lie in a file as long as it takes. Raises InputError."""
        import tempfile  # slow to import

        changes = list(self._given)
        with tempfile.TemporaryDirectory(prefix="mlp-") as folder:
            data: Path | None = None
            if isinstance(inputs, str | PathLike):
                data = Path(inputs)
            elif self.folder.table.exists() and inputs is not None:
                data = Path(folder, ROWS)
                data.write_text(json_lines(function, inputs), encoding="utf-8")
            elif inputs is not None:
                changes.append(("inputs", to_node(self._divided(inputs), Place(f"{NAME} inputs"))))
            try:
                yield read_model(self.folder.path, changes, targets=targets, data=data)
            except InputError as error:
                raise InputError(*(of_rows(function, problem) for problem in error.problems)) from None

    def _divided(self, inputs: Any) -> Any:
        """Return inputs divided as those in the file were that the run was trained on."""
        blank = self.folder.blank()
        numbers = blank and blank.divide and np.asarray(inputs).dtype.kind in "fiu"
        return np.asarray(inputs) / blank.divide if blank and numbers else inputs


def notes(case: Case) -> tuple[str, ...]:
    """Return what is said of a table, but not of the file that rows lay in."""
    return tuple(sentence.removeprefix(ROWS).lstrip(",: ") for sentence in case.experiment.said)


def of_rows(function: str, problem: Problem) -> Problem:
    """Return a problem of rows that were given as one of that argument: nobody knows the file that they lie in."""
    if not problem.message.startswith(ROWS):
        return problem
    return Problem(Place(function), "inputs", problem.message.removeprefix(ROWS).lstrip(", "))


def json_lines(function: str, rows: Any) -> str:
    """Write rows as JSON, one per line; nan is a gap. Raises InputError for what is no dict of single values."""
    kinds = "rows are the path of a table, or dicts by the names of its columns"
    if isinstance(rows, Mapping) or not isinstance(rows, Sequence):
        raise wrong(function, "inputs", f"{kinds}, not {told(rows)}")
    lines = []
    for number, row in enumerate(rows):
        if not isinstance(row, Mapping):
            raise wrong(function, f"inputs[{number}]", f"{kinds}, not {told(row)}")
        lines.append(json.dumps({str(key): plain(function, number, key, cell) for key, cell in row.items()}))
    return "".join(line + "\n" for line in lines)


def plain(function: str, number: int, key: Any, cell: Any) -> Any:
    """Return a cell as JSON has it."""
    cell = cell.item() if isinstance(cell, np.generic) else cell
    if isinstance(cell, float) and np.isnan(cell):
        return None
    if cell is None or isinstance(cell, str | int) or (isinstance(cell, float) and np.isfinite(cell)):
        return cell
    raise wrong(function, f"inputs[{number}][{key!r}]", f"a finite number, a text or None is needed, not {told(cell)}")
