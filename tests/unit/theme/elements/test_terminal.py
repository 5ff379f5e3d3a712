"""The panel of a demo."""

from pathlib import Path

from msgspec.structs import replace

from quarterdeck.model.cast import Cast, CastEvent
from quarterdeck.model.content import Asset
from quarterdeck.model.deck import Layout
from quarterdeck.model.demo import Command, Demo, ExpectedOutput, Interaction, Key, KeyPress, Keys, Step, StepKind
from quarterdeck.model.placed import PlacedTerminal
from quarterdeck.theme.elements.terminal import terminal_panel
from support.placed_decks import HARBOUR

BOX = HARBOUR.layouts[Layout.DEMO].slots["terminal"].box
PROMPT = "\x1b[1;32m$\x1b[0m "


def demo(*interactions: Interaction, kind: StepKind = StepKind.SHOWN) -> Demo:
    """A demo of one step."""
    return Demo("d", "D", (Step("step-1", kind, interactions),), Path("d.md"), Path("d.cast"))


def shown(panel: PlacedTerminal, place: int = 0) -> list[str]:
    """The lines on a screen."""
    return ["".join(run.text for run in line) for line in panel.screens[place].lines]


def points(panel: PlacedTerminal) -> float:
    """The size of its type."""
    return round(panel.type.size * 3 / 4, 2)


def test_two_terminals_share_the_panel() -> None:
    """Side by side where their lines fit so in type that can be read, else one above the other."""
    step = demo().steps[0]
    both = replace(demo(), steps=(step, replace(step, id="step-2", terminal=2)))

    def recorded(width: int) -> PlacedTerminal:
        events = tuple(CastEvent(0.1, code, "x" * width + "\r\n") for code in ("o", "o2"))
        return terminal_panel(both, Cast("d", "", events), HARBOUR, BOX)

    beside, above = recorded(35), recorded(60)
    (left, right), (upper, lower) = (tuple(s.box for s in panel.screens) for panel in (beside, above))
    assert left.right < right.x
    assert left.y == right.y
    assert [(rule.x + 1, rule.height) for rule in beside.rules] == [((left.right + right.x) / 2, left.height)]
    assert [(rule.y + 1, rule.width) for rule in above.rules] == [((upper.bottom + lower.y) / 2, upper.width)]
    assert upper.bottom < lower.y
    assert upper.width == lower.width == BOX.width - 2 * above.padding
    assert (shown(beside), shown(beside, 1)) == (["x" * 35], ["x" * 35])
    assert points(beside) >= 16
    assert points(above) == 22


def test_without_a_recording_the_transcript_is_shown() -> None:
    """Prompt, command and expected output, with elisions as dots."""
    output = ExpectedOutput(("first", "...", "id [..] end"), given=True)
    pressed = Keys(":wq<Enter>", (Key(":wq"), Key("\r", "Enter", 2)))
    panel = terminal_panel(
        demo(Command("$", ("docker ps \\", "-a"), output), KeyPress("C"), pressed), None, HARBOUR, BOX
    )
    assert shown(panel) == ["$ docker ps \\", "> -a", "first", "…", "id … end", "^C", ":wq Enter ×2  "]
    text, key, _ = panel.screens[0].lines[-1]
    assert (text.bold, text.background, key.color) == (True, None, HARBOUR.colors["terminal-background"])
    assert panel.recorded is False
    assert points(panel) == 18
    prompt, typed = panel.screens[0].lines[0]
    assert (prompt.color, typed.bold) == (HARBOUR.terminal[2], True)


def test_hidden_steps_stay_hidden() -> None:
    """What runs out of view isn't printed either."""
    panel = terminal_panel(demo(Command("$", ("secret",)), kind=StepKind.SETUP), None, HARBOUR, BOX)
    assert panel.screens[0].lines == ()


def test_long_transcripts_show_their_end_and_wrap() -> None:
    """As a terminal would: the last lines, cut where it would wrap them."""
    lines = (*(f"line {n}" for n in range(40)), "x" * 150)
    panel = terminal_panel(demo(Command("$", ("cat",), ExpectedOutput(lines, given=True))), None, HARBOUR, BOX)
    assert len(shown(panel)) == panel.type.rows
    columns = panel.type.columns
    assert [len(line) for line in shown(panel)[-2:]] == [columns, 150 - columns]


