"""Files that mean harm: `python -m tests.fuzz.hostile write` writes them into the current folder, and another process
with `read` reads each; it exits 1 if one succeeds.

Every reader of files from outside has some of every kind that its format allows: cut short, with sizes that lie, small
files that unpack to large ones, values that hold themselves, code.
"""

import faulthandler
import gzip
import io
import json
import os
import pickle
import signal
import struct
import sys
import traceback
import zipfile
import zlib
from functools import cache
from pathlib import Path

import numpy as np

from mlpcli.check.claims.dumps import read_dump
from mlpcli.config.load import load
from mlpcli.errors import InputError
from mlpcli.files.arrays import read_array
from mlpcli.files.streams import ArrayError
from mlpcli.files.weights import read_weights

from .__main__ import MEMORY, SECONDS, limit, peak
from .files import DUMPS, NUMBERS, archive, members_of, npy

HUGE = 2**60
BOMB = 256
"""Megabytes that a small file unpacks to: more than a reader may take."""
PROOF = "code-was-run"
RUN = f"touch {PROOF}"


class Code:
    def __reduce__(self):
        return os.system, (RUN,)


class Eval:
    def __reduce__(self):
        return eval, (f"__import__('os').system({RUN!r})",)


def doubled(depth=60):
    """A pickled list whose items are twice the list before, by reference: 2^60 items in a few hundred bytes."""
    found = [0.5]
    for _ in range(depth):
        found = [found, found]
    return found


def itself():
    found = [1.0]
    found.append(found)
    return found


def header(shape, length=None):
    """A file of numpy's whose header promises a shape, or is said to be of another length."""
    text = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x02\x00" + struct.pack("<I", len(text) if length is None else length) + text + bytes(64)


def zeros(megabytes):
    return bytes(megabytes * 2**20)


