"""IDX, the container that MNIST comes in: 0 0, a type, the number of dimensions, their lengths, the values; big-endian.

Described by Y. LeCun, C. Cortes and C. Burges, The MNIST database of handwritten digits.
"""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import IO, Any

import numpy as np

from .streams import ArrayHeader, Unpacked, load_array, map_array, open_unpacked

IDX_NAME = re.compile(r".*[.-]idx(\d-\w+)?", re.IGNORECASE)
"""train-images-idx3-ubyte, t10k-labels.idx1-ubyte, digits.idx."""
TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def read_idx(path: Path, _: str | None) -> np.ndarray[Any, Any]:
    with open_unpacked(path) as stream:
        header = idx_header(stream)
        if isinstance(stream.raw, Unpacked):
            array = load_array(stream, header, stream.raw.limit)
        else:
            start = stream.tell()
            array = map_array(stream, header)
            stream.seek(start + array.nbytes)
        # The end of a .gz has the checksum, so it is read up to there.
        if stream.read(1):
            raise ValueError(f"it holds more than the {array.nbytes} bytes that its header promises")
    return array


def idx_header(stream: IO[bytes]) -> ArrayHeader:
    """Read what the header says; the stream is left behind it."""
    magic = stream.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in TYPES or not magic[3]:
        raise ValueError("it does not start as an IDX file does")
    lengths = stream.read(4 * magic[3])
    if len(lengths) < 4 * magic[3]:
        raise ValueError("it ends within its header")
    return ArrayHeader(struct.unpack(f">{magic[3]}I", lengths), np.dtype(TYPES[magic[2]]))
