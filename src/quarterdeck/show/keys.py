"""Every key of a show: one table for the console, the pages and ``quarterdeck run``.

The keys are PowerPoint's and reveal.js' where those have one; a clicker sends Page Down and Page Up.  From this table
come the console's bindings, the keys of ``run``, the help of all three (``?``), and by ``src/web/generate.py`` the
pages' ``keytable.ts``.  A test holds ``reference/keys.md`` to it.

A key is named as browsers name it (UI Events, ``KeyboardEvent.key``), after its modifiers: ``Shift+ArrowRight``,
``Ctrl+z``; a space is ``" "``.  Letters are small, but for those of the console that need Shift.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Flag, StrEnum, auto
from typing import TypeAlias

from quarterdeck.show.machine.commands import Key


class Place(Flag):
    """Where a key is pressed."""

    CONSOLE = auto()
    PAGES = auto()
    """The presenter's, the projector's, and as far as they command the phone's and the stage's."""
    RUN = auto()
    """``quarterdeck run``."""


class Local(StrEnum):
    """Actions of the place itself: not commands of the show, or commands that need more than a key."""

    HELP = "help"
    JUMP = "jump"
    """Ask for a slide, and go there."""
    NUMBER = "number"
    """Go to the slide whose number was typed."""
    UNDO = "undo"
    """Remove the last stroke of the slide."""
    ERASE = "erase"
    """Remove all strokes of the slide."""
    OVERVIEW = "overview"
    FULL_SCREEN = "full-screen"
    BEGIN = "begin"
    """Full screen, and never back: some clickers send the key that starts a slide show at each press."""
    LASER = "laser"
    PEN = "pen"
    HIGHLIGHTER = "highlighter"
    ARROW = "arrow"
    """Put laser pointer and pen away."""
    CAPTIONS = "captions"
    LARGER_NOTES = "larger-notes"
    SMALLER_NOTES = "smaller-notes"
    NOTES_DOWN = "notes-down"
    NOTES_UP = "notes-up"
    TERMINAL_DOWN = "terminal-down"
    TERMINAL_UP = "terminal-up"
    RESTART_CLOCK = "restart-clock"
    LIGHT = "light"
    """Switch between light and dark colours."""
    ADDRESSES = "addresses"
    DISMISS = "dismiss"
    """Remove the notice."""
    QUESTION = "question"
    """Look at what the show asks."""
    OPEN_PAGE = "open-page"
    """Open the page that the demo serves in a browser."""
    END = "end"
    """End the show, or leave the demo."""


Action: TypeAlias = Key | Local


@dataclass(frozen=True, slots=True)
class Binding:
    """Keys that do the same in the same places."""

    action: Action
    places: Place
    keys: tuple[str, ...] = ()
    """Those that the help names, the most usual first."""
    aliases: tuple[str, ...] = ()
    """Others that do the same; the help leaves them out, ``reference/keys.md`` has them."""
    typing: bool = False
    """Whether they count while the speaker types into a terminal, when its programs get all other keys."""


CONSOLE, PAGES, RUN = Place.CONSOLE, Place.PAGES, Place.RUN
SHOW = CONSOLE | PAGES
EVERYWHERE = SHOW | RUN

BINDINGS = (
    Binding(Key.NEXT, EVERYWHERE, (" ", "ArrowRight", "ArrowDown", "PageDown", "Enter", "n")),
    Binding(Key.BACK, EVERYWHERE, ("ArrowLeft", "ArrowUp", "PageUp", "Backspace", "p")),
    Binding(Key.NEXT_SLIDE, SHOW, ("Shift+ArrowRight",), ("Alt+ArrowRight",)),
    Binding(Key.PREVIOUS_SLIDE, SHOW, ("Shift+ArrowLeft",), ("Alt+ArrowLeft",)),
    Binding(Key.FIRST, SHOW, ("Home",)),
    Binding(Key.LAST, SHOW, ("End",)),
    Binding(Local.JUMP, CONSOLE, ("g", "/", "o")),
    Binding(Local.JUMP, PAGES, ("g", "/")),
    Binding(Local.OVERVIEW, PAGES, ("o", "Escape")),
    Binding(Key.BLANK, SHOW, ("b", ".")),
    Binding(Key.WHITE, SHOW, ("w", ",")),
    Binding(Key.INVITE, SHOW, ("j",)),
    Binding(Key.RECORDING, EVERYWHERE, ("v",)),
    Binding(Key.INTERRUPT, EVERYWHERE, ("i",)),
    Binding(Key.INTERRUPT, CONSOLE | RUN, ("Ctrl+c",)),
    Binding(Key.HOLD, EVERYWHERE, ("h",)),
    Binding(Key.HOLD, RUN, (".",)),
    Binding(Key.RERUN, EVERYWHERE, ("x",)),
    Binding(Key.RESET, EVERYWHERE, ("r",)),
    Binding(Key.TYPE, EVERYWHERE, ("t",)),
    Binding(Key.TYPE, CONSOLE, ("F2",), typing=True),
    Binding(Key.TYPE, PAGES | RUN, aliases=("F2",), typing=True),
    Binding(Key.TERMINAL, EVERYWHERE, ("s",)),
    Binding(Key.TERMINAL, CONSOLE, ("F3",), typing=True),
    Binding(Key.TERMINAL, PAGES, aliases=("F3",), typing=True),
    Binding(Key.TERMINAL, PAGES, aliases=("F3",)),
    Binding(Key.LARGER, SHOW, ("+",), ("=",)),
    Binding(Key.SMALLER, SHOW, ("-",)),
    Binding(Key.PAGE, SHOW, ("z",)),
    Binding(Local.LASER, PAGES, ("l", "Ctrl+l")),
    Binding(Local.PEN, PAGES, ("d", "Ctrl+p")),
    Binding(Local.HIGHLIGHTER, PAGES, ("m", "Ctrl+i")),
    Binding(Local.ARROW, PAGES, aliases=("Ctrl+a",)),
    Binding(Local.UNDO, CONSOLE, aliases=("Ctrl+z",)),
    Binding(Local.UNDO, PAGES, ("Ctrl+z",)),
    Binding(Local.ERASE, SHOW, ("e",)),
    Binding(Local.FULL_SCREEN, PAGES, ("f",)),
    Binding(Local.BEGIN, PAGES, ("F5",), ("Shift+F5",)),
    Binding(Local.CAPTIONS, PAGES, ("c",)),
    Binding(Local.LARGER_NOTES, PAGES, (">",)),
    Binding(Local.SMALLER_NOTES, PAGES, ("<",)),
    Binding(Local.NOTES_DOWN, CONSOLE, ("d",)),
    Binding(Local.NOTES_UP, CONSOLE, ("u",)),
    Binding(Local.TERMINAL_DOWN, CONSOLE, ("D",)),
    Binding(Local.TERMINAL_UP, CONSOLE, ("U",)),
    Binding(Local.RESTART_CLOCK, CONSOLE, ("c",)),
    Binding(Local.LIGHT, CONSOLE, ("l",)),
    Binding(Local.ADDRESSES, CONSOLE, ("a",)),
    Binding(Local.DISMISS, CONSOLE, aliases=("Escape",)),
    Binding(Local.QUESTION, SHOW, ("y",)),
    Binding(Local.OPEN_PAGE, RUN, ("o",)),
    Binding(Local.HELP, EVERYWHERE, ("?",), ("F1",)),
    Binding(Local.END, CONSOLE | RUN, ("q",), ("Ctrl+q",)),
)
"""The table."""


@dataclass(frozen=True, slots=True)
class HelpLine:
    """A line of the help."""

    actions: tuple[tuple[Action, ...], ...]
    """Whose keys are named, in groups that ``text`` has a part for each of."""
    text: str


NEXT_AND_BACK = (((Key.NEXT,),), ((Key.BACK,),))

CONSOLE_HELP: Mapping[str, tuple[HelpLine, ...]] = {
    "The talk": (
        HelpLine(((Key.NEXT,),), "next: item, then step, then slide"),
        HelpLine(((Key.BACK,),), "back: undo the last of these"),
        HelpLine(((Key.NEXT_SLIDE, Key.PREVIOUS_SLIDE),), "next and previous slide, at once"),
        HelpLine(((Key.FIRST, Key.LAST), (Local.NUMBER,)), "first and last slide; slide 7"),
        HelpLine(((Local.JUMP,),), "jump to a slide, with search"),
        HelpLine(((Key.BLANK,), (Key.WHITE,), (Key.INVITE,)), "black; white; QR code for followers"),
    ),
    "The demo": (
        HelpLine(
            ((Key.RECORDING,), (Key.INTERRUPT,), (Key.HOLD,)),
            "play its recording; interrupt; hold and continue",
        ),
        HelpLine(((Key.RERUN,), (Key.RESET,)), "run the last step again; reset the demo"),
        HelpLine(((Key.TYPE,), (Key.TERMINAL,)), "type in the terminal; switch terminals"),
        HelpLine(((Key.LARGER, Key.SMALLER), (Local.ERASE,)), "larger, smaller type; erase the drawings"),
        HelpLine(((Key.PAGE,),), "the page that the demo opened: enlarge; close"),
    ),
    "This console": (
        HelpLine(
            ((Local.NOTES_DOWN, Local.NOTES_UP), (Local.TERMINAL_DOWN, Local.TERMINAL_UP)),
            "scroll the notes; scroll the terminal",
        ),
        HelpLine(((Local.RESTART_CLOCK,), (Local.LIGHT,)), "restart the clock; light or dark"),
        HelpLine(((Local.ADDRESSES,),), "addresses of the pages, QR code for the phone"),
        HelpLine(((Local.QUESTION,), (Local.END,)), "look at changed commands; end the show"),
    ),
}
"""The console's help, by what it is about."""

