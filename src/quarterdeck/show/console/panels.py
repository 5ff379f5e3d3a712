"""What the parts of the console show, as styled text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rich.text import Text

from quarterdeck.model.deck import Deck, Slide
from quarterdeck.model.demo import Command, Interaction, KeyPress, Keys, Step
from quarterdeck.show.console.rows import Row, joined, window, wrapped
from quarterdeck.show.console.theme import Palette
from quarterdeck.show.machine.clock import Reading, clock_text
from quarterdeck.show.machine.commands import Source
from quarterdeck.show.machine.labels import badge, intent_text, stage_text, step_label, step_states
from quarterdeck.show.machine.plan import PlannedSlide, ShowPlan
from quarterdeck.show.machine.state import Activity, Move, PageView, ShowState, intent_of, slide_of
from quarterdeck.show.prose import notes_text, slide_lines
from quarterdeck.stage.events import REPLAY, Outcome

LATE_SECONDS = 60
"""How far behind the plan the clock turns red."""
EXPECTED_LINES = 6
"""Lines of a step's expected output that are shown; the page of the presenter has all."""
STEP_MARKS = {
    "passed": ("✓", "good"),
    "recorded": ("▶", "accent"),
    "failed": ("✗", "bad"),
    "timed-out": ("✗", "bad"),
    "died": ("✗", "bad"),
    "interrupted": ("■", "warn"),
    "running": ("●", "warn"),
    "next": ("›", "accent"),
    "waiting": ("·", "quiet"),
}
"""The mark of each state of a step, and which colour it has."""
PAGE_TEXTS = {
    PageView.BESIDE: "on the slide, z enlarges",
    PageView.LARGE: "fills the slide, z closes",
    PageView.CLOSED: "closed, z shows again",
}
"""How the pages that the demo has opened are shown."""


@dataclass(frozen=True, slots=True)
class Scene:
    """All that the panels show, at one moment."""

    deck: Deck
    plan: ShowPlan
    state: ShowState
    reading: Reading
    engine: str
    engine_fault: str | None
    pages: int
    """How many pages of the audience follow."""
    step_time: tuple[float, float]
    """The seconds since the step under way began, and those that it took when it was recorded."""
    served: tuple[str, ...]
    """The addresses of pages that the slide's demo has opened."""
    palette: Palette

    @property
    def planned(self) -> PlannedSlide:
        """The slide being shown, in the plan."""
        return slide_of(self.plan, self.state)

    @property
    def ended_badly(self) -> bool:
        """Whether the last step of this slide's demo failed or was interrupted."""
        return any(
            outcome.bad or outcome is Outcome.INTERRUPTED for outcome in self.state.outcomes[self.state.slide][-1:]
        )

    def slide(self, id_: str) -> Slide:
        """A slide of the deck."""
        return next(slide for slide in self.deck.slides if slide.id == id_)


def header_text(scene: Scene, width: int) -> Text:
    """The top line: place in the deck, clock against plan, what runs demos, how many watch."""
    colors = scene.palette
    place = Text(f" {scene.state.slide + 1}/{len(scene.plan.slides)} ", f"bold {colors.ground} on {colors.ink}")
    watching = Text(f"  {scene.pages} watching ", colors.quiet if scene.pages else colors.warn)
    right = Text.assemble(*_flags(scene), _engine(scene), watching)
    for left in ([pace_text(scene), section_text(scene)], [pace_text(scene)], [clock_alone(scene)]):
        line = Text("  ").join([place, *(part for part in left if part)])
        gap = width - line.cell_len - right.cell_len
        if gap >= 1:
            break
    line.append(" " * max(1, gap)).append_text(right)
    line.truncate(width)
    return line


def _flags(scene: Scene) -> Iterator[Text]:
    colors = scene.palette
    if scene.state.blank:
        yield Text.assemble((f" {scene.state.blank.upper()} ", f"bold {colors.ground} on {colors.warn}"), " ")
    if scene.state.typing:
        yield Text.assemble((" TYPING ", f"bold {colors.ground} on {colors.warn}"), " ")
    elif scene.state.own_stage and scene.state.own_stage.held:
        yield Text.assemble((" HELD ", f"bold {colors.ground} on {colors.warn}"), " ")


def _engine(scene: Scene) -> Text:
    colors = scene.palette
    if scene.engine_fault is not None:
        return Text(f" {scene.engine.upper()} IS DOWN ", f"bold {colors.ground} on {colors.bad}")
    match badge(scene.plan, scene.state):
        case "live":
            return Text(" LIVE ", f"bold {colors.ground} on {colors.good}")
        case "recorded":
            return Text(" RECORDED ", f"bold {colors.on_accent} on {colors.accent}")
        case _:
            return Text("recordings only" if scene.engine == REPLAY else f"{scene.engine} is ready", colors.quiet)


