"""Pasted text → tokens: numbers, names, brackets and marks. What programs print around numbers is no token."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

LINE, WORD, QUOTED, FIGURE, ODD = "line", "word", "quoted", "figure", "odd"
OPEN, CLOSE, BREAK, SEPARATOR, ASSIGN, SOFT, DOTS, CALL = (
    "open",
    "close",
    "break",
    "separator",
    "assign",
    "soft",
    "dots",
    "call",
)
STEP, SCALE, COLUMNS, WRAP, ROW, END = "step", "scale", "columns", "wrap", "row", "end"


class Token(NamedTuple):
    """A piece of a text, as it is meant, and where it stands."""

    kind: str
    text: str
    start: int
    end: int


SUPER = "⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
PLAIN = str.maketrans(SUPER, "+-0123456789")
CHARACTERS = str.maketrans(
    "−–‒\N{NO-BREAK SPACE}\N{THIN SPACE}\N{NARROW NO-BREAK SPACE}\N{FIGURE SPACE}\t\r$`₀₁₂₃₄₅₆₇₈₉",
    "---" + 8 * " " + "0123456789",
)
"""Minus signs, spaces and digits of word processors, PDFs and LaTeX, one for one: places stay."""

COUNTED = "|".join(
    rf"\|[ ]*{first}[ ]*\|" + "".join(rf"(?:[ ]*{first + n}[ ]*\|" for n in range(1, 64)) + ")?" * 63
    for first in (0, 1)
)
HEADS = rf"^[ ]*(?:{COUNTED})[ ]*$(?=\n[ ]*\|[ ]*:?-{{3,}})"
"""The heads of columns that are counted, as pandas has them."""
SKIPPED = (
    rf"{HEADS} |"
    r"""
    (?<=[\w'])[ ]{0,4}(?:\([ ]*\d+[ ]*(?:[,×x][ ]*\d*[ ]*){1,4}\)|torch\.Size\([^()\n]{0,80}\)) # a shape after a name
  | [ ]+
  | \x1b\[[0-9;?]{0,20}[A-Za-z]                                             # colours
  | ^[ ]*\|?[ ]*:?-{3,}:?[ ]*(?:\|[ ]*:?-{3,}:?[ ]*){1,60}\|?[ ]*$            # the rule of a Markdown table
  | ^[ ]*\|[ ]*:?-{3,}:?[ ]*\|[ ]*$                                           # of one column
  | ^[ ]*\#{2,6}(?=[ ]+[^\W\d](?:[^\s\[\]]|\[['"\w-]{1,30}\]){0,40}[ ]*$)      # Markdown's heading of one word
  | ^[ ]*(?:%|//)[^\n]* | \#[^\n]*                                          # comments
  | ^[ ]*(?:>>>|\.\.\.(?=[ ])|(?:In|Out)[ ]?\[\d{1,6}\]:?=?|julia>|octave:\d+>|>>?(?=[ ]))
  | (?<!\w)(?:dtype|device|grad_fn|requires_grad|size|shape|layout|weak_type|numpy)[ ]{0,20}=[ ]{0,20}
      (?:<[^<>\n]{0,200}>|'[^'\n]{0,80}'|\([^()\n]{0,200}\)|torch\.Size\([^()\n]{0,200}\)|[\w.]{0,80})[ ]*,?
  | (?<=\))>
  | \d+(?:×\d+)+[ ]+(?:[Aa]djoint|[Tt]ranspose|Matrix|Array)[^\n]{0,100} | \d+-element[ ][^\n]{0,100} # Julia
  | Float(?:64|32|16)(?=\[)
  | Parameter[ ]containing: | (?:collections\.)?OrderedDict\(\[ | (?<=\))\]\)(?=[ ,]*$)
  | <?tf\.(?:Tensor|Variable)(?=[: ])[: ]
  | \[[=>.]{3,80}\]                                                         # a bar of progress
  | \\(?:left|right)(?:[\[\](){}.|]|\\[{}|])? | \\(?:q?quad|displaystyle|[,:;!\[\]()]) | \\(?:begin|end)\{aligned?\}
"""
)
POWER = rf"""(?:[ ]*(?:\\times|\\cdot|×|·|\*)[ ]*10
  (?:[ ]*\^[ ]*\{{?[ ]*(?P<power>[-+]?\d+)[ ]*\}}?|(?P<high>[{SUPER}]+))
  |\*\^(?P<tens>-?\d+)|f(?P<single>[-+]?\d+))"""
"""Exponents as LaTeX, Mathematica and Julia write them."""
LETTER = rf"[\w.'′’/∂∇ᵀ{SUPER}]"
INDEX = r"""['"]?\w{1,40}['"]?(?:,[ ]?\d{1,3})?"""
FROM_THE_END = r"\[-\d{1,2}\](?=[ ]*[=:]|[ ]+[-+.\d\[]|\s{1,3}\[)"
KEY = r"""\[(?:'\w{1,40}'|"\w{1,40}")\]"""
MARK = rf"""(?:{LETTER}{{1,60}}(?!(?<=_)\{{)|[_^]\{{[^{{}}\s]{{1,20}}\}}|\^\(\w{{1,20}}\)|\({INDEX}\)(?=[ ]*[=:])
  |\^?\[{INDEX}\](?=(?:\[{INDEX}\]){{0,2}}(?:[ ]*(?:[=:]|$)|[ ]+(?:\[|[-+]?\d*\.\d))|\.)|\^[A-Z\d]
  |{KEY}(?=[ ])|{FROM_THE_END})"""
"""Letters and digits, primes and slashes, many at once, which is what takes the least time; what stands in brackets
right before an equals sign, other brackets, a number with a point or the end of a line belongs to a name, and so does
a key before a blank."""
NAME = rf"(?:[^\W\d]|[∂∇]){MARK}{{0,60}}(?:[ ]?\((?:updated|new)\))?"
MATRIX = r"(?:[bpvBV]?matrix|array|smallmatrix)"
MASTER = re.compile(
    rf"""
    (?P<line>\n)
  | (?P<end>^---[ ]*$)
  | (?P<step>^[ #=*~>/|\[(-]{{0,40}}
      (?:(?P<what>[A-Za-z]{{1,12}})[ ](?=after[ ]))?(?:[Aa]fter|[Dd]uring)?[ ]?
      (?i:step|epoch|iter(?:ation)?|update|round|pass)[ ]*[:#_\[]?[ ]*(?P<number>\d{{1,9}})
      (?:[ ]*(?:/|of)[ ]*\d+)?[\])]?(?![\w.])(?(what)(?=[ ]*(?:[:=]|$))))
  | (?P<columns>^(?:[ ]*\[,\d+\])+[ ]*$|^[ ]*Columns?[ ]+\d+[^\n]*$)
  | (?P<row>^[ ]*\[\d+,\])
  | (?P<wrap>^[ ]*\[\d+\](?=[ ]+[-+.\d]))
  | (?P<scale>^[ ]*(?P<factor>\d[\d.]{{0,20}}(?:e[-+]?\d{{1,4}})?)[ ]*\*[ ]*$)
  | (?P<skip>{SKIPPED})
  | (?P<call>(?:(?:np|numpy|torch|jnp|tf|jax\.numpy)\.)?
      (?:[Aa]rray|[Tt]ensor|asarray|matrix|float\d*|int\d+|double|DeviceArray|Parameter|dict|c)\()
  | (?P<open>\\begin\{{{MATRIX}\}}(?:\{{[lcr|]*\}})?|\[|\{{(?=[ ]*[-+.\d{{])(?![ ]*\d+[ ]*:))
  | (?P<close>\\end\{{{MATRIX}\}}|\])
  | (?P<latex>\\frac\{{\\partial[ ]*(?P<of>[^{{}}]{{1,20}})\}}
        \{{\\partial[ ]*(?P<by>(?:[^{{}}]|\{{[^{{}}]*\}}){{1,40}})\}}
      |\\partial[ ]*(?P<above>[A-Za-z]{{1,4}})[ ]*/[ ]*\\partial[ ]*(?P<below>{MARK}{{1,60}})
      |\\(?:mathbf|mathrm|mathit|boldsymbol|bm|text|vec|bar|(?P<hat>hat))\{{(?P<bold>[^{{}}\n]{{1,40}})\}}(?P<marks>{MARK}{{0,60}})
      |\\(?P<greek>nabla|delta|Delta|[tT]heta|partial|hat)
        (?:(?<=nabla|Delta)[ ]{{1,4}}(?=[A-Za-z]))?(?P<rest>{MARK}{{0,60}})(?:(?<=\}})[ ]{{1,4}}[JLEC](?=[ ]*[=:]))?)
  | (?P<quoted>(?P<quote>['"])(?P<inner>[^'"\n]{{1,60}})(?P=quote))
  | (?P<module>\d{{1,3}}\.(?:weight|bias|running_(?:mean|var))(?:\.grad|_\w{{1,20}})?\b)
  | (?P<figure>[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?{POWER}?(?!\w|\.\d)|[-+]?\.?(?i:nan|inf|infinity)(?!\w))
  | (?P<name>{NAME})
  | (?P<dots>\.{{3}}|[…⋮⋯⋱])
  | (?P<break>;|\\\\)
  | (?P<assign>->|→|:=|=>|<-|≈|={{1,2}}|:)
  | (?P<separator>[,|&])
  | (?P<soft>[(){{}}])
  | (?P<mark>[*~]{{1,3}})
  | (?P<odd>(?:[^\s,;\[\](){{}}|&=:'"…\\.]{{1,200}}|\.(?!\.\.)){{1,200}}|.)
    """,
    re.MULTILINE | re.VERBOSE | re.DOTALL,
)
MEANT = {"latex": WORD, "name": WORD, "module": WORD, "mark": ODD}
SAID = {"step": "number", "scale": "factor", "quoted": "inner"}
"""Kinds of which a part is what they say."""
GREEK = {"nabla": "∇", "delta": "δ", "Delta": "Δ", "partial": "∂", "hat": ""}


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a text; every character that is not skipped is in one of them."""
    braces: list[str] = []
    for found in MASTER.finditer(text.translate(CHARACTERS)):
        kind = found.lastgroup or ""
        if kind == "skip":
            continue
        token = Token(MEANT.get(kind, kind), said(found, kind), found.start(), found.end())
        if token.text == "{":
            braces.append(token.kind)
        elif token.text == "}" and braces and braces.pop() == OPEN:
            token = token._replace(kind=CLOSE)
        yield token
        if kind == "step" and found["what"]:
            yield Token(WORD, found["what"], *found.span("what"))


def said(found: re.Match[str], kind: str) -> str:
    """Return what a token says: a number as Python writes it, a name without its commands."""
    if kind == "figure":
        return number(found)
    if kind == "latex":
        return in_latex(found)
    return str(found[SAID.get(kind, kind)])


def number(found: re.Match[str]) -> str:
    power = found["power"] or found["tens"] or found["single"] or (found["high"] or "").translate(PLAIN)
    return re.split(r"[ *f×·\\]", found[0], maxsplit=1)[0] + f"e{power}" if power else found[0]


def in_latex(found: re.Match[str]) -> str:
    if found["by"] is not None:
        return f"d{found['of'].strip()}/d{found['by'].strip()}"
    if found["below"] is not None:
        return f"d{found['above']}/d{found['below']}"
    if found["bold"] is not None:
        return f"{found['bold']}{'_hat' if found['hat'] else ''}{found['marks']}"
    return GREEK.get(found["greek"], found["greek"]) + found["rest"]
