"""An exercise's slide shows where attendees get their seats, and how far the room is, in real browsers."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from quarterdeck.model.content import Paragraph, Run
from quarterdeck.model.phrases import words
from quarterdeck.seats.desk import server
from quarterdeck.seats.messages import Input, Word
from quarterdeck.show.machine.commands import Key
from quarterdeck.source.slides.outline import task_slide
from support.desk import OpenDesk
from support.open_workshop import Workshop
from support.pictures import picture
from support.running_show import Running, opened, shows
from support.scripted_stage import DECK, demo, slide, step
from support.seats import EXERCISES
from support.stand_in_desk import TOKEN, StandInDesk, summary

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

TASK = tuple(Paragraph((Run(f"Do {n} of the many things that are to be done in this exercise."),)) for n in range(9))
EXERCISE = replace(demo("web", step("run", "docker run nginx")), task=TASK)
SET = task_slide(slide("try-web", attached="web"), EXERCISE, words("en"))
"""A slide that its task fills."""
SEATED = replace(
    DECK,
    slides=(slide("welcome"), SET, slide("end")),
    exercises={"web": EXERCISE},
    footer="A talk with a footer, as long as footers are",
    date="1 December 2026",
)

LINE = "() => { const e = document.querySelector('.qd-seats'); return e && !e.hidden ? e.innerText : null; }"
COVERED = """() => {
  const strip = document.querySelector('.qd-seats').getBoundingClientRect();
  return [...document.querySelectorAll('section.present *')].filter(each => {
    if (each.children.length || !each.textContent.trim() || each.closest('.notes')) return false;
    const box = each.getBoundingClientRect();
    return box.bottom > strip.top && box.top < strip.bottom && box.right > strip.left && box.left < strip.right;
  }).map(each => each.textContent);
}"""


@pytest.fixture
def desk() -> Iterator[StandInDesk]:
    """A desk with fourteen attendees, of whom eleven have solved the exercise."""
    with StandInDesk() as desk:
        yield desk


@pytest.fixture(params=["harbour", "night"])
def seated(desk: StandInDesk, request: pytest.FixtureRequest) -> Iterator[Running]:
    """A show with an exercise that asks the desk, on light ground and on dark."""
    show = Running(deck=replace(SEATED, theme=request.param), seats=desk.link)
    yield show
    show.stop()
    show.loop.close()


def reads(page: "Page", *texts: str) -> None:
    """Wait until the strip says all that."""
    page.wait_for_function(f"texts => texts.every(text => ({LINE})()?.includes(text))", arg=list(texts))


def test_an_exercise_shows_how_far_the_room_is(seated: Running, desk: StandInDesk, context: "BrowserContext") -> None:
    """Projector, followers and late pages show address, code and figures; other slides nothing; nobody the token."""
    received: list[str] = []

    def listen(page: "Page") -> None:
        page.on("websocket", lambda ws: ws.on("framereceived", lambda data: received.append(str(data))))

    context.on("page", listen)
    follower = opened(context, seated.url())
    projector = opened(context, seated.url(token=True))
    assert follower.evaluate(LINE) is None
    projector.keyboard.press("PageDown")
    for page in (follower, projector):
        shows(page, "try-web")
        reads(page, "192.168.1.5:7700", "TIDE-42", "11 of 14 have solved it")
    desk.body = summary(15, 12)
    reads(follower, "12 of 15 have solved it")
    late = opened(context, seated.url())
    reads(late, "TIDE-42", "12 of 15 have solved it")
    late.keyboard.press("ArrowLeft")
    shows(late, "welcome")
    assert late.evaluate(LINE) is None
    seated.call(lambda show: show.command(Key.NEXT_SLIDE))
    shows(follower, "end")
    assert follower.evaluate(LINE) is None
    assert received
    assert not any(TOKEN in each for each in received)


def test_the_strip_covers_nothing_of_the_slide(seated: Running, context: "BrowserContext") -> None:
    """The task, the address and the slide's number are all read; footer and date make room."""
    page = opened(context, seated.url())
    seated.call(lambda show: show.command(Key.NEXT_SLIDE))
    reads(page, "11 of 14 have solved it")
    assert set(page.evaluate(COVERED)) <= {SEATED.footer, SEATED.date}
    strip = page.locator(".qd-seats")
    assert strip.evaluate("e => [...e.children].every(each => each.scrollWidth <= each.clientWidth)")