def packed(name, data, says=None):
    """An archive of one member, whose size is said to be another."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file:
        file.writestr(name, data)
    found = stream.getvalue()
    return found if says is None else found.replace(struct.pack("<I", len(data)), struct.pack("<I", says))


def torch(pickled, **members):
    return archive({"m/data.pkl": pickled, "m/byteorder": b"little", "m/data/0": bytes(8), **members})


def tensor(size, stride, numel=2):
    """A tensor of a checkpoint; a stride of 0 lets two numbers be as many as one likes."""
    storage = f"(S'storage'\nctorch\nFloatStorage\nS'0'\nS'cpu'\nI{numel}\ntQ"
    shape = f"(I{size}\nt(I{stride}\nt"
    text = f"}}S'w'\nctorch._utils\n_rebuild_tensor_v2\n({storage}I0\n{shape}I00\nccollections\nOrderedDict\n(tRtRs."
    return b"\x80\x02" + text.encode()


def mat(kind, length, data):
    return b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM" + struct.pack("<II", kind, length) + data


def safe(head, length=None, data=b""):
    text = head if isinstance(head, bytes) else json.dumps(head).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def sheet(**changes):
    return archive(members_of(DUMPS["d.xlsx"]) | {name.replace("__", "/"): data for name, data in changes.items()})


ALIASES = "a0: &a0 [1, 1]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 20))
LAUGHS = '<!DOCTYPE w [<!ENTITY a "haha">' + "".join(
    f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9)
)
YAML = {
    "cut short": lambda: b"Y1lin: [[1, 2",
    "aliases that grow": lambda: ALIASES.encode(),
    "a list that holds itself": lambda: b"W1: &a [1, *a]",
    "code": lambda: f"!!python/object/apply:os.system ['{RUN}']".encode(),
    "a name in Python": lambda: b"W1: !!python/name:os.system",
    "deep": lambda: b"W1: " + b"[" * 200_000,
    "a number of many digits": lambda: b"W1: [[0." + b"9" * 30_000_000 + b"]]",
    "no text": lambda: b"\xff\xfe\xfd" * 1000,
}
JSON = {
    "cut short": lambda: b'{"W1": [[1, 2',
    "deep": lambda: b'{"W1": ' + b"[" * 500_000 + b"]" * 500_000 + b"}",
    "a number of many digits": lambda: b'{"W1": [[' + b"9" * 3_000_000 + b"]]}",
    "a key twice": lambda: b'{"W1": [[1]], "W1": [[2]]}',
    "lone surrogates": lambda: b'{"\\ud800": [[1]]}' + b"\xed\xa0\x80",
}
ROWS = {
    "a quote that never ends": lambda: b'W1,"' + b"1," * 500_000,
    "binary": lambda: bytes(range(256)) * 1000,
    "a formula": lambda: f"W1\n=cmd|' /C {RUN}'!A0,1\n".encode(),
    "many columns": lambda: b"W1\n" + b"1," * 3_000_000 + b"\n",
}
ARCHIVES = {
    "cut short": lambda: DUMPS["d.npz"][:-30],
    "a bomb": lambda: packed("W1.npy", header((BOMB << 17,)) + zeros(BOMB)),
    "sizes that lie": lambda: packed("W1.npy", header((HUGE,)), 2**31),
    "a shape that lies": lambda: archive({"W1.npy": header((2**40, 2**40))}),
    "a header that lies": lambda: archive({"W1.npy": header((2,), 2**31)}),
    "code": lambda: archive({"W1.npy": npy(np.array(Code(), object))}),
}
PICKLES = {
    "cut short": lambda: DUMPS["d.pkl"][:-20],
    "code": lambda: pickle.dumps({"W1": Code()}),
    "code in an old protocol": lambda: pickle.dumps(Eval(), 0),
    "an instance": lambda: f"(S'{RUN}'\nios\nsystem\n.".encode(),
    "lists that grow": lambda: pickle.dumps({"W1": doubled()}),
    "a list that holds itself": lambda: pickle.dumps({"W1": itself()}),
    "a length that lies": lambda: b"\x80\x04\x8e" + struct.pack("<Q", HUGE) + b"x.",
    "an index that lies": lambda: b"\x80\x04r" + struct.pack("<I", 2**32 - 1) + b"N.",
    "deep": lambda: b"\x80\x04" + b"(" * 500_000 + b"t" * 500_000 + b".",
}
TORCHES = {
    "cut short": lambda: DUMPS["d.pt"][:-40],
    "code": lambda: torch(pickle.dumps({"w": Code()}, 2)),
    "an old file with code": lambda: pickle.dumps(0x1950A86A20F9469CFC6C, 2) + pickle.dumps(Code(), 2),
    "numbers repeated by a stride of 0": lambda: torch(tensor(2**33, 0)),
    "a storage that lies": lambda: torch(tensor(2**40, 1, 2**40)),
    "a bomb": lambda: torch(tensor(BOMB << 18, 1, BOMB << 18), **{"m/data/0": zeros(BOMB)}),
    "lists that grow": lambda: torch(pickle.dumps({"w": doubled()}, 2)),
}
SAFE = {
    "cut short": lambda: DUMPS["d.safetensors"][:-9],
    "a length that lies": lambda: safe({}, 2**63 - 1),
    "a shape that lies": lambda: safe({"w": {"dtype": "F64", "shape": [HUGE], "data_offsets": [0, 8]}}, None, bytes(8)),
    "offsets that lie": lambda: safe({"w": {"dtype": "F64", "shape": [1], "data_offsets": [HUGE, HUGE + 8]}}),
    "deep": lambda: safe(b"[" * 100_000),
}
IDX = {
    "cut short": lambda: NUMBERS["x-idx2-ubyte"][:-3],
    "sizes that lie": lambda: bytes([0, 0, 14, 4]) + struct.pack(">4I", *[2**32 - 1] * 4),
    "many dimensions": lambda: bytes([0, 0, 8, 255]) + struct.pack(">255I", *[2] * 255),
}
CORPUS = {
    ("config", "c.yaml"): YAML
    | {"extends itself": lambda: b"extends: c.yaml\n", "a device": lambda: b"extends: /dev/zero"},
    ("dump", "d.yaml"): YAML,
    ("dump", "d.json"): JSON,
    ("dump", "d.csv"): ROWS,
    ("dump", "d.tsv"): ROWS,
    ("dump", "d.txt"): {
        "deep": lambda: b"W1 = " + b"[" * 500_000,
        "a number of many digits": lambda: b"W1 = " + b"9" * 30_000_000,
        "letters without blanks": lambda: b"abcdefghij" * 3_000_000,
        "words": lambda: b"abcdef ghij " * 2_500_000,
        "binary": ROWS["binary"],
    },
    ("dump", "d.npy"): {
        "cut short": lambda: DUMPS["d.npy"][:-3],
        "a shape that lies": lambda: header((HUGE,)),
        "a header that lies": lambda: header((2,), 2**31),
        "code": lambda: npy(np.array(Code(), object)),
    },
    ("dump", "d.npz"): ARCHIVES,
    ("dump", "d.pkl"): PICKLES,
    ("dump", "d.pt"): TORCHES,
    ("dump", "d.safetensors"): SAFE,
    ("dump", "d.mat"): {
        "cut short": lambda: DUMPS["d.mat"][:-50],
        "a length that lies": lambda: mat(14, 2**32 - 8, bytes(64)),
        "a bomb": lambda: mat(15, (n := len(bomb := zlib.compress(zeros(BOMB), 1))), bomb + bytes(-n % 8)),
        "a dimension below 0": lambda: DUMPS["d.mat"].replace(struct.pack("<2i", 2, 3), struct.pack("<2i", -1, 3)),
        "HDF5 of version 7.3": lambda: b"MATLAB 7.3 MAT-file".ljust(128) + b"\x89HDF\r\n\x1a\n" + bytes(100),
    },
    ("dump", "d.xlsx"): {
        "cut short": lambda: DUMPS["d.xlsx"][:-60],
        "a bomb": lambda: sheet(**{"xl__worksheets__sheet1.xml": zeros(BOMB)}),
        "entities that grow": lambda: sheet(**{"xl__worksheets__sheet1.xml": LAUGHS + "]><w>&j;</w>"}),
        "a file of this machine": lambda: sheet(
            **{"xl__worksheets__sheet1.xml": '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]><w>&a;</w>'}
        ),
    },
    ("dump", "d.onnx"): {  # written, not read
        "a model": lambda: b"\x08\x08\x12\x03mlp:\xc8\x01" + bytes(range(200)),
        "a file elsewhere": lambda: b"\x08\x08:\x1cj\x1a\n\x08location\x12\x0e../../etc/passwd",
    },
    ("dump", "d.ipynb"): {
        "cut short": lambda: DUMPS["d.ipynb"][:-60],
        "deep": lambda: b'{"cells": ' + b"[" * 500_000,
        "cells that are none": lambda: b'{"cells": [1, null, {"cell_type": "code", "outputs": [{"data": 7}]}]}',
    },
    ("array", "x.npy"): {"a shape that lies": lambda: header((HUGE,)), "code": lambda: npy(np.array(Code(), object))},
    ("array", "x.npz"): ARCHIVES,
    ("array", "x.csv"): ROWS | {"a number of many digits": lambda: b"x,y\n" + b"9" * 30_000_000 + b",1\n"},
    ("array", "x.csv.gz"): {
        "a bomb": lambda: gzip.compress(b"1,2\n" * (BOMB << 18), 1, mtime=0),
        "a bomb without lines": lambda: gzip.compress(zeros(BOMB), 1, mtime=0),
        "cut short": lambda: NUMBERS["x.csv.gz"][:-9],
    },
    ("array", "x-idx2-ubyte"): IDX,
    ("array", "x-idx2-ubyte.gz"): {
        "a bomb": lambda: gzip.compress(
            bytes([0, 0, 8, 2]) + struct.pack(">2I", BOMB, 2**20) + zeros(BOMB), 1, mtime=0
        ),
        "cut short": lambda: gzip.compress(NUMBERS["x-idx2-ubyte"], mtime=0)[:-9],
    },
    ("weights", "w.npz"): ARCHIVES,
    ("weights", "w.pt"): TORCHES,
    ("weights", "w.safetensors"): SAFE,
}
"""What is read, by which reader → the harm that is meant → the file."""
ALLOWED = {("d.csv", "a formula"), ("d.tsv", "a formula")}
"""What may be read, as it does no harm; so does a claim that is noted to be none."""
READERS = {
    "config": lambda name: load(name, "furthest"),
    "dump": read_dump,
    "array": lambda name: read_array(Path(name), "W1" if name.endswith("npz") else None),
    "weights": lambda name: read_weights(Path(name)),
}


def harm(kind: str, name: str, what: str) -> str:
    """Read one, in the folder where it is; return what is wrong with how it is refused."""
    before = peak()
    limit(SECONDS)
    try:
        found = READERS[kind](name)
        noted = kind == "dump" and all(claim.note for claims in found.values() for claim in claims)
        said = "" if noted or (name, what) in ALLOWED else "it is read"
    except (InputError, ArrayError) as error:
        line = str(error).splitlines()
        said = "" if line and all(one.isprintable() and len(one) < 500 for one in line) else f"it says {str(error)!r}"
    except Exception:
        said = traceback.format_exc(limit=-4)
    finally:
        limit(0)
    said += " code was run" if Path(PROOF).exists() else ""
    return said + (f" {(peak() - before) >> 20} MB" if peak() - before > MEMORY else "")


CASES = [(kind, name, what, make) for (kind, name), files in CORPUS.items() for what, make in files.items()]


def write() -> int:
    """Write them, each into a folder of its own: that takes memory, which another process is spared."""
    made = cache(lambda make: make())
    for number, (_, name, _, make) in enumerate(CASES):
        folder = Path(str(number))
        folder.mkdir()
        (folder / name).write_bytes(made(make))
    return 0


def read() -> int:
    """Read them one after the other."""
    found, root = 0, Path.cwd()
    for number, (kind, name, what, _) in enumerate(CASES):
        print(f"{kind} {name}, {what}", end=": ", flush=True)
        os.chdir(root / str(number))
        said = harm(kind, name, what)
        print(said or "refused", flush=True)
        found += bool(said)
    return int(found > 0)


if __name__ == "__main__":
    if hasattr(signal, "SIGPROF"):
        faulthandler.register(signal.SIGPROF, chain=True)
    sys.exit({"write": write, "read": read}[sys.argv[1]]())
