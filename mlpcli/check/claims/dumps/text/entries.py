"""Tokens → names with the numbers that follow them: the last name is that of the next numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from .....config.nodes import MAX_NODES
from ..crossed import is_quantity
from . import tokens as kinds
from .brackets import ELLIPSIS, NEVER_CLOSED, BracketError, Value, bracket, loose
from .entry import Entry
from .labels import LAYER, Label, are_columns, columns, is_heading, label_of, pairs_only, unit_end, unit_of
from .layout import Layout
from .tokens import Token

NEVER_OPENED = "this bracket was never opened"

MAX_WORDS = 300_000
"""Words of a text at most: a thousand pages, read in three seconds."""
MAX_INDENT = 80
"""Blanks and marks before a name at most."""
MARKS = 4
"""How many marks a number has at most: itself, a comma, brackets, the end of its row."""
AT_ONCE = 2**16


def bounded(stream: Iterator[Token]) -> list[Token]:
    """Return tokens. Raises BracketError for more than are read, before the others are looked at."""
    found: list[Token] = []
    counts: Counter[str] = Counter()
    while some := list(islice(stream, AT_ONCE)):
        found += some
        counts.update(token.kind for token in some)
        if counts[kinds.FIGURE] > MAX_NODES:
            raise BracketError(f"more than {MAX_NODES:,} numbers; put arrays in an .npz file", found[0])
        words = counts[kinds.WORD] + counts[kinds.QUOTED] + counts[kinds.ODD]
        if words > MAX_WORDS:
            raise BracketError(f"more than {MAX_WORDS:,} words; leave out what is no tensor", found[0])
        if len(found) - words > MAX_WORDS + MARKS * counts[kinds.FIGURE]:
            raise BracketError(f"more than {MAX_WORDS:,} marks that hold no number", found[0])
    return found


class Reader:
    """Goes through the tokens of a text; the last name is that of the next numbers."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = bounded(kinds.tokens(text))
        self.found: list[Entry] = []
        self.words: list[Token] = []
        """What stands in the line since its start or since the last value."""
        self.valued = False
        """Whether the line has had a value."""
        self.pairs: bool | None = None
        """Whether the line is names and numbers in turn, once that was asked."""
        self.begins = 0
        """Where they begin, behind the unit that they are of."""
        self.heading: Label | None = None
        self.layer = ""
        self.unit = ""
        """The unit that the line is about."""
        self.block = ""
        """The unit that indented lines are about."""
        self.above: Sequence[str] = ()
        self.step: int | None = None
        self.current: Entry | None = None
        self.layout = Layout()

    def entries(self) -> Iterator[Entry]:
        """Yield names with values, in the order of the text; of several documents those of the first."""
        i = told = 0
        while i < len(self.tokens):
            token = self.tokens[i]
            if token.kind == kinds.END and self.found:
                break
            i = self.take(token, i)
            whole = max(told, len(self.found) - 1)  # the last may have more rows
            yield from self.found[told:whole]
            told = whole
        self.line()
        yield from self.found[told:]

    def take(self, token: Token, i: int) -> int:
        """Read what begins with a token. Returns where the next begins."""
        if token.kind == kinds.OPEN:
            return self.open(i)
        if token.kind == kinds.FIGURE and self.is_value(i):
            return self.numbers(i)
        if token.kind == kinds.CLOSE:
            return self.stray(i)
        if token.kind == kinds.LINE:
            self.line()
        elif token.kind == kinds.STEP:
            self.step, self.current, self.heading, self.pairs = int(token.text), None, None, None
        elif token.kind == kinds.SCALE:
            self.begin_layout().scale = token.text
        elif token.kind == kinds.COLUMNS:
            self.begin_columns()
        elif token.kind not in (kinds.CALL, kinds.ROW, kinds.WRAP, kinds.END):
            self.words.append(token)
        return i + 1

    def begin_layout(self) -> Layout:
        """Return the layout of the rows that follow."""
        if self.current and not self.heading:
            return self.current.layout
        return self.layout

    def begin_columns(self) -> None:
        entry = self.current
        if entry and entry.values and not self.heading:
            entry.layout.blocks.append(len(entry.values))

    def open(self, i: int) -> int:
        """Read a value in brackets."""
        try:
            value, end = bracket(self.tokens, i)
            mixed = isinstance(value.texts, list) and len({isinstance(x, list) for x in value.texts}) > 1
            spread = any(token.kind == kinds.LINE for token in self.tokens[i:end])
            mended = loose(self.tokens, i) if mixed and spread and not value.called else None
        except BracketError as error:
            mended = loose(self.tokens, i) if error.message == NEVER_CLOSED else None
            if mended is None:
                raise
            value, end = mended
        if mended:
            value, end = mended
        if value.odd and not self.named():
            self.words.append(self.tokens[i])  # brackets in a sentence
            return end
        self.value(value)
        return end

    def named(self) -> bool:
        """Return whether a name waits for a value."""
        return bool(self.heading or label_of(self.text, self.words))

    def is_value(self, i: int) -> bool:
        """Return whether a number is one that is claimed, and none in a sentence."""
        blank = (kinds.SEPARATOR, kinds.SOFT)
        if all(word.kind in blank or word.text in "-*•" for word in self.words):
            return not self.valued and self.only_numbers(i)
        if next(word for word in reversed(self.words) if word.kind not in blank).kind == kinds.ASSIGN:
            return not self.expression(i)
        if self.pairs is None:
            line = self.line_around(i)
            end = unit_end(self.text, line)
            self.pairs, self.begins = pairs_only(line[end:]), line[end - 1].end if end else 0
        return self.pairs and self.tokens[i].start >= self.begins

    def only_numbers(self, i: int) -> bool:
        """Return whether nothing but numbers is left of the line."""
        allowed = {kinds.FIGURE, kinds.SEPARATOR, kinds.SOFT, kinds.BREAK, kinds.DOTS, kinds.OPEN, kinds.CLOSE}
        for j in range(i, len(self.tokens)):  # a slice would copy all that follows, in every line
            token = self.tokens[j]
            if token.kind == kinds.LINE:
                break
            if token.kind not in allowed and token.text not in ".\\":
                return False
        return True

    def expression(self, i: int) -> bool:
        """Return whether a number is the first of a sum or a product."""
        after = self.tokens[i + 1] if i + 1 < len(self.tokens) else None
        return after is not None and after.kind == kinds.ODD and after.text[0] in "*/+^-"

    def line_around(self, i: int) -> Sequence[Token]:
        start, end = i, i
        while start and self.tokens[start - 1].kind not in (kinds.LINE, kinds.STEP):
            start -= 1
        while end < len(self.tokens) and self.tokens[end].kind != kinds.LINE:
            end += 1
        return self.tokens[start:end]

    def numbers(self, i: int) -> int:
        """Read numbers without brackets, up to the end of the line or to what is none."""
        first, texts = self.tokens[i], list[str]()
        wrapped = i > 0 and self.tokens[i - 1].kind == kinds.WRAP and not self.words
        end = first.end
        while i < len(self.tokens):
            token = self.tokens[i]
            if token.kind == kinds.DOTS:
                raise BracketError(ELLIPSIS, token)
            if token.kind == kinds.FIGURE:
                texts.append(token.text)
                end = token.end
            elif token.kind not in (kinds.SEPARATOR, kinds.SOFT, kinds.BREAK):
                break
            i += 1
        named = any(word.kind != kinds.SEPARATOR for word in self.words)  # a bar is a row of one column
        one = len(texts) == 1 and named
        self.value(Value(texts[0] if one else texts, first.start, end), wrapped)
        return i

    def value(self, value: Value, wrapped: bool = False) -> None:
        """Add a value to the name before it: rows may follow each other, any other value comes alone."""
        label = label_of(self.text, self.words) or self.heading
        self.unit = unit_of(self.text, self.words) or self.unit
        entry = self.current
        self.words, self.valued = [], True
        if label is None and entry and entry.in_rows and value.depth == 1:
            self.append(entry, value, wrapped)
            return
        if label is None and value.odd:
            return
        label = label or Label("", value.start)
        unit = self.unit or (self.block if self.block and self.indented(label) else "")
        if unit and is_quantity(label.name):
            label = replace(label, name=f"{unit} {label.name}")
        elif self.layer and label.name and not re.search(r"\d", label.name):
            label = replace(label, name=f"layer {self.layer} {label.name}")
        self.current = Entry(label, self.step, [value], self.layout, self.above)
        self.found.append(self.current)
        self.heading, self.layout = None, Layout()

    def indented(self, label: Label) -> bool:
        before = self.text[max(0, label.start - MAX_INDENT) : label.start]
        return before.rpartition("\n")[2][:1] in (" ", "\t", "-", "*") and "\n" in before

    def append(self, entry: Entry, value: Value, wrapped: bool) -> None:
        last = entry.values[-1]
        if wrapped and isinstance(last.texts, list):
            entry.values[-1] = replace(last, texts=[*last.texts, *value.texts], end=value.end)
        else:
            entry.values.append(value)

    def stray(self, i: int) -> int:
        """Pass over a bracket that nothing has opened, behind rows of numbers of one length."""
        entry = self.current
        if self.words or entry is None or not entry.whole:
            raise BracketError(NEVER_OPENED, self.tokens[i])
        return i + 1

    def line(self) -> None:
        """End a line: words alone are the name of what follows, or the layer that it is about, or say nothing."""
        letters = any(word.kind in (kinds.WORD, kinds.QUOTED) for word in self.words)
        if self.words and letters and not self.valued and not (self.heading and are_columns(self.words, self.heading)):
            self.current = None
            layer = LAYER.search(" ".join(word.text for word in self.words))
            self.layer = layer[1] if layer else self.layer
            self.block = unit_of(self.text, self.words)
            self.heading = label_of(self.text, self.words) if is_heading(self.words) else None
            self.above = columns(self.text, self.words)
            self.heading = None if self.above else self.heading
        self.words, self.valued, self.pairs, self.unit = [], False, None, ""
