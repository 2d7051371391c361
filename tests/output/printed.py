"""What formats for people are tested on: configs of many kinds, and words that are marks somewhere."""

import json
from pathlib import Path

ROOT = Path(__file__).parents[2]
MARKS = r"""100% of $5 & more_or_less #1 ~ {x} ^ \ <b>|"'`*[a](b) \\ 1 < 2 − ½ · é 中 𝛼"""
HOSTILE = f"""
title: {json.dumps(MARKS, ensure_ascii=False)}
layers: [{{type: linear, W: [[0.5, -1.25], [2, 1]], B: [0, 1]}}, relu]
inputs: [[1, 2], [-3, 0.5]]
targets: [[1, 0], [0, 1]]
loss: mse
learning_rate: 0.1
conventions: {{notation: {{preset: handout, weight: 'W_x_{{l}}', bias: 'ß{{l}}_', input: '_x1_2'}}}}
"""
CONFIGS = (
    "configs/toy.yaml",
    "configs/handout/3.6.yaml",
    "configs/handout/4.2.yaml",
    "configs/courses/ng/regularization.yaml",
    "configs/courses/octave-ex4/forum.yaml",
    "configs/courses/cs231n/toy.yaml",
    "configs/courses/delta-rule/mazur.yaml",
)
