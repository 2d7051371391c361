"""The documents of a config file, with the keys of what they extend."""

from __future__ import annotations

from pathlib import Path

from ..errors import InputError, Place, Problem, quoted
from ..files.read import read_bytes
from .merge import merge
from .nodes import Mapping, Node, Scalar, parse_yaml, place_at

MAX_FILE = 32 * 2**20
MAX_CHAIN = 32


def read_documents(config: str, number: int | None = None) -> list[Node]:
    """Read the documents of a file, which must hold at least one, or that of a number."""
    name = "<stdin>" if config == "-" else config or "''"
    documents = parse_yaml(read_text(config, name), name)
    if not documents:
        raise InputError(Problem(Place(name), "", "the config is empty"))
    return documents if number is None else chosen(documents, number, name)


def chosen(documents: list[Node], number: int, name: str) -> list[Node]:
    """Return the document of a number from 1. Raises InputError if there is none."""
    if not 1 <= number <= len(documents):
        there = f"the config has {len(documents)} case{'s' if len(documents) > 1 else ''}"
        raise InputError(Problem(Place(name), "", f"there is no case {number}: {there}"))
    return documents[number - 1 : number]


def read_text(config: str, name: str) -> str:
    data = read_bytes(config, name, MAX_FILE, "; put arrays in .npz files")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = place_at(name, data[: error.start].decode("utf-8-sig"))
        message = f"the byte 0x{data[error.start]:02x} is not UTF-8 text; save the file as UTF-8"
        raise InputError(Problem(place, "", message)) from None


def extend(node: Node, chain: tuple[Path, ...]) -> Mapping:
    """Return the document with the keys of the file it extends, its own keys first in rank."""
    if not isinstance(node, Mapping):
        raise InputError(Problem(node.place, "", "a config is a mapping of keys: layers, inputs, loss, ..."))
    if "extends" not in node.entries:
        return node
    link = node.entries["extends"][1]
    if not isinstance(link, Scalar) or not link.text:
        raise InputError(Problem(link.place, "extends", "the path of a config file is needed here"))
    path = Path(node.place.file).parent / link.text
    chain = (*chain, real_path(Path(node.place.file), link))
    if real_path(path, link) in chain:
        raise InputError(Problem(link.place, "extends", f"{quoted(link.text)} leads back to a file before it: a cycle"))
    if len(chain) > MAX_CHAIN:
        raise InputError(Problem(link.place, "extends", f"more than {MAX_CHAIN} files that extend each other"))
    base = extend(linked_document(path, link), chain)
    own = {key: entry for key, entry in node.entries.items() if key != "extends"}
    return merge(base, Mapping(node.place, own))


def linked_document(path: Path, link: Scalar) -> Node:
    """Return the one document of the file that `extends` names."""
    try:
        documents = read_documents(str(path))
    except InputError as error:
        missing = [p for p in error.problems if not p.place.line]
        if not missing:
            raise
        raise InputError(Problem(link.place, "extends", f"{quoted(link.text)}: {missing[0].message}")) from None
    if len(documents) > 1:
        message = f"{quoted(link.text)} holds {len(documents)} documents; only a file with one can be extended"
        raise InputError(Problem(link.place, "extends", message))
    return documents[0]


def real_path(path: Path, link: Scalar) -> Path:
    try:
        return path.resolve()
    except (OSError, ValueError, RuntimeError):  # a loop of links, a name that no file can have
        raise InputError(Problem(link.place, "extends", f"{quoted(link.text)} is no path of a file")) from None
