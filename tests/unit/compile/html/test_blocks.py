"""Blocks as HTML: for speaker notes, and for handouts."""

from __future__ import annotations

import pytest

from quarterdeck.compile.html.blocks import PAPER, SCREEN, BlockWriter, NamedFigures, write_notes
from quarterdeck.model.content import (
    Align,
    Block,
    Callout,
    Chart,
    Code,
    Column,
    Footnotes,
    Group,
    Heading,
    InlineMath,
    LineBreak,
    List,
    ListItem,
    Paragraph,
    Quote,
    Row,
    Run,
    SlideLink,
    Table,
    WebLink,
)


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (Paragraph((Run("a"), LineBreak(), Run("b", bold=True))), "<p>a<br><strong>b</strong></p>"),
        (Paragraph((Run("x", link=WebLink("https://e.org/")),)), '<p><a href="https://e.org/"'),
        (Paragraph((InlineMath("a<b"),)), "<p><code>a&lt;b</code></p>"),
        (Heading(3, (Run("h"),)), "<h3>h</h3>"),
        (Paragraph((Run("x", strike=True), Run("1", superscript=True))), "<p><s>x</s><sup>1</sup></p>"),
        (List((ListItem((Paragraph((Run("a"),)),)),), ordered=True, start=4), '<ol start="4"><li>a</li></ol>'),
        (
            List((ListItem((Paragraph((Run("a"),)),), checked=True), ListItem((), checked=False))),
            '<ul><li class="boxed"><span class="box">☑</span> a</li>'
            '<li class="boxed"><span class="box">☐</span> </li></ul>',
        ),
        (
            Table((Column(Align.RIGHT),), Row(((Run("n"),),)), (Row(((Run("1"),),)),), caption=(Run("c"),)),
            '<table><caption>c</caption><thead><tr><th style="text-align:right">n</th></tr></thead>'
            '<tbody><tr><td style="text-align:right">1</td></tr></tbody></table>',
        ),
        (Footnotes(((Run("n"),),)), '<ol class="footnotes"><li>n</li></ol>'),
        (Quote((), (Run("Me"),)), '<blockquote><p class="who">— Me</p></blockquote>'),
        (Quote((), (Run("— Me"),)), '<blockquote><p class="who">— Me</p></blockquote>'),
        (Code("a < b"), "<pre><code>a &lt; b</code></pre>"),
        (Chart("pie", (), (), alt="Shares"), "<p><em>Shares</em></p>"),
        (
            Callout((Paragraph((Run("a"),)),), (Run("T"),)),
            '<aside class="callout"><p class="kind"><strong>T</strong></p><p>a</p></aside>',
        ),
        (Callout((Paragraph((Run("a"),)),)), '<aside class="callout"><p>a</p></aside>'),
        (Group((), ("rule",)), "<div></div>"),
    ],
)
def test_formatting_is_kept(block: Block, expected: str) -> None:
    """Notes can be read as they were written."""
    assert write_notes((block,)).startswith(expected)


def test_links_are_made_for_where_they_are_read() -> None:
    """A page goes to its slide and opens other sites beside itself; paper has anchors, and prints addresses."""
    block = Paragraph((Run("s", link=SlideLink("two")), Run("w", link=WebLink("https://e.org/"))))
    assert BlockWriter(SCREEN, NamedFigures()).block(block) == (
        '<p><a href="#/two">s</a><a href="https://e.org/" target="_blank" rel="noopener noreferrer">w</a></p>'
    )
    assert BlockWriter(PAPER, NamedFigures()).block(block) == (
        '<p><a href="#two">s</a><a href="https://e.org/" rel="noopener noreferrer">w</a>'
        '<span class="address"> (e.org)</span></p>'
    )


def test_classes_of_the_author_mean_nothing_on_a_page_of_the_show() -> None:
    """There they could be those of its own elements."""
    block = Paragraph((Run("x", classes=("bar",)),), classes=("none",))
    assert write_notes((block,)) == "<p>x</p>"
    assert BlockWriter(PAPER, NamedFigures()).block(block) == '<p class="none"><span class="bar">x</span></p>'
