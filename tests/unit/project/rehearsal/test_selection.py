"""Which demos a command's targets mean."""

from pathlib import Path

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.project.rehearsal.selection import is_demo, select

STEP = "```console\n$ true\n```\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deck with three demos: one in its slide, one in a script, which continues another."""
    (tmp_path / "demos" / "big").mkdir(parents=True)
    (tmp_path / "demos" / "first.md").write_text(f"# First\n\n{STEP}")
    (tmp_path / "demos" / "second.md").write_text(f"---\ncontinues: first\n---\n# Second\n\n{STEP}")
    (tmp_path / "demos" / "big" / "demo.md").write_text(f"# Big\n\n{STEP}")
    slides = f"---\nduration: 30s\n---\n# Own\n\n{STEP}\n---\n---\ndemo: second\nduration: 2m\n---\n# Two\n"
    (tmp_path / "deck.md").write_text(f"---\ntitle: Deck\n---\n---\n{slides}".replace("---\n---\n---\n", "---\n---\n"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_deck_means_its_demos(folder: Path) -> None:
    """Those in slides, those attached, and those that they continue; each with its slide's plan."""
    chosen = select([Path()])
    assert {d.name for d in chosen.demos} == {"own", "first", "second"}
    assert chosen.continued == ()
    assert [(p.slide, p.demo.name, p.seconds) for p in chosen.plans][-1] == ("two", "second", 120.0)


def test_a_script_means_itself(folder: Path) -> None:
    """What it continues runs before it, and is agreed to, but isn't rehearsed for itself."""
    chosen = select([Path("demos/second.md"), Path("demos/big")])
    assert [d.name for d in chosen.demos] == ["second", "big"]
    assert [d.name for d in chosen.all] == ["first", "second", "big"]


def test_a_demo_that_is_meant_twice_runs_once(folder: Path) -> None:
    """By its deck and by its script."""
    chosen = select([Path("demos/first.md"), Path(), folder])
    assert len(chosen.demos) == 3


def test_a_script_is_known_from_within_its_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``cd demos; quarterdeck rehearse first.md``."""
    monkeypatch.chdir(folder / "demos")
    assert is_demo(Path("first.md"))
    assert is_demo(Path("big"))
    assert not is_demo(Path("../deck.md"))
    (folder / "demos" / "deck.md").write_text("# A deck\n")
    assert not is_demo(Path("deck.md"))


def test_the_faults_of_all_targets_are_told_together(folder: Path) -> None:
    """Two broken targets, two messages."""
    with pytest.raises(QuarterdeckError) as caught:
        select([Path("demos/none.md"), Path("nowhere")])
    assert len(caught.value.diagnostics) == 2
