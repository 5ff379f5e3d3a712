"""Rules for decks that can be built."""

from pathlib import Path

import pytest

from quarterdeck.diagnostics import Severity
from quarterdeck.project.checking import check


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
