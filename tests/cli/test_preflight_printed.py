"""What a speaker reads before the first slide."""

from pathlib import Path

from presented import presented

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
    assert "✗ recordings there is none of first" in said
    assert "'quarterdeck rehearse' records them" in said
    assert said.count("recording") == 2
