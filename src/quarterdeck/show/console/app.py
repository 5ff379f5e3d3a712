"""The speaker's console: the whole show in a terminal, from 80 × 24 cells up."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import events
from textual.actions import parse
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Grid, VerticalScroll
from textual.widgets import Static

from quarterdeck.show.console.dialogs import AddressesDialog, Consent, Ending, JumpList, help_dialog
from quarterdeck.show.console.keys import BINDINGS, TYPING_ACTIONS, TYPING_HINTS, hints, typed_text
from quarterdeck.show.console.panels import (
    Scene,
    header_text,
    hints_text,
    intent_panel,
    next_panel,
    notes_panel,
    slide_panel,
    then_text,
)
from quarterdeck.show.console.rows import harmless, terminals_text
from quarterdeck.show.console.theme import DARK, LIGHT, Palette, theme_of
from quarterdeck.show.machine.commands import Command, Given, Jump, Key
from quarterdeck.show.machine.labels import terminal_title
from quarterdeck.show.machine.plan import PlannedSlide
from quarterdeck.show.machine.state import Activity, can_type, slide_of, terminal_in_front, terminals_of
from quarterdeck.show.show import Show, ShowListener
from quarterdeck.terminal.buffer import USUAL

if TYPE_CHECKING:
    from quarterdeck.show.addresses import AddressBook

TICK_SECONDS = 0.5
"""How often the clock is drawn."""
OUTPUT_SECONDS = 0.1
"""How often output is drawn while it streams."""
WIDE = 150
"""Columns from which a demo's terminal has its full width beside the notes."""

DIGITS = 3
"""Of the number of a slide."""

log = logging.getLogger(__name__)


class Redraw(ShowListener):
    """Draws the console after each change of state; output is drawn by a timer."""

    def __init__(self, draw: Callable[[], None]) -> None:
        self._draw = draw

    def on_state(self) -> None:
        """Draw."""
        self._draw()


