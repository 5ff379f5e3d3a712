"""A transcript that is only shown, under code say."""

from pathlib import Path

from quarterdeck.model.content import Code
from quarterdeck.model.placed import PlacedCode
from quarterdeck.source.deck import load_deck
from quarterdeck.theme.colors import quiet, soft
from quarterdeck.theme.placement.place import place
from support.placed_decks import HARBOUR, elements

ID = "0123456789abcdef" * 4
DECK = f"""# Serve it

```python
print("hello")
```

```console {{.static title="On the server"}}
$ python hello.py
hello
{ID}
```
"""


def test_a_static_console_is_shown_under_code_and_never_run(tmp_path: Path) -> None:
    """It looks like a terminal: prompt, command, output and id told apart; the slide has no demo."""
    path = tmp_path / "deck.md"
    path.write_text(DECK, "utf-8")
    deck = load_deck(path).deck
    assert deck.demos == {}
    (slide,) = deck.slides
    assert [type(block) for block in slide.slots["body"]] == [Code, Code]
    code, console = elements(place(deck, HARBOUR, {}).slides[0], PlacedCode)
    assert code.background != HARBOUR.colors["terminal-background"] == console.background
    command, output, digits = console.lines
    assert [(token.text, token.color, token.bold) for token in command] == [
        ("$ ", HARBOUR.terminal[2], False),
        ("python hello.py", HARBOUR.terminal[15], True),
    ]
    assert [(token.text, token.color, token.bold) for token in output] == [("hello", soft(HARBOUR), False)]
    assert [(token.text, token.color) for token in digits] == [(ID, quiet(HARBOUR))]
    assert code.box.bottom < console.box.y