PAGES_HELP = (
    HelpLine(((Key.NEXT,),), "Next: item, then step, then slide"),
    HelpLine(((Key.BACK,),), "Back: undo the last of these"),
    HelpLine(((Key.NEXT_SLIDE,), (Key.PREVIOUS_SLIDE,)), "Next and previous slide, at once"),
    HelpLine(((Key.FIRST,), (Key.LAST,)), "First and last slide"),
    HelpLine(((Local.NUMBER,),), "Go to slide 7"),
    HelpLine(((Local.JUMP,),), "Jump to a slide, with search"),
    HelpLine(((Local.OVERVIEW,),), "Overview of the slides"),
    HelpLine(((Key.BLANK,), (Key.WHITE,)), "Black out the audience's screens, or make them white"),
    HelpLine(((Key.RECORDING,),), "Play the recording of this step"),
    HelpLine(((Key.INTERRUPT,),), "Interrupt the step"),
    HelpLine(((Key.HOLD,),), "Hold (pause) the step; H or Next continues"),
    HelpLine(((Key.RERUN,),), "Run the last step again"),
    HelpLine(((Key.RESET,),), "Reset the demo"),
    HelpLine(((Key.TYPE,),), "Type into the terminal; F2 ends it"),
    HelpLine(((Key.TERMINAL,),), "Switch terminals; F3 while typing"),
    HelpLine(((Key.LARGER,), (Key.SMALLER,)), "Larger, smaller type in the terminal"),
    HelpLine(((Key.PAGE,),), "The page that the demo opened: enlarge, close"),
    HelpLine(((Local.LASER,),), "Laser pointer"),
    HelpLine(((Local.PEN,),), "Draw on the slide; Esc ends it"),
    HelpLine(((Local.HIGHLIGHTER,),), "Highlight; Esc ends it"),
    HelpLine(((Local.UNDO,),), "Undo the last stroke"),
    HelpLine(((Local.ERASE,),), "Erase the drawings on the slide"),
    HelpLine(((Key.INVITE,),), "Show the address for followers (QR code)"),
    HelpLine(((Local.FULL_SCREEN,), (Local.BEGIN,)), "Full screen"),
    HelpLine(((Local.CAPTIONS,),), "Captions of commands, on the audience's page"),
    HelpLine(((Local.LARGER_NOTES,), (Local.SMALLER_NOTES,)), "Larger, smaller notes"),
    HelpLine(((Local.QUESTION,),), "Look at the commands that a save has changed"),
)
"""The pages' help."""

