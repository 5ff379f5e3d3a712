"""The organiser's room in a browser, at a real desk, with stand-ins for the seats and attendees at their pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.seats.messages import Printed, encode
from support.axe import faults
from support.open_workshop import Workshop, join, sees
from support.pictures import picture
from support.seats import taken
from support.waiting import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def room_of(context: BrowserContext, workshop: Workshop) -> Page:
    """The organiser's page, by the link that the desk prints; questions are answered with yes."""
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(workshop.desk.addresses.room)
    page.wait_for_selector("#link[data-state=good]")
    return page


def row(room: Page, name: str) -> Locator:
    """The line of an attendee."""
    return room.locator(f"#people tr:has(strong:text-is('{name}'))")


def says(place: Locator, text: str) -> None:
    """Wait until a part of a page says something."""
    place.filter(has_text=text).wait_for()


def press(room: Page, name: str, button: str) -> None:
    """Press a button in the line of an attendee."""
    row(room, name).locator(f"button:text-is('{button}')").click()


def arrive(chromium: Browser, workshop: Workshop, *names: str) -> list[Page]:
    """Attendees, each with a browser, at their first exercise."""
    return [join(chromium.new_context(viewport={"width": 1280, "height": 720}), workshop, name) for name in names]


def leave(*pages: Page) -> None:
    """Close the attendees' browsers."""
    for page in pages:
        page.context.close()


def test_the_room_shows_who_is_where(chromium: Browser, context: BrowserContext, workshop: Workshop) -> None:
    """Where to join, who has solved what, and who asks for help first; the token is off the address."""
    room = room_of(context, workshop)
    assert room.url == f"{workshop.desk.base}/room"
    says(room.locator("#nobody"), "Nobody has joined yet")
    assert room.inner_text("#code") == "TIDE-42"
    assert room.inner_text("#address") == workshop.desk.base
    assert room.locator("#qr svg path[d^=M]").count() == 1
    ada, ben = arrive(chromium, workshop, "Ada", "Ben")
    says(room.locator("#count"), "2 of 4 seats")
    says(row(room, "Ben"), "A first container")
    ada.click("#terminal")
    ada.keyboard.type("solve")
    sees(ada, "solve")
    ada.click("#verify")
    says(row(room, "Ada"), "solved")
    says(room.locator("#exercises li").first, "1 solved, 2 here")
    assert row(room, "Ada").locator(".dots .done").count() == 1
    assert room.locator("#people .who strong").all_inner_texts() == ["Ada", "Ben"]
    ben.click("#stuck")
    says(row(room, "Ben"), "asks for help")
    says(room.locator("#count"), "1 needs help")
    assert room.locator("#people .who strong").all_inner_texts() == ["Ben", "Ada"]
    press(room, "Ben", "Seen")
    ben.wait_for_selector("#stuck[aria-pressed=false]")
    wait_until(lambda: room.locator("#people .who strong").all_inner_texts() == ["Ada", "Ben"])
    leave(ada, ben)
    says(row(room, "Ben"), "page closed")


def test_a_message_reaches_everybody(chromium: Browser, context: BrowserContext, workshop: Workshop) -> None:
    """Attendees read it at once, those who come later too, until it is taken back."""
    room = room_of(context, workshop)
    (ada,) = arrive(chromium, workshop, "Ada")
    room.fill("#text", "Coffee until 11:00 <b>")
    room.keyboard.press("Enter")
    says(ada.locator("#notice"), "Coffee until 11:00 <b>")
    says(room.locator("#notice"), "Everybody reads: Coffee until 11:00 <b>")
    assert room.input_value("#text") == ""
    (ben,) = arrive(chromium, workshop, "Ben")
    says(ben.locator("#notice"), "Coffee until 11:00")
    room.click("#clear")
    ada.wait_for_selector("#notice", state="hidden")
    room.wait_for_selector("#notice", state="hidden")
    leave(ada, ben)


def test_an_organiser_helps_in_a_terminal(chromium: Browser, context: BrowserContext, workshop: Workshop) -> None:
    """It opens by itself once the attendee agrees, both type into it, and either of them ends it."""
    room = room_of(context, workshop)
    (ada,) = arrive(chromium, workshop, "Ada")
    ada.click("#terminal")
    ada.keyboard.type("docker sp")
    press(room, "Ada", "Help")
    says(ada.locator("#question"), "May the organiser use your terminal?")
    says(row(room, "Ada"), "Asked …")
    assert room.locator(".help").count() == 0
    ada.click("#question [value=yes]")
    sees(room, "docker sp")
    says(ada.locator("#helping"), "The organiser sees your terminal")
    room.keyboard.type(" # ps!")
    sees(ada, "docker sp # ps!")
    workshop.do(workshop.seat.tell(encode(Printed("\x1b[c\x1b[6n\x1b[?1004hready"))))
    sees(room, "ready")
    room.locator("#text").focus()
    room.locator(".help textarea").focus()
    room.keyboard.type("?")
    wait_until(lambda: workshop.seat.typed.endswith("?"))
    assert workshop.seat.typed == "docker sp # ps!?"
    ada.click("#helping button")
    says(room.locator(".help .said"), "Closed: the attendee's terminal is closed.")
    ada.wait_for_selector("#helping", state="hidden")
    room.click(".help header button")
    assert room.locator(".help").count() == 0
    press(room, "Ada", "Help")
    ada.click("#question [value=no]")
    says(row(room, "Ada"), "Declined")
    leave(ada)


