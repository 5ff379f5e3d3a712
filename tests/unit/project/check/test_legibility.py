"""Text that can be read from the last row."""

import shutil
from pathlib import Path

import pytest

from conftest import missing
from quarterdeck.project.check.rules import check
from support.checked import faults_of


def test_text_can_be_read_on_its_ground(tmp_path: Path) -> None:
    """A theme whose text doesn't reach WCAG's AA is reported at each slide that shows it."""
    (tmp_path / "pale.yaml").write_text('extends: harbour\ncolors: {text: "#C8C8C8"}\n')
    deck = "---\ntheme: {}\n---\n# One\n\n---\n\n# Two\n\nText\n"
    assert ("low-contrast", "8:1") in faults_of(tmp_path, deck.format("pale.yaml"))
    assert faults_of(tmp_path, deck.format("harbour")) == []


@pytest.mark.parametrize("ground", ["#F0F0F0", "#102030", "#808080", "#FFB84D", "accent", "beacon", "muted"])
@pytest.mark.parametrize("theme", ["harbour", "night", "contrast", "logbook"])
def test_text_is_readable_on_any_ground_of_the_authors(tmp_path: Path, ground: str, theme: str) -> None:
    """Whatever background a slide asks for, its text takes a colour that can be read there."""
    boxes = "".join(f"\n::: {box} Title\nText\n:::\n" for box in ("note", "callout"))
    body = f"Text [accent]{{.accent}} [muted]{{.muted}} [link](#one)\n{boxes}"
    deck = f"---\ntheme: {theme}\n---\n# One\n\n---\nbackground: '{ground}'\n---\n\n# Two\n\n{body}"
    assert faults_of(tmp_path, deck) == []


def test_contrast_counts_what_is_under_the_text(tmp_path: Path) -> None:
    """The panel of a remark and that of code are grounds too; accents are text."""
    colors = '{note: "#9AD0E0", code-background: "#6A6A6A"}'
    (tmp_path / "grey.yaml").write_text(f"extends: harbour\ncolors: {colors}\n")
    deck = "---\ntheme: grey.yaml\n---\n# One\n\n---\n\n# Two\n\n{}\n"
    for body in ("::: note\nText\n:::", "```python {title=x.py}\nx = 1\n```"):
        assert {code for code, _ in faults_of(tmp_path, deck.format(body))} == {"low-contrast"}
    assert faults_of(tmp_path, deck.format("[x]{.accent} y")) == []


def test_the_sun_is_what_the_number_of_a_part_stands_on(tmp_path: Path) -> None:
    """An ellipse counts as a ground for what lies within it, as do boxes."""
    (tmp_path / "dim.yaml").write_text('extends: harbour\ncolors: {beacon: "#17365C"}\n')
    deck = "---\ntheme: {}\n---\n# One\n\n---\nlayout: section\n---\n\n# Two\n\n---\nlayout: section\n---\n\n# Three\n"
    assert {code for code, _ in faults_of(tmp_path, deck.format("dim.yaml"))} == {"low-contrast"}
    assert faults_of(tmp_path, deck.format("harbour")) == []


@pytest.mark.parametrize(
    ("colors", "body", "place"),
    [
        ('muted: "#D8D8D8"', "Text", "8:1"),
        ('accent: "#E8D8D8", link: "#10233B"', "- Text", "8:1"),
        ('code-number: "#F0EAE0"', "```python {numbers}\nx = 1\n```", "13:1"),
        ('code-highlight: "#10233B"', "```python {1-1,2-2}\nx = 1\ny = 2\n```", "13:1"),
        ('accent-2: "#F0EAE0"', "```chart {type=bar alt=x}\n| | n |\n| a | 1 |\n| b | 2 |\n```", "13:1"),
        ('terminal-bar: "#E3EAF2"', "```console\n$ true\n```", "8:1"),
    ],
)
def test_everything_drawn_is_looked_at(tmp_path: Path, colors: str, body: str, place: str) -> None:
    """The foot, bullets, line numbers, bands behind code, the values of a chart, and a terminal's bar."""
    (tmp_path / "pale.yaml").write_text(f"extends: harbour\ncolors: {{{colors}}}\n")
    deck = "---\ntheme: {}\nfooter: Foot\n---\n# One\n\n---\nid: two\n---\n\n# Two\n\n{}\n"
    assert ("low-contrast", place) in faults_of(tmp_path, deck.format("pale.yaml", body))
    assert "low-contrast" not in {code for code, _ in faults_of(tmp_path, deck.format("harbour", body))}


def test_the_colours_to_change_are_named(tmp_path: Path) -> None:
    """The hint says what they are called in a theme file."""
    (tmp_path / "pale.yaml").write_text('extends: night\ncolors: {accent: "#8E44AD"}\n')
    (tmp_path / "deck.md").write_text("---\ntheme: pale.yaml\n---\n# One\n\n---\n\n# Two\n\n[x]{.accent}\n")
    (fault,) = check(tmp_path)
    assert fault.hint == "choose another background, or change 'accent' or 'background' in the theme"


def test_type_is_large_enough(tmp_path: Path) -> None:
    """Code that only fits in eleven points can't be read from the last row: the place is the fence."""
    code = "```sh\n" + "\n".join(f"echo {n}" for n in range(20)) + "\n```"
    assert faults_of(tmp_path, f"# One\n\n---\nlayout: code\n---\n\n# Two\n\n{code}\n") == [("small-type", "9:1")]


def test_the_labels_of_a_diagram_are_large_enough(tmp_path: Path) -> None:
    """A long chain across the slide, and a colour of the author's on the ground of the slide, at the fence."""
    if shutil.which("dot") is None:
        missing("office", "no dot is on the PATH")
    deck = '# One\n\n---\n\n# Two\n\n```dot {alt="x"}\ndigraph { rankdir=LR; CHAIN }\n```\n'
    chain = "->".join("abcdefghijklmnopqrstuvwxyz")
    assert faults_of(tmp_path, deck.replace("CHAIN", chain)) == [("small-type", "7:1")]
    assert faults_of(tmp_path, deck.replace("CHAIN", "a->b")) == []
    assert faults_of(tmp_path, deck.replace("CHAIN", "a [fontcolor=lightgray]")) == [("low-contrast", "7:1")]


def test_a_terminal_of_an_asked_size_is_large_enough(tmp_path: Path) -> None:
    """What the author asks for may be too much for the slide; what the slide chooses never is."""
    deck = "---\nterminal: {}\n---\n# One\n\n---\n\n# Two\n\n```console\n$ true\n```\n"
    unrecorded = ("missing-cast", "8:1")
    assert faults_of(tmp_path, deck.format("160x40")) == [unrecorded, ("small-type", "8:1")]
    assert faults_of(tmp_path, deck.format("80x18")) == [unrecorded]
    assert faults_of(tmp_path, deck.format("")) == [unrecorded]