def test_the_speaker_reads_the_same_and_can_show_the_code_large(seated: Running, context: "BrowserContext") -> None:
    """The presenter's page has the line at the exercise alone; J shows address, code and QR code there."""
    presenter = opened(context, seated.url("/presenter", token=True))
    follower = opened(context, seated.url())
    assert presenter.is_hidden("#seats")
    assert presenter.is_disabled("#invite")
    presenter.keyboard.press("PageDown")
    presenter.wait_for_selector("#seats:not([hidden])")
    assert presenter.inner_text("#seats") == "192.168.1.5:7700 · TIDE-42 · 11 of 14 have solved it"
    presenter.keyboard.press("j")
    card = follower.wait_for_selector(".qd-invitation:not([hidden])")
    assert card is not None
    assert "192.168.1.5:7700" in card.inner_text()
    assert "TIDE-42" in card.inner_text()
    assert follower.locator(".qd-invitation:not([hidden]) svg").count() == 1


def test_a_silent_desk_disturbs_nothing(seated: Running, desk: StandInDesk, context: "BrowserContext") -> None:
    """The speaker is told; the audience still reads where to go, without figures that may be old."""
    presenter = opened(context, seated.url("/presenter", token=True))
    follower = opened(context, seated.url())
    presenter.keyboard.press("PageDown")
    reads(follower, "11 of 14 have solved it")
    desk.status = 500
    presenter.wait_for_selector("#notice:not([hidden])")
    assert "it answers with status 500" in presenter.inner_text("#notice")
    follower.wait_for_function(f"() => !({LINE})()?.includes('solved')")
    reads(follower, "TIDE-42")
    presenter.keyboard.press("PageDown")
    shows(follower, "end")


def test_a_show_without_a_desk_shows_nothing(chromium: "Browser") -> None:
    """Without --seats an exercise is as it always was."""
    show = Running(deck=SEATED)
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    page = opened(context, show.url())
    show.call(lambda show: show.command(Key.NEXT_SLIDE))
    shows(page, "try-web")
    assert page.evaluate(LINE) is None
    context.close()
    show.stop()
    show.loop.close()


FIRST = EXERCISES[0].name
TAUGHT = replace(EXERCISE, name=FIRST)
CLASS = replace(
    SEATED,
    slides=(slide("welcome"), task_slide(slide("first", attached=FIRST), TAUGHT, words("en")), slide("end")),
    exercises={FIRST: TAUGHT},
)
"""A deck with the exercise that the seats of tests begin with."""


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    """A real desk, where fourteen attendees have seats, and ten have solved the first exercise."""
    monkeypatch.setattr(server, "ended_by_signals", lambda end: contextlib.nullcontext())
    workshop = Workshop(tmp_path, count=15)
    try:
        for n in range(14):
            workshop.do(works(workshop.desk, f"Attendee {n + 1}", solves=n < 10))
        yield workshop
    finally:
        workshop.close()


@pytest.fixture
def attended(workshop: Workshop) -> Iterator[Running]:
    """A show with the link that the desk prints."""
    show = Running(deck=CLASS, seats=workshop.desk.addresses.room)
    yield show
    show.stop()
    show.loop.close()


async def works(desk: OpenDesk, name: str, *, solves: bool) -> None:
    """Somebody sits down, solves the first exercise or doesn't, and closes the page."""
    browser = await desk.seated(name)
    async with browser.page() as page:
        await page.until("status", exercise=FIRST)
        if solves:
            await page.say(Input("solve"))
            await page.printed("solve")
            await page.say(Word("verify"))
            while not (await page.until("status"))["progress"].get(FIRST, {}).get("done"):
                pass


def test_a_show_follows_a_real_desk(attended: Running, workshop: Workshop, context: "BrowserContext") -> None:
    """By the link that the desk prints: its address, its code, its QR code, and what its attendees solve."""
    projector = opened(context, attended.url(token=True))
    projector.keyboard.press("PageDown")
    shows(projector, "first")
    reads(projector, workshop.desk.base.removeprefix("http://"), "TIDE-42", "10 of 14 have solved it")
    workshop.do(works(workshop.desk, "One more", solves=True))
    reads(projector, "11 of 15 have solved it")
    picture(projector, "show-seats")
    projector.keyboard.press("j")
    card = projector.locator(".qd-invitation:not([hidden])")
    card.wait_for()
    assert "TIDE-42" in card.inner_text()
    assert card.locator("svg path").count() == 1
    picture(projector, "show-seats-card")
