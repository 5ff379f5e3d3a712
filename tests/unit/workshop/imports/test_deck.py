"""Decks of other tools: what they become, and what is told of the rest."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import missing
from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.files.atomic import write
from quarterdeck.model.content import Code, Image, List, Math, Table
from quarterdeck.model.deck import Deck, Layout
from quarterdeck.project.check.rules import blocks
from quarterdeck.project.project import load_project
from quarterdeck.workshop.imports.deck import Dialect, dialect_of, import_deck
from support.imported_decks import EXAMPLES, imported, plain_notes, texts


def example(name: str, tmp_path: Path) -> tuple[Deck, dict[int, list[str]]]:
    """One of the example decks, with the pictures that Slidev looks for in ``public/``."""
    folder = tmp_path / "theirs" / "talk"
    folder.mkdir(parents=True)
    shutil.copytree(EXAMPLES.parent / "conformance" / "deck" / "img", tmp_path / "theirs/conformance/deck/img")
    (tmp_path / "theirs" / ".git").mkdir()
    (folder / "public").mkdir()
    shutil.copy(EXAMPLES.parent / "conformance" / "deck" / "img" / "harbour.png", folder / "public")
    shutil.copy(EXAMPLES / name, folder)
    return imported(folder / name, tmp_path / "ours")


def test_marp(tmp_path: Path) -> None:
    """Directives, backgrounds, fragmented lists, rulers, setext headings and HTML of a Marp deck."""
    deck, told = example("marp.md", tmp_path)
    assert texts(deck) == ["Harbour pilots", "What a pilot does", "The boat", "Tides"]
    first, pilot, boat, tides = deck.slides
    assert (deck.footer, first.layout) == ("Port authority", Layout.TITLE)
    assert "welcome" in plain_notes(first)
    assert pilot.background is not None and pilot.background.color == "#f5f5dc"
    (shoals,) = [block for block in blocks(pilot) if isinstance(block, List)]
    assert [item.fragment for item in shoals.items] == [0, 1, 2]
    assert "⚓" in str(shoals.items[2])
    assert boat.layout is Layout.TWO_COLUMNS
    assert {type(b) for b in boat.slots["right"]} == {Image}
    assert "{{ not a template }}" in str(boat.slots["left"])
    assert [type(b) for b in blocks(tides) if isinstance(b, Table | Code)] == [Table, Code]
    assert tides.demo is None
    assert {1: ["the theme was left out (theme)"]}.items() <= told.items()
    source = (EXAMPLES / "marp.md").read_text().split("\n")
    filtered = next(number for number, line in enumerate(source, 1) if "blur" in line)
    assert told[filtered] == ["a picture's filter was left out", "the size of a background was left out (40%)"]


def test_slidev(tmp_path: Path) -> None:
    """Front matter, layouts with slots, clicks, line steps and notes of a Slidev deck; components are told of."""
    deck, told = example("slidev.md", tmp_path)
    assert texts(deck) == ["Harbour pilots", "Two tasks", "Lights", "The boat"]
    first, tasks, lights, boat = deck.slides
    assert (deck.duration, first.layout, first.transition) == (20 * 60, Layout.TITLE, "push")
    assert tasks.layout is Layout.TWO_COLUMNS
    (code,) = [block for block in tasks.slots["right"] if isinstance(block, Code)]
    assert (code.language, len(code.highlights)) == ("ts", 2)
    assert "Now the second line" in plain_notes(tasks)
    assert "[click]" not in plain_notes(tasks)
    assert (lights.id, lights.hidden) == ("lights", True)
    (sides,) = [block for block in blocks(lights) if isinstance(block, List)]
    assert [item.fragment for item in sides.items] == [0, 1]
    assert boat.layout is Layout.TWO_COLUMNS and isinstance(boat.slots["left"][0], Image)
    said = [message for messages in told.values() for message in messages]
    assert "<Compass> was left out" in said
    assert "<style> was left out" in said
    assert "a Vue expression was left out" in said


def test_pandoc(tmp_path: Path) -> None:
    """Title block, slide level, notes, columns, quoted lists and fences of a pandoc deck."""
    deck, told = example("pandoc.md", tmp_path)
    assert texts(deck) == ["Harbour pilots", "Before the roads", "What a pilot does", "Two boats", "", "Setext too"]
    title, section, pilot, boats, untitled, _ = deck.slides
    assert (deck.author, title.layout, section.layout) == ("Ada Example, Ben Example", Layout.TITLE, Layout.SECTION)
    assert pilot.id == "pilot"
    assert "every shoal has a name" in plain_notes(pilot)
    assert boats.layout is Layout.TWO_COLUMNS
    (ship,) = [block for block in boats.slots["left"] if isinstance(block, Image)]
    assert "189" in str(ship.width)
    (numbered,) = [block for block in boats.slots["right"] if isinstance(block, List)]
    assert [item.fragment for item in numbered.items] == [0, 1]
    (code,) = [block for block in blocks(untitled) if isinstance(block, Code)]
    assert (code.language, code.numbers) == ("python", True)
    assert "content for one output format was left out" in [m for messages in told.values() for m in messages]


@pytest.mark.parametrize("name", ["marp", "slidev", "pandoc"])
def test_whose_deck_it_is(name: str) -> None:
    """The tool is told from the file."""
    assert dialect_of(EXAMPLES / f"{name}.md") == name


@pytest.mark.slow
def test_a_public_deck(tmp_path: Path) -> None:
    """The deck that Slidev gives its newcomers builds after it was taken over, with all its slides."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    installed = cache / "quarterdeck-dev" / "slidev" / "node_modules" / "create-slidev" / "template" / "slides.md"
    path = Path(os.environ.get("QUARTERDECK_SLIDEV") or installed)
    if not path.exists():
        missing("office", "Slidev's example deck isn't installed: run .ci/slidev")
    deck, told = imported(path, tmp_path)
    assert texts(deck)[0] == "Welcome to Slidev"
    assert len(deck.slides) >= path.read_text("utf-8").count("\n---\n\n# ")
    assert any("<Toc> was left out" in messages for messages in told.values())


