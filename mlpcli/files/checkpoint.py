"""Checkpoints of PyTorch, without it: an archive of a pickle and the bytes of its tensors. Nothing is run.

What the pickle may name are stand-ins of ours, which take numbers from those bytes; any other name is refused.
"""

from __future__ import annotations

import io
import math
import zipfile
from typing import Any

import numpy as np

from .bfloat16 import widened
from .npy import few
from .streams import ArrayError, max_unpacked
from .unpickle import CALLED, Array, read_pickle

STORAGES = {
    "Double": "f8",
    "Float": "f4",
    "Half": "f2",
    "BFloat16": "u2",
    "Long": "i8",
    "Int": "i4",
    "Short": "i2",
    "Char": "i1",
    "Byte": "u1",
    "Bool": "b1",
    "UInt16": "u2",
    "UInt32": "u4",
    "UInt64": "u8",
    "ComplexFloat": "c8",
    "ComplexDouble": "c16",
}
DTYPES = {"float64": "Double", "float32": "Float", "float16": "Half", "bfloat16": "BFloat16", "int64": "Long"}
DTYPES |= {"int32": "Int", "int16": "Short", "int8": "Char", "uint8": "Byte", "bool": "Bool", "uint16": "UInt16"}
DTYPES |= {"uint32": "UInt32", "uint64": "UInt64", "complex64": "ComplexFloat", "complex128": "ComplexDouble"}
OLD = "written by PyTorch before 1.6; save it again with torch.save(model.state_dict(), ...)"
NEEDED = "; save numbers alone: torch.save(model.state_dict(), ...) or torch.save({'W1': W1, ...}, ...)"
MAGIC = b"\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19"
"""How a checkpoint begins that is no archive: a large number, pickled."""
MAX_NUMBERS = 2**30
"""In a tensor at most: it may repeat the numbers that it lies on, and takes no memory until it is used."""


class Kind:
    """A stand-in for a type of storage, or of number."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.dtype = np.dtype(STORAGES[name])


class Storage:
    """The bytes that tensors lie in."""

    def __init__(self, data: bytes, kind: Any) -> None:
        self.data, self.kind = data, kind
        self.arrays: dict[str, Any] = {}

    def numbers(self, kind: Kind) -> Any:
        """Return all numbers in it, read once."""
        if kind.name not in self.arrays:
            count = len(self.data) // kind.dtype.itemsize
            found = np.frombuffer(self.data, kind.dtype.newbyteorder("<"), count)
            self.arrays[kind.name] = widened(found) if kind.name == "BFloat16" else found
        return self.arrays[kind.name]


class Tensor(Array):
    """A stand-in for a tensor: its numbers."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value

    def __setstate__(self, _: Any) -> None:
        pass


def rebuild(storage: Any, offset: Any, size: Any, stride: Any, *rest: Any) -> Tensor:
    """Return the tensor that lies in a storage from an offset on, at its strides."""
    kind = next((item for item in (*rest, getattr(storage, "kind", None)) if isinstance(item, Kind)), None)
    if not isinstance(storage, Storage) or kind is None:
        raise ArrayError("damaged: a tensor without numbers")
    numbers, start = storage.numbers(kind), int(offset)
    shape, strides = tuple(map(int, size)), tuple(map(int, stride))
    last = start + sum((length - 1) * stride for length, stride in zip(shape, strides, strict=True))
    if min(start, *shape, *strides, 0) < 0 or (0 not in shape and last >= len(numbers)):
        raise ArrayError("damaged: a tensor that lies outside of its storage")
    if math.prod(shape) > MAX_NUMBERS:
        raise ArrayError(f"a tensor of more than {MAX_NUMBERS:,} numbers")
    if 0 in shape:
        return Tensor(np.zeros(shape, numbers.dtype))
    steps = [stride * numbers.itemsize for stride in strides]
    return Tensor(np.lib.stride_tricks.as_strided(numbers[start:], shape, steps, subok=True, writeable=False))


def parameter(data: Any, *_: Any) -> Any:
    return data


def words(*parts: Any) -> str:
    """Stand in for a device."""
    return ":".join(map(str, parts))[:80]


UTILS = {"_rebuild_tensor_v2": rebuild, "_rebuild_tensor_v3": rebuild, "_rebuild_parameter": parameter}
UTILS["_rebuild_parameter_with_state"] = parameter
TORCH: dict[tuple[str, str], Any] = {
    **CALLED,
    **{("torch", f"{name}Storage"): Kind(name) for name in STORAGES},
    **{("torch", name): Kind(storage) for name, storage in DTYPES.items()},
    **{("torch._utils", name): stand_in for name, stand_in in UTILS.items()},
    ("torch.storage", "UntypedStorage"): None,
    ("torch", "Size"): tuple,
    ("torch", "device"): words,
}
"""What a checkpoint may name → what stands in for it."""


def read_checkpoint(data: bytes, most: int) -> Any:
    """Read a checkpoint whose parts take at most `most` bytes. Raises ArrayError."""
    if data[:32].find(MAGIC) >= 0:
        raise ArrayError(OLD)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return Parts(archive, len(data), most).read()
    except ArrayError as error:
        hint = NEEDED if str(error).startswith("it names") else ""
        raise ArrayError(f"{error}{hint}") from None
    except Exception as error:
        # zipfile and zlib each have exceptions of their own for a file that is damaged.
        raise ArrayError(f"damaged, or no checkpoint of PyTorch: {type(error).__name__}") from None


class Parts:
    """The members of an archive: the pickle, and a storage each."""

    def __init__(self, archive: zipfile.ZipFile, size: int, most: int) -> None:
        self.archive, self.size = archive, size
        pickles = [name for name in archive.namelist() if name.split("/")[1:] == ["data.pkl"] or name == "data.pkl"]
        if len(pickles) != 1:
            raise ArrayError(f"no checkpoint of PyTorch: it has no data.pkl, but {few(archive.namelist())[:80]}")
        self.prefix = pickles[0].removesuffix("data.pkl")
        if sum(info.file_size for info in archive.infolist()) > most:
            raise ArrayError(f"its tensors take more than {most >> 20} MB")
        self.storages: dict[str, Storage] = {}

    def read(self) -> Any:
        if f"{self.prefix}byteorder" in self.archive.namelist() and self.member("byteorder") != b"little":
            raise ArrayError("its numbers have the other order of bytes (big)")
        return read_pickle(self.member("data.pkl"), TORCH, self.storage)

    def storage(self, reference: Any) -> Storage:
        """Return what the pickle refers to: ("storage", type, key, device, count)."""
        if not isinstance(reference, tuple) or len(reference) < 3 or reference[0] != "storage":
            raise ArrayError("damaged: it refers to what is no storage")
        key = str(reference[2])[:80]
        if key not in self.storages:
            self.storages[key] = Storage(self.member(f"data/{key}"), reference[1])
        return self.storages[key]

    def member(self, name: str) -> bytes:
        try:
            info = self.archive.getinfo(f"{self.prefix}{name}")
        except KeyError:
            raise ArrayError(f"damaged: it has no {name}") from None
        if info.file_size > max_unpacked(min(info.compress_size, self.size)):
            raise ArrayError(f"{info.compress_size:,} bytes that claim to unpack to {info.file_size:,}")
        return self.archive.read(info)
