"""Words and numbers for TeX."""

from __future__ import annotations

SPECIAL = {c: f"\\{c}" for c in "#$%&_{}"} | {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "-": "{-}",
    '"': r"\char34{}",
    "…": r"\dots{}",
    "—": "---",
    "–": "--",
    "\N{NO-BREAK SPACE}": "~",
}  # fmt: skip
MATHS = {
    "·": r"\cdot", "×": r"\times", "−": "-", "⊙": r"\odot", "Σ": r"\sum", "ᵀ": r"{}^\top", "½": r"\tfrac12",
    "√": r"\sqrt{\,}", "²": "{}^2", "³": "{}^3", "⁻": "{}^-", "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "±": r"\pm",
    "→": r"\to", "∞": r"\infty", "∂": r"\partial", "Δ": r"\Delta", "Φ": r"\Phi", "φ": r"\varphi", "Θ": r"\Theta",
    "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta", "ε": r"\varepsilon", "η": r"\eta",
    "λ": r"\lambda", "μ": r"\mu", "π": r"\pi", "σ": r"\sigma", "θ": r"\theta", "∇": r"\nabla", "‖": r"\|", "ⁿ": "{}^n",
}  # fmt: skip


def escaped(text: str) -> str:
    """Write words; signs of mathematics as mathematics."""
    return "".join(SPECIAL.get(c) or (f"${MATHS[c]}$" if c in MATHS else c) for c in text if c.isprintable())


DECLARE = r"""\ifdefined\Umathchar
  \newcommand\declare[1]{\catcode"#1=13 \begingroup\lccode`\~="#1 \lowercase{\endgroup\protected\def~}{%
    \iffontchar\font"#1 \ifmmode\mbox{\char"#1}\else\char"#1 \fi\else[U+#1]\fi}}
\else
  \newcommand\unknown[1]{\DeclareUnicodeCharacter{#1}{[U+#1]}}
  \newcommand\declare[1]{\ifnum"#1<"C0 \unknown{#1}\else\ifnum"#1>"17F \unknown{#1}\fi\fi}
\fi
"""
"""What writes the number of a character that there is no sign for.

pdfTeX knows the letters with accents, up to U+017F. XeTeX and LuaTeX leave out what the font has not, in formulas all
but ASCII, and say so in their log alone.
"""


def declared(body: str) -> str:
    """Return definitions of the characters that an engine or its font may not know."""
    lines = "".join(rf"\declare{{{ord(c):04X}}}" + "\n" for c in sorted(set(body)) if not c.isascii())
    return DECLARE + lines if lines else ""


def number(text: str) -> str:
    r"""Write a number as mathematics: `-3.1e-05` is -3.1 \cdot 10^{-5}."""
    mantissa, exponential, exponent = text.partition("e")
    if exponential:
        return rf"{mantissa.removesuffix('.0')} \cdot 10^{{{int(exponent)}}}"
    return text.replace(".nan", r"\mathrm{nan}").replace(".inf", r"\infty")


def bmatrix(rows: list[list[str]]) -> str:
    lines = r" \\ ".join(" & ".join(row) for row in rows)
    return rf"\begin{{bmatrix}} {lines} \end{{bmatrix}}"
