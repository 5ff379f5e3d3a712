"""``terminal:`` in the front matter of demos and decks."""

from pathlib import Path

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.source.deck import load_deck, load_demo
from quarterdeck.terminal.buffer import Grid

STEP = "```console\n$ true\n```\n"


def demo_file(folder: Path, front: str) -> Path:
    """A demo with that front matter, among others."""
    path = folder / "demos" / "d.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"---\ntitle: D\n{front}---\n{STEP}", "utf-8")
    return path


@pytest.mark.parametrize("front", ["terminal: 80x20\n", 'terminal: "80 × 20"\n', "terminal: {rows: 20, columns: 80}\n"])
def test_a_demo_asks_for_a_size(front: str, tmp_path: Path) -> None:
    """Written as it is said, or as a mapping."""
    assert load_demo(demo_file(tmp_path, front)).terminal == Grid(80, 20)


def test_without_one_the_slide_chooses(tmp_path: Path) -> None:
    """Most demos say nothing."""
    assert load_demo(demo_file(tmp_path, "")).terminal is None


def test_a_size_is_no_reason_to_record_again(tmp_path: Path) -> None:
    """The same commands with the same output."""
    before = load_demo(demo_file(tmp_path, "")).script_hash
    assert load_demo(demo_file(tmp_path, "terminal: 120x30\n")).script_hash == before


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("large", "the size of a terminal"),
        ("80", "the size of a terminal"),
        ("8x20", "20 to 240 columns by 4 to 80 rows"),
        ("80x200", "20 to 240 columns by 4 to 80 rows"),
        ("{columns: 80}", "lacks rows"),
        ("{columns: 80, rows: many}", "'rows' must be a whole number from 4 to 80"),
        ("{columns: 80, rows: 20, lines: 3}", "unknown key 'lines' in terminal"),
        ("[80, 20]", "'terminal' must be text"),
    ],
)
def test_what_is_no_size_is_a_fault_at_its_place(value: str, message: str, tmp_path: Path) -> None:
    """And nothing else is: the demo is read to its end."""
    with pytest.raises(QuarterdeckError) as raised:
        load_demo(demo_file(tmp_path, f"terminal: {value}\n"))
    (fault,) = raised.value.diagnostics
    assert message in fault.message
    assert fault.span is not None
    assert fault.span.line == 3


def test_a_deck_asks_for_all_its_demos(tmp_path: Path) -> None:
    """Those that ask for a size themselves keep theirs."""
    demo_file(tmp_path, "terminal: 70x10\n")
    deck = tmp_path / "deck.md"
    deck.write_text(f"---\nterminal: 90x18\n---\n# One\n\n{STEP}\n---\ndemo: d\n---\n# Two\n", "utf-8")
    demos = load_deck(deck).deck.demos
    assert {name: demo.terminal for name, demo in demos.items()} == {"one": Grid(90, 18), "d": Grid(70, 10)}
