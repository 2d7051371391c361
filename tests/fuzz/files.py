"""Dumps, arrays, weights and tables in every format that is read, damaged: bytes, numbers, parts, members."""

import gzip
import io
import json
import pickle
import struct
import zipfile
import zlib
from random import Random

import numpy as np

CONFIG = """
layers:
  - {type: linear, W: [[0.52, -0.33, 0.81], [0.24, 0.73, -0.42]], B: [0.11, -0.26, 0.37]}
  - sigmoid
  - {type: linear, W: [[0.31, -0.62], [0.74, 0.45], [-0.53, 0.27]], B: [0.18, -0.29]}
inputs: [[1, 2], [0.5, -1.5]]
targets: [[1, 0], [0, 1]]
loss: l2
learning_rate: 0.5
"""
ARRAYS = {
    "Y1lin": np.array([[1.11, 0.87, 0.34], [0.01, -1.52, 1.405]]),
    "W1": np.array([[0.52, -0.33, 0.81], [0.24, 0.73, -0.42]], np.float32),
    "B1": np.array([0.11, -0.26, 0.37]),
    "n": np.arange(4, dtype=np.int16),
    "J": np.array(0.25),
}
ENDS = (b"\0", b"\xff", b"\x7f", b"\x80")
WORDS = (
    *(b"nan", b"inf", b"1e999", b"-", b"[", b"]", b"]]]]", b"[[[[[[", b"{", b"}", b'"', b"'", b",", b":", b"\n", b"\t"),
    *(b"...", b"tensor(", b"array([", b"dtype=", b"step 2", b"# step 3", b"---", b"=", b"e", b".", b"0" * 400, b"\x00"),
    *(
        "Δw".encode(),
        b"\xe2\x80\xae",
        b"\xf0\x9f\x92\xa5",
        b"W1_new",
        b"grad",
        b"loss",
        b"9" * 40,
        b"__proto__",
        b"null",
    ),
)
SIZES = (0, 1, 2**15, 2**16, 2**24, 2**31 - 1, 2**31, 2**32 - 1, 2**40, 2**62, 2**63 - 1, 2**64 - 1)


