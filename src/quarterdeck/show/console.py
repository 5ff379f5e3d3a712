"""The speaker's console: the whole show in a terminal, from 80 × 24 cells up."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Footer, Static

from quarterdeck.show.commands import Jump, Key
from quarterdeck.show.console_panels import (
    header_text,
    intent_panel,
    next_text,
    notes_panel,
    steps_text,
    terminal_text,
    title_text,
)
from quarterdeck.show.console_screens import AddressesDialog, Ending, JumpList, help_dialog
from quarterdeck.show.keyboard import typed_text
from quarterdeck.show.showing import Show
from quarterdeck.show.state import Activity, can_type, slide_of

if TYPE_CHECKING:
    from quarterdeck.show.presenting import Addresses

TICK_SECONDS = 0.5
"""How often the clock is drawn."""
OUTPUT_SECONDS = 0.1
"""How often output is drawn while it streams."""
STEP_ROWS = 6
"""Steps shown at once."""
END_TYPING = "f2"
"""The key that gives the terminal back; programs in it get all others."""

OTHER_TERMINAL = "f3"
"""The key that brings the other terminal to the front while typing."""


class Console(App[None]):
    """Shows where the talk is and what comes next, and takes the speaker's keys."""

    CSS_PATH = "console.tcss"
    TITLE = "Quarterdeck"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,right,down,pagedown,enter,n", "press('next')", "Next", key_display="Space"),
        Binding("left,up,pageup,backspace,p", "press('back')", "Back", key_display="←"),
        Binding("question_mark,f1", "help", "Keys", key_display="?"),
        Binding("q", "end", "Quit"),
        Binding("g,slash", "jump", "Jump", key_display="g"),
        Binding("v", "press('recording')", "Recording"),
        Binding("i,ctrl+c", "press('interrupt')", "Interrupt", key_display="i"),
        Binding("r", "press('reset')", "Reset"),
        Binding("t", "press('type')", "Type"),
        Binding("b,full_stop", "press('blank')", "Blank", key_display="b"),
        Binding("ctrl+q", "end", show=False, priority=True),
        Binding("shift+right,alt+right", "press('next-slide')", show=False),
        Binding("shift+left,alt+left", "press('previous-slide')", show=False),
        Binding("home", "press('first')", show=False),
        Binding("end", "press('last')", show=False),
        Binding("x", "press('rerun')", show=False),
        Binding("s", "press('terminal')", show=False),
        Binding("plus,equals_sign", "press('larger')", show=False),
        Binding("minus", "press('smaller')", show=False),
        Binding("j", "press('invite')", show=False),
        Binding("c", "restart_clock", show=False),
        Binding("a", "addresses", show=False),
        Binding("d", "scroll_notes(1)", show=False),
        Binding("u", "scroll_notes(-1)", show=False),
    ]

    def __init__(self, show: Show, addresses: Addresses) -> None:
        super().__init__()
        self.show = show
        self.addresses = addresses
        self._header = Static(id="header")
        self._title = Static(id="title")
        self._steps = Static(id="steps")
        self._terminal = Static(id="terminal")
        self._notice = Static(id="notice")
        self._notes = Static(id="notes")
        self._then = Static(id="next-slide")
        self._intent = Static(id="intent")
        self._printed: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        """The parts of the screen, from top to bottom."""
        yield self._header
        yield self._notice
        with Horizontal(id="main"):
            with Vertical(id="left"):
                yield self._title
                yield self._steps
                yield self._terminal
            with VerticalScroll(id="right", can_focus=False):
                yield self._notes
        yield self._then
        yield self._intent
        yield Footer(show_command_palette=False, compact=True)

    def on_mount(self) -> None:
        """Follow the show."""
        self.show.observers.append(self.draw)
        self.set_interval(TICK_SECONDS, self.draw_header)
        self.set_interval(OUTPUT_SECONDS, self.draw_terminal)
        self.call_after_refresh(self.draw)

    def on_unmount(self) -> None:
        """Stop following."""
        self.show.observers.remove(self.draw)

    def on_resize(self) -> None:
        """Fit everything into the new size."""
        self.call_after_refresh(self.draw)

    def draw(self) -> None:
        """Show the present state."""
        plan, state = self.show.plan, self.show.state
        self.draw_header()
        self._title.update(title_text(plan, state))
        self._steps.update(steps_text(plan, state, STEP_ROWS))
        self._notice.display = bool(self.show.notice)
        self._notice.update(Text(self.show.notice))
        self._notes.update(notes_panel(self.show.deck, plan, state))
        self._then.update(next_text(plan, state))
        self._intent.update(intent_panel(plan, state))
        self._terminal.display = bool(slide_of(plan, state).steps)
        self.refresh_bindings()
        self.call_after_refresh(self.draw_terminal)

    def draw_header(self) -> None:
        """Show the clock."""
        show = self.show
        pages = show.hub.watching
        self._header.update(header_text(show.plan, show.state, show.reading(), show.engine, pages, self.size.width))

    def draw_terminal(self) -> None:
        """Show what the terminals printed, when it is not what is shown already."""
        demo = slide_of(self.show.plan, self.show.state).demo
        part = self._terminal
        texts = list(self.show.terminals.of(demo)) if demo else []
        ends = tuple(log.end for (name, _), log in self.show.terminals.logs.items() if name == demo)
        printed = (demo, ends, part.size)
        if printed == self._printed or not part.size.height:
            return
        self._printed = printed
        rows = max(1, part.size.height // max(1, len(texts)))
        part.update(Text("\n").join(terminal_text(text.data, rows) for text in texts))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys are the terminal's while the speaker types, and a dialog's while one is open."""
        if action not in ("press", "jump", "help", "end", "restart_clock", "addresses", "scroll_notes"):
            return True
        if self.show.state.typing or len(self.screen_stack) > 1:
            return False
        match parameters:
            case ("recording",):
                return slide_of(self.show.plan, self.show.state).recorded
            case ("type",):
                return can_type(self.show.plan, self.show.state)
            case ("reset",):
                return bool(slide_of(self.show.plan, self.show.state).steps)
            case ("interrupt",):
                stage = self.show.state.stage
                return stage is not None and stage.activity is Activity.RUNNING
            case _:
                return True

    def on_key(self, event: events.Key) -> None:
        """While the speaker types, every key goes to the terminal."""
        if not self.show.state.typing or len(self.screen_stack) > 1:
            return
        event.stop()
        event.prevent_default()
        if event.key == END_TYPING:
            self.action_press(Key.TYPE)
        elif event.key == OTHER_TERMINAL:
            self.action_press(Key.TERMINAL)
        elif text := typed_text(event.key, event.character):
            self.show.type(text)

    def on_paste(self, event: events.Paste) -> None:
        """While the speaker types, pasted text goes to the terminal."""
        self.show.type(event.text)

    def action_press(self, key: str) -> None:
        """Give a command to the show."""
        self.show.order(Key(key))

    def action_jump(self) -> None:
        """Ask for a slide and go there."""

        def jump(slide: str | None) -> None:
            if slide is not None:
                self.show.order(Jump(slide))

        self.push_screen(JumpList(self.show.plan, self.show.state.slide), jump)

    def action_help(self) -> None:
        """Show all keys."""
        self.push_screen(help_dialog())

    def action_addresses(self) -> None:
        """Show where the pages are."""
        self.push_screen(AddressesDialog(self.addresses))

    def action_scroll_notes(self, direction: int) -> None:
        """Scroll the notes by most of what is seen of them."""
        notes = self.query_one("#right", VerticalScroll)
        notes.scroll_relative(y=direction * max(1, notes.size.height - 2), animate=False)

    def action_restart_clock(self) -> None:
        """Count the talk's time from now."""
        self.show.restart_clock()

    def action_end(self) -> None:
        """Ask, then end the show."""

        def answered(end: bool | None) -> None:
            if end:
                self.exit()

        self.push_screen(Ending(), answered)
