"""Write tensors as people's programs print them, one function per kind of text.

A function `text(name, value, digits)` gives the text of one tensor; `FORMATS` has how tensors are joined to a file.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


def numpy_text(value, digits: int, **options) -> str:
    precision = digits if digits < 16 else 17
    with np.printoptions(precision=precision, suppress=False):
        return np.array2string(np.asarray(value), **options) if np.ndim(value) else scalar(value, digits)


def scalar(value, digits: int) -> str:
    return repr(float(value)) if digits >= 16 else f"{float(value):.{digits}f}"


def rounded(value, digits: int):
    value = np.asarray(value, float)
    return (value if digits >= 16 else value.round(digits)).tolist()


def printed(name, value, digits):
    return f"{name} = {numpy_text(value, digits)}\n"


def labelled(name, value, digits):
    return f"{name}:\n{numpy_text(value, digits)}\n"


def assigned(name, value, digits):
    if not np.ndim(value):
        return f"{name} = {scalar(value, digits)}\n"
    return f"{name} = np.{numpy_repr(value, digits)}\n"


def numpy_repr(value, digits) -> str:
    with np.printoptions(precision=digits if digits < 16 else 17):
        return repr(np.asarray(value)) if np.ndim(value) else scalar(value, digits)


def dict_text(name, value, digits):
    return f"{name!r}: {numpy_repr(value, digits)}"


def json_text(name, value, digits):
    return f"{json.dumps(name)}: {json.dumps(rounded(value, digits))}"


def yaml_text(name, value, digits):
    return f"{name}: {json.dumps(rounded(value, digits))}\n"


def csv_text(name, value, digits):
    value = np.asarray(value, float)
    cells = np.atleast_2d(value)
    rows = [f"{name},{i},{j},{x:.{min(digits, 17)}g}" for (i, j), x in np.ndenumerate(cells)]
    return "\n".join(rows) + "\n"


def torch_numbers(value) -> str:
    """Write numbers as torch.Tensor's repr does, with four decimals or in scientific notation."""
    value = np.asarray(value, float)
    size = np.abs(value[value != 0])
    science = size.size and (size.max() / size.min() > 1000 or size.max() > 1e8 or size.min() < 1e-4)
    text = [f"{x:.4e}" if science else f"{x:.4f}" for x in value.ravel()]
    width = max(map(len, text))
    text = [t.rjust(width) for t in text]
    if value.ndim < 2:
        return f"[{', '.join(text)}]" if value.ndim else text[0]
    rows = [text[i * value.shape[1] : (i + 1) * value.shape[1]] for i in range(len(value))]
    return "[" + ",\n        ".join(f"[{', '.join(row)}]" for row in rows) + "]"


def torch_text(name, value, digits):
    grad = ", grad_fn=<AddmmBackward0>)" if name.startswith(("z", "out", "logits")) else ")"
    if name.endswith(("weight", "bias")):
        return f"{name} Parameter containing:\ntensor({torch_numbers(value)}, requires_grad=True)\n"
    if not np.ndim(value) and digits >= 8:
        return f"{name} {float(value)}\n"
    return f"{name} tensor({torch_numbers(value)}{grad}\n"


def tf_text(name, value, digits):
    shape = "(" + ", ".join(map(str, np.shape(value))) + (",)" if np.ndim(value) == 1 else ")")
    return f"{name}: tf.Tensor(\n{numpy_text(np.asarray(value, np.float32), 8)}, shape={shape}, dtype=float32)\n"


def ipython_text(name, value, digits):
    return f"In [1]: {name}\nOut[1]: {numpy_repr(value, digits)}\n\n"


def octave_text(name, value, digits, wide=5):
    value = np.atleast_2d(np.asarray(value, float))
    size = np.abs(value[value != 0])
    if value.size == 1:
        return f"{name} = {float(value[0, 0]):.{wide}g}\n"
    science = size.size and (size.min() < 1e-3 or size.max() >= 1e5)
    most = int(np.floor(np.log10(size.max()))) if size.size else 0
    number = f">{wide + 8}.{wide - 1}e" if science else f">{wide + 6}.{max(wide - 1 - max(most, 0), 0)}f"
    rows = ["".join(format(x, number) for x in row) for row in value]
    return f"{name} =\n\n" + "\n".join(rows) + "\n\n"


def octave_long_text(name, value, digits):
    return octave_text(name, value, digits, 16)


