"""Speaker notes."""

from __future__ import annotations

import pytest

from quarterdeck.compile.html.blocks import write_notes
from quarterdeck.model.content import (
    Block,
    Callout,
    Chart,
    Code,
    Heading,
    InlineMath,
    LineBreak,
    List,
    ListItem,
    Paragraph,
    Run,
    WebLink,
)


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (Paragraph((Run("a"), LineBreak(), Run("b", bold=True))), "<p>a<br><strong>b</strong></p>"),
        (Paragraph((Run("x", link=WebLink("https://e.org/")),)), '<p><a href="https://e.org/"'),
        (Paragraph((InlineMath("a<b"),)), "<p><code>a&lt;b</code></p>"),
        (Heading(3, (Run("h"),)), "<h3>h</h3>"),
        (List((ListItem((Paragraph((Run("a"),)),)),), ordered=True, start=4), '<ol start="4"><li><p>a</p></li></ol>'),
        (Code("a < b"), "<pre><code>a &lt; b</code></pre>"),
        (Chart("pie", (), (), alt="Shares"), "<p><em>Shares</em></p>"),
        (Callout((Paragraph((Run("a"),)),), (Run("T"),)), "<div><p><strong>T</strong></p><p>a</p></div>"),
        (Callout((Paragraph((Run("a"),)),)), "<div><p>a</p></div>"),
    ],
)
def test_formatting_is_kept(block: Block, expected: str) -> None:
    """Notes can be read as they were written."""
    assert write_notes((block,)).startswith(expected)
