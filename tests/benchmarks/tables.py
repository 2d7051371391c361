"""What `mlp new` and `mlp train` make of tables, beside scikit-learn: `python -m tests.benchmarks.tables [SEEDS]`.

The same rows are trained on and held back by both, split by ten seeds. scikit-learn has the pipeline that it
recommends, a StandardScaler and an MLPClassifier or MLPRegressor, with as many units, the same optimizer, rate, batches
and epochs, and early stopping as we have it; for texts and gaps a OneHotEncoder and a SimpleImputer too. Scores are
accuracy, and R² of numbers, on rows that neither has seen.
"""

from __future__ import annotations

import csv
import json
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from click.testing import CliRunner
from sklearn import datasets
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from mlpcli.cli import group

from .birds import COLUMNS, penguins

TABLES = {
    "iris": datasets.load_iris,
    "wine": datasets.load_wine,
    "breast cancer": datasets.load_breast_cancer,
    "diabetes": datasets.load_diabetes,
    "digits": datasets.load_digits,
}
BIRDS = "penguins, drawn"
FLOATS = FunctionTransformer(lambda cells: np.where(cells == "", "nan", cells).astype(float))


def mlp(*arguments: Any) -> str:
    done = CliRunner().invoke(group, [str(argument) for argument in arguments])
    if done.exit_code == 2:
        raise SystemExit(done.output)
    return done.stdout


def load(name: str, seed: int) -> tuple[Any, Any]:
    """Return the columns (N, I) of a table and its target (N,)."""
    if name == BIRDS:
        return penguins(seed)
    data = TABLES[name]()
    return data.data, data.target


def write(path: Path, X: Any, target: Any) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        rows = csv.writer(stream)
        names = COLUMNS if X.dtype == object else [f"x{k}" for k in range(X.shape[1])]
        rows.writerow([*names, "target"])
        rows.writerows([*x, t] for x, t in zip(X.tolist(), target.tolist(), strict=True))


def ours(folder: Path, seed: int) -> tuple[float, dict[str, Any]]:
    """Return the score on the rows held back, and the config."""
    config, run = folder / "c.yaml", folder / "run"
    mlp("new", folder / "train.csv", "--target", "target", "-o", config)
    mlp("train", config, "--run", run, "--set", f"seed={seed}")
    found = json.loads(mlp("evaluate", run, folder / "test.csv", "--format", "json"))["result"]
    return found.get("accuracy", found.get("r2")), yaml.safe_load(config.read_text())


def theirs(split: Any, config: dict[str, Any], seed: int) -> float:
    """Return scikit-learn's score with what the config says."""
    units = [layer["units"] for layer in config["layers"] if isinstance(layer, dict)]
    kind = MLPRegressor if config["loss"] == "mse" else MLPClassifier
    network = kind(
        hidden_layer_sizes=units, learning_rate_init=0.001, alpha=0,
        batch_size=config["batch_size"], max_iter=config["epochs"], tol=0,
        early_stopping=True, validation_fraction=0.2, n_iter_no_change=config["patience"], random_state=seed,
    )  # fmt: skip
    X, held, y, wanted = split
    scale = y.std() if kind is MLPRegressor else 1  # its targets are scaled too
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = make_pipeline(matrix(X), network).fit(X, (y - y.mean()) / scale if kind is MLPRegressor else y)
    wanted = (wanted - y.mean()) / scale if kind is MLPRegressor else wanted
    return float(fitted.score(held, wanted))


def matrix(X: Any) -> Any:
    """Return what makes numbers of columns: of texts one per level, a gap in numbers is their mean."""
    if X.dtype != object:
        return StandardScaler()
    texts, numbers = [0, X.shape[1] - 1], list(range(1, X.shape[1] - 1))
    return make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), texts),
        (make_pipeline(FLOATS, SimpleImputer(), StandardScaler()), numbers),
        sparse_threshold=0,
    )


def main(seeds: int) -> None:
    print(f"| table | mlp new, mlp train | scikit-learn | ({seeds} seeds: mean ± spread)")
    print("|---|---|---|---|")
    for name in (*TABLES, BIRDS):
        scores = []
        for seed in range(seeds):
            X, target = load(name, seed)
            with tempfile.TemporaryDirectory() as path:
                classes = None if name == "diabetes" else target
                split = train_test_split(X, target, test_size=0.25, random_state=seed, stratify=classes)
                write(Path(path, "train.csv"), split[0], split[2])
                write(Path(path, "test.csv"), split[1], split[3])
                score, config = ours(Path(path), seed)
                scores.append((score, theirs(split, config, seed)))
        mean, spread = np.mean(scores, axis=0), np.std(scores, axis=0)
        told = [f"{m:.3f} ± {s:.3f}" for m, s in zip(mean, spread, strict=True)]
        worse = mean[0] < mean[1] - spread[1]
        print(f"| {name} | {' | '.join(told)} | {'worse' if worse else ''}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