def test_seats_are_reset_extended_and_ended(chromium: Browser, context: BrowserContext, workshop: Workshop) -> None:
    """One attendee's, or everybody's; what can't be undone is asked first."""
    room = room_of(context, workshop)
    ada, ben = arrive(chromium, workshop, "Ada", "Ben")
    says(row(room, "Ada"), "4 h left")
    press(room, "Ada", "+30 min")
    says(row(room, "Ada"), "4 h 30 min left")
    room.click("#extend")
    says(row(room, "Ada"), "5 h left")
    says(row(room, "Ben"), "4 h 30 min left")
    press(room, "Ben", "Reset")
    wait_until(lambda: any(seat.begun == [("try-first", {})] for seat in taken(workshop.spawner)))
    press(room, "Ben", "End")
    says(ben.locator("#absent"), "The organiser has ended it.")
    says(row(room, "Ben"), "closed")
    for button in ("Help", "Reset", "+30 min", "End"):
        assert row(room, "Ben").locator(f"button:text-is('{button}')").is_disabled()
    assert ada.is_hidden("#absent")
    room.click("#end")
    says(ada.locator("#absent"), "The organiser has ended it.")
    says(room.locator("#count"), "0 of 4 seats")
    leave(ada, ben)


def test_the_room_finds_a_desk_that_was_started_again(
    chromium: Browser, context: BrowserContext, workshop: Workshop
) -> None:
    """It says so meanwhile and takes no orders; then everybody is there as before, and a terminal asks for consent."""
    room = room_of(context, workshop)
    (ada,) = arrive(chromium, workshop, "Ada")
    press(room, "Ada", "Help")
    ada.click("#question [value=yes]")
    room.wait_for_selector(".help")
    room.fill("#text", "Back soon")
    workshop.kill()
    says(room.locator("#lost"), "The desk doesn’t answer")
    picture(room, "room-lost")
    picture(ada, "seat-lost")
    says(room.locator("#link"), "looking for the desk")
    assert room.locator("main").evaluate("main => main.inert")
    assert room.input_value("#text") == "Back soon"
    ada.wait_for_selector("#link:has-text('The connection is gone')")
    ada.wait_for_selector("#stuck:disabled")
    workshop.open_again()
    room.wait_for_selector("#lost", state="hidden")
    says(row(room, "Ada"), "A first container")
    says(room.locator(".help .said"), "Closed: the attendee has not agreed.")
    room.click("#announce button:text-is('Send')")
    says(ada.locator("#notice"), "Back soon")
    room.reload()
    says(row(room, "Ada"), "A first container")
    leave(ada)


@pytest.mark.parametrize("link", ["/room", "/room#token=of-another-desk"])
def test_a_wrong_link_opens_nothing(context: BrowserContext, workshop: Workshop, link: str) -> None:
    """Neither one without its token nor with another desk's; it is said, and not tried again and again."""
    page = context.new_page()
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.goto(f"{workshop.desk.base}{link}")
    says(page.locator("h1"), "This link does not open the room")
    picture(page, "room-denied")
    page.wait_for_timeout(1000)  # the next try would come within that
    assert len(sockets) == ("token" in link)
    page.reload()
    says(page.locator("h1"), "This link does not open the room")
    assert len(sockets) == ("token" in link)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_people_who_see_little_can_use_the_room(chromium: Browser, workshop: Workshop, scheme: Any) -> None:
    """Names, roles and contrast by axe-core, of a room with somebody who is stuck and a terminal; on a phone, too."""
    ada, ben, cho, dan = arrive(chromium, workshop, "Ada", "Ben", "Cho", "Dan")
    ben.click("#stuck")
    organiser = chromium.new_context()
    press(room_of(organiser, workshop), "Dan", "End")
    organiser.close()
    says(dan.locator("#absent"), "The organiser has ended it.")
    for name, width, height in (("wide", 1280, 800), ("phone", 390, 844)):
        context = chromium.new_context(
            color_scheme=scheme, reduced_motion="reduce", viewport={"width": width, "height": height}
        )
        room = room_of(context, workshop)
        says(row(room, "Ben"), "asks for help")
        says(row(room, "Cho"), "A first container")
        picture(room, f"room-{name}-{scheme}")
        assert faults(room) == []
        press(room, "Ben", "Help")
        ben.click("#question [value=yes]")
        sees(room, "")
        picture(room, f"room-{name}-{scheme}-terminal")
        assert faults(room) == []
        assert room.evaluate("document.documentElement.scrollWidth") <= width
        room.click(".help header button")
        context.close()
    leave(ada, ben, cho, dan)