def test_a_recording_wins_with_its_colours() -> None:
    """The panel shows the last screen as it was, in the theme's colours."""
    text = "\x1b[31mred\x1b[0m plain\r\n\x1b[7minverse\x1b[0m\x1b[38;2;1;2;3mx"
    panel = terminal_panel(demo(), Cast("d", "", (CastEvent(0.1, "o", text),)), HARBOUR, BOX)
    assert panel.recorded
    assert shown(panel) == ["red plain", "inversex"]
    (red, plain), (inverse, exact) = panel.screens[0].lines
    assert (red.color, plain.color) == (HARBOUR.terminal[1], panel.output_color)
    assert inverse.background == panel.output_color
    assert inverse.color == HARBOUR.colors["terminal-background"]
    assert exact.color == "#010203"


def test_commands_are_told_from_output() -> None:
    """Bold and bright what was typed, soft what was printed, dim what nobody reads."""
    events = (
        CastEvent(0.0, "o", PROMPT),
        CastEvent(0.1, "i", "docker run -d nginx\r"),
        CastEvent(0.1, "o", "docker run -d "),
        CastEvent(0.2, "o", "nginx\r\n" + "0123456789abcdef" * 4 + "\r\nready\r\n"),
    )
    panel = terminal_panel(demo(), Cast("d", "", events), HARBOUR, BOX)
    (_, _, command), (id_,), (output,) = panel.screens[0].lines
    assert (command.text, command.bold, command.color) == ("docker run -d nginx", True, HARBOUR.terminal[15])
    assert (output.bold, output.color) == (False, panel.output_color)
    assert id_.color not in (output.color, command.color)
    assert len({command.color, output.color, id_.color}) == 3


def with_pages(*urls: str, pictured: bool = True) -> PlacedTerminal:
    """The panel of a demo whose steps open pages, each after five lines of output."""
    steps = tuple(replace(demo().steps[0], id=f"s{n}", open_url=url) for n, url in enumerate(urls))
    events = tuple(CastEvent(0.1, "o", f"line {n}\r\n") for n in range(5 * len(urls)))
    pictures = {step.id: Asset(f"{step.id}.jpg", "image/jpeg", b"", 1180, 244) for step in steps if pictured}
    return terminal_panel(replace(demo(), steps=steps), Cast("d", "", events, pictures=pictures), HARBOUR, BOX)


def test_pages_that_were_opened_take_the_lower_half() -> None:
    """Side by side, the last two; the terminal stands above them as it does on stage, at its end."""
    panel = with_pages("http://localhost:1", "http://localhost:2/", "http://localhost:1")
    assert [(page.step, page.address, page.box is not None) for page in panel.pages] == [
        ("s0", "localhost:1", False),
        ("s2", "localhost:1", True),
        ("s1", "localhost:2", True),
    ]
    left, right = (page.box for page in panel.pages[1:])
    assert left is not None
    assert right is not None
    assert left.right < right.x
    assert left.y == right.y == BOX.y + BOX.height / 2
    assert right.right < BOX.right
    assert shown(panel)[-1] == "line 14"
    above = panel.screens[0].box.y + len(panel.screens[0].lines) * panel.type.line_height
    assert above < left.y
    assert points(panel) >= 18


def test_type_leaves_room_for_pages_where_it_can() -> None:
    """All rows then stand above them, in type that is still as large as it may be."""
    few, many = with_pages("http://localhost:1"), with_pages("http://localhost:1", "http://localhost:2")
    assert (points(few), len(shown(few))) == (22, 5)
    assert points(many) == 18
    assert len(shown(many)) < 10


def test_without_a_picture_the_whole_terminal_is_seen() -> None:
    """In its place there would be nothing."""
    panel = with_pages("http://localhost:1", "http://localhost:2", pictured=False)
    assert (panel.pages, panel.page_count, len(shown(panel))) == ((), 2, 10)
