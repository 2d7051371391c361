"""What DuckDB refuses, in our words; of what is not known here its reason is quoted, as one line without its hints."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from ..errors import printable, quoted, short, suggestion

FILES = (
    "a query reads the .csv, .tsv, .txt, .parquet and .json files that it names in single quotes, such as 'data.csv'"
)
GAP = "TRY_CAST makes a gap of it"
SENTENCES = {
    r"^Out of Memory": "it takes more than a gigabyte of memory",
    r'syntax error at or near "(?P<name>.+?)"$': "is no SQL that can be read, from {name} on",
    r"syntax error at end of input": "is no SQL that can be read: it ends too early",
    r"^Value with unterminated quote": "a quote is not closed, or a letter follows it",
    r"unterminated": "is no SQL that can be read: a quote or a comment has no end",
    r'column "(?P<name>.+?)" (in \w+ list )?not found': "there is no column {name}{hint}{others}",
    r'does not have a column named "(?P<name>.+?)"$': "there is no column {name}{hint}{others}",
    r'^Ambiguous reference to column name "(?P<name>.+?)" \(use: (?P<use>.+?)\)': "{name} is in two tables: say {use}",
    r'column "(?P<name>.+?)" must appear in the GROUP BY': "{name} is not in GROUP BY, nor in a function such as max",
    r'Referenced table "(?P<name>.+?)" not found': "there is no table {name}{hint}; " + FILES,
    r'Table with name "?(?P<name>.+?)"? does not exist': "there is no table {name}; " + FILES,
    r'^Cannot access (file|directory) "(?P<name>.+?)"': "{name} may not be read; " + FILES,
    r'Function with name "?(?P<name>.+?)"? does not exist': "there is no function {name}{hint}",
    r'Function with name "?(?P<name>.+?)"? is not in the catalog': "there is no function {name} without extensions",
    r"^No function matches the given name and argument types '(?P<name>.+?)'\.": (
        "no function takes {name}; CAST changes a type"
    ),
    r"converting column \"(?P<name>.+?)\"\. Could not convert string \"(?P<word>.*)\" to '(?P<type>.+?)'": (
        "column {name}: {word} is no {type}; " + GAP + ", sample_size = -1 in read_csv finds types by every line"
    ),
    r"^Could not convert string '(?P<word>.*?)' to (?P<type>\w+)": "{word} is no {type}; " + GAP,
    r"^Type \w+ with value '?(?P<word>.*?)'? can't be cast.* type (?P<type>\S+)$": "{word} is no {type}; " + GAP,
    r"^Division by zero in expression (?P<name>.+?)\. ": "{name} divides by zero; nullif(…, 0) makes a gap of it",
}
"""How an error reads, after its kind → what is said."""
QUOTED = {"name", "word"}
CANDIDATES = re.compile(r"^(?:Candidate [a-z]+:|Did you mean)(.*)$", re.MULTILINE)
KIND = re.compile(r"^(?!Out of Memory)[A-Z]\w*(?: \w+)* Error: ")
LINE = re.compile(r"^CSV Error on Line: (\d+)\n(?:Original Line:.*\n)?(.+)", re.MULTILINE)
MORE = re.compile(r"(?<=[.!]) +(?=[A-Z])")
"""Where a second sentence begins: what could be set, or loaded."""


def refusal(error: Exception, paths: Sequence[Path] = (), columns: Sequence[str] = ()) -> str:
    """Return why DuckDB refuses what it was asked to read: files, with these columns."""
    text = KIND.sub("", str(error))
    where = next((f"{path.name}, " for path in paths if f"file = {path}\n" in text), "")
    for path in paths:
        text = text.replace(str(path), path.name)
    line = LINE.search(text)
    where = f"{where}line {line[1]}: " if line else ""
    for pattern, sentence in SENTENCES.items():
        found = re.search(pattern, text, re.MULTILINE | re.IGNORECASE)
        if found:
            return where + sentence.format(**fields(found.groupdict(), text, columns if "{others}" in sentence else ()))
    return f"{where}{verbatim(line[2] if line else text or type(error).__name__)}"


def fields(found: dict[str, str], text: str, columns: Sequence[str]) -> dict[str, str]:
    """Return what a sentence says: the words of an error, and what may have been meant."""
    near = [name for line in CANDIDATES.findall(text) for name in re.findall(r'"(.+?)"', line)]
    hint = suggestion(found.get("name", ""), [*near, *columns])
    others = f"; the files have {', '.join(map(quoted, columns[:12]))}" if columns and not hint else ""
    words = {key: quoted(word) if key in QUOTED else word.replace('"', "'") for key, word in found.items()}
    return {**words, "hint": hint, "others": others}


def verbatim(text: str) -> str:
    """Quote DuckDB: the first sentence."""
    first = MORE.split(text.strip().partition("\n")[0])[0].rstrip(" .!")
    return f'DuckDB says "{printable(short(first, 200)).replace(chr(34), chr(39))}"'
