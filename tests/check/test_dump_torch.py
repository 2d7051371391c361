"""Checkpoints of PyTorch and files of safetensors are read without these packages, and nothing is run."""

import io
import json
import os
import pickle
import tracemalloc
import zipfile

import numpy as np
import pytest

from mlpcli.check.claims.dumps import read_dump
from mlpcli.errors import InputError
from mlpcli.files.streams import ArrayError
from mlpcli.files.unpickle import read_pickle


class Named:
    """What a pickle refers to by name, from a module that need not be there."""

    def __init__(self, module, name):
        self.module, self.name = module, name


class Call:
    """What a pickle calls."""

    def __init__(self, function, *arguments, state=None):
        self.function, self.arguments, self.state = function, arguments, state


class Storage:
    def __init__(self, kind, key="0", numel=0):
        self.reference = ("storage", Named("torch", kind) if isinstance(kind, str) else kind, key, "cpu", numel)


def opcodes(value):
    """The pickle of a value, as PyTorch writes it, in its plainest opcodes."""
    if isinstance(value, Named):
        return f"c{value.module}\n{value.name}\n".encode()
    if isinstance(value, Call):
        built = opcodes(value.function) + opcodes(value.arguments) + b"R"
        return built if value.state is None else built + opcodes(value.state) + b"b"
    if isinstance(value, Storage):
        return opcodes(value.reference) + b"Q"
    if isinstance(value, tuple):
        return b"(" + b"".join(map(opcodes, value)) + b"t"
    if isinstance(value, list):
        return b"](" + b"".join(map(opcodes, value)) + b"e"
    if isinstance(value, dict):
        return b"}(" + b"".join(opcodes(key) + opcodes(item) for key, item in value.items()) + b"u"
    return pickle.dumps(value, 2)[2:-1]


def tensor(kind="FloatStorage", offset=0, size=(2, 3), stride=(3, 1), key="0", rest=()):
    hooks = Call(Named("collections", "OrderedDict"))
    rebuild = "_rebuild_tensor_v3" if rest else "_rebuild_tensor_v2"
    return Call(Named("torch._utils", rebuild), Storage(kind, key), offset, size, stride, False, hooks, *rest)


def checkpoint(root, storages=None, members=(), compression=zipfile.ZIP_STORED, order="little"):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        archive.writestr("d/data.pkl", root if isinstance(root, bytes) else b"\x80\x02" + opcodes(root) + b".")
        archive.writestr("d/byteorder", order)
        for key, array in (storages or {"0": np.arange(6, dtype=np.float32)}).items():
            archive.writestr(f"d/data/{key}", array if isinstance(array, bytes) else array.tobytes())
        for name, data in members:
            archive.writestr(name, data)
    return stream.getvalue()


@pytest.fixture
def read(tmp_path):
    def written_and_read(data, name="d.pt"):
        (tmp_path / name).write_bytes(data)
        return {claim.name: claim for claim in read_dump(str(tmp_path / name))[1]}

    return written_and_read


@pytest.fixture
def refused(tmp_path):
    """A function that returns why a file is refused, in one line and little memory."""

    def message(data, name="d.pt"):
        (tmp_path / name).write_bytes(data)
        tracemalloc.start()
        with pytest.raises(InputError) as error:
            read_dump(str(tmp_path / name))
        assert tracemalloc.get_traced_memory()[1] < 50e6 + 3 * len(data)
        tracemalloc.stop()
        assert "\n" not in str(error.value)
        assert len(str(error.value).removeprefix(str(tmp_path))) < 300
        return str(error.value)

    return message


def test_a_state_dict(read):
    ordered = Call(
        Named("collections", "OrderedDict"), [("0.weight", tensor()), ("0.bias", tensor(size=(2,), stride=(1,)))]
    )
    ordered.state = {"_metadata": Call(Named("collections", "OrderedDict"))}
    claims = read(checkpoint(ordered))
    assert claims["0.weight"].written.value.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert claims["0.bias"].written.value.tolist() == [0, 1]
    assert claims["0.weight"].written.eps == 2.0**-23


def test_what_a_checkpoint_may_hold(read):
    parameter = Call(
        Named("torch._utils", "_rebuild_parameter"), tensor(), True, Call(Named("collections", "OrderedDict"))
    )
    claims = read(
        checkpoint(
            {
                "model": {"fc1": {"weight": parameter, "bias": tensor()}, "fc2": {"weight": tensor()}},
                "grads": {"W1": tensor()},
                "optimizer": {"state": {0: {"step": tensor()}}, "param_groups": [{"lr": 0.1}]},
                "size": Call(Named("torch", "Size"), (2, 3)),
                "device": Call(Named("torch", "device"), "cpu"),
                "epoch": 3,
            },
        ),
        "d.pth",
    )
    assert list(claims) == ["fc1.weight", "fc1.bias", "fc2.weight", "grads[W1]", "size", "device", "epoch"]
    assert [name for name, claim in claims.items() if claim.note] == ["device"]


