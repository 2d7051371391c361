"""Valid configs, damaged: as trees of YAML values, as text and as bytes."""

from random import Random

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
TRAINED = {
    "layers": [{"type": "linear", "units": 3}, {"type": "dropout", "rate": 0.2}, "elu", "linear", "softmax"],
    "inputs": [[1, 2], [3, 4], [5, 6], [7, 8], [2, 1], [4, 3]],
    "targets": {"classes": [0, 1, 1, 0, 0, 1], "first": 0},
    "loss": {"type": "softmax_cross_entropy", "l2": 0.1, "half": "false"},
    "optimizer": {"type": "adam", "learning_rate": 0.1, "clip_norm": 1, "schedule": {"type": "cosine", "warmup": 1}},
    "epochs": 2,
    "batch_size": 2,
    "validation": {"part": 0.4, "stratify": "true"},
    "patience": {"epochs": 1, "metric": "accuracy", "min_delta": 0.01},
    "class_weights": {0: 2, 1: 1},
}
CLAIMED = {
    "extends": "base.yaml",
    "expect": {"Y1": {"value": [[1, "~"]], "rtol": "1e-3"}, "gradW1": [[1], [2]], "L": 0.5},
    "errata": {"L": "a misprint"},
    "require": ["grad*", "L"],
    "grading": {"points": {"Y1": 2, "grad*": 1}, "consequences": "none", "accept": ["average"]},
    "conventions": {"preset": "ng", "notation": {"preset": "handout", "weight": "'V{l}'", "from": 0}},
}
VALID = (CLASSIC, OTHERS, GIVEN, TRAINED, CLAIMED)
BASE = "layers: [{type: linear, W: [[1], [2]], layout: in_out}, relu]\ninputs: [[3], [4]]\ntargets: [[1]]\nloss: l2\n"
"""What one of them extends, for `base.yaml`."""
FILES = {"base.yaml": BASE, "x.csv": "1,2\n"}

KEYS = (
    *("layers", "layer", "type", "W", "inputs", "loss", "extends", "expect", "file", "key", "columns", "classes"),
    *("preset", "<<", "", "ключ", "a\nb", "x" * 300, "\x1b[31m", "place", "gamma", "mode", "epochs", "steps", "units"),
    *("table", "grading", "weights", "engine", "dtype", "validation", "notation", "schedule"),
)
WORDS = (
    *("", "~", "null", "yes", "on", "True", "relu", "reul", "linear", "torch", "l2", "a.npz", "x.csv", "/", "..", "-"),
    *("nan", ".inf", "-.INF", "1e400", "-1e308", "1e308", "5e-324", "1e-3", "010", "0x10", "1_0", "9" * 30, "1" * 400),
    *("-1", "0", "-0", "1.5", "+.5e+5", "é", "\u202e", "\U0001f4a5", "\ufeff", "\x85", "\u2028", "1\n2", "\t", "{}"),
    *("*a", "&a", "!!python/name:os.system", "!x", "- ", "? ", "# ", "%", "@", "`", "'", '"', "y: z", "|", ">"),
    *("1000000", "999999999", "2147483648", "9223372036854775807", "c.yaml", "mean", "balanced", "float32", "{l}"),
)
VALUES = (*WORDS, [], {}, [[]], [[[]]], [[1], [2, 3]], [[1, 2]], {"type": "relu"}, {"a": {"b": []}})
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


CHANGES = (
    lambda value, key: lambda pairs, last: [(k, value if k == last else v) for k, v in pairs],
    lambda value, key: lambda pairs, last: [(k, v) for k, v in pairs if k != last],
    lambda value, key: lambda pairs, last: [(key if k == last else k, v) for k, v in pairs],
    lambda value, key: lambda pairs, last: [pair for pair in pairs for _ in range(1 + (pair[0] == last))],
    lambda value, key: lambda pairs, last: [*pairs, (key, value)],
    lambda value, key: lambda pairs, last: [(k, [v] if k == last else v) for k, v in pairs],
    lambda value, key: lambda pairs, last: [(k, {key: v} if k == last else v) for k, v in pairs],
)
"""Of a value another one, none, another key, itself again; one more; in a list; in a mapping."""


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


def tree_of(random: Random) -> str:
    """A valid config with up to three changes."""
    tree = random.choice(VALID)
    for _ in range(random.randint(0, 3)):
        paths = [path for path in places(tree) if path]
        if paths:
            change = random.choice(CHANGES)(random.choice(VALUES), random.choice(KEYS))
            tree = changed(tree, random.choice(paths), change)
    return document(tree)


def text_of(random: Random) -> str:
    """A config whose text was cut, or has pieces where they do not belong."""
    text = tree_of(random)
    for _ in range(random.randint(1, 3)):
        at, piece = random.randint(0, len(text)), random.choice(PIECES)
        text = random.choice((text[:at] + piece + text[at:], text[:at], text[:at] + piece + text[at + 1 :]))
    return text


def bytes_of(random: Random) -> bytes:
    """Bytes that were a config once."""
    data = bytearray(document(random.choice(VALID)).encode())
    for _ in range(random.randint(1, 4)):
        data[random.randrange(len(data))] = random.randrange(256)
    return bytes(data[: random.choice((None, random.randint(0, len(data))))])


def damaged_config(random: Random) -> bytes:
    """Any of these, as bytes."""
    found = random.choice((tree_of, tree_of, text_of, bytes_of))(random)
    return found if isinstance(found, bytes) else found.encode("utf-8", "surrogatepass")