def clock_alone(scene: Scene) -> Text:
    """How long the talk has run."""
    return Text(clock_text(scene.reading.elapsed), "bold" if scene.reading.running else scene.palette.quiet)


def pace_text(scene: Scene) -> Text:
    """The clock, and how far it is off the plan."""
    colors, reading = scene.palette, scene.reading
    text = clock_alone(scene)
    if reading.planned:
        text.append(f" of {clock_text(reading.planned)}", colors.quiet)
    if not reading.running:
        return text.append(", Space starts the clock", colors.quiet)
    if not reading.planned:
        return text
    behind = reading.behind
    if behind >= 1:
        late = f"bold {colors.bad}" if behind >= LATE_SECONDS else colors.warn
        return text.append(f"  {clock_text(behind)} late", late)
    if behind <= -1:
        return text.append(f"  {clock_text(-behind)} ahead", colors.good)
    return text.append("  on time", colors.good)


def section_text(scene: Scene) -> Text:
    """The time spent in the slide's section, against its plan; empty where there are no sections."""
    reading = scene.reading
    if not (reading.running and reading.planned and scene.planned.section):
        return Text()
    over = reading.section_elapsed - reading.section_planned >= 1
    spent = Text(clock_text(reading.section_elapsed), scene.palette.warn if over else "")
    return Text.assemble(
        ("section ", scene.palette.quiet),
        spent,
        (f" (plan {clock_text(reading.section_planned)})", scene.palette.quiet),
    )


def slide_panel(scene: Scene, width: int, height: int) -> Text:
    """The slide: its title, its contents, and the steps of its demo; what comes next is always in view.

    So are the pages that the demo has opened.
    """
    head = [row for text in _title(scene) for row in wrapped(Row(text), width)]
    rows = [row for row in _body(scene) for row in wrapped(row, width)]
    return joined([*head, *window(rows, height - len(head), scene.palette)])


def _title(scene: Scene) -> Iterator[Text]:
    slide = scene.planned
    yield Text(slide.title, f"bold {scene.palette.accent}")
    about = [slide.section] if slide.section and slide.section != slide.title else []
    if slide.fragments:
        about.append(f"item {scene.state.fragment} of {slide.fragments}")
    if slide.steps:
        about.append(stage_text(scene.plan, scene.state))
    if about:
        yield Text(" · ".join(about), scene.palette.quiet)
    if scene.served:
        addresses = "  ".join(url.partition("://")[2].rstrip("/") for url in scene.served)
        shown = f"  {PAGE_TEXTS[scene.state.page]}"
        yield Text.assemble(("□ ", f"bold {scene.palette.accent}"), addresses, (shown, scene.palette.quiet))


def _body(scene: Scene) -> Iterator[Row]:
    lines = slide_lines(scene.slide(scene.planned.id))
    if lines:
        yield Row(Text())
    shown = scene.state.fragment
    for line in lines:
        match line.fragment:
            case int(fragment) if fragment > shown:
                yield Row(Text(line.text, scene.palette.quiet))
            case int(fragment) if fragment == shown:
                yield Row(Text(line.text, f"{scene.palette.accent}"), focus=True)
            case _:
                yield Row(Text(line.text))
    if scene.planned.steps:
        yield Row(Text())
        yield from _steps(scene)


