"""What pages are sent of a show's state."""

from msgspec import structs

from quarterdeck.show.machine.plan import plan_show
from quarterdeck.show.machine.transitions import begin
from quarterdeck.show.web.protocol import Position, StepLine
from quarterdeck.show.web.views import outline, state_message
from support.scripted_stage import DECK, slide
from support.staged import demo_of, keys
from support.staged import step as staged_step

PLAN = plan_show(DECK, {"hello"})


def test_what_every_page_is_told_has_no_notes() -> None:
    """Followers get positions and states only."""
    view = state_message(PLAN, begin(PLAN, 2).state)
    assert "notes" not in str(view)
    assert view.next == Position("first-demo", 1)


def test_keys_are_in_the_outline() -> None:
    """As the script has them, with what the screen should show."""
    pressed = staged_step(keys(":wq<Enter>", "written"))
    plan = plan_show(structs.replace(DECK, demos={"hello": demo_of(pressed, name="hello")}), {"hello"})
    slides = outline(DECK, plan).slides
    assert [line for s in slides for line in (s.steps[0].lines if s.demo == "hello" else ())] == [
        StepLine("typed", "", ":wq<Enter>"),
        StepLine("expected", "", "written"),
    ]


def test_notes_in_the_outline_are_escaped() -> None:
    """Markup in notes reaches the speaker's page as text."""
    script = slide("welcome", notes="<script>alert(1)</script>")
    slides = outline(structs.replace(DECK, slides=(script, *DECK.slides[1:])), PLAN).slides
    assert slides[0].notes == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"
    assert [s.id for s in slides] == [s.id for s in DECK.slides]
