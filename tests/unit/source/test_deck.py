"""A deck's folder becomes a deck, or all of its faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.diagnostics import Diagnostic, QuarterdeckError
from quarterdeck.model.content import Paragraph
from quarterdeck.model.deck import Layout
from quarterdeck.model.options import PLAIN, Choices
from quarterdeck.source.deck import load_deck, load_demo
from support.deck_folder import DeckFolder

DEMO = "---\ntitle: Hello\n---\nProse.\n\n```console\n$ true\n```\n"


def faults(folder: DeckFolder, text: str, choices: Choices = PLAIN) -> tuple[Diagnostic, ...]:
    """What is wrong with a deck of that text."""
    with pytest.raises(QuarterdeckError) as caught:
        folder.load(text, choices)
    return caught.value.diagnostics


def test_whole_deck(folder: DeckFolder) -> None:
    """Front matter, slides, sections and demos arrive in the model."""
    folder.write("demos/hello.md", DEMO)
    deck = folder.load(
        "---\ntitle: Talk\nsubtitle: About\nauthor: Me\nduration: 1h30m\nimages: [nginx]\n---\n"
        "# Talk\n\nAbout\n---\n# Part\n---\nid: one\ndemo: hello\nduration: 90s\nhide: true\nclass: a b\n---\n## Show\n"
        "\nText\n"
    ).deck
    assert (deck.title, deck.subtitle, deck.author, deck.duration, deck.images) == (
        "Talk",
        "About",
        "Me",
        5400,
        ("nginx",),
    )
    assert [slide.layout for slide in deck.slides] == [Layout.TITLE, Layout.SECTION, Layout.DEMO]
    assert [slide.id for slide in deck.slides] == ["talk", "part", "one"]
    last = deck.slides[-1]
    assert (last.section, last.demo, last.duration, last.hidden, last.classes) == (
        "Part",
        "hello",
        90,
        True,
        ("a", "b"),
    )
    assert list(deck.demos) == ["hello"]
    assert deck.demos["hello"].cast_path == folder.path / "demos/hello.cast"


def test_every_fault_at_once(folder: DeckFolder) -> None:
    """One run shows all that is wrong, by position."""
    found = faults(
        folder,
        "---\ntitel: x\nduration: 45\n---\n# A\n\n![x](a.png)\n---\nlayot: content\ndemo: nope\n---\n"
        "# B\n\n[dead](#c) <b>\n\n{{ y }}\n",
    )
    assert [(f.span.line, f.code) for f in found if f.span] == [
        (2, "unknown-key"),
        (3, "wrong-type"),
        (7, "missing-file"),
        (9, "unknown-key"),
        (10, "unknown-demo"),
        (14, "dead-link"),
        (14, "raw-html"),
        (16, "template-error"),
    ]


@pytest.mark.parametrize(
    ("text", "code", "place", "hint"),
    [
        ("---\ntitel: x\n---\n# a", "unknown-key", "deck.md:2:1", "did you mean 'title'?"),
        ("---\nlayout: content\n---\n# a", "unknown-key", "deck.md:2:1", "key of a slide"),
        ("---\ntitle: a\ntitle: b\n---\n# a", "duplicate-key", "deck.md:3:1", "keep one"),
        ("---\ntitle: {{ x }}\n---\n# a", "wrong-type", "deck.md:2:8", "quote it"),
        ("---\ntitle: 'x\n---\n# a", "invalid-yaml", "deck.md:2:8", "quote"),
        ("---\ntitle: x\n# a", "unclosed-front-matter", "deck.md:1:1", "three hyphens"),
        ("# a\n---\nid: x\n# b", "unclosed-front-matter", "deck.md:3:1", "leave a line free"),
        ("# a\n\n```py\nx = 1\n", "unclosed-fence", "deck.md:3:1", "```"),
        ("# a\n\n```py\nx\n\n---\n\n# b\n\n```js\ny\n```\n", "unclosed-fence", "deck.md:3:1", "```"),
        ("# a\n\n<!-- note\n\n---\n\n# b", "unclosed-comment", "deck.md:3:1", "-->"),
        ("", "empty-deck", "deck.md:1:1", "# Title"),
        ("---\ntitle: x\n---\n\n---\n\n", "empty-deck", "deck.md:1:1", "# Title"),
        ("# a\n\n![x](imag.png)", "missing-file", "deck.md:3:6", "did you mean 'image.png'?"),
        ("# a\n\n![x](https://e.org/a.png)", "remote-picture", "deck.md:3:6", "download"),
        ("# a\n\n![x](text.png)", "bad-picture", "deck.md:3:6", "PNG"),
        ("---\n---\n---\ndemo: helo\n---\n# a", "unknown-demo", "deck.md:4:7", "did you mean 'hello'?"),
        ("---\n---\n---\ndemo: silent\n---\n# a", "no-step", "demos/silent.md:1:1", "```console"),
        ("---\n---\n---\ndemo: hello\n---\n# a\n\n```console\n$ ls\n```", "two-demos", "deck.md:8:1", "remove"),
        ("---\n---\n---\ndemo: round\n---\n# a", "demo-cycle", "demos/about.md:2:12", ""),
        ("# a\n\n::: lefft\nx\n:::", "unknown-div", "deck.md:3:5", "did you mean 'left'?"),
        ("# a\n\n::: left\nx", "unclosed-div", "deck.md:3:1", ":::"),
        ("# a {#x}\n---\nid: x\n---\n# b", "duplicate-id", "deck.md:3:5", "unique"),
        ("---\nvars: 3\n---\n# a", "wrong-type", "deck.md:2:7", ""),
        ("# a\x07b", "control-character", "deck.md:1:4", "remove"),
        ("# a\n\n[x](file.pdf)", "bad-link", "deck.md:3:5", "#its-id"),
        ("# a\n\n[x](javascript:alert(1))", "bad-link", "deck.md:3:5", "https://"),
        ("# a {.fragment}\n\nx", "title-fragment", "deck.md:1:7", ". . ."),
        ("# a\n\nx[^1]", "missing-footnote", "deck.md:3:2", "same slide"),
        ("# a\n\nx\n\n[^1]: y", "unused-footnote", "deck.md:5:1", "[^1]"),
    ],
)
def test_bad_input(folder: DeckFolder, text: str, code: str, place: str, hint: str) -> None:
    """Each mistake of an author has its message, its place and what to do."""
    folder.write("image.png", "")
    folder.write("text.png", "this is text")
    folder.write("demos/hello.md", DEMO)
    folder.write("demos/silent.md", "Just prose.\n")
    folder.write("demos/round.md", "---\ncontinues: about\n---\n```console\n$ true\n```\n")
    folder.write("demos/about.md", "---\ncontinues: round\n---\n```console\n$ true\n```\n")
    found = faults(folder, text)
    assert [(f.code, str(f.span)) for f in found] == [(code, place)]
    assert hint in (found[0].hint or "")


def test_no_deck(folder: DeckFolder) -> None:
    """A folder without a deck says how to make one."""
    with pytest.raises(QuarterdeckError, match=r"no deck deck\.md"):
        load_deck(folder.path)


def test_variables_and_audience(folder: DeckFolder) -> None:
    """--set wins over vars, and slides for others are left out."""
    text = "---\nvars: {place: here}\ntitle: 'In {{ place }}'\n---\n# A {{ place }}\n---\naudience: [ops]\n---\n# Ops\n"
    deck = folder.load(text, Choices({"place": "there"}, "dev")).deck
    assert (deck.title, [s.title_text for s in deck.slides]) == ("In there", ["A there"])
    assert len(folder.load(text).deck.slides) == 2


def test_link_to_a_slide_left_out(folder: DeckFolder) -> None:
    """A link to a slide that this audience doesn't see is a fault."""
    (fault,) = faults(folder, "# A\n\n[x](#b)\n---\naudience: ops\n---\n# B\n", Choices(audience="dev"))
    assert "this form of the deck" in fault.message