def _steps(scene: Scene) -> Iterator[Row]:
    """The demo's steps with their states, what the one at hand should print, and what went wrong."""
    colors, slide, stage = scene.palette, scene.planned, scene.state.own_stage
    items_left = scene.state.fragment < slide.fragments
    for number, (step, progress) in enumerate(
        zip(slide.steps, step_states(scene.plan, scene.state), strict=True), start=1
    ):
        mark, role = STEP_MARKS[progress]
        at_hand = progress in ("next", "running")
        look = "bold" if at_hand else colors.quiet if progress == "waiting" else ""
        label = Text.assemble((f"{mark} ", f"bold {getattr(colors, role)}"), (step_label(step), look))
        focus = not items_left and (at_hand or number == scene.state.steps == len(slide.steps))
        if at_hand:
            narration = notes_text(step.narration).splitlines()
            yield from (Row(Text(f"  {line}"), focus) for line in narration if line)
        if step.terminal > 1:
            label.append(f"  in terminal {step.terminal}", colors.quiet)
        yield Row(label, focus)
        if at_hand:
            yield from (Row(Text(f"  │ {line}", colors.quiet, no_wrap=True)) for line in _expected(step))
    if stage and stage.fault:
        remedy = ". Space plays the recording" * (intent_of(scene.plan, scene.state).move is Move.RECORDING)
        yield Row(
            Text(f"{stage.fault}{remedy}", colors.warn if stage.source is Source.RECORDING else colors.bad), focus=True
        )
    if stage and stage.activity is Activity.RUNNING:
        holds = "continues" if stage.held else "holds"
        elapsed, recorded = scene.step_time
        taken = f"{clock_text(elapsed)} " + f"(recorded: {clock_text(max(1, round(recorded)))}) " * bool(recorded)
        hint = f"{taken} i interrupts, h {holds}" + (", v plays the recording" * slide.recorded)
        yield Row(Text(hint, f"italic {colors.quiet}"))


def _expected(step: Step) -> Iterator[str]:
    """The rest of what is typed, and what should be printed."""
    lines = [line for n, each in enumerate(step.interactions) for line in _interaction(each, first=n == 0)]
    yield from lines[:EXPECTED_LINES]
    if len(lines) > EXPECTED_LINES:
        yield f"… {len(lines) - EXPECTED_LINES} more lines"


def _interaction(interaction: Interaction, *, first: bool) -> list[str]:
    match interaction:
        case Command(prompt=prompt, lines=lines, expected=expected):
            typed = [f"{prompt if n == 0 else '>'} {line}" for n, line in enumerate(lines)]
        case KeyPress(text=text, expected=expected) | Keys(text=text, expected=expected):
            typed = [text]
    return [*(typed[1:] if first else typed), *expected.lines]


def notes_panel(scene: Scene) -> Text:
    """The speaker notes of the slide."""
    notes = notes_text(scene.slide(scene.planned.id).notes)
    return Text(notes) if notes else Text("no notes", f"italic {scene.palette.quiet}")


def then_text(scene: Scene, width: int) -> Text:
    """The slide after this one, in one line."""
    slide = _following(scene)
    if slide is None:
        return Text("this is the last slide", scene.palette.quiet)
    text = Text.assemble(("next  ", scene.palette.quiet), slide.title, (_about(slide), scene.palette.quiet))
    text.truncate(width, overflow="ellipsis")
    return text


def next_panel(scene: Scene, width: int, height: int) -> Text:
    """The slide after this one, as far as there is room."""
    slide = _following(scene)
    if slide is None:
        return Text("this is the last slide", scene.palette.quiet)
    rows = [Row(Text.assemble((slide.title, "bold"), (_about(slide), scene.palette.quiet)))]
    rows += [Row(Text(line.text, scene.palette.quiet)) for line in slide_lines(scene.slide(slide.id))]
    rows += [Row(Text(f"· {step_label(step)}", scene.palette.quiet)) for step in slide.steps]
    lines = [row for each in rows for row in wrapped(each, width)]
    return joined(window(lines, height, scene.palette))


def _following(scene: Scene) -> PlannedSlide | None:
    place = scene.state.slide + 1
    return scene.plan.slides[place] if place < len(scene.plan.slides) else None


def _about(slide: PlannedSlide) -> str:
    count = len(slide.steps)
    return f"  demo, {count} {'step' if count == 1 else 'steps'}" if count else ""


def intent_panel(scene: Scene, width: int, chosen: PlannedSlide | None = None) -> Text:
    """What *next* will do; or Enter, after the number of a slide was pressed."""
    text = Text.assemble(("Space ", "bold"), "→ ", (intent_text(scene.plan, scene.state), "bold"))
    if chosen:
        number = scene.plan.slides.index(chosen) + 1
        text = Text.assemble(("Enter ", "bold"), "→ ", (f"go to slide {number}: {chosen.title}", "bold"))
    if scene.state.typing:
        text = Text("Every key goes to the terminal; F2 ends typing", "bold")
    text.truncate(width, overflow="ellipsis")
    return text


def hints_text(hints: Iterable[tuple[str, str]], palette: Palette, width: int) -> Text:
    """Keys and what they do, the most needed first: as many as there is room for."""
    line = Text(no_wrap=True)
    for key, meaning in hints:
        hint = Text.assemble(" ", (key, f"bold {palette.accent}"), (f" {meaning} ", palette.quiet))
        if line.cell_len + hint.cell_len <= width:
            line.append_text(hint)
    return line