def test_what_a_slide_cannot_show_is_kept_in_its_notes(tmp_path: Path) -> None:
    """A diagram whose program is missing, and a formula that is none, don't stop the deck from building."""
    source = tmp_path / "deck.md"
    source.write_text("# One\n\n$$\\frac{$$\n\nafter\n\n---\n\n# Two\n\n" + "| w" * 60 + " |\n" + "|---" * 60 + "|\n")
    deck, told = imported(source, tmp_path / "ours", Dialect.PANDOC)
    assert texts(deck) == ["One", "Two"]
    assert any("moved to the notes" in message for messages in told.values() for message in messages)


_SNIPPETS = st.sampled_from(
    [
        *("# T", "---", "***", "- a", "* b", "1) c", "<div>", "</div>", "<v-click>", "::right::", "::: notes", ":::"),
        *(
            "```js",
            "```",
            "???",
            "--",
            "class: center",
            ".left-column[",
            "]",
            "{{ x }}",
            "{% if %}",
            "![bg](x.png)",
            "![a](b c.png){width=3cm}",
            "<!-- class: x -->",
        ),
        *("<!--", "-->", "$$", "| a | b |", "|---|---|", "layout: two-cols", "> - q", "text\n===", '<img src="a">'),
        *("[x](y", "`a", "+--+", "% t", ". . .", "<<< @/x", "{.cls}", "    code", "\t", "[^1]: n", "~~~ {.py}"),
        *("![](<x>)", "&amp; <b>b</b>", "<script>", "&nbsp;", "\\", "* * *", "<a href=x>", "</a>"),
    ]
)


