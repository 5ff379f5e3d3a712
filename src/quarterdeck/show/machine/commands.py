"""Commands of the speaker, facts from the stage, and effects: what the machine wants done there."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from quarterdeck.stage.events import Outcome


class Key(StrEnum):
    """The commands without a parameter, as pages and console send them."""

    NEXT = "next"
    """The next fragment, then the next step, then the next slide."""
    BACK = "back"
    """Undo what *next* did."""
    NEXT_SLIDE = "next-slide"
    """Go to the next slide at once."""
    PREVIOUS_SLIDE = "previous-slide"
    """Go to the slide before at once."""
    FIRST = "first"
    LAST = "last"
    RESET = "reset"
    """Start the demo again, live."""
    RERUN = "rerun"
    """Run the last step once more."""
    INTERRUPT = "interrupt"
    """End the step under way."""
    HOLD = "hold"
    """Hold (pause) the step under way, to talk about it, or continue it."""
    RECORDING = "recording"
    """Continue from the recording."""
    BLANK = "blank"
    """Black out the audience's pages, or bring them back."""
    WHITE = "white"
    """The same in white."""
    TYPE = "type"
    """Begin to type into the terminal, or stop."""
    TERMINAL = "terminal"
    """Bring the demo's other terminal to the front."""
    LARGER = "larger"
    """Larger type in the terminals of all pages."""
    SMALLER = "smaller"
    PAGE = "page"
    """Enlarge the page that the demo has opened, then close it, then show it again as it was."""
    INVITE = "invite"
    """Show the audience where to follow on their own devices, or stop showing it."""


@dataclass(frozen=True, slots=True)
class Jump:
    """Go to a slide, from its beginning."""

    slide: str
    """Its id."""


@dataclass(frozen=True, slots=True)
class Open:
    """Go to the slide that shows a demo, unless the show is there already (a link from PowerPoint)."""

    demo: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """The stage is ready for the next step."""

    turn: int


@dataclass(frozen=True, slots=True)
class Unprepared:
    """The stage could not be made ready."""

    turn: int
    reason: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A step ended."""

    turn: int
    outcome: Outcome
    reason: str = ""
    """Why it did not pass."""


@dataclass(frozen=True, slots=True)
class EngineChecked:
    """The engine was asked whether it can run demos."""

    fault: str
    """Why not; empty if it can."""


Command: TypeAlias = Key | Jump | Open
Fact: TypeAlias = Prepared | Unprepared | Ended | EngineChecked


MOVES = frozenset(
    {
        *(Key.NEXT, Key.BACK, Key.NEXT_SLIDE, Key.PREVIOUS_SLIDE, Key.FIRST, Key.LAST),
        *(Key.RESET, Key.RERUN, Key.RECORDING),
    }
)
"""The keys that move the show; jumps do, too."""
REACTION_SECONDS = 0.3
"""Nobody has seen a change, and pressed a key because of it, within this time."""
REMEMBERED = 64
"""Commands that are compared with one that comes: far more than two speakers press while one is on its way."""


@dataclass(frozen=True, slots=True)
class Given:
    """By whom and when a command was given."""

    by: object
    """The page or console."""
    revision: int
    """That of the state which that showed."""
    at: float
    """In seconds, by the show's own clock."""


@dataclass(slots=True)
class Precedence:
    """Decides who goes first of two speakers who press in the same moment: the other's command is dropped.

    A command is meant for what its giver saw.  One that another has overtaken, unseen, would move the show once more
    than either wants; or switch back what both wanted to switch.  One's own commands are never in one's way, so that
    a speaker may press as fast as they like.
    """

    revision: int = 0
    """How many commands were taken."""
    _taken: deque[tuple[int, float, object, Command]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    """Those of speakers: number, time, page or console, command."""

    def take(self, command: Command, given: Given | None, now: float) -> bool:
        """Whether the command counts; ``now`` is the show's clock.

        None: no speaker gave it, and it is in nobody's way.
        """
        if given is not None and any(self._overtook(*other, command, given) for other in self._taken):
            return False
        self.revision += 1
        if given is not None:
            self._taken.append((self.revision, now, given.by, command))
        return True

    @staticmethod
    def _overtook(revision: int, taken_at: float, by: object, other: Command, command: Command, given: Given) -> bool:
        unseen = revision > given.revision or given.at - taken_at < REACTION_SECONDS
        return by is not given.by and unseen and _same_intention(command, other)


def _same_intention(one: Command, other: Command) -> bool:
    return one == other or (_moves(one) and _moves(other))


def _moves(command: Command) -> bool:
    return isinstance(command, Jump | Open) or command in MOVES


class Source(StrEnum):
    """Where a demo's output comes from."""

    LIVE = "live"
    """The show's engine."""
    RECORDING = "recording"


@dataclass(frozen=True, slots=True)
class Enter:
    """Make the stage ready for a slide's demo, as it is after ``done`` of its steps.

    Whatever was on the stage goes.  Answered by :class:`Prepared` or :class:`Unprepared`.
    """

    turn: int
    demo: str
    done: int
    source: Source


@dataclass(frozen=True, slots=True)
class RunStep:
    """Run a step of the demo on the stage.  Answered by :class:`Ended`."""

    turn: int
    demo: str
    step: int
    """Its place among the shown steps, from 0."""


@dataclass(frozen=True, slots=True)
class Interrupt:
    """End the step under way; its :class:`Ended` follows."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Stop typing or playing the step under way; its time limit is paused too."""


@dataclass(frozen=True, slots=True)
class GoOn:
    """Continue the step that is held."""


@dataclass(frozen=True, slots=True)
class FinishTyping:
    """Type the rest of the command under way at once; nothing, where it is typed already."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave the stage empty."""


Effect: TypeAlias = Enter | RunStep | Interrupt | Hold | GoOn | FinishTyping | Leave
