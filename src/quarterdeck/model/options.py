"""The form of a deck that a command or a manifest asks for: for whom, by whom, in which language."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field

from quarterdeck.diagnostics import SourceSpan
from quarterdeck.model.agenda import Schedule

SHOW_PORT = 7777
"""Where a show is, and where links of a PPTX to its demos lead, unless another port is said.

Links hold the port that ``build`` was told, and a show listens at its own port alone: one that listened here too would
be in the way of a demo or of another show.
"""


class Role(StrEnum):
    """Who a copy of the deck is for.  Without a role it is the speaker's own, with everything in it."""

    INSTRUCTOR = "instructor"
    """For those who teach with it: notes and solutions stay."""
    ATTENDEE = "attendee"
    """To be handed out: no notes, no solutions, no slides for instructors."""


class Solutions(StrEnum):
    """What to do with the slides that show solutions of exercises."""

    LEFT_OUT = "left-out"
    HIDDEN = "hidden"
    """They are there, and passed over unless someone looks for them."""
    SHOWN = "shown"


class Selector(Struct, frozen=True):
    """Slides meant by a name: ``volumes`` is that slide, and a section's whole section; ``.advanced`` is a class."""

    text: str
    span: SourceSpan | None = None

    @property
    def is_class(self) -> bool:
        """Whether it names a class."""
        return self.text.startswith(".")

    @property
    def name(self) -> str:
        """The id or the class."""
        return self.text.removeprefix(".")


class Choices(Struct, frozen=True):
    """One form of a deck."""

    variables: Mapping[str, object] = field(default_factory=dict)
    """They win over the deck's own ``vars``."""
    audience: str | None = None
    """Slides for others are left out."""
    role: Role | None = None
    language: str | None = None
    """The language tag (BCP 47) of a translation; None takes the deck as it is written."""
    solutions: Solutions = Solutions.HIDDEN
    """An attendee's copy has none, whatever is said here."""
    event: Mapping[str, object] = field(default_factory=dict)
    """What is known about the event; keys win over those of the deck's own ``vars: {event: …}``."""
    form: str | None = None
    """The name of the form in the manifest, for templates."""
    include: tuple[Selector, ...] = ()
    """The only slides to be shown; none given takes all."""
    exclude: tuple[Selector, ...] = ()
    """Slides to be left out; they win over ``include``."""
    theme: str | None = None
    """The theme instead of the deck's: the name of one, or a file."""
    duration: float | None = None
    """Planned seconds, instead of the deck's."""
    schedule: Schedule = field(default_factory=Schedule)
    """When it begins, and its breaks."""
    show_port: int = SHOW_PORT
    """The port of the show that links of the PPTX lead to."""


PLAIN = Choices()
"""The deck as it is written."""