@pytest.mark.parametrize(
    ("size", "stride", "offset", "expected"),
    [
        ((3, 2), (1, 3), 0, [[0, 3], [1, 4], [2, 5]]),
        ((2,), (2,), 1, [1, 3]),
        ((), (), 5, 5),
        ((2, 2), (0, 1), 4, [[4, 5], [4, 5]]),
        ((0, 3), (3, 1), 0, []),
    ],
)
def test_strides_and_offsets(read, size, stride, offset, expected):
    claims = read(checkpoint(tensor(size=size, stride=stride, offset=offset)), "W1.pt")
    assert claims["W1"].written.value.tolist() == expected


@pytest.mark.parametrize(
    ("kind", "dtype", "eps"),
    [
        ("DoubleStorage", np.float64, 0),
        ("HalfStorage", np.float16, 2.0**-10 / 25),
        ("LongStorage", np.int64, 0),
        ("IntStorage", np.int32, 0),
        ("ByteStorage", np.uint8, 0),
    ],
)
def test_number_types(read, kind, dtype, eps):
    claims = read(checkpoint([tensor(kind)], {"0": np.arange(6, dtype=dtype)}), "W.pt")
    assert claims["W[0]"].written.value.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert claims["W[0]"].written.eps == eps


def brain(values):
    return (np.array(values, np.float32).view(np.uint32) >> 16).astype(np.uint16)


def test_bfloat16_is_as_exact_as_it_is(read):
    claim = read(checkpoint({"W1": tensor("BFloat16Storage")}, {"0": brain([0, 0.5, 1, 1.5, -2, 3])}))["W1"]
    assert claim.written.value.tolist() == [[0, 0.5, 1], [1.5, -2, 3]]
    assert (claim.written.eps, claim.written.half_unit.max() < 0.1) == (2.0**-7 / 25, True)


def test_types_that_stand_beside_their_bytes(read):
    kind, dtype = Named("torch.storage", "UntypedStorage"), Named("torch", "uint16")
    claims = read(checkpoint({"W1": tensor(kind, rest=(dtype,))}, {"0": np.arange(6, dtype=np.uint16)}))
    assert claims["W1"].written.value.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_complex_and_boolean_tensors_have_a_note(read):
    tensors = {"c1": tensor("ComplexFloatStorage"), "b1": tensor("BoolStorage", key="1")}
    claims = read(checkpoint(tensors, {"0": np.zeros(6, np.complex64), "1": np.zeros(6, bool)}))
    assert [claim.note for claim in claims.values()] == ["it is complex", "it is boolean"]


@pytest.mark.parametrize(
    ("root", "why"),
    [
        (tensor(size=(2, 4), stride=(4, 1)), "lies outside of its storage"),
        (tensor(offset=1), "lies outside of its storage"),
        (tensor(offset=-1), "lies outside of its storage"),
        (tensor(size=(2,), stride=(-1,)), "lies outside of its storage"),
        (tensor(size=(-2, -3)), "lies outside of its storage"),
        (tensor(size=(2**20, 2**20), stride=(0, 0)), "more than 1,073,741,824 numbers"),
        ({"Y1": tensor(size=(10_000, 10_000), stride=(0, 0))}, "more than 10,000,000 numbers"),
        (tensor(size=(2,)), "damaged"),
        (tensor(key="7"), "it has no data/7"),
        (tensor(key="../data.pkl"), "it has no data/../data.pkl"),
        (tensor("QUInt8Storage"), "it names torch.QUInt8Storage, which is never loaded; save numbers alone"),
        (Call(Named("torch.nn.modules.container", "Sequential")), "it names torch.nn.modules.container.Sequential"),
        (Call(Named("__main__", "Net")), "it names __main__.Net, which is never loaded; save numbers alone"),
        (Call(Named("os", "system"), "touch pwned"), "it names os.system, which is never loaded"),
        (Call(Named("torch", "load"), "d.pt"), "it names torch.load"),
        (Call(Named("torch._utils", "_rebuild_tensor_v2"), 1, 0, (2,), (1,)), "a tensor without numbers"),
        (Call(Named("torch._utils", "_rebuild_tensor_v2")), "damaged: TypeError"),
        (Call(Named("torch._utils", "_rebuild_tensor_v2"), Storage(3), 0, (2,), (1,)), "a tensor without numbers"),
        (b"\x80\x02K\x01Q.", "it refers to what is no storage"),
        (b"\x80\x02", "damaged: EOFError"),
        (b"", "damaged: EOFError"),
        ([1, 2], "it holds no dict of arrays"),
    ],
)
def test_hostile_checkpoints(refused, tmp_path, monkeypatch, root, why):
    monkeypatch.chdir(tmp_path)
    assert why in refused(checkpoint(root))
    assert not os.path.exists("pwned")