class Console(App[None]):
    """Shows where the talk is and what comes next, and takes the speaker's keys."""

    CSS_PATH = "console.tcss"
    TITLE = "Quarterdeck"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012  # Textual has it so
    BINDINGS: ClassVar[list[BindingType]] = [Binding(key, action, show=False) for key, action in BINDINGS]

    def __init__(
        self, show: Show, addresses: AddressBook, palette: Palette = DARK, watching: Callable[[], int] = lambda: 0
    ) -> None:
        """``watching`` returns how many pages of the audience follow."""
        self.palette = palette
        super().__init__()
        self.show = show
        self.addresses = addresses
        self._watching = watching
        self._redraw = Redraw(self._draw_soon)
        self._back = 0
        """Lines that the terminal is scrolled back."""
        self._number = ""
        """Digits that were pressed: the slide that Enter goes to."""
        self._revision = 0
        """That of the state which is drawn."""
        self._header = Static(id="header")
        self._notice = Static(id="notice")
        self._slide = Static(id="slide")
        self._notes = Static(id="notes")
        self._terminal = Static(id="terminal")
        self._upcoming = Static(id="upcoming")
        self._then = Static(id="then")
        self._intent = Static(id="intent")
        self._hints = Static(id="hints")
        self._printed: tuple[object, ...] = ()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The palette's own colours, before its theme is there."""
        return theme_of(self.palette).variables

    def compose(self) -> ComposeResult:
        """The parts of the screen, from top to bottom."""
        yield self._header
        yield self._notice
        with Grid(id="main"):
            yield self._slide
            with VerticalScroll(id="notes-scroll", can_focus=False):
                yield self._notes
            yield self._terminal
            yield self._upcoming
        yield self._then
        yield self._intent
        yield self._hints

    def on_mount(self) -> None:
        """Follow the show."""
        for palette in (DARK, LIGHT):
            self.register_theme(theme_of(palette))
        self.theme = self.palette.name
        self._upcoming.border_title = " Next slide "
        self.show.listeners.append(self._redraw)
        self.set_interval(TICK_SECONDS, self.draw_times)
        self.set_interval(OUTPUT_SECONDS, self.draw_terminal)
        self._draw_soon()

    def on_unmount(self) -> None:
        """Stop following."""
        if self._redraw in self.show.listeners:
            self.show.listeners.remove(self._redraw)

    def on_resize(self) -> None:
        """Fit everything into the new size."""
        self._draw_soon()

    def draw(self) -> None:
        """Show the present state."""
        self._revision = self.show.revision
        scene, width = self._scene(), self.size.width
        demo = bool(scene.planned.steps)
        self._terminal.display = demo
        self.screen.set_class(demo, "-demo")
        self._notice.update(harmless(notice := self._notice_text()))
        self._notice.display = bool(notice)
        self._notes.update(harmless(notes_panel(scene)))
        self._then.update(harmless(then_text(scene, width - 2)))
        self._intent.update(harmless(intent_panel(scene, width - 2, self._slide_by_number())))
        self.call_after_refresh(self._draw_fitted)

    def _notice_text(self) -> Text:
        """What the speaker should know, and what is asked."""
        parts = []
        if self.show.question is not None:
            parts.append(Text.assemble(self.show.question.text, ("  y looks at them", "italic")))
        if self.show.notices.text:
            parts.append(Text.assemble(self.show.notices.text, ("  Esc dismisses", "italic")))
        return Text("\n").join(parts)

    def draw_header(self) -> None:
        """Show the clock."""
        self._header.update(harmless(header_text(self._scene(), self.size.width)))

    def draw_times(self) -> None:
        """Show the clock, and how long the step under way has been running."""
        self.draw_header()
        stage = self.show.state.own_stage
        if stage and stage.activity is Activity.RUNNING:
            self._draw_slide()

    def draw_terminal(self) -> None:
        """Show what the terminals printed, when it is not what is shown already."""
        demo = self.show.slide.demo
        part, size = self._terminal, self._terminal.content_size
        front = terminal_in_front(self.show.plan, self.show.state)
        ends = tuple(log.end for (name, _), log in self.show.terminals.logs.items() if name == demo)
        printed = (demo, ends, size, self._back, self.show.state.typing, front)
        if demo is None or printed == self._printed or not size.height:
            return
        self._printed = printed
        texts = {text.terminal: text.data for text in self.show.terminals.of(demo)}
        texts.setdefault(front, "")
        grid = self.show.grid or USUAL
        part.update(terminals_text(texts, size.width, size.height, self._back, grid))
        part.border_title = f" {terminal_title(self.show.state, demo, front, len(texts))} "
        part.border_subtitle = f" {self._back} lines back, D returns " if self._back else ""
        part.set_class(self.show.state.typing, "-typing")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys are the terminal's while the speaker types, and a dialog's while one is open."""
        if action not in OWN_ACTIONS:
            return True
        if self.show.state.typing or len(self.screen_stack) > 1:
            return False
        plan, state = self.show.plan, self.show.state
        match action, parameters:
            case "press", ("recording",):
                return slide_of(plan, state).recorded
            case "press", ("page",):
                return bool(self.show.served)
            case "press", ("type",):
                return can_type(plan, state)
            case ("press", ("reset" | "larger" | "smaller",)) | ("scroll_terminal", _):
                return bool(slide_of(plan, state).steps)
            case "press", ("terminal",):
                return len(terminals_of(plan, state)) > 1
            case "question", _:
                return self.show.question is not None
            case "scroll_notes", _:
                return self.query_one("#notes-scroll", VerticalScroll).max_scroll_y > 0
            case "erase", _:
                return bool(self.show.drawings.slides.get(slide_of(plan, state).id))
            case "press", ("rerun",):
                return bool(state.steps)
            case "press", ("hold",):
                return state.own_stage is not None and state.own_stage.activity is Activity.RUNNING
            case "press", ("interrupt",):
                return state.stage is not None and state.stage.activity is Activity.RUNNING
            case _:
                return True

    def on_key(self, event: events.Key) -> None:
        """While the speaker types, every key goes to the terminal."""
        if not self.show.state.typing or len(self.screen_stack) > 1:
            return
        event.stop()
        event.prevent_default()
        if event.key in TYPING_ACTIONS:
            self.action_press(TYPING_ACTIONS[event.key])
        elif text := typed_text(event.key, event.character):
            self.show.type(text)

    def on_paste(self, event: events.Paste) -> None:
        """While the speaker types, pasted text goes to the terminal."""
        self.show.type(event.text)

    def action_digit(self, digit: int) -> None:
        """The number of the slide that Enter is to go to, digit by digit."""
        self._number = f"{self._number}{digit}"[-DIGITS:]
        self._draw_soon()

    def action_enter(self) -> None:
        """Go to the slide whose number was pressed, or to what is next."""
        slide = self._slide_by_number()
        if slide is None:
            self.action_press(Key.NEXT)
        else:
            self._number = ""
            self._command(Jump(slide.id))

    def action_erase(self, whole: bool) -> None:
        """Take the drawing on the slide away, or its last stroke."""
        self.show.erase(self.show.slide.id, whole=whole)

    def action_press(self, key: str) -> None:
        """Give a command to the show."""
        self._back = 0
        self._number = ""
        self._command(Key(key))

    def _command(self, command: Command) -> None:
        self.show.command(command, Given(self, self._revision, time.monotonic()))

    def action_jump(self) -> None:
        """Ask for a slide and go there."""

        def jump(slide: str | None) -> None:
            if slide is not None:
                self._back = 0
                self._command(Jump(slide))

        self.push_screen(JumpList(self.show.plan, self.show.state.slide, self.palette), jump)

    def action_question(self) -> None:
        """Show what is asked, and take the answer."""
        question = self.show.question
        if question is None:
            return

        def answered(yes: bool | None) -> None:
            if yes is not None:
                self.show.answer(question.number, yes=yes)

        self.push_screen(Consent(question, self.palette), answered)

    def action_help(self) -> None:
        """Show all keys."""
        self.push_screen(help_dialog())

    def action_addresses(self) -> None:
        """Show where the pages are."""
        self.push_screen(AddressesDialog(self.addresses.now))

    def action_scroll_notes(self, direction: int) -> None:
        """Scroll the notes by most of what is seen of them."""
        notes = self.query_one("#notes-scroll", VerticalScroll)
        notes.scroll_relative(y=direction * max(1, notes.size.height - 2), animate=False)

    def action_scroll_terminal(self, direction: int) -> None:
        """Look back at what has scrolled off the terminal, or return towards its end."""
        page = max(1, self._terminal.content_size.height - 2)
        self._back = max(0, self._back - direction * page)
        self.draw_terminal()

    def action_restart_clock(self) -> None:
        """Count the talk's time from now."""
        self.show.restart_clock()

    def action_dismiss_notice(self) -> None:
        """The speaker has read it."""
        self.show.notify("")

    def action_light(self) -> None:
        """Light instead of dark, or the other way round."""
        self.palette = LIGHT if self.palette.dark else DARK
        self.theme = self.palette.name
        self._draw_soon()

    def action_end(self) -> None:
        """Ask, then end the show."""

        def answered(end: bool | None) -> None:
            if end:
                self.exit()

        self.push_screen(Ending(), answered)

    def _slide_by_number(self) -> PlannedSlide | None:
        """The slide whose number was pressed; None for no number, or one that no slide has."""
        place = int(self._number or 0) - 1
        return self.show.plan.slides[place] if 0 <= place < len(self.show.plan.slides) else None

    def _scene(self) -> Scene:
        show = self.show
        return Scene(
            show.deck,
            show.plan,
            show.state,
            show.reading(),
            show.engine,
            show.notices.engine_fault,
            self._watching(),
            show.step_time,
            tuple(page.url for page in show.served),
            self.palette,
        )

    def _draw_soon(self) -> None:
        """Draw in the console's own turn: what goes wrong there is nobody else's trouble."""
        self.call_later(self.draw)

    def _draw_fitted(self) -> None:
        """What depends on the size that the layout gave to its parts."""
        scene = self._scene()
        self.draw_header()
        urgent = (Key.RERUN,) if scene.ended_badly else ()
        usable = hints(lambda action: bool(self.check_action(*parse(action)[1:])), urgent)
        keys = TYPING_HINTS if scene.state.typing else tuple(usable)
        self._hints.update(harmless(hints_text(keys, self.palette, self.size.width)))
        self._draw_slide()
        width, height = self._upcoming.content_size
        self._upcoming.update(harmless(next_panel(scene, width, height)))
        self.draw_terminal()

    def _draw_slide(self) -> None:
        self._slide.update(harmless(slide_panel(self._scene(), *self._slide.content_size)))

    def _fatal_error(self) -> None:
        """Log what went wrong and end; the show continues, and starts another console.

        Textual would print it into the terminal, with the values of variables: the token is one.
        """
        log.error("the console failed (%s)", self._exception, exc_info=self._exception)
        self._close_messages_no_wait()


OWN_ACTIONS = frozenset(action.partition("(")[0] for _, action in BINDINGS)
"""Actions that are the console's, not Textual's."""
