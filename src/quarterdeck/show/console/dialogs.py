"""The console's dialogs: help, jump, the pages' addresses, and the questions before other commands and the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from quarterdeck.show.addresses import DARK, LIGHT, qr_lines
from quarterdeck.show.console.rows import harmless
from quarterdeck.show.console.theme import Palette
from quarterdeck.show.keys import CONSOLE_HELP, Place, help_keys
from quarterdeck.show.machine.plan import ShowPlan
from quarterdeck.show.show import Question

if TYPE_CHECKING:
    from quarterdeck.show.addresses import Addresses


class Dialog(ModalScreen[None]):
    """A box over the console, which Escape, Enter, Space, q and ? close."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter,space,q,question_mark", "dismiss", "Close")]

    def __init__(self, title: str, text: Text) -> None:
        super().__init__()
        self._title = title
        self._text = text

    def compose(self) -> ComposeResult:
        """The box."""
        with VerticalScroll(classes="dialog") as box:
            box.border_title = self._title
            box.border_subtitle = "Esc closes"
            yield Static(self._text)


def help_dialog() -> Dialog:
    """All keys."""
    parts = []
    for title, lines in CONSOLE_HELP.items():
        part = Text.assemble((title, "bold underline"))
        for line in lines:
            part.append(f"\n{help_keys(line, Place.CONSOLE):<24}", "bold").append(line.text)
        parts.append(part)
    return Dialog("Keys", Text("\n\n").join(parts))


class AddressesDialog(Dialog):
    """The addresses of the pages, with a QR code for the phone next to them."""

    def __init__(self, addresses: Addresses) -> None:
        super().__init__("Pages of this show", _addresses_text(addresses))
        self._code = "\n".join(qr_lines(addresses.remote)) if addresses.followers else None

    def compose(self) -> ComposeResult:
        """The box, with the code at its right."""
        if self._code is None:
            yield from super().compose()
            return
        with Horizontal(classes="dialog beside") as box:
            box.border_title = self._title
            box.border_subtitle = "Esc closes"
            yield Static(self._text, id="addresses")
            yield Static(Text(self._code, f"{DARK} on {LIGHT}", no_wrap=True), id="code")


SHOWN = 5
"""Addresses for others that are listed: more than one network has, on a small terminal."""


def _addresses_text(addresses: Addresses) -> Text:
    text = Text()
    for name, url in addresses.named().items():
        text.append(f"{name}\n", "bold").append(f"{url}\n")
    if addresses.followers:
        for url in addresses.followers[1:SHOWN]:
            text.append(f"{url}\n", "dim")
        text.append("\nScan the code with your phone.", "dim")
    else:
        text.append("\nOther machines and phones need --lan.", "dim")
    text.rstrip()
    return text


class Ending(ModalScreen[bool]):
    """Asks whether to end the show."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,q", "answer(True)", "End the show"),
        Binding("n,escape,space,enter", "answer(False)", "Keep going"),
    ]

    def compose(self) -> ComposeResult:
        """The question."""
        with Vertical(classes="dialog") as box:
            box.border_title = "End the show?"
            yield Static(
                Text.assemble(
                    "The demo is cleaned up and all pages close.\n\n",
                    ("y", "bold"),
                    " end the show   ",
                    ("n", "bold"),
                    " keep going",
                )
            )

    def action_answer(self, answer: bool) -> None:
        """Give the answer."""
        self.dismiss(answer)


class Consent(ModalScreen[bool]):
    """Shows what a deck that was saved would run, and asks whether it may.

    The key that opens it doesn't answer it: a key that is held down, or pressed twice, agrees to nothing.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "answer(True)", "Agree"),
        Binding("n", "answer(False)", "Don't"),
        Binding("escape,space,enter,q", "leave", "Later"),
    ]

    def __init__(self, question: Question, palette: Palette) -> None:
        super().__init__()
        self._question = question
        self._palette = palette

    def compose(self) -> ComposeResult:
        """The question, with the commands, which can be scrolled."""
        with VerticalScroll(classes="dialog") as box:
            box.border_title = "Run these commands?"
            box.border_subtitle = "a agrees, n keeps the show as it was, Esc asks later"
            text = Text(f"{self._question.text}\n")
            for demo, line in self._question.lines:
                text.append(f"\n{demo}  ", self._palette.quiet).append(line.replace("\n", "\n    "))
            yield Static(harmless(text))

    def action_answer(self, answer: bool) -> None:
        """Give the answer."""
        self.dismiss(answer)

    def action_leave(self) -> None:
        """Answer later."""
        self.dismiss(None)


class JumpList(ModalScreen[str | None]):
    """Lists the slides, narrowed by what is typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Stay"),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
    ]

    def __init__(self, plan: ShowPlan, here: int, palette: Palette) -> None:
        super().__init__()
        self._plan = plan
        self._here = here
        self._palette = palette

    def compose(self) -> ComposeResult:
        """The search field and the list."""
        with Vertical(classes="dialog") as box:
            box.border_title = "Jump to"
            box.border_subtitle = "Enter goes there, Esc stays"
            yield Input(placeholder="title or number")
            slides = OptionList(*self._options(""))
            slides.can_focus = False
            yield slides

    def on_mount(self) -> None:
        """Begin at the slide shown."""
        self.query_one(OptionList).highlighted = self._here

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        slides = self.query_one(OptionList)
        slides.clear_options()
        slides.add_options(self._options(event.value))
        slides.highlighted = 0 if event.value and slides.option_count else self._here

    def on_input_submitted(self) -> None:
        """Go to the slide that is highlighted."""
        slides = self.query_one(OptionList)
        if slides.highlighted is not None and slides.option_count:
            self.dismiss(slides.get_option_at_index(slides.highlighted).id)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go to the slide that was clicked."""
        self.dismiss(event.option_id)

    def action_move(self, by: int) -> None:
        """Highlight another slide."""
        slides = self.query_one(OptionList)
        if by > 0:
            slides.action_cursor_down()
        else:
            slides.action_cursor_up()

    def action_leave(self) -> None:
        """Stay where the show is."""
        self.dismiss(None)

    def _options(self, wanted: str) -> list[Option]:
        return [
            Option(
                harmless(
                    Text.assemble(
                        (f"{number:>3}  ", self._palette.quiet),
                        slide.title,
                        ("  demo" if slide.demo else "", self._palette.accent),
                    )
                ),
                slide.id,
            )
            for number, slide in enumerate(self._plan.slides, start=1)
            if wanted.lower() in f"{number} {slide.title} {slide.section or ''} {slide.id}".lower()
        ]
