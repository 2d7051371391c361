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
    "λ": r"\lambda", "μ": r"\mu", "π": r"\pi", "σ": r"\sigma", "θ": r"\theta", "‖": r"\|", "ⁿ": "{}^n",
}  # fmt: skip
LATIN = range(0xC0, 0x180)
"""Letters with accents, which the fonts that every TeX has can write."""


def escaped(text: str) -> str:
    """Write words; signs of mathematics as mathematics."""
    return "".join(SPECIAL.get(c) or (f"${MATHS[c]}$" if c in MATHS else c) for c in text if c.isprintable())


def declared(body: str) -> str:
    """Return definitions of the characters that pdfTeX does not know: their numbers, as fonts for them are rare."""
    unknown = sorted({c for c in body if not c.isascii() and ord(c) not in LATIN})
    if not unknown:
        return ""
    codes = (f"{ord(c):04X}" for c in unknown)
    lines = "".join(rf"  \DeclareUnicodeCharacter{{{code}}}{{[U+{code}]}}" + "\n" for code in codes)
    return f"\\ifdefined\\Umathchar\\else\n{lines}\\fi\n"


def number(text: str) -> str:
    r"""Write a number as mathematics: `-3.1e-05` is -3.1 \cdot 10^{-5}."""
    mantissa, exponential, exponent = text.partition("e")
    if exponential:
        return rf"{mantissa.removesuffix('.0')} \cdot 10^{{{int(exponent)}}}"
    return text.replace(".nan", r"\mathrm{nan}").replace(".inf", r"\infty")


def bmatrix(rows: list[list[str]]) -> str:
    lines = r" \\ ".join(" & ".join(row) for row in rows)
    return rf"\begin{{bmatrix}} {lines} \end{{bmatrix}}"