@pytest.mark.slow
@settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(
    lines=st.lists(_SNIPPETS | st.text(max_size=20), max_size=25),
    dialect=st.sampled_from([kind for kind in Dialect if kind is not Dialect.POWERPOINT]),
)
def test_any_text_is_taken_over(lines: list[str], dialect: Dialect, tmp_path: Path) -> None:
    """Whatever is in a file, the new deck builds, or the file itself is refused with a message."""
    source = tmp_path / "any.md"
    source.write_text("\n".join(lines), "utf-8", errors="replace")
    try:
        outputs, _ = import_deck(source, tmp_path / "new", dialect)
    except QuarterdeckError as error:
        codes = {fault.code for fault in error.diagnostics}
        assert codes <= {"empty-deck", "control-character", "not-utf-8", "not-imported"}, error.diagnostics
        return
    write(outputs)
    load_project(tmp_path / "new")


def told_of(source: Path, text: str, tmp_path: Path, dialect: Dialect | None = None) -> tuple[Deck, list[str]]:
    """The new deck of a text, and all that was told."""
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(text, "utf-8")
    deck, told = imported(source, tmp_path / "ours", dialect)
    return deck, [message for messages in told.values() for message in messages]


def shown(deck: Deck, number: int) -> str:
    """The model of what a slide shows, as text."""
    return str(dict(deck.slides[number].slots))


def test_remark(tmp_path: Path) -> None:
    """Properties, layouts, increments, notes, classes, columns and names of a deck of remark."""
    deck, told = example("remark.md", tmp_path)
    assert texts(deck) == ["Harbour pilots", "What a pilot does", "Shoals", "The boat {fast}"]
    first, pilot, shoals, boat = deck.slides
    assert (first.layout, first.id) == (Layout.TITLE, "top")
    assert "welcome" in plain_notes(first)
    assert pilot.fragments == 2
    assert all(words in shown(deck, 1) for words in ("Port authority", "roads", "array.x[0]"))
    assert "shoals" in str(pilot.slots)
    assert (shoals.id, shoals.layout) == ("shoals", Layout.TWO_COLUMNS)
    (picture,) = [block for block in blocks(shoals) if isinstance(block, Image)]
    assert (picture.width.value if picture.width else None) == 40
    assert [type(block) for block in shoals.slots["right"]] == [Code]
    assert boat.background is not None and boat.background.color == "#f5f5dc"
    assert "A file and a place" in shown(deck, 3).replace("', '", "")
    messages = [message for each in told.values() for message in each]
    for lost in ("'red' of text", "'background-size'", "'foo'", "'boat.pdf'", "'#nowhere'"):
        assert any(lost in message for message in messages), lost


@pytest.mark.parametrize("page", ["textarea", "source"])
def test_remark_in_its_page(tmp_path: Path, page: str) -> None:
    """The HTML page holds the deck, or names its file; lines have their places in the file that holds them."""
    deck = "class: center\n\n# One\n\n---\n\n# A &lt; B\n\n.big[x]\n\n```js\n* f()\n```\n"
    inline = f'<textarea id="source">\n{deck}</textarea>\n<script>remark.create({{highlightLines: true}})</script>'
    named = "<script>remark.create({sourceUrl: 'talk.md'})</script>"
    (tmp_path / "talk.md").write_text(deck)
    source = tmp_path / "index.html"
    source.write_text(f"<html>\n<body>\n{inline if page == 'textarea' else named}\n</html>\n")
    new, told = imported(source, tmp_path / "ours")
    assert texts(new) == ["One", "A < B"]
    line = 12 if page == "textarea" else 9
    assert told[line] == ["the class 'big' of text was left out"]
    (code,) = [block for block in blocks(new.slides[1]) if isinstance(block, Code)]
    assert (code.text, len(code.highlights)) == ((" f()", 1) if page == "textarea" else ("* f()", 0))