RUN_HELP = (
    HelpLine(((Key.NEXT,),), "next: run the step; if it failed, play its recording"),
    HelpLine(((Key.BACK,),), "back: undo the last step"),
    HelpLine(((Key.INTERRUPT,),), "interrupt the step"),
    HelpLine(((Key.RECORDING,),), "play the step from its recording"),
    HelpLine(((Key.HOLD,),), "hold (pause) the step; h or Space continues"),
    HelpLine(((Key.RERUN,),), "run the last step again"),
    HelpLine(((Key.RESET,),), "reset: start the demo again"),
    HelpLine(((Key.TYPE,),), "type into the terminal yourself; F2 ends it"),
    HelpLine(((Key.TERMINAL,),), "switch terminals"),
    HelpLine(((Local.OPEN_PAGE,),), "open the page that the demo serves"),
    HelpLine(((Local.END,),), "quit"),
)
"""The help of ``quarterdeck run``."""

SYMBOLS: Mapping[str, str] = {
    " ": "Space",
    "ArrowRight": "→",
    "ArrowLeft": "←",
    "ArrowUp": "↑",
    "ArrowDown": "↓",
    "PageUp": "PgUp",
    "PageDown": "PgDn",
    "Escape": "Esc",
}
"""How keys are written whose names are not what is printed on them."""
NUMBER_EXAMPLE = "7 Enter"


