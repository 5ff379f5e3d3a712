"""What attendees get of demos, and what must not leak to them."""

from __future__ import annotations

import html
import io
import zipfile
from pathlib import Path

from msgspec.structs import replace

from quarterdeck.project.outputs.scripts import attendees_script, held_back, leaks, script_place, without_solution
from quarterdeck.source.deck import load_demo
from support.staged import keys
from support.workshop_deck import HELD_BACK, load_workshop, write_workshop


def test_what_is_said_in_the_open_is_no_leak(tmp_path: Path) -> None:
    """A command that another demo shows, or that a hint tells, is no secret; others are found within archives too."""
    deck = load_workshop(tmp_path / "deck").deck
    exercise, other = deck.exercises["door"], deck.demos["look"]
    held = held_back([exercise])
    assert list(held.values()) == ["door"]
    (command,) = held
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("slide.xml", f"<a:t>{html.escape(command)}</a:t>")
    assert leaks({"x.pptx": inner.getvalue()}, held, [other]) == [("x.pptx/slide.xml", "door")]
    assert leaks({"x.pptx": inner.getvalue()}, held, [exercise]) == []


def test_what_a_solution_types_in_an_editor_is_held_back(tmp_path: Path) -> None:
    """The text between the keys, as every output shows it."""
    deck = load_workshop(tmp_path / "deck").deck
    solved = next(step for step in deck.exercises["door"].shown_steps)
    pressed = replace(solved, interactions=(keys("i  image: nginx:1.22<Esc>:wq<Enter>"),))
    assert list(held_back([replace(deck.exercises["door"], steps=(pressed,))])) == ["i  image: nginx:1.22"]


def test_the_script_of_an_exercise(tmp_path: Path) -> None:
    """Task, hints, setup and checks stay as they are written; steps of the solution, prose and comments are gone."""
    deck = load_workshop(tmp_path / "deck").deck
    script = attendees_script(deck.exercises["door"])
    assert "verify" in script and "task:" in script
    assert all(part not in script for part in HELD_BACK)
    assert "#" not in script.partition("\n---\n")[0], "comments of YAML are the author's"


def test_other_scripts_keep_their_prose(tmp_path: Path) -> None:
    """Without the comments, which are for other authors."""
    path = write_workshop(tmp_path / "deck") / "demos" / "look.md"
    prose = "The list is empty at first.\n"
    path.write_text(path.read_text("utf-8").replace(prose, f"{prose}\n<!-- Ann: drop this? -->\n"), "utf-8")
    look = load_demo(path)
    script = attendees_script(look)
    assert prose in script
    assert "Ann" not in script
    assert all(step.source in script for step in look.steps)


def test_what_runs_for_an_attendee(tmp_path: Path) -> None:
    """Setup, checks and cleanup, without the author's words; it is another script, so consent is asked for again."""
    exercise = load_workshop(tmp_path / "deck").deck.exercises["door"]
    held = without_solution(exercise)
    assert held.shown_steps == ()
    assert held.checks == tuple(replace(check, narration=()) for check in exercise.checks)
    assert not any(step.narration for step in held.steps)
    assert held.script_hash != exercise.script_hash


def test_the_place_of_a_script(tmp_path: Path) -> None:
    """A demo with files has a folder of its own."""
    deck = load_workshop(tmp_path / "deck").deck
    assert script_place(deck.exercises["door"]) == Path("door/demo.md")
    assert script_place(deck.demos["look"]) == Path("look.md")