def test_a_page_that_is_not_remarks_is_refused(tmp_path: Path) -> None:
    """With what could be given instead."""
    source = tmp_path / "slides.html"
    source.write_text("<html><div class='reveal'></div></html>")
    with pytest.raises(QuarterdeckError, match="isn't a deck of remark") as caught:
        import_deck(source, tmp_path / "ours")
    assert "Markdown file" in str(caught.value.diagnostics[0].hint)
    source.write_text("<textarea id='source'></textarea><script>remark.create({sourceUrl: 'talk.md'})</script>")
    with pytest.raises(QuarterdeckError, match=r"takes its slides from 'talk\.md', which isn't there"):
        import_deck(source, tmp_path / "ours")


@pytest.mark.parametrize("head", ["---\nmarp: true\n---\n", "---\ntheme: seriph\n---\n", "% T\n\n"])
def test_characters_that_cannot_be_seen_are_left_out(tmp_path: Path, head: str) -> None:
    """Editors leave a backspace or an escape behind; the deck is imported without it."""
    source = tmp_path / "slides.md"
    source.write_text(f"{head}\n# Cover\n\n- \bone\x1b two\x00\n")
    new, told = imported(source, tmp_path / "ours")
    assert "one two" in shown(new, len(new.slides) - 1)
    assert told[head.count("\n") + 4] == ["characters that can't be seen were left out"]


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("class: center, middle\n\n# T\n\n---\n\n# U\n", Dialect.REMARK),
        ("# T\n\n???\n\nnote\n\n---\n\n# U\n", Dialect.REMARK),
        ("# T\n\n---\nlayout: true\n\n# U\n", Dialect.REMARK),
        ("# T\n\n- a\n--\n- b\n", Dialect.REMARK),
        ("# T\n\n.left[x]\n", Dialect.REMARK),
        ("---\ntitle: T\noutput: xaringan::moon_reader\n---\n\n# T\n", Dialect.REMARK),
        ("---\ntheme: seriph\n---\n\n# T\n", Dialect.SLIDEV),
        ("# T\n\n---\nclass: text-center\n---\n\n# U\n", Dialect.SLIDEV),
        ("# T\n\n```yaml {1|2}\na: b\nc: d\n```\n", Dialect.SLIDEV),
        ("T\n==\n\nU\n--\n\n```css\n.left[x] {}\n```\n", Dialect.PANDOC),
        ("---\ntitle: T\nlang: de\n---\n\n# T\n\n- a\n", Dialect.PANDOC),
    ],
)
def test_whose_text_it_is(tmp_path: Path, text: str, dialect: Dialect) -> None:
    """Each tool has syntax of its own."""
    source = tmp_path / "deck.md"
    source.write_text(text)
    assert dialect_of(source) is dialect


def test_pandocs_slides_with_a_background_and_nothing_else(tmp_path: Path) -> None:
    """A heading of attributes alone begins a slide at any level, after a rule too; its background is the slide's."""
    shutil.copy(EXAMPLES.parent / "conformance" / "deck" / "img" / "harbour.png", tmp_path)
    image, color = "{data-background-image='harbour.png'}", "{data-background-color='#884422'}"
    body = f"# One\n\nwords\n\n---\n\n## {image}\n\ntwo\n\n## {color}\n\nthree\n"
    deck, told = told_of(tmp_path / "a.md", f"% T\n\n{body}", tmp_path)
    grounds = [slide.background for slide in deck.slides]
    assert [bool(g and g.image) for g in grounds] == [False, False, True, False]
    assert [g.color if g else None for g in grounds] == [None, None, None, "#884422"]
    assert [shown(deck, n).count(word) for n, word in ((1, "words"), (2, "two"), (3, "three"))] == [1, 1, 1]
    assert told == []


