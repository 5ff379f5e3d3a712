"""Words that can be said in the planned time."""

from pathlib import Path

from support.checked import faults_of


def test_what_is_said_fits_the_plan(tmp_path: Path) -> None:
    """Notes that take longer to say than the slide has, and a deck that takes longer than its time."""
    notes = "<!-- " + "word " * 320 + "-->"
    deck = "# One\n\n---\nduration: {}\n---\n\n# Two\n\nText\n\n" + notes + "\n"
    assert faults_of(tmp_path, deck.format("2m")) == []
    assert faults_of(tmp_path, deck.format("1m")) == [("reading-time", "4:1")]
    whole = "---\nduration: {}\n---\n# One\n\n---\n\n# Two\n\n" + notes + "\n"
    assert faults_of(tmp_path, whole.format("2m")) == []
    assert faults_of(tmp_path, whole.format("1m")) == [("reading-time", "4:1")]