def archive(members):
    """A ZIP file of these members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name, data)
    return stream.getvalue()


def members_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def npy(value):
    stream = io.BytesIO()
    np.save(stream, value, allow_pickle=True)
    return stream.getvalue()


def mat():
    def element(kind, data):
        return struct.pack("<II", kind, len(data)) + data.ljust(-(-len(data) // 8) * 8, b"\0")

    found = b"MATLAB 5.0 MAT-file".ljust(124) + b"\x00\x01IM"
    for name, value in ARRAYS.items():
        flags, sizes = struct.pack("<II", 6, 0), struct.pack("<2i", *np.atleast_2d(value).shape)
        parts = element(6, flags) + element(5, sizes) + element(1, name.encode())
        matrix = element(14, parts + element(9, np.asarray(value, float).tobytes("F")))
        packed = zlib.compress(matrix)
        found += matrix if len(name) > 2 else struct.pack("<II", 15, len(packed)) + packed
    return found


def safetensors():
    header, data = {}, b""
    for name, value in ARRAYS.items():
        raw = np.asarray(value, "f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def torch():
    """A checkpoint as torch.save writes it: a pickle whose persistent ids name members of the archive."""

    def whole(*numbers):
        return f"({''.join(f'I{number}' + chr(10) for number in numbers)}t"

    def tensor(key, shape, stride):
        size = int(np.prod(shape))
        storage = f"(S'storage'\nctorch\nFloatStorage\nS'{key}'\nS'cpu'\nI{size}\ntQ"
        hooks = "I00\nccollections\nOrderedDict\n(tR"
        return f"ctorch._utils\n_rebuild_tensor_v2\n({storage}I0\n{whole(*shape)}{whole(*stride)}{hooks}tR"

    weight, bias = tensor("0", (3, 2), (2, 1)), tensor("1", (3,), (1,))
    pickled = b"\x80\x02" + f"}}(S'fc1.weight'\n{weight}S'fc1.bias'\n{bias}u.".encode()
    raw = {f"model/data/{k}": np.arange(n, dtype="f4").tobytes() for k, n in enumerate((6, 3))}
    return archive({"model/data.pkl": pickled, "model/byteorder": b"little", **raw})


def workbook():
    """A workbook of one sheet, of no more parts than it must have."""
    office, sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml", "worksheets/sheet1.xml"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"

    def related(key, kind, target):
        link = f'<Relationship Id="{key}" Type="{relations}/{kind}" Target="{target}"/>'
        return f'<Relationships xmlns="{package}/relationships">{link}</Relationships>'

    def part(name, kind):
        return f'<Override PartName="{name}" ContentType="{office}.{kind}+xml"/>'

    def cell(value):
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>' if isinstance(value, str) else f"<c><v>{value}</v></c>"

    rows = [["Y1lin"], [1.11, 0.87, 0.34], [0.01, -1.52, 1.405], [], ["B1"], [0.11, -0.26, 0.37]]
    cells = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    types = part("/xl/workbook.xml", "sheet.main") + part(f"/xl/{sheet}", "worksheet")
    sheets = '<sheets><sheet name="S" sheetId="1" r:id="s"/></sheets>'
    return archive(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types">{types}</Types>',
            "_rels/.rels": related("r", "officeDocument", "xl/workbook.xml"),
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}">{sheets}</workbook>',
            "xl/_rels/workbook.xml.rels": related("s", "worksheet", sheet),
            f"xl/{sheet}": f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>',
        }
    )


def texts():
    """What people paste and what programs print."""
    lists = {name: value.tolist() for name, value in ARRAYS.items()}
    plain = "".join(f"{name} =\n{value}\n" for name, value in ARRAYS.items())
    yaml = "".join(f"{name}: {value}\n" for name, value in lists.items())
    rows = "".join(
        f"{name}\n" + "\n".join(",".join(map(str, r)) for r in np.atleast_2d(v)) + "\n" for name, v in ARRAYS.items()
    )
    cells = [
        {"cell_type": "code", "outputs": [{"output_type": "stream", "text": plain.splitlines(True)}], "source": []}
    ]
    return {
        "d.txt": plain + "tensor([[1., 2.],\n        [3., 4.]], grad_fn=<AddmmBackward0>)\nloss: 0.5 step 2\n",
        "d.json": json.dumps([lists, lists]),
        "d.yaml": yaml + "---\n" + yaml,
        "d.csv": rows,
        "e.csv": "case,step,name,row,column,value\n1,1,Y1lin,0,0,1.11\n1,1,Y1lin,0,1,0.87\n",
        "d.tsv": rows.replace(",", "\t"),
        "d.ipynb": json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}),
    }


DUMPS = {
    **{name: text.encode() for name, text in texts().items()},
    "d.npz": archive({f"{name}.npy": npy(value) for name, value in ARRAYS.items()}),
    "d.npy": npy(ARRAYS["W1"]),
    "o.npy": npy(np.array(ARRAYS, object)),
    "d.pkl": pickle.dumps(ARRAYS, 4),
    "d.pt": torch(),
    "d.mat": mat(),
    "d.safetensors": safetensors(),
    "d.xlsx": workbook(),
}
"""Dumps by the name of their file."""
NUMBERS = {
    "x.npy": DUMPS["d.npy"],
    "x.npz": DUMPS["d.npz"],
    "x.csv": b"a,b,c\n1,2,3\n4,5,6\n",
    "x.txt": b"1 2 3\n4 5 6.5\n",
    "x.csv.gz": gzip.compress(b"1,2\n3,4\n", mtime=0),
    "x-idx2-ubyte": bytes([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6]),
    "x-idx1-ubyte.gz": gzip.compress(bytes([0, 0, 8, 1, 0, 0, 0, 2, 1, 2]), mtime=0),
}
"""Files that configs name as inputs."""
WEIGHTS = {"w.npz": DUMPS["d.npz"], "w.safetensors": DUMPS["d.safetensors"], "w.pt": DUMPS["d.pt"]}
TABLES = {
    "t.csv": b"age;island;mass;species\n3,5;Dream;;Adelie\n4;Biscoe;12,5;Gentoo\nNA;Dream;1.000,5;Adelie\n",
    "u.csv": b'\xef\xbb\xbf"a b",c,when\r\n1,"x,""y",2024-01-02\r\n2,z,2024-02-03\r\n',
    "t.tsv": "größe\twort\n1\tä\n2\tö\n".encode("utf-16"),
    "t.json": b'[{"a": 1, "b": "x"}, {"a": 2.5, "b": null}]',
}


def damaged(data: bytes, random: Random) -> bytes:
    """Change the bytes of a file in up to three places, or those of a member of an archive, or of what is packed."""
    if data[:2] == b"PK" and random.random() < 0.8:
        members = members_of(data)
        name = random.choice(list(members))
        changed = members | {name: cut(members[name], random)}
        if random.random() < 0.1:
            changed[random.choice(("../x.npy", "a/b.npy", ".npy", name + "/", "W" * 300 + ".npy"))] = members[name]
        return archive(changed)
    if data[:2] == b"\x1f\x8b" and random.random() < 0.7:
        return gzip.compress(cut(gzip.decompress(data), random), mtime=0)
    return cut(data, random)


def cut(data: bytes, random: Random) -> bytes:
    for _ in range(random.randint(1, 3)):
        data = random.choice(CUTS)(bytearray(data), random, random.randint(0, len(data)))
    return bytes(data)


def sized(data, random, at):
    """A number of a header, as large as it can be."""
    form = random.choice(("<H", "<I", "<Q", ">I", ">Q"))
    raw = struct.pack(form, random.choice(SIZES) & (2 ** (8 * struct.calcsize(form)) - 1))
    return data[:at] + raw + data[at + len(raw) :]


CUTS = (
    lambda data, random, at: data[:at],
    lambda data, random, at: data[:at] + data[at + random.randint(1, 40) :],
    lambda data, random, at: data[:at] + data[max(0, at - random.randint(1, 40)) :],
    lambda data, random, at: data[:at] + bytes([random.randrange(256)]) + data[at + 1 :],
    lambda data, random, at: data[:at] + bytes([random.randrange(256)]) + data[at + 1 :],
    lambda data, random, at: data[:at] + random.choice(ENDS) * random.randint(1, 9) + data[at:],
    lambda data, random, at: data[:at] + random.choice(WORDS) + data[at:],
    lambda data, random, at: data[:at] + random.choice(WORDS) + data[at + 1 :],
    lambda data, random, at: data[:at] + random.choice(list(DUMPS.values()))[: random.randint(0, 200)] + data[at:],
    sized,
)
"""Ends early, lacks a part, has one twice, another byte, more of them, a word, a part of another file, a number."""
