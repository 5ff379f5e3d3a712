"""What other tools understand is told, with how it is said here."""

from __future__ import annotations

import pytest

from quarterdeck.diagnostics import Diagnostic, QuarterdeckError
from quarterdeck.source.deck import load_deck, load_demo_chain
from support.deck_folder import DeckFolder


def told(folder: DeckFolder, text: str) -> list[Diagnostic]:
    """The faults of a deck, errors and warnings."""
    try:
        return list(folder.load(text).diagnostics)
    except QuarterdeckError as error:
        return list(error.diagnostics)


@pytest.mark.parametrize(
    ("text", "marked", "hint"),
    [
        ("# A\n\ntext\n\n???\nsay this\n", "???", "HTML comment"),
        ("# A\n\ntext\n\nNote: say this\n", "Note:", "HTML comment"),
        ("# A\n\ntext\n\nNotes:\nsay this\n", "Notes:", "HTML comment"),
        ("<!-- _class: lead -->\n# A\n", "_class", "front matter"),
        ("<!-- .slide: data-background=red -->\n# A\n", ".slide:", "theme"),
        ("# A\n\none\n\n<!-- pause -->\n\ntwo\n", "pause", ". . ."),
        ("# A\n\none\n\n<!-- end_slide -->\n", "end_slide", "three hyphens"),
        ("# A\n\n<!-- speaker_note: say this -->\n", "speaker_note:", "remove"),
        ("# A\n\nGo :rocket: now\n", ":rocket:", "🚀"),
        ("# A\n\n--\n\nmore\n", "--", "three"),
        ("# A\n\n::right::\n\ntext\n", "::right::", "::: right"),
        ("# A\n\n.left-column[text]\n", ".left-column[", "::: NAME"),
        ("# A {.lead}\n\ntext\n", ".lead", "class: NAME"),
        ("# A\n\n---\nclass: text-center\n---\n# B\n", "text-center", "theme's"),
        ("# A\n\ntext\n\n***\n\n# B\n", "***", "three hyphens"),
        ("# A\n\n• one\n", "•", "- "),
        ("# A\n\n[TOC]\n", "[TOC]", "agenda"),
        ("# A\n\none\n\n\\pause\n\ntwo\n", "\\pause", ". . ."),
        ("# A\n\n\\newpage\n", "\\newpage", "three hyphens"),
        ("# A\n\n!!! note\n\n    text\n", "!!!", "::: note"),
        ("# A\n\ntext\n\n^ say this\n", "^", "HTML comment"),
        ("# A\n\n![ship](p.png =300x)\n", "![ship](p.png =300x)", "width=50%"),
        ("# A\n\ntext\n\n::: {.notes}\nsay this\n:::\n", ".notes", "HTML comment"),
        ("# A\n\n::: {.callout-tip}\ntext\n:::\n", ".callout-tip", "::: note"),
        ("# A\n\n<!-- include: part.md -->\n\ntext\n", "include:", "{% include"),
        ("# A\n\n<!-- skip_slide -->\n\ntext\n", "skip_slide", "hide: true"),
        ("# A\n\n<!-- font_size: 2 -->\n\ntext\n", "font_size:", "theme's"),
    ],
)
def test_what_would_be_shown_as_it_stands(folder: DeckFolder, text: str, marked: str, hint: str) -> None:
    """One warning, at its place."""
    (fault,) = told(folder, text)
    assert fault.code == "foreign-habit"
    assert fault.span is not None
    line = text.split("\n")[fault.span.line - 1]
    assert line[fault.span.column - 1 :][: fault.span.length].strip() == marked
    assert hint in str(fault.hint)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("# A\n\n<v-clicks>\n\n- a\n", ". . ."),
        ("# A\n\na<br>b\n", "backslash"),
        ("<style>\nh1 {color: red}\n</style>\n\n# A\n", "help themes"),
        ('# A\n\n<div class="x">\n', "::: NAME"),
        ("# A\n\n<blink>a\n", "in backticks"),
        ("---\nmarp: true\n---\n# A\n", "remove it"),
        ("# A\n\n---\nbackgroundColor: red\n---\n# B\n", "background: COLOUR"),
        ("---\nclass: text-center\n---\n# A\n", "a key of a slide"),
        ("# A\n\n![bg right:40%](p.png)\n", "background: FILE"),
        ("# A\n\n![width:300px](p.png)\n", "width=50%"),
        ("# A\n\n::: notes\nsay this\n:::\n", "HTML comment"),
        ("# A\n\n<section>\n", "three hyphens"),
        ("# A\n\n<Tweet id=1 />\n", "a component"),
        ("# A\n\n{{< video a.mp4 >}}\n", "FILE.mp4"),
        ("# A\n\n```{python}\nprint(1)\n```\n", "of a demo"),
        ("# A\n\n```bash +exec\nls\n```\n", "of a demo"),
        ("# A\n\n---\nlayout: center\n---\n# B\n", "layout: statement"),
        ("# A\n\n---\ntitle: B\n---\n\ntext\n", "# Title"),
        ("# A\n\n---\nauthor: B\n---\n# C\n", "a key of the deck"),
        ("# A\n\n---\nsrc: ./part.md\n---\n# C\n", "{% include"),
        ("---\ntemplate: house.potx\n---\n# A\n", "theme: FILE.potx"),
    ],
)
def test_faults_have_the_hint_that_fits(folder: DeckFolder, text: str, hint: str) -> None:
    """Raw HTML, keys and pictures of other tools."""
    assert any(hint in str(fault.hint) for fault in told(folder, text))


@pytest.mark.parametrize(
    "text",
    [
        "# A\n\n```\n???\n:rocket:\n--\n```\n",
        "# A\n\ntext\n\n***\n\nmore, at 5 · 3\n\n***really***\n",
        "# A\n\n    ???\n\n`:rocket:` at 10:30:45, std::string and http://a:80:b\n",
        "# A\n\nTitle\n--\n\nNobody knows why???\n",
        "# A\n\n- item\nNote: part of the item\n",
        "# A\n\na :no_such_emoji: b\n\n.gitignore and .env\n",
        "# A\n\n<!-- Say this: the class is full. Fit for use. -->\n",
        "# A {#id}\n\n---\nclass: opening\n---\n# B {.fragment}\n".replace(" {.fragment}", ""),
    ],
)
def test_what_only_looks_like_it_is_left_alone(folder: DeckFolder, text: str) -> None:
    """Code, headings, running text, notes, classes of one's own."""
    assert told(folder, text) == []


def test_a_block_that_is_never_run(folder: DeckFolder) -> None:
    """Of a demo script: it looks like a step."""
    folder.write("demos/hello.md", "```bash\n$ ls\n```\n\n```bash\nls\n```\n\n```console\n$ true\n```\n")
    deck = folder.write("deck.md", "---\n---\n---\ndemo: hello\n---\n# A\n")
    (fault,) = load_deck(deck).diagnostics
    assert (fault.code, str(fault.span)) == ("foreign-habit", "demos/hello.md:1:1")
    assert load_demo_chain(folder.path / "demos" / "hello.md")
