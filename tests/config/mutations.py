"""Valid configs, damaged: as trees of YAML values, as text and as bytes."""

from hypothesis import strategies as st

CLASSIC = {
    "layers": [
        {"type": "linear", "W": [[4, 2], [5, 4]], "B": [0, 0]},
        "relu",
        {"type": "batchnorm", "eps": "1e-3", "alpha": 0.9, "freeze": ["beta"]},
        "softmax",
    ],
    "inputs": [[4, 3], [1, 0]],
    "targets": [[1, 0], [0, 1]],
    "loss": "softmax_cross_entropy",
    "optimizer": {"type": "sgd", "learning_rate": 0.1, "momentum": 0.9},
    "conventions": {"preset": "torch", "layout": "in_out", "average": ["W"]},
    "expect": {"Y1lin": [[31, 20], [4, 2]], "L": [1.5, 2]},
}
OTHERS = {
    "title": "one layer",
    "layers": [{"type": "linear", "W": [[1], [2]], "layout": "in_out"}, {"type": "leaky_relu", "slope": 0.1}],
    "inputs": [[1, 2], [3, 4], [5, 6]],
    "targets": {"classes": [1, 1, 1], "first": 1},
    "loss": "l2",
    "learning_rate": 1,
    "mode": "train",
    "seed": 3,
}
GIVEN = {
    "layers": ["sigmoid", "tanh"],
    "inputs": {"file": "x.csv", "columns": "0:2", "divide": 2},
    "grad_output": [[1, 2]],
    "conventions": "torch",
}
VALID = (CLASSIC, OTHERS, GIVEN)

KEYS = (
    "layers",
    "layer",
    "type",
    "W",
    "inputs",
    "loss",
    "extends",
    "expect",
    "file",
    "key",
    "columns",
    "classes",
    "preset",
    "<<",
    "",
    "ключ",
    "a\nb",
    "x" * 300,
    "\x1b[31m",
    "place",
    "gamma",
    "mode",
)
WORDS = (
    *("", "~", "null", "yes", "on", "True", "relu", "reul", "linear", "torch", "l2", "a.npz", "x.csv", "/", "..", "-"),
    *("nan", ".inf", "-.INF", "1e400", "-1e308", "1e308", "5e-324", "1e-3", "010", "0x10", "1_0", "9" * 30, "1" * 400),
    *("-1", "0", "-0", "1.5", "+.5e+5", "é", "\u202e", "\U0001f4a5", "\ufeff", "\x85", "\u2028", "1\n2", "\t", "{}"),
    *("*a", "&a", "!!python/name:os.system", "!x", "- ", "? ", "# ", "%", "@", "`", "'", '"', "y: z", "|", ">"),
)
VALUES = st.sampled_from((*WORDS, [], {}, [[]], [[[]]], [[1], [2, 3]], [[1, 2]], {"type": "relu"}, {"a": {"b": []}}))
PIECES = (
    *("\t", "\0", "\x07", "\r", "\x85", "\ufeff", "\ud800", "---\n", "...\n", "%YAML 9.9\n", "\n", "  ", "é", "\xff"),
    *("&a ", "*a ", "!!x ", "[", "]", "{", "}", ": ", ", ", "'", '"', "#", "| ", "<<: ", "? ", "1e999"),
)


def places(tree, path=()):
    """The paths of all values."""
    yield path
    children = enumerate(tree) if isinstance(tree, list) else tree.items() if isinstance(tree, dict) else ()
    for key, child in children:
        yield from places(child, (*path, key))


def changed(tree, path, change):
    """The tree with the children at the path changed by a function of (pairs, the last key) → pairs."""
    *way, last = path
    pairs = list(enumerate(tree)) if isinstance(tree, list) else list(tree.items())
    if way:
        pairs = [(key, changed(child, path[1:], change) if key == way[0] else child) for key, child in pairs]
    else:
        pairs = change(pairs, last)
    return [child for _, child in pairs] if isinstance(tree, list) else Pairs(pairs)


class Pairs(dict):
    """A mapping that may hold a key twice when it is written."""

    def __init__(self, pairs):
        super().__init__(pairs)
        self.pairs = pairs


CHANGES = {
    "replace": lambda value, key: lambda pairs, last: [(k, value if k == last else v) for k, v in pairs],
    "delete": lambda value, key: lambda pairs, last: [(k, v) for k, v in pairs if k != last],
    "rename": lambda value, key: lambda pairs, last: [(key if k == last else k, v) for k, v in pairs],
    "repeat": lambda value, key: lambda pairs, last: [pair for pair in pairs for _ in range(1 + (pair[0] == last))],
    "insert": lambda value, key: lambda pairs, last: [*pairs, (key, value)],
    "wrap": lambda value, key: lambda pairs, last: [(k, [v] if k == last else v) for k, v in pairs],
    "bury": lambda value, key: lambda pairs, last: [(k, {key: v} if k == last else v) for k, v in pairs],
}


def written(tree):
    """The tree as YAML in one line; words stay as they are, so that they may be read as something else."""
    if isinstance(tree, list):
        return f"[{', '.join(map(written, tree))}]"
    if isinstance(tree, dict):
        return f"{{{', '.join(f'{k}: {written(v)}' for k, v in getattr(tree, 'pairs', tree.items()))}}}"
    return str(tree)


def document(tree):
    """The tree as YAML, a top key a line where it is still a mapping."""
    if not isinstance(tree, dict):
        return written(tree)
    return "".join(f"{key}: {written(value)}\n" for key, value in getattr(tree, "pairs", tree.items()))


@st.composite
def trees(draw):
    """A valid config with up to three changes."""
    tree = draw(st.sampled_from(VALID))
    for _ in range(draw(st.integers(0, 3))):
        paths = [path for path in places(tree) if path]
        if paths:
            change = CHANGES[draw(st.sampled_from(sorted(CHANGES)))]
            tree = changed(tree, draw(st.sampled_from(paths)), change(draw(VALUES), draw(st.sampled_from(KEYS))))
    return document(tree)


@st.composite
def texts(draw):
    """A config whose text was cut, or has pieces where they do not belong."""
    text = draw(trees())
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        piece = draw(st.sampled_from(PIECES))
        text = draw(st.sampled_from((text[:at] + piece + text[at:], text[:at], text[:at] + piece + text[at + 1 :])))
    return text


@st.composite
def damaged(draw):
    """Bytes that were a config once."""
    data = bytearray(document(draw(st.sampled_from(VALID))).encode())
    for _ in range(draw(st.integers(1, 4))):
        data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data[: draw(st.one_of(st.none(), st.integers(0, len(data))))])


def configs():
    """Any of these, as bytes."""
    encoded = (trees().map(as_bytes), texts().map(as_bytes), damaged())
    return st.one_of(*encoded)


def as_bytes(text):
    return text.encode("utf-8", "surrogatepass")
