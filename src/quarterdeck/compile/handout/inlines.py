"""Runs of text as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from quarterdeck.compile.reveal.formulas import inline_formula
from quarterdeck.compile.reveal.markup import classes, escape
from quarterdeck.model.content import Inline, InlineMath, LineBreak, Link, Run, SlideLink, WebLink

FORMULA_PX = 14.0
"""The size of formulas in running text: 10.5 points."""


def inlines(runs: Iterable[Inline], color: str) -> str:
    """The runs, with their marks and links; ``color`` is that of formulas."""
    return "".join(_pieces(runs, color))


def _pieces(runs: Iterable[Inline], color: str) -> Iterator[str]:
    for run in runs:
        match run:
            case Run():
                yield _run(run)
            case LineBreak():
                yield "<br>"
            case InlineMath(tex=tex):
                yield inline_formula(tex, FORMULA_PX, color)
            case _:
                assert_never(run)


def _run(run: Run) -> str:
    text = escape(run.text, quote=False)
    marks = (
        (run.code, "code"),
        (run.italic, "em"),
        (run.bold, "strong"),
        (run.strike, "s"),
        (run.superscript, "sup"),
        (run.subscript, "sub"),
    )
    for wanted, tag in marks:
        text = f"<{tag}>{text}</{tag}>" if wanted else text
    if run.classes:
        text = f"<span{classes(*run.classes)}>{text}</span>"
    return text if run.link is None else _link(run.link, text, run.text)


def _link(link: Link, text: str, words: str) -> str:
    """A link; on paper the address of one is printed after words that don't say it."""
    match link:
        case SlideLink(slide=slide):
            return f'<a href="#{escape(slide)}">{text}</a>'
        case WebLink(url=url):
            plain = url.removeprefix("mailto:").removeprefix("https://").removeprefix("http://").rstrip("/")
            said = plain in words
            address = "" if said else f'<span class="address"> ({escape(plain, quote=False)})</span>'
            return f'<a href="{escape(url)}" rel="noopener noreferrer">{text}</a>{address}'
