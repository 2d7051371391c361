"""A table of penguins: categories and numbers, some of them missing, drawn from published means and deviations.

Counts, means and standard deviations of three species near Palmer Station, Antarctica, of 2007 to 2009: Gorman,
Williams and Fraser (2014), PLoS ONE 9(3) e90081, as the R package palmerpenguins summarizes them. The sex explains a
part of each deviation.
"""

from __future__ import annotations

from typing import Any

import numpy as np

COLUMNS = ("island", "bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "sex")
ISLANDS = {
    "Adelie": {"Biscoe": 44, "Dream": 56, "Torgersen": 52},
    "Chinstrap": {"Dream": 68},
    "Gentoo": {"Biscoe": 124},
}
SIZES = {
    "Adelie": ((38.8, 2.66), (18.3, 1.22), (190, 6.54), (3701, 459)),
    "Chinstrap": ((48.8, 3.34), (18.4, 1.14), (196, 7.13), (3733, 384)),
    "Gentoo": ((47.5, 3.08), (15.0, 0.981), (217, 6.48), (5076, 504)),
}
"""Mean and standard deviation of bill length and depth, flipper length and mass, in the units of the columns."""
OF_SEX = 0.6
"""The part of each variance that is between the sexes."""
MISSING = {"sex": 11, "size": 20}
"""Birds of unknown sex, as many as there are, and sizes that are not known, ten times as many."""


def penguins(seed: int) -> tuple[Any, Any]:
    """Return the cells of the columns (N, 6), "" where one is missing, and the species (N,)."""
    random = np.random.default_rng(seed)
    rows, species = [], []
    for kind, islands in ISLANDS.items():
        for island, count in islands.items():
            for male in random.integers(0, 2, count).tolist():
                drawn = random.normal(size=4) * np.sqrt(1 - OF_SEX) + np.sqrt(OF_SEX) * (1 if male else -1)
                sizes = [mean + deviation * z for (mean, deviation), z in zip(SIZES[kind], drawn, strict=True)]
                rows.append([island, *(f"{size:.1f}" for size in sizes), ("female", "male")[male]])
                species.append(kind)
    cells = np.array(rows, object)
    cells[random.choice(len(rows), MISSING["sex"], replace=False), -1] = ""
    cells[random.choice(len(rows), MISSING["size"], replace=False), random.integers(1, 5, MISSING["size"])] = ""
    return cells, np.array(species)