def test_demo_in_a_slide(folder: DeckFolder) -> None:
    """Console blocks of a slide are its demo, named by its id, recorded in casts/."""
    deck = folder.load(
        "# A\n---\n## Try it\n\nText.\n\n```console\n$ true\n```\n\n```console {.cleanup}\n$ false\n[exit 1]\n```\n"
    ).deck
    slide = deck.slides[1]
    demo = deck.demos["try-it"]
    assert (slide.demo, slide.layout) == ("try-it", Layout.DEMO)
    assert demo.cast_path == folder.path / "casts/try-it.cast"
    assert [len(demo.steps), len(demo.shown_steps)] == [2, 1]
    assert [type(b) for b in slide.slots["body"]] == [Paragraph]
    assert demo.script_hash


def test_missing_demo_script(folder: DeckFolder, tmp_path: Path) -> None:
    """A demo that isn't there is a fault, not a crash."""
    with pytest.raises(QuarterdeckError, match=r"no demo .*none\.md"):
        load_demo(tmp_path / "none.md")


@pytest.mark.parametrize("name", ["x" * 5000, "a\\0b", "..", "/", "a/b", "~"])
def test_names_that_no_file_can_have(folder: DeckFolder, name: str) -> None:
    """Impossible names of demos, folders, pictures and includes are faults like any other."""
    matter = f'---\ndemos: "{name}x"\n---\n---\ndemo: "{name}"\nbackground: "{name}.png"\n---\n'
    found = faults(folder, f"{matter}# a\n\n![x]({name}.png)\n")
    assert {"missing-file", "unknown-demo"} <= {fault.code for fault in found}
    assert faults(folder, f"# a\n\n{{% include '{name}.md' %}}\n")


def test_links_of_slides_left_out(folder: DeckFolder) -> None:
    """Slides that this audience doesn't see may link to each other."""
    text = "# A\n---\nid: b\naudience: ops\n---\n# B\n\n[x](#c)\n---\nid: c\naudience: ops\n---\n# C\n"
    assert len(folder.load(text, Choices(audience="dev")).deck.slides) == 1


def test_event_of_templates(folder: DeckFolder) -> None:
    """What is known about the event wins over what the deck says, key by key; no event is no fault."""
    text = "---\nvars:\n  event: {place: Bremen, room: A}\n---\n# {{ event.place }} {{ event.room }}\n"
    (slide,) = folder.load(text, Choices(event={"place": "Kiel"})).deck.slides
    assert slide.title_text == "Kiel A"
    (bare,) = folder.load("# Hello {{ event.place | default('you') }} {{ lang }}").deck.slides
    assert bare.title_text == "Hello you en"
