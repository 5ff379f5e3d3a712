"""Rules for decks that can be built."""

import json
from pathlib import Path

import pytest

from quarterdeck.cli.report import as_github, as_json, line_of
from quarterdeck.diagnostics import Severity, render
from quarterdeck.project.check.rules import check


def codes(folder: Path, text: str) -> list[str]:
    """The codes of all faults of a deck."""
    (folder / "deck.md").write_text(text)
    return [fault.code for fault in check(folder)]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A small picture beside the deck."""
    from PIL import Image

    file = tmp_path / "p.png"
    Image.new("RGB", (40, 30), "navy").save(file)
    return file


def test_a_deck_without_faults(tmp_path: Path) -> None:
    """Nothing is said."""
    assert codes(tmp_path, "# One\n\nText\n\n---\n\n# Two\n\nText\n") == []


def test_faults_that_stop_a_build_are_reported_not_raised(tmp_path: Path) -> None:
    """All of them."""
    found = codes(tmp_path, "---\nnonsense: 1\n---\n# One\n\n![](none.png)\n")
    assert {"unknown-key", "missing-file"} <= set(found)


@pytest.mark.parametrize(
    "where",
    [
        "{}",
        "> {}",
        "- {}",
        "1. - {}",
        "Term\n: {}",
        "::: {{.note}}\n{}\n:::",
        "::: left\n{}\n:::\n\n::: right\nText\n:::",
    ],
)
def test_pictures_need_words(tmp_path: Path, picture: Path, where: str) -> None:
    """Wherever they stand; one that is decoration says so."""
    assert "missing-alt" in codes(tmp_path, f"# One\n\n{where.format('![](p.png)')}\n")
    assert "missing-alt" not in codes(tmp_path, f"# One\n\n{where.format('![A blue field](p.png)')}\n")
    assert "missing-alt" not in codes(tmp_path, f"# One\n\n{where.format('![](p.png){.decorative}')}\n")


def test_slides_need_titles_of_their_own(tmp_path: Path) -> None:
    """A slide without one, and two of one title; a blank slide may go without."""
    assert codes(tmp_path, "# One\n\nText\n\n---\n\nText\n") == ["missing-title"]
    assert codes(tmp_path, "# One\n\nText\n\n---\n\n# One\n\nText\n") == ["duplicate-title"]
    assert codes(tmp_path, "# One\n\nText\n\n---\nlayout: blank\n---\n\nText\n") == []


def test_levels_of_headings_are_not_skipped(tmp_path: Path) -> None:
    """A level 4 after a level 2."""
    assert codes(tmp_path, "# One\n\n## Two\n\nText\n\n#### Four\n\nText\n") == ["heading-order"]


def test_the_plan_adds_up(tmp_path: Path) -> None:
    """Five percent are forgiven; hidden slides take no time."""
    deck = (
        "---\nduration: {}\n---\n\n---\nduration: 10m\n---\n# One\n\nText\n\n---\nduration: 9m30s\n---\n# Two\n\nText\n"
    )
    assert codes(tmp_path, deck.format("20m").replace("---\n\n---", "---\n---", 1)) == []
    assert codes(tmp_path, deck.format("30m").replace("---\n\n---", "---\n---", 1)) == ["time-budget"]


def test_faults_come_in_the_order_of_the_source(tmp_path: Path) -> None:
    """As an author works through them; and all of these are warnings."""
    (tmp_path / "deck.md").write_text("# One\n\nText\n\n---\n\n# One\n\n## Two\n\nText\n\n#### Four\n\nText\n")
    found = check(tmp_path)
    assert [f.code for f in found] == ["duplicate-title", "heading-order"]
    assert {f.severity for f in found} == {Severity.WARNING}


def faults_of(folder: Path, text: str) -> list[tuple[str, str]]:
    """The code of each fault, and its line and column."""
    (folder / "deck.md").write_text(text)
    return [(fault.code, str(fault.span).partition(":")[2]) for fault in check(folder)]


def test_text_can_be_read_on_its_ground(tmp_path: Path) -> None:
    """A theme whose text doesn't reach WCAG's AA is reported at each slide that shows it."""
    (tmp_path / "pale.yaml").write_text('extends: harbour\ncolors: {text: "#C8C8C8"}\n')
    deck = "---\ntheme: {}\n---\n# One\n\n---\n\n# Two\n\nText\n"
    assert ("low-contrast", "8:1") in faults_of(tmp_path, deck.format("pale.yaml"))
    assert faults_of(tmp_path, deck.format("harbour")) == []


@pytest.mark.parametrize("ground", ["#F0F0F0", "#102030", "#808080", "#FFB84D", "accent", "beacon", "muted"])
@pytest.mark.parametrize("theme", ["harbour", "night", "contrast"])
def test_text_is_readable_on_any_ground_of_the_authors(tmp_path: Path, ground: str, theme: str) -> None:
    """Whatever background a slide asks for, its text takes a colour that can be read there."""
    boxes = "".join(f"\n::: {box} Title\nText\n:::\n" for box in ("note", "callout"))
    body = f"Text [accent]{{.accent}} [muted]{{.muted}} [link](#one)\n{boxes}"
    deck = f"---\ntheme: {theme}\n---\n# One\n\n---\nbackground: '{ground}'\n---\n\n# Two\n\n{body}"
    assert faults_of(tmp_path, deck) == []


def test_contrast_counts_what_is_under_the_text(tmp_path: Path) -> None:
    """The panel of a remark or a callout, a table's header and a code panel are grounds too; accents are text."""
    (tmp_path / "grey.yaml").write_text('extends: harbour\ncolors: {surface: "#6A6A6A"}\n')
    deck = "---\ntheme: grey.yaml\n---\n# One\n\n---\n\n# Two\n\n{}\n"
    for body in ("::: note\nText\n:::", "::: callout\nText\n:::", "| a |\n|---|\n| b |"):
        assert {code for code, _ in faults_of(tmp_path, deck.format(body))} == {"low-contrast"}
    assert faults_of(tmp_path, deck.format("[x]{.accent} y")) == []