def test_formulas_in_plain_latex(tmp_path: Path) -> None:
    """Pandoc takes environments of LaTeX without dollars."""
    text = "% T\n\n# One\n\n\\begin{align*}\na &= b \\\\\nc &= d\n\\end{align*}\n\n`\\begin{align}` stays code\n"
    deck, told = told_of(tmp_path / "a.md", text, tmp_path)
    (formula,) = [block for block in blocks(deck.slides[1]) if isinstance(block, Math)]
    assert (formula.tex.split("\n")[0], told) == (r"\begin{align*}", [])


def test_a_picture_larger_than_its_place_takes_the_room_that_there_is(tmp_path: Path) -> None:
    """It isn't moved to the notes; one that fits keeps its size."""
    shutil.copy(EXAMPLES.parent / "conformance" / "deck" / "img" / "harbour.png", tmp_path)
    for height, left_out in ((600, True), (200, False)):
        text = f"---\nmarp: true\n---\n\n# One\n\n---\n\n# Two\n\n![A ship height:{height}px](harbour.png)\n"
        deck, told = told_of(tmp_path / f"{height}.md", text, tmp_path)
        (picture,) = [block for block in blocks(deck.slides[1]) if isinstance(block, Image)]
        assert (picture.height is None) == left_out
        assert any("the size of a picture" in message for message in told) == left_out
        assert not deck.slides[1].notes


def test_marps_loose_yaml(tmp_path: Path) -> None:
    """Values need no quotes, in front matter and comments; colours are colours; unknown keys and colours are told."""
    front = "marp: true\ntitle: Docker: racks\nauthor: @ada\nbackgroundColor: #123456\ncolor: #fff\nfoo: a: b"
    body = "# One\n\n---\n\n<!--\n_backgroundColor: #884422\n_header: Part 1: racks\n-->\n\n# Two\n"
    deck, told = told_of(tmp_path / "a.md", f"---\n{front}\nfooter: C: 2026 # x\n---\n\n{body}", tmp_path)
    assert (deck.title, deck.author, deck.footer) == ("Docker: racks", "@ada", "C: 2026 # x")
    assert [slide.background and slide.background.color for slide in deck.slides] == ["#123456", "#884422"]
    for lost in ("the colour of text", "'foo' was left out", "the header"):
        assert any(lost in message for message in told), lost


@pytest.mark.parametrize("dialect", [Dialect.SLIDEV, Dialect.PANDOC, Dialect.MARP])
def test_a_line_that_is_not_yaml_drops_no_other(tmp_path: Path, dialect: Dialect) -> None:
    """Each key is read by itself; one that can't be read is told at its line."""
    front = 'title: "Docker" and: more\nauthor: `Ada`\nbad:\n  - [x\nlang: de'
    deck, told = told_of(tmp_path / "a.md", f"---\n{front}\n---\n\n# One\n\nwords\n", tmp_path, dialect)
    assert (deck.title, deck.author) == ('"Docker" and: more', "`Ada`")
    assert any("this isn't YAML" in message for message in told)


def test_emoji(tmp_path: Path) -> None:
    """GitHub's names, Rich's and Unicode's; not in code; an unknown name stays, and is told."""
    text = "# One :star_struck: :+1: :thinking: :us: :telescope:\n\n`:x:` :nosuch: a:b:c 10:30:00\n"
    deck, told = told_of(tmp_path / "a.md", f"---\nmarp: true\n---\n\n{text}", tmp_path)
    assert texts(deck) == ["One 🤩 👍 🤔 🇺🇸 🔭"]
    assert all(kept in shown(deck, 0) for kept in (":x:", ":nosuch: a:b:c 10:30:00"))
    assert [message for message in told if "emoji" in message] == ["the emoji :nosuch: isn't known: its name stays"]
    deck, _ = told_of(tmp_path / "b.md", "---\ntheme: seriph\n---\n\n# One :rocket:\n", tmp_path / "slidev")
    assert texts(deck) == ["One 🚀"]