def bound(place: Place, *, typing: bool = False) -> Iterator[tuple[str, Action]]:
    """Each key of a place, aliases included, with what it does; ``typing`` asks for those that count then."""
    for binding in BINDINGS:
        if place in binding.places and binding.typing is typing:
            yield from ((key, binding.action) for key in (*binding.keys, *binding.aliases))


def named(action: Action, place: Place) -> tuple[str, ...]:
    """The keys that the help of a place names for an action."""
    return tuple(key for each in BINDINGS if each.action is action and place in each.places for key in each.keys)


def written(key: str, place: Place) -> str:
    """A key as a place writes it: ``Ctrl-C`` and ``Shift+→`` in a terminal, ``Ctrl C`` and capitals on pages."""
    *modifiers, name = key.split("+") if len(key) > 1 else [key]
    cap = SYMBOLS.get(name, name)
    if len(cap) == 1 and (modifiers or place is Place.PAGES):
        cap = cap.upper()
    joint = " " if place is Place.PAGES else "-" if modifiers == ["Ctrl"] else "+"
    cap = "−" if cap == "-" and place is Place.PAGES else cap
    return joint.join([*modifiers, cap])


def caps(action: Action, place: Place) -> tuple[str, ...]:
    """What is written on the keys that the help of a place names for an action."""
    if action is Local.NUMBER:
        return (NUMBER_EXAMPLE,)
    return tuple(written(key, place) for key in named(action, place))


def help_keys(line: HelpLine, place: Place) -> str:
    """The keys of a line of the help; pages set caps, and groups in a terminal, apart by more than one space."""
    groups = [[cap for action in group for cap in caps(action, place)] for group in line.actions]
    if place is Place.PAGES:
        return "  ".join(cap for group in groups for cap in group)
    return "   ".join(" ".join(group) for group in groups)
