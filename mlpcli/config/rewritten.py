"""The text of a config in another folder, or with changes: comments and all else of it stay as they are."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from pathlib import Path
from typing import Any

import yaml

from ..files.duck import named_files
from .beside import relative, with_modeline
from .documents import extend
from .nodes import Mapping, Node, Parser, Scalar, Sequence, parse_yaml
from .recorded import Edits, empty
from .resolved import flow, resolve, word

LINKS = ("file", "weights", "extends")
"""Keys whose values are files."""


def parts(text: str) -> list[str]:
    """Return the text of each document that is not empty."""
    events: list[Any] = [e for e in yaml.parse(text, Parser) if isinstance(e, yaml.DocumentStartEvent)]
    later = [event.start_mark.index for event in events[1:]]
    found = [text[start:end] for start, end in zip([0, *later], [*later, len(text)], strict=True)]
    found = [found[0], *(part.removeprefix("---").lstrip("\r\n") for part in found[1:])]
    return [part for part in found if not empty(yaml.compose(part, Parser))]


def in_folder(text: str, config: Path, folder: Path) -> str:
    """Return the text of a document of a config as it has to be in a folder: files lie elsewhere from there."""
    edits = Edits(text, str(config))
    if folder.resolve() != config.resolve().parent:
        move(yaml.compose(text, Parser), config, folder, edits)
    return edits.applied()


def move(node: Any, config: Path, folder: Path, edits: Edits) -> None:
    """Note where a node names files, and what it has to call them."""
    for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
        if not isinstance(value, yaml.ScalarNode):
            move(value, config, folder, edits)
        elif key.value in LINKS:
            link = Scalar(edits.place(value), relative(config.parent / value.value, folder), plain=True)
            edits.put(value, flow(link))
        elif key.value == "query":
            edits.put(value, flow(Scalar(edits.place(value), named_files(value.value, config.parent)[0], plain=False)))
    for item in node.value if isinstance(node, yaml.SequenceNode) else ():
        move(item, config, folder, edits)


def rewritten(text: str, config: Path, new: Mapping, output: Path) -> str:
    """Return the text of a document with what a changed config says in place of what it says itself.

    Where that cannot be put into the text, as with aliases, it is the changed config without comments.
    """
    plain = with_modeline(resolve(new, ()), output.parent)
    if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Parser)):
        return plain
    edits = Edits(in_folder(text, config, output.parent), str(output))
    old = extend(parse_yaml(edits.text, edits.name)[0], ())
    inherited = {name: value for name, (_, value) in old.entries.items()}
    change(yaml.compose(edits.text, Parser), new, edits, inherited)
    found = edits.applied()
    again = extend(parse_yaml(found, edits.name)[0], ())
    same = resolve(again, ()) == resolve(ordered(new, again), ())
    return with_modeline(found, output.parent) if same else plain


def ordered(node: Mapping, other: Mapping) -> Mapping:
    """Return a config with its keys in the order of another one."""
    names = [name for name in other.entries if name in node.entries]
    return Mapping(node.place, {name: node.entries[name] for name in (*names, *node.entries)})


def change(node: Any, new: Node, edits: Edits, inherited: MappingOf[str, Node], key: str = "") -> None:
    """Note where a node differs from what it is to be, and what to put there.

    `inherited` are the keys that a document has without saying so, from what it extends.
    """
    if isinstance(new, Mapping) and isinstance(node, yaml.MappingNode):
        own = {name.value: value for name, value in node.value}
        for name, value in own.items():
            if name in new.entries and name not in LINKS:
                change(value, new.entries[name][1], edits, {}, name)
        texts = {name: flow(value, name) for name, (_, value) in new.entries.items() if name not in own}
        more = {n: text for n, text in texts.items() if n not in inherited or flow(inherited[n], n) != text}
        edits.add(node, {word(name): text for name, text in more.items()})
    elif type(new) is Sequence and isinstance(node, yaml.SequenceNode) and len(new.items) == len(node.value):
        for item, other in zip(node.value, new.items, strict=True):
            change(item, other, edits, {})
    elif not (isinstance(new, Scalar) and isinstance(node, yaml.ScalarNode) and new.text == node.value):
        edits.put(node, flow(new, key))