def matlab_text(name, value, digits, decimals=4):
    value = np.atleast_2d(np.asarray(value, float))
    most = np.abs(value).max()
    power = int(np.floor(np.log10(most))) if 0 < most < np.inf else 0
    scale = power if (value.size > 1 and not -3 < power < 3) or (value.size > 1 and power < 0 and most < 1e-2) else 0
    head = f"   1.0e{scale:+03d} *\n\n" if scale else ""
    rows = ["".join(f"{x / 10**scale:{decimals + 6}.{decimals}f}" for x in row) for row in value]
    return f"{name} =\n\n{head}" + "\n".join(rows) + "\n\n"


def matlab_long_text(name, value, digits):
    return matlab_text(name, value, digits, 15)


def r_text(name, value, digits):
    value = np.asarray(value, float)
    if value.ndim < 2:
        numbers = " ".join(f"{x:.7g}" for x in value.ravel())
        return f"> {name}\n[1] {numbers}\n"
    columns = [[f"{x:.7g}" for x in column] for column in value.T]
    heads = [f"[,{j + 1}]" for j in range(len(columns))]
    widths = [max(len(t) for t in [head, *column]) for head, column in zip(heads, columns, strict=True)]
    lines = ["     " + " ".join(h.rjust(w) for h, w in zip(heads, widths, strict=True))]
    for i in range(len(value)):
        lines.append(f"[{i + 1},] " + " ".join(c[i].rjust(w) for c, w in zip(columns, widths, strict=True)))
    return f"> {name}\n" + "\n".join(lines) + "\n"


def julia_text(name, value, digits):
    value = np.asarray(value, float)
    if not value.ndim:
        return f"{name} = {float(value):.{min(digits, 16)}g}\n"
    number = [f"{x:.6g}" for x in value.ravel()]
    number = [t if "." in t or "e" in t else t + ".0" for t in number]
    if value.ndim == 1:
        return f"{name} = {len(value)}-element Vector{{Float64}}:\n" + "".join(f" {t}\n" for t in number)
    rows = [number[i * value.shape[1] : (i + 1) * value.shape[1]] for i in range(len(value))]
    head = f"{name} = {value.shape[0]}×{value.shape[1]} Matrix{{Float64}}:\n"
    return head + "".join(" " + "  ".join(t.rjust(12) for t in row) + "\n" for row in rows)


def latex_text(name, value, digits):
    value = np.asarray(value, float)
    if not value.ndim:
        return f"$${name} = {float(value):.{min(digits, 8)}f}$$\n"
    rows = [" & ".join(f"{x:.{min(digits, 8)}f}" for x in row) for row in np.atleast_2d(value)]
    return f"$${name} = \\begin{{bmatrix}} " + " \\\\ ".join(rows) + " \\end{bmatrix}$$\n"


def markdown_text(name, value, digits):
    return f"| {name} | {json.dumps(rounded(value, min(digits, 10)))} |\n"


@dataclass(frozen=True)
class Format:
    """Hold how one tensor is written, how a step is joined, how steps are, and the file's suffix."""

    text: Callable
    suffix: str = ".txt"
    step: Callable = "".join
    many: bool = True  # whether several steps can be told apart
    fixed: bool = False  # whether the program decides on the digits


def braces(texts):
    return "{" + ", ".join(texts) + "}"


def markdown_table(texts):
    return "| tensor | value |\n|---|---|\n" + "".join(texts)


FORMATS = {
    "print": Format(printed),
    "label": Format(labelled),
    "assign": Format(assigned),
    "dict": Format(dict_text, step=lambda texts: "{" + ",\n ".join(texts) + "}\n", many=False),
    "json": Format(json_text, ".json", braces),
    "nested": Format(json_text, ".json", braces, many=False),
    "yaml": Format(yaml_text, ".yaml"),
    "csv": Format(csv_text, ".csv", lambda texts: "name,row,column,value\n" + "".join(texts), many=False),
    "torch": Format(torch_text, fixed=True),
    "tf": Format(tf_text, fixed=True),
    "ipython": Format(ipython_text, many=False),
    "octave": Format(octave_text, fixed=True),
    "octave_long": Format(octave_long_text, fixed=True),
    "matlab": Format(matlab_text, fixed=True),
    "matlab_long": Format(matlab_long_text, fixed=True),
    "R": Format(r_text, fixed=True, many=False),
    "julia": Format(julia_text, fixed=True),
    "latex": Format(latex_text, ".txt", many=False),
    "markdown": Format(markdown_text, ".md", markdown_table, many=False),
    "npz": Format(lambda name, value, digits: name, ".npz", many=False),
    "lists": Format(lambda name, value, digits: numpy_repr(value, digits), many=False),
}
