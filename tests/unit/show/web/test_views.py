"""What pages are sent of a show's state."""

from msgspec import structs

from quarterdeck.show.machine.plan import plan_show
from quarterdeck.show.machine.transitions import begin
from quarterdeck.show.web.protocol import Position
from quarterdeck.show.web.views import outline, state_message
from support.scripted_stage import DECK, slide

PLAN = plan_show(DECK, {"hello"})


def test_what_every_page_is_told_has_no_notes() -> None:
    """Followers get positions and states only."""
    view = state_message(PLAN, begin(PLAN, 2).state)
    assert "notes" not in str(view)
    assert view.next == Position("first-demo", 1)


def test_notes_in_the_outline_are_escaped() -> None:
    """Markup in notes reaches the speaker's page as text."""
    script = slide("welcome", notes="<script>alert(1)</script>")
    slides = outline(structs.replace(DECK, slides=(script, *DECK.slides[1:])), PLAN).slides
    assert slides[0].notes == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"
    assert [s.id for s in slides] == [s.id for s in DECK.slides]