@pytest.mark.parametrize("dialect", [Dialect.MARP, Dialect.SLIDEV, Dialect.PANDOC, Dialect.REMARK])
def test_a_diagram_without_its_tool_is_kept_in_the_notes(
    tmp_path: Path, dialect: Dialect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its arrow would end the comment that it is put into."""
    monkeypatch.setenv("PATH", str(tmp_path))
    text = "# One\n\nwords\n\n```mermaid {scale: 0.8}\ngraph LR\n  A --> B\n  B --> C\n```\n\nmore\n"
    deck, told = told_of(tmp_path / "a.md", text, tmp_path, dialect)
    notes = plain_notes(deck.slides[0])
    assert all(words in notes for words in ("graph LR", "A --\\\\> B", "B --\\\\> C"))
    assert any("moved to the notes" in message for message in told)
    assert any("{scale: 0.8}' of a diagram was left out" in message for message in told)
    assert "more" in shown(deck, 0)


@pytest.mark.parametrize("steps", ["", " {all|5-16}", " {1-3|20-22}"])
@pytest.mark.parametrize("around", ["{}", "text before\n\n{}\n\ntext after", "1. item\n\n   {}"])
def test_long_code_builds(tmp_path: Path, steps: str, around: str) -> None:
    """It is split, with its steps; where that can't be, it is kept in the notes."""
    inner = "\n".join([f"```yaml{steps}", *(f"key{n}: value" for n in range(22)), "```"])
    if around.startswith("1."):
        inner = inner.replace("\n", "\n   ")
    deck, told = told_of(tmp_path / "a.md", f"---\ntheme: seriph\n---\n\n# One\n\n{around.format(inner)}\n", tmp_path)
    everything = "".join(map(str, deck.slides))
    assert all(f"key{n}: value" in everything for n in range(22))
    assert told


def test_slidevs_layouts_classes_and_html(tmp_path: Path) -> None:
    """Lists and line breaks of HTML, quotations and headings are ours; classes and looks are told."""
    text = (
        "---\ntheme: seriph\n---\n\n# One\n\n---\nlayout: quote\n---\n\n> Said\n\n"
        "---\nclass: text-center\nlayout: full\n---\n\n# Three {v-click=2}\n\na<br>b<br/>\nc\n\n"
        "<ul>\n  <li>first</li>\n  <li>\n    second\n    <ol><li>inner</li></ol>\n"
        '  </li>\n</ul>\n\nH<sub>2</sub>O <u>under</u> "x"{.abs.top-1 v-after} {word}\n\n<h3>Head</h3>\n\n'
        "- a<br>b\n\n| a<br>b | c |\n| --- | --- |\n| d | e |\n\n<!-- lost -->\n\nend\n\n<!-- kept -->\n"
    )
    deck, told = told_of(tmp_path / "a.md", text, tmp_path)
    assert deck.slides[1].layout is Layout.QUOTE
    slide = deck.slides[2]
    assert slide.title_text == "Three"
    kinds = [type(block).__name__ for block in slide.slots["body"]]
    assert kinds == ["Paragraph", "List", "Paragraph", "Heading", "List", "Table", "Paragraph"]
    (outer, inner, _) = [block for block in blocks(slide) if isinstance(block, List)]
    assert (len(outer.items), outer.ordered, len(inner.items), inner.ordered) == (2, False, 1, True)
    assert str(slide.slots["body"][0]).count("LineBreak") == 2
    assert "subscript=True" in shown(deck, 2)
    assert "{word}" in shown(deck, 2)
    assert "kept" in plain_notes(slide)
    for lost in (
        "the class text-center",
        "the layout 'full'",
        "attributes of text",
        "the look of <u>",
        "a comment was",
    ):
        assert any(lost in message for message in told), lost


@pytest.mark.parametrize("target", ["../../etc/passwd", "/../secret.png", "file:///../secret.png", "way/secret.png"])
def test_pictures_outside_of_the_project_stay(target: str, tmp_path: Path) -> None:
    """A deck of somebody else's takes nothing along of what lies on this disk, however it is named, nor by a link."""
    picture = (EXAMPLES.parent / "conformance" / "deck" / "img" / "harbour.png").read_bytes()
    (tmp_path / "theirs" / "deep").mkdir(parents=True)
    (tmp_path / "etc").mkdir()
    for name in ("etc/passwd", "theirs/secret.png"):
        (tmp_path / name).write_bytes(picture)
    (tmp_path / "theirs" / "deep" / "way").symlink_to(tmp_path / "theirs")
    for dialect in (Dialect.MARP, Dialect.SLIDEV, Dialect.PANDOC, Dialect.REMARK):
        deck, told = told_of(tmp_path / "theirs/deep/a.md", f"# One\n\n![x]({target})\n", tmp_path / dialect, dialect)
        assert not any(isinstance(block, Image) for block in blocks(deck.slides[0]))
        assert not (tmp_path / dialect / "img").exists()
        assert any("lies outside of the deck's project" in message for message in told)


def test_pictures_of_the_project_are_copied(tmp_path: Path) -> None:
    """Also those in another folder of it."""
    picture = (EXAMPLES.parent / "conformance" / "deck" / "img" / "harbour.png").read_bytes()
    (tmp_path / "theirs" / "deep").mkdir(parents=True)
    (tmp_path / "theirs" / ".git").mkdir()
    (tmp_path / "theirs" / "x.png").write_bytes(picture)
    deck, _ = told_of(tmp_path / "theirs/deep/a.md", "# One\n\n![x](../x.png)\n", tmp_path / "ours", Dialect.PANDOC)
    assert any(isinstance(block, Image) for block in blocks(deck.slides[0]))


def test_pictures_of_html_are_copied(tmp_path: Path) -> None:
    """In every dialect, as those of Markdown are."""
    picture = (EXAMPLES.parent / "conformance" / "deck" / "img" / "harbour.png").read_bytes()
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "x.png").write_bytes(picture)
    text = '# One\n\n<img src="x.png" alt="Harbour" width="200">\n\n<img src="none.png">\n'
    for dialect in (Dialect.MARP, Dialect.SLIDEV, Dialect.PANDOC, Dialect.REMARK):
        deck, told = told_of(tmp_path / "theirs" / "a.md", text, tmp_path / dialect, dialect)
        (image,) = [block for block in blocks(deck.slides[0]) if isinstance(block, Image)]
        assert (image.alt, image.width.value if image.width else None) == ("Harbour", 200)
        assert any("'none.png' doesn't exist" in message for message in told)


def test_links_that_lead_nowhere_lose_their_target_only(tmp_path: Path) -> None:
    """The sentence around them stays on the slide."""
    text = "# One\n\nSee [the **file**](talk.pdf), [that](#x), [this](ftp://a.b) and [the web](https://a.b).\n"
    deck, told = told_of(tmp_path / "a.md", text, tmp_path, Dialect.PANDOC)
    assert not deck.slides[0].notes
    assert "https://a.b" in shown(deck, 0)
    assert len([message for message in told if "was left out, its text stays" in message]) == 3


def test_comments_within_lines(tmp_path: Path) -> None:
    """Marp's are notes or directives, as those on lines of their own are; elsewhere they are told."""
    text = "---\nmarp: true\n---\n\n# One\n\nword <!-- a note --> word <!-- _backgroundColor: red -->\n"
    deck, _ = told_of(tmp_path / "a.md", text, tmp_path)
    assert "a note" in plain_notes(deck.slides[0])
    assert deck.slides[0].background is not None
    _, told = told_of(tmp_path / "b.md", "# One\n\nword <!-- a note --> word\n", tmp_path / "b", Dialect.PANDOC)
    assert told == ["a comment within a line was left out"]
