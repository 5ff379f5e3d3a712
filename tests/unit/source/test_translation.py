"""A deck in another language is made of translated slides, and of the original where there are none."""

from __future__ import annotations

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.deck import Layout
from quarterdeck.model.options import Choices, Role
from quarterdeck.source.deck import load_demo_chain
from support.deck_folder import DeckFolder

GERMAN = Choices(language="de")
DECK = """---
title: Ports
vars: {town: Bremen, greeting: Hello}
---
# Ports of {{ town }}

Subtitle
---
id: doors
layout: two-columns
duration: 90s
class: main
---
# Doors

::: left
Left
:::

<!-- Say hello. -->
---
id: last
---
# Last
"""


def test_translated_slides(folder: DeckFolder) -> None:
    """Text and notes are the translation's; layout, duration and order stay, as do variables not translated."""
    folder.write(
        "deck.de.md",
        "---\ntitle: Häfen\nvars: {greeting: Hallo}\n---\n# Schluss {#last}\n---\nid: doors\n---\n"
        "# Türen {{ greeting }} {{ lang }}\n\n::: left\nLinks\n:::\n\n<!-- Sag hallo. -->\n---\n"
        "id: ports-of-bremen\n---\n# Häfen von {{ town }}\n",
    )
    loaded = folder.load(DECK, GERMAN)
    deck = loaded.deck
    assert (deck.title, deck.lang, loaded.diagnostics) == ("Häfen", "de", ())
    assert [(slide.id, slide.title_text) for slide in deck.slides] == [
        ("ports-of-bremen", "Häfen von Bremen"),
        ("doors", "Türen Hallo de"),
        ("last", "Schluss"),
    ]
    doors = deck.slides[1]
    assert (doors.layout, doors.duration, doors.classes) == (Layout.TWO_COLUMNS, 90, ("main",))
    assert "Sag hallo" in str(doors.notes)
    assert folder.path / "deck.de.md" in deck.sources


def test_missing_translations(folder: DeckFolder) -> None:
    """What isn't translated stays as it is, and is said: a slide, its notes, a whole included file."""
    folder.write("modules/volumes.md", "---\nid: volumes\n---\n# Volumes\n---\n# Binds\n")
    folder.write("deck.de.md", "\n---\nid: doors\n---\n# Türen\n\n::: left\nLinks\n:::\n")
    loaded = folder.load(DECK + '\n{% include "modules/volumes.md" %}', GERMAN)
    assert [slide.title_text for slide in loaded.deck.slides] == [
        "Ports of Bremen",
        "Türen",
        "Last",
        "Volumes",
        "Binds",
    ]
    assert [(fault.code, fault.message.split(":")[0]) for fault in loaded.diagnostics] == [
        ("missing-translation", "the notes of the slide 'doors' aren't translated into 'de'"),
        ("missing-translation", "the slide 'ports-of-bremen' isn't translated into 'de'"),
        ("missing-translation", "the slide 'last' isn't translated into 'de'"),
        ("missing-translation", "modules/volumes.md isn't translated into 'de'"),
    ]
    assert "Say hello" in str(loaded.deck.slides[1].notes)
    attendees = folder.load(DECK, Choices(language="de", role=Role.ATTENDEE))
    assert not any("notes" in fault.message for fault in attendees.diagnostics)


def test_translated_include(folder: DeckFolder) -> None:
    """An included file is translated beside itself, and so is what a translated slide includes."""
    folder.write("modules/volumes.md", '---\nid: volumes\n---\n# Volumes\n\n{% include "legal.md" %}\n')
    folder.write("modules/volumes.de.md", '---\nid: volumes\n---\n# Datenträger\n\n{% include "legal.md" %}\n')
    folder.write("modules/legal.md", "No warranty")
    folder.write("modules/legal.de.md", "Ohne Gewähr")
    deck = folder.load('# A\n---\n{% include "modules/volumes.md" %}', GERMAN).deck
    assert deck.slides[1].title_text == "Datenträger"
    assert "Ohne Gewähr" in str(deck.slides[1].slots)


def test_whole_deck_translated_in_a_copy(folder: DeckFolder) -> None:
    """A copy of the deck, includes and all, can be translated in place."""
    text = '---\nid: a\n---\n# A\n---\n{% include "more.md" %}'
    folder.write("more.md", "---\nid: b\n---\n# B\n")
    folder.write("more.de.md", "---\nid: b\n---\n# Be\n")
    folder.write("deck.de.md", "---\n---\n" + text.replace("# A", "# Ah"))
    loaded = folder.load("---\n---\n" + text, GERMAN)
    assert [slide.title_text for slide in loaded.deck.slides] == ["Ah", "Be"]
    assert loaded.diagnostics == ()