def test_other_archives(refused):
    stream = io.BytesIO()
    np.savez(stream, Y1=np.zeros(2))
    assert "it has no data.pkl, but Y1.npy" in refused(stream.getvalue())
    assert "it has no data.pkl" in refused(checkpoint({}, members=[("e/data.pkl", b"")]))
    assert "the other order of bytes" in refused(checkpoint({}, order="big"))


def test_a_zip_bomb(refused):
    data = checkpoint(tensor(), {"0": bytes(100 * 2**20)}, compression=zipfile.ZIP_DEFLATED)
    assert "its tensors take more than 76 MB" in refused(data)
    data = checkpoint(tensor(), {"0": bytes(70 * 2**20)}, compression=zipfile.ZIP_DEFLATED)
    assert "claim to unpack to 73,400,320" in refused(data)


@pytest.mark.parametrize("data", [b"", b"nothing", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"\x80\x02]."])
def test_no_checkpoint(refused, data):
    assert "damaged, or no checkpoint of PyTorch" in refused(data) or "it has no data.pkl" in refused(data)


def test_the_older_format(refused):
    assert "before 1.6" in refused(pickle.dumps(0x1950A86A20F9469CFC6C, 2) + b"...")


def test_every_cut_of_a_checkpoint_is_refused(refused):
    data = checkpoint({"W1": tensor()})
    for end in range(0, len(data), 7):
        assert "damaged" in refused(data[:end])


def test_pickles_refer_to_nothing_outside():
    with pytest.raises(ArrayError, match="outside"):
        read_pickle(b"\x80\x02K\x01Q.")


def test_what_pytorch_writes(tmp_path):
    torch = pytest.importorskip("torch")
    net = torch.nn.Linear(3, 2)
    torch.save(net.state_dict(), tmp_path / "d.pt")
    claims = read_dump(str(tmp_path / "d.pt"))[1]
    assert [claim.name for claim in claims] == ["weight", "bias"]
    np.testing.assert_array_equal(claims[0].written.value, net.weight.detach().numpy())
    torch.save(net, tmp_path / "d.pt")
    with pytest.raises(InputError, match=r"it names torch\.nn"):
        read_dump(str(tmp_path / "d.pt"))


def safe(header, body=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + body


def entry(dtype="F32", shape=(2,), offsets=(0, 8)):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets)}


def test_safetensors(read):
    arrays = {"F64": np.float64, "F32": np.float32, "F16": np.float16, "I64": np.int64, "I32": np.int32, "U8": np.uint8}
    body, header = b"", {"__metadata__": {"format": "pt"}}
    for name, dtype in arrays.items():
        data = np.arange(4, dtype=dtype).reshape(2, 2).tobytes()
        header[name] = entry(name, (2, 2), (len(body), len(body) + len(data)))
        body += data
    header["BF16"] = entry("BF16", (), (len(body), len(body) + 2))
    header["F8_E4M3"] = entry("F8_E4M3", (2,), (len(body), len(body) + 2))
    claims = read(safe(header, body + brain([1.5]).tobytes()), "d.safetensors")
    assert all(claims[name].written.value.tolist() == [[0, 1], [2, 3]] for name in arrays)
    assert (claims["BF16"].written.value.tolist(), claims["BF16"].written.eps) == (1.5, 2.0**-7 / 25)
    assert claims["F8_E4M3"].note == "it is no array of numbers"


def test_what_the_package_safetensors_writes(read):
    package = pytest.importorskip("safetensors.numpy")
    claims = read(package.save({"W1": np.arange(4.0).reshape(2, 2)}), "d.safetensors")
    assert claims["W1"].written.value.tolist() == [[0, 1], [2, 3]]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\1",
        b"\xff" * 8,
        (2**40).to_bytes(8, "little") + b"{}",
        safe(b"[1]"),
        safe(b"\xff"),
        safe(b"{"),
        safe(b"[" * 100_000),
        safe({"W1": 1}),
        safe({"W1": entry()}),
        safe({"W1": entry(offsets=(8, 0))}, bytes(8)),
        safe({"W1": entry(offsets=(-8, 0))}, bytes(8)),
        safe({"W1": entry(offsets=(0, 4))}, bytes(8)),
        safe({"W1": entry(shape=(2**62, 4), offsets=(0, 8))}, bytes(8)),
        safe({"W1": entry(shape=(-1, -2), offsets=(0, 8))}, bytes(8)),
        safe({"W1": entry(shape=("a",))}, bytes(8)),
        safe({"W1": entry(offsets=(0.0, 8.0))}, bytes(8)),
    ],
)
def test_hostile_safetensors(refused, data):
    assert "d.safetensors: damaged" in refused(data, "d.safetensors")