def test_the_sun_is_what_the_number_of_a_part_stands_on(tmp_path: Path) -> None:
    """An ellipse counts as a ground for what lies within it, as do boxes."""
    (tmp_path / "dim.yaml").write_text('extends: harbour\ncolors: {beacon: "#17365C"}\n')
    deck = "---\ntheme: {}\n---\n# One\n\n---\nlayout: section\n---\n\n# Two\n\n---\nlayout: section\n---\n\n# Three\n"
    assert {code for code, _ in faults_of(tmp_path, deck.format("dim.yaml"))} == {"low-contrast"}
    assert faults_of(tmp_path, deck.format("harbour")) == []


def test_type_is_large_enough(tmp_path: Path) -> None:
    """Code that only fits in eleven points can't be read from the last row: the place is the fence."""
    code = "```sh\n" + "\n".join(f"echo {n}" for n in range(20)) + "\n```"
    assert faults_of(tmp_path, f"# One\n\n---\nlayout: code\n---\n\n# Two\n\n{code}\n") == [("small-type", "9:1")]


def test_what_is_said_fits_the_plan(tmp_path: Path) -> None:
    """Notes that take longer to say than the slide has, and a deck that takes longer than its time."""
    notes = "<!-- " + "word " * 320 + "-->"
    deck = "# One\n\n---\nduration: {}\n---\n\n# Two\n\nText\n\n" + notes + "\n"
    assert faults_of(tmp_path, deck.format("2m")) == []
    assert faults_of(tmp_path, deck.format("1m")) == [("reading-time", "4:1")]
    whole = "---\nduration: {}\n---\n# One\n\n---\n\n# Two\n\n" + notes + "\n"
    assert faults_of(tmp_path, whole.format("2m")) == []
    assert faults_of(tmp_path, whole.format("1m")) == [("reading-time", "4:1")]


@pytest.mark.parametrize(
    ("deck", "code", "place"),
    [
        ("# One\n\n---\n\n# Two\n\n" + "x" * 400 + "\n", "text-overflow", "7:1"),
        ("# One\n\n---\n\n# Two\n\n![](p.png)\n", "missing-alt", "7:5"),
        ("# One\n\n---\n\n# Two\n\n### Three\n\nx\n\n##### Five\n\nx\n", "heading-order", "11:1"),
        ("# One\n\nx\n\n---\n\n# One\n\nx\n", "duplicate-title", "7:1"),
        ("# One\n\n---\n\n# Two\n\nTo [nowhere](#there)\n", "dead-link", "7:14"),
        ("# One\n\n---\n\n# Two\n\n![x](q.png)\n", "missing-file", "7:6"),
    ],
)
def test_every_fault_has_its_place(tmp_path: Path, picture: Path, deck: str, code: str, place: str) -> None:
    """Line and column, in the text, in JSON and in GitHub's annotations."""
    (tmp_path / "deck.md").write_text(deck)
    (fault,) = check(tmp_path)
    line, column = map(int, place.split(":"))
    assert fault.span is not None
    assert (fault.code, fault.span.line) == (code, line)
    assert fault.span.column == column
    (written,) = json.loads(as_json([fault]))
    assert (written["code"], written["line"], written["column"]) == (code, line, column)
    assert f"line={line},col={column}::" in as_github([fault])
    assert f":{line}:{column}: {fault.severity}: " in render(fault, line_of)
