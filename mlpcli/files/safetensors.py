"""Files of safetensors, without the package: a length, a JSON header of that length, and the bytes of the tensors."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from .bfloat16 import widened
from .streams import ArrayError, ArrayHeader

TYPES = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "BF16": "<u2",
    **{f"{letter}{8 * size}": f"<{letter.lower()}{size}" for letter in "IU" for size in (1, 2, 4, 8)},
    "BOOL": "|b1",
}
MAX_HEADER = 100 * 2**20


def read_tensors(data: bytes) -> dict[str, Any]:
    """Return arrays by name; None for a type that numpy has no numbers for. Raises ArrayError."""
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or not 0 < length <= min(len(data) - 8, MAX_HEADER):
        raise ArrayError("damaged, or no .safetensors: it ends before its header does")
    try:
        header = json.loads(data[8 : 8 + length].decode())
        body = memoryview(data)[8 + length :]
        return {str(name): tensor(entry, body) for name, entry in header.items() if name != "__metadata__"}
    except ArrayError:
        raise
    except Exception as error:
        # A header that is damaged has the wrong type somewhere, is no JSON or no text, or is nested too deep.
        raise ArrayError(f"damaged, or no .safetensors: {type(error).__name__} in its header") from None


def tensor(entry: Any, body: memoryview) -> Any:
    start, end = entry["data_offsets"]
    shape = tuple(int(length) for length in entry["shape"])
    if str(entry["dtype"]) not in TYPES:
        return None
    header = ArrayHeader(shape, np.dtype(TYPES[entry["dtype"]]))
    if not 0 <= start <= end <= len(body) or header.bytes_of(len(body)) != end - start:
        raise ArrayError("damaged: a tensor that lies outside of the file, or has another size than its shape")
    found = np.frombuffer(body[start:end], header.dtype).reshape(shape)
    return widened(found) if entry["dtype"] == "BF16" else found