def test_own_language_is_the_deck_itself(folder: DeckFolder) -> None:
    """The language that a deck is written in needs no translation."""
    assert folder.load(DECK, Choices(language="en")).diagnostics == ()


@pytest.mark.parametrize(
    ("language", "text", "code", "place", "hint"),
    [
        ("de", None, "missing-translation", "deck.md:1:1", "deck.de.md"),
        ("../x", None, "bad-language", None, "pt-BR"),
        ("de", "# Türen", "missing-id", "deck.de.md:1:1", "doors"),
        ("de", "# A {#last}\n---\n# B {#last}", "duplicate-id", "deck.de.md:3:1", "keep one"),
        ("de", "---\ntitel: x\n---\n# A {#last}", "unknown-key", "deck.de.md:2:1", "'title'"),
        ("de", "# A {#last}\n\n{{ nothing }}", "template-error", "deck.de.md:3:4", "town"),
    ],
)
def test_faults(folder: DeckFolder, language: str, text: str | None, code: str, place: str | None, hint: str) -> None:
    """A translation's mistakes are shown in its own file."""
    if text is not None:
        folder.write("deck.de.md", text)
    with pytest.raises(QuarterdeckError) as caught:
        folder.load(DECK, Choices(language=language))
    fault = next(fault for fault in caught.value.diagnostics if fault.severity == "error")
    assert (fault.code, fault.span and str(fault.span)) == (code, place)
    assert hint in (fault.hint or "")


def test_translation_of_no_slide(folder: DeckFolder) -> None:
    """A translated slide whose original has gone is named, with the one that was probably meant."""
    folder.write("deck.de.md", "# Türen {#door}")
    fault = next(f for f in folder.load(DECK, GERMAN).diagnostics if f.code == "unknown-translation")
    assert (str(fault.span), fault.hint) == ("deck.de.md:1:1", "did you mean 'doors'?")


DEMO = "Say it.\n\n```console\n$ echo hello\nhello\n```\n"


def test_demos(folder: DeckFolder) -> None:
    """Demos are translated beside the script; they share its recording as long as they run the same."""
    folder.write("demos/told.md", DEMO)
    folder.write("demos/told.de.md", DEMO.replace("Say it.", "Sag es."))
    folder.write("demos/typed/demo.md", DEMO)
    folder.write("demos/typed/demo.de.md", DEMO.replace("hello", "hallo"))
    folder.write("deck.de.md", "# Anfang {#a}")
    text = "# A {#a}\n---\ndemo: told\n---\n# B\n---\ndemo: typed\n---\n# C\n"
    original, german = folder.load(text).deck.demos, folder.load(text, GERMAN).deck.demos
    assert "Sag es" in str(german["told"].steps[0].narration)
    assert german["told"].script_hash == original["told"].script_hash
    assert german["told"].cast_path.name == "told.cast"
    assert german["typed"].script_hash != original["typed"].script_hash
    assert german["typed"].cast_path == folder.path / "demos/typed.de.cast"


def test_steps_in_a_slide(folder: DeckFolder) -> None:
    """A translated slide keeps the steps that its original holds."""
    folder.write("deck.de.md", "# Lauf {#run}\n\nEinmal.\n\n<!-- Sag -->")
    text = "# A {#a}\n---\n# Run {#run}\n\nOnce.\n\n```console\n$ echo a\n```\n\n<!-- Say -->\n"
    deck = folder.load(text, Choices(language="de", role=Role.ATTENDEE)).deck
    assert (deck.slides[1].title_text, deck.slides[1].layout, deck.slides[1].notes) == ("Lauf", Layout.DEMO, ())
    assert len(deck.demos["run"].steps) == 1


def test_rehearsing_a_translation(folder: DeckFolder) -> None:
    """A script that is rehearsed in a language is the translated one."""
    script = folder.write("demos/typed.md", DEMO)
    folder.write("demos/typed.de.md", DEMO.replace("hello", "hallo"))
    (demo,) = load_demo_chain(script, "de")
    assert (demo.name, demo.path.name, demo.cast_path.name) == ("typed", "typed.de.md", "typed.de.cast")
