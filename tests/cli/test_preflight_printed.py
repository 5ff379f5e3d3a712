"""What a speaker reads before the first slide."""

from pathlib import Path

from quarterdeck.model.cast import Cast, encode
from support.presented import presented
from support.terminal import in_terminal

DECK = """---
title: Two demos
---
# First

```console
$ echo one
one
```
"""


def test_findings_are_printed_with_their_remedy(tmp_path: Path) -> None:
    """A recording that is missing is said once, and how to make it."""
    source = tmp_path / "talk" / "deck.md"
    source.parent.mkdir()
    source.write_text(DECK)
    with presented(source.parent, "--engine", "replay", home=tmp_path) as show:
        said = "\n".join(show.said)
    assert "✓ engine     none: the recordings are played" in said
    assert "✗ recordings no recording of first" in said
    assert "'quarterdeck rehearse' records them" in said
    assert said.count("✗ recordings") == 1 and said.count("recording") == 3


def test_findings_can_be_read_before_the_console_covers_them(tmp_path: Path) -> None:
    """Something that is cured needs no answer, but a key; Ctrl-C leaves it at that."""
    demos = tmp_path / "talk" / "demos"
    demos.mkdir(parents=True)
    (demos.parent / "deck.md").write_text("# One\n\n---\ndemo: greet\n---\n\n# Greeting\n")
    (demos / "greet.md").write_text("```console\n$ echo one\none\n```\n")
    (demos / "greet.cast").write_text(encode(Cast("greet", "an older script")))
    options = ("--engine", "replay", "--no-browser", "--port", "0")
    with in_terminal("present", demos.parent, *options, cwd=tmp_path, environ={"HOME": str(tmp_path)}) as terminal:
        terminal.until("made from an older script: greet")
        terminal.until("Press any key to start the show")
        terminal.press("\x03")
        assert terminal.ended() == 130
    assert "Traceback" not in terminal.text
