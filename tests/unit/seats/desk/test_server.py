"""What attendees and the organiser get from a desk: over real sockets, with stand-ins for seats."""

import asyncio
import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.seats.desk import attendance, keeper
from quarterdeck.seats.desk.admission import FREE_TRIES
from quarterdeck.seats.desk.routes import FORM_LIMIT, Takeaway
from quarterdeck.seats.messages import Begin, Consent, Input, Open, Size, Stuck, Word
from support.desk import Page, open_desk
from support.seats import StandInSpawner, taken
from support.waiting import until

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def quick_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Turns follow each other closely."""
    monkeypatch.setattr(keeper, "TURN_SECONDS", 0.05)


async def test_an_attendee_sits_down(tmp_path: Path) -> None:
    """Code and name, the seat's page, a terminal that answers, an exercise that is checked."""
    async with open_desk(tmp_path, warm=1) as desk:
        ada = desk.browser()
        door = await ada.request("/?code=TIDE-42")
        assert 'value="TIDE-42"' in door.body
        assert (await ada.request("/seat")).headers["location"] == "/"
        joined = await ada.join("Ada", "tide 42")
        assert (joined.status, joined.headers["location"]) == (303, "/seat")
        assert "HttpOnly" in joined.headers["set-cookie"]
        assert "SameSite=strict" in joined.headers["set-cookie"]
        assert "/static/seat.js" in (await ada.request("/seat")).body
        async with ada.page() as page:
            welcome = await page.until("welcome")
            assert (welcome["name"], welcome["workshop"]) == ("Ada", "Containers")
            await page.until("status", exercise="try-first")
            await page.say(Size(90, 30))
            await page.say(Input("solve"))
            await page.printed("solve")
            await page.say(Word("verify"))
            status = await page.until("status")
            assert status["progress"]["try-first"]["done"]
            assert "<h1>try-first</h1>" in (await ada.request("/seat/task/try-first")).body
            await page.until("beat")


async def test_a_wrong_code_stays_outside(tmp_path: Path) -> None:
    """It is said, what was typed is kept, and guessing becomes slow, for the right code too."""
    async with open_desk(tmp_path) as desk:
        eve = desk.browser()
        answer = await eve.join("<Eve>", "TIDE-43")
        assert answer.status == 403
        assert "not the code" in answer.body
        assert "&lt;Eve&gt;" in answer.body
        for _ in range(FREE_TRIES - 1):
            await eve.join("Eve", "x")
        answer = await eve.join("Eve")
        assert answer.status == 429
        assert "Try again in" in answer.body
        assert not eve.cookies
        assert not desk.spawner.seats


async def test_two_tabs_and_another_device_share_one_seat(tmp_path: Path) -> None:
    """What is typed in one is seen in the other."""
    async with open_desk(tmp_path) as desk:
        ada = await desk.seated("Ada")
        await ada.join("Ada again")
        shown = await ada.request("/seat/device")
        code = shown.body.partition('<p class="pass">')[2][:9]
        tablet = desk.browser()
        assert (await tablet.post("/device", **{"pass": "WRONG-CODE"})).status == 403
        assert (await tablet.post("/device", **{"pass": code.lower()})).headers["location"] == "/seat"
        assert (await desk.browser().post("/device", **{"pass": code})).status == 403
        async with ada.page() as one, ada.page() as two, tablet.page() as three:
            for page in (one, two, three):
                await page.until("status")
            await one.say(Input("hello"))
            await two.printed("hello")
            await three.printed("hello")
            await three.say(Stuck(True))
            await one.until("called", on=True)
        assert len(desk.spawner.seats) == 1


async def test_pages_of_one_attendee_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser that opens a hundred tabs takes nothing from the others."""
    monkeypatch.setattr(attendance, "PAGES_EACH", 1)
    async with open_desk(tmp_path) as desk:
        ada = await desk.seated("Ada")
        async with ada.page() as one, ada.page() as two:
            await one.until("welcome")
            with pytest.raises(ConnectionClosed):
                await two.until("welcome")
            assert two.socket.close_code == 4429


async def test_a_full_workshop_waits_in_turn(tmp_path: Path) -> None:
    """A late attendee reads how many are before, and gets the seat of the one who goes."""
    async with open_desk(tmp_path, count=1) as desk:
        ada, ben = await desk.seated("Ada"), await desk.seated("Ben")
        async with ada.page() as first, ben.page() as second, desk.room() as room:
            await first.until("status")
            await second.until("waiting", position=1)
            people = (await room.until("room"))["people"]
            await room.send(type="end", attendee=people[0]["id"])
            await first.until("ended", reason="closed")
            await second.until("status")
        assert (await ada.request("/seat")).headers["location"] == "/"


async def test_a_dead_host_moves_its_attendee(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page says so, and has its exercise again; what was done is kept; the neighbour notices nothing."""
    async with open_desk(tmp_path) as desk:
        ada, ben = await desk.seated("Ada"), await desk.seated("Ben")
        async with ada.page() as page, ben.page() as other:
            await page.until("status")
            await other.until("status")
            await page.say(Input("solve"))
            await page.say(Word("verify"))
            await page.until("status")
            await page.say(Begin("try-second"))
            await page.until("status", exercise="try-second")
            old, bens = (
                next(s for s in taken(desk.spawner) if ("solve" in s.typed) is wanted) for wanted in (True, False)
            )
            await desk.spawner.cut(old.host)
            await page.until("away")
            await page.until("moved")
            status = await page.until("status", exercise="try-second")
            assert status["progress"]["try-first"]["done"]
            assert [seat.host for seat in taken(desk.spawner) if seat not in (old, bens)] == [bens.host]
            await other.say(Input("still here"))
            await other.printed("still here")
        kinds = {message["type"] for message in other.heard}
        assert not kinds & {"away", "moved"}


async def test_a_desk_that_was_killed_is_opened_again(tmp_path: Path) -> None:
    """The same cookie, the same seat, the same terminal; the code and the organiser's link are as before."""
    spawner = StandInSpawner()
    async with open_desk(tmp_path, spawner) as desk:
        ada = await desk.seated("Ada")
        async with ada.page() as page:
            await page.until("status")
            await page.say(Input("before"))
            await page.printed("before")
        port, token = int(ada.host.rpartition(":")[2]), desk.token
        stored = await desk.kill()
        (tmp_path / "again").mkdir()
        (tmp_path / "again" / "desk.json").write_bytes(stored)
        async with open_desk(tmp_path / "again", spawner, port=port, code=None) as again:
            assert (again.token, again.addresses.code) == (token, "TIDE-42")
            async with ada.page() as page:
                await page.printed("before")
            assert len(spawner.seats) == 1


async def test_closing_the_desk_stops_its_seats(tmp_path: Path) -> None:
    """Pages say that it is over, no seat and no file is left; unless the seats are to be kept."""
    for keep in (False, True):
        folder = tmp_path / str(keep)
        async with open_desk(folder, warm=1, keep=keep) as desk:
            ada = await desk.seated("Ada")
            async with ada.page() as page:
                await page.until("status")
                await until(lambda: len(desk.spawner.seats) == 2, 0.02)
                desk.done.set()
                if not keep:
                    await page.until("ended", reason="closed")
            assert await desk.task == ()
            assert len(desk.spawner.seats) == (2 if keep else 0)
            assert desk.spawner.closed
        assert (folder / "desk.json").exists() is keep


async def test_other_sites_and_names_reach_nothing(tmp_path: Path) -> None:
    """Neither a form of another site, nor a page that made its name point here (DNS rebinding)."""
    async with open_desk(tmp_path) as desk:
        ada = await desk.seated("Ada")
        for headers in ({"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Origin": "null"}):
            assert (await ada.request("/seat", headers=headers)).status == 403
        form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "http://127.0.0.1:1"}
        assert (await ada.request("/join", "POST", b"code=TIDE-42", form)).status == 403
        with pytest.raises(InvalidStatus):
            async with ada.page(origin="http://evil.example"):
                pass
        stranger = desk.browser()
        async with stranger.page() as page:
            with pytest.raises(ConnectionClosed):
                await page.until("welcome")
            assert page.socket.close_code == 4401
        for headers in ({}, {"Authorization": "Bearer wrong"}):
            assert (await stranger.request("/room/summary", headers=headers)).status == 403
        assert (await stranger.request("/seat/task/x")).status == 403
        assert (await stranger.request("/static/../desk.json")).status == 404


async def test_forms_are_bounded(tmp_path: Path) -> None:
    """What isn't a small form is a wrong code."""
    async with open_desk(tmp_path) as desk:
        eve = desk.browser()
        assert (await eve.post("/join", code="TIDE-42", name="x" * FORM_LIMIT)).status == 403
        assert (await eve.request("/join", "POST", b"code=TIDE-42")).status == 403
        answer = await eve.request(
            "/join", "POST", b"\xff&code=TIDE-42", {"Content-Type": "application/x-www-form-urlencoded"}
        )
        assert answer.status == 403


async def test_what_a_page_may_not_send_ends_its_connection(tmp_path: Path) -> None:
    """Neither nonsense, nor too much of it."""
    async with open_desk(tmp_path) as desk:
        ada = await desk.seated("Ada")
        async with ada.page() as page:
            await page.send(type="nonsense")
            with pytest.raises(ConnectionClosed):
                await page.until("never")
            assert page.socket.close_code == 4400
        async with ada.page() as page:
            with pytest.raises(ConnectionClosed):
                for _ in range(2000):
                    await page.say(Stuck(False))
                await page.until("never")
            assert page.socket.close_code == 4429


async def test_an_organiser_helps_with_consent(tmp_path: Path) -> None:
    """Who is stuck is seen; the terminal opens when the attendee agrees, and closes when that is taken back."""
    async with open_desk(tmp_path) as desk:
        ada = await desk.seated("Ada")
        async with ada.page() as page, desk.room() as room:
            await page.until("status")
            await page.say(Stuck(True))
            person = await person_in(room, lambda one: one["stuck"])
            hello = {"type": "hello", "token": desk.token, "attendee": person["id"]}
            async with desk.browser().page("/room/terminal") as denied:
                await denied.send(**hello)
                with pytest.raises(ConnectionClosed):
                    await denied.until("output")
                assert denied.socket.close_code == 4403
            await page.say(Consent(True))  # nobody has asked
            await room.send(type="ask", attendee=person["id"])
            await page.until("help-asked")
            await page.say(Consent(True))
            await person_in(room, lambda one: one["help"] == "granted")
            async with desk.browser().page("/room/terminal") as helper:
                await helper.send(**hello)
                await page.until("helping", on=True)
                await helper.until("output")
                await helper.say(Input("docker ps"))
                await page.printed("docker ps")
                await page.say(Consent(False))
                with pytest.raises(ConnectionClosed):
                    await helper.until("never")
            await page.until("helping", on=False)
            await room.send(type="seen", attendee=person["id"])
            await page.until("called", on=False)


async def person_in(room: Page, wanted: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    """The first attendee of the room for whom something is so."""
    while True:
        people: list[dict[str, Any]] = (await room.until("room"))["people"]
        for person in people:
            if wanted(person):
                return person


async def test_a_host_that_never_answers_is_seen(tmp_path: Path) -> None:
    """The organiser reads it before anybody needs a seat there."""
    spawner = StandInSpawner(cut_off={"two"})
    async with open_desk(tmp_path, spawner, warm=1) as desk, desk.room() as room:
        hosts: list[Any] = []
        while not any(host["room"] for host in hosts):
            hosts = (await room.until("room"))["hosts"]
        assert [(host["name"], host["room"] is None) for host in hosts] == [("one", False), ("two", True)]


async def test_the_organiser_rules_the_room(tmp_path: Path) -> None:
    """A message to all, more time, a reset; and all that is known of each attendee."""
    async with open_desk(tmp_path) as desk:
        ada = await desk.seated("Ada")
        async with ada.page() as page, desk.room() as room:
            welcome = await page.until("welcome")
            await page.until("status")
            state = await room.until("room")
            assert (state["code"], state["address"], state["count"]) == ("TIDE-42", f"{desk.base}/", 4)
            await room.send(type="announce", text="Back at\n11:00")
            await page.until("notice", text="Back at 11:00")
            await room.send(type="extend", attendee=None, minutes=30)
            assert (await page.until("expires"))["at"] == pytest.approx(welcome["expires"] + 1800)
            person = await person_in(room, lambda one: one["exercise"])
            assert (person["where"], person["pages"], person["host"]) == ("ready", 1, taken(desk.spawner)[0].host)
            await room.send(type="reset", attendee=person["id"])
            await until(lambda: taken(desk.spawner)[0].begun == [("try-first", {})], 0.02)
            token = {"Authorization": f"Bearer {desk.token}"}
            summary = await desk.browser().request("/room/summary", headers=token)
            assert '"try-first":{"at":1,"done":0}' in summary.body
        async with desk.browser().page("/room/ws") as stranger:
            await stranger.send(type="hello", token="guess")
            with pytest.raises(ConnectionClosed):
                await stranger.until("room")
            assert stranger.socket.close_code == 4401


async def test_seats_end_and_come_back(tmp_path: Path) -> None:
    """An idle attendee is warned, and has a seat again after a reload."""
    async with open_desk(tmp_path, idle=3) as desk:
        ada = await desk.seated("Ada")
        async with ada.page() as page:
            await page.until("status")
            await page.until("expires")
            await page.until("ended", reason="idle")
        await until(lambda: not desk.spawner.seats, 0.02)
        assert (await ada.request("/")).headers["location"] == "/seat"
        assert (await ada.request("/seat")).status == 200
        async with ada.page() as page:
            await page.until("status")
    (tmp_path / "b").mkdir()
    async with open_desk(tmp_path / "b", expires=0.2) as desk:
        ada = await desk.seated("Ada")
        async with ada.page() as page:
            await page.until("ended", reason="expired")
        assert "time of your seat is up" in (await ada.request("/seat")).body


async def test_a_containers_page_has_an_origin_of_its_own(tmp_path: Path) -> None:
    """It opens with the key that the attendee's page has; nobody else sees it, and it doesn't see the desk's cookie."""
    async with open_desk(tmp_path) as desk:
        ada, eve = await desk.seated("Ada"), await desk.seated("Eve")
        async with ada.page() as page:
            await page.until("status")
            await page.say(Open(8080))
            url = (await page.until("page", port=8080))["url"]
            root = url.partition("/.quarterdeck/")[0]
            assert root != desk.base
            assert "frame-src http://127.0.0.1:*" in (await ada.request("/seat")).headers["content-security-policy"]
            assert (await eve.request(f"{root}/")).status == 403
            assert (await eve.request(f"{root}/.quarterdeck/guess")).status == 403
            assert (await ada.request(url)).headers["location"] == "/"
            for to, led in (("/a%3Fb%23c", "/a?b#c"), ("//example.org/", "/example.org/"), ("/a%0D%0AX:%201", "/")):
                assert (await ada.request(f"{url}?to={to}")).headers["location"] == led
            assert "Hello from 8080" in (await ada.request(f"{root}/")).body
            assert (await ada.request(f"{root}/cookies")).body == ""
            assert (await ada.request(f"{root}/echo", "POST", b"x", {"Origin": desk.base})).status == 403
            assert (await ada.request(f"{root}/echo", "POST", b"x", {"Origin": root})).body == "x"
            cookie = "; ".join(f"{name}={value}" for name, value in ada.cookies.items())
            address = f"{root.replace('http', 'ws')}/ws"
            async with connect(address, additional_headers={"Cookie": cookie}, proxy=None) as socket:
                await socket.send("x")
                assert await socket.recv() == "you said x"
            with pytest.raises(InvalidStatus):
                async with connect(address, proxy=None):
                    pass


async def test_a_page_hears_from_the_desk_however_busy_the_others_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of what they do is for this page, which would look for another desk after a while of silence."""
    monkeypatch.setattr(attendance, "BEAT_SECONDS", 0.5)
    async with open_desk(tmp_path) as desk:
        ada, ben = await desk.seated("Ada"), await desk.seated("Ben")

        async def come_and_go() -> None:
            while True:
                async with ben.page() as other:
                    await other.until("welcome")

        async with ada.page() as page:
            await page.until("status")
            busy = asyncio.create_task(come_and_go())
            try:
                for _ in range(3):
                    await page.until("beat")
            finally:
                busy.cancel()
                await asyncio.wait({busy})


async def test_more_time_brings_a_seat_back(tmp_path: Path) -> None:
    """The page of somebody whose time was up stays, and has a seat as soon as the organiser gives more."""
    async with open_desk(tmp_path, expires=0.5) as desk:
        ada = await desk.seated("Ada")
        async with ada.page() as page, desk.room() as room:
            await page.until("ended", reason="expired")
            await page.until("beat")
            person = await person_in(room, lambda one: one["ended"] == "expired")
            await room.send(type="extend", attendee=person["id"], minutes=30)
            await page.until("welcome")
            await page.until("status")


async def test_pages_have_names_with_a_domain(tmp_path: Path) -> None:
    """With a wildcard in DNS, a page is a host of its own."""
    async with open_desk(tmp_path, domain="seats.example.org", url="http://seats.example.org") as desk:
        ada = desk.browser()
        assert desk.addresses.join == "http://seats.example.org/"
        ada.base = f"http://127.0.0.1:{desk.port}"
        await ada.join("Ada")
        async with ada.page() as page:
            await page.until("status")
            await page.say(Open(8080))
            url = (await page.until("page"))["url"]
            host, _, key = url.removeprefix("http://").partition("/")
            assert host == f"8080-{taken(desk.spawner)[0].order.id}.seats.example.org"
            assert (await ada.request(f"/{key}", headers={"Host": host})).status == 303
            assert "Hello from 8080" in (await ada.request("/", headers={"Host": host})).body
            other = host.replace(taken(desk.spawner)[0].order.id, "0000")
            assert (await ada.request("/", headers={"Host": other})).status == 410
        own = {"Host": "seats.example.org", "Origin": "http://seats.example.org"}
        assert (await ada.request("/", headers=own)).status == 303


async def test_slides_and_kit_at_the_same_address(tmp_path: Path) -> None:
    """Attendees get them, made once; a fault in the deck is told to the one who asks."""
    made: list[int] = []

    def kit() -> bytes:
        made.append(1)
        return b"PK"

    def slides() -> bytes:
        raise QuarterdeckError.of("no such picture", code="x")

    takeaways = {"kit": Takeaway(kit, "application/zip"), "slides": Takeaway(slides, "text/html")}
    async with open_desk(tmp_path, takeaways=takeaways) as desk:
        ada = await desk.seated("Ada")
        assert [(await ada.request("/kit")).body for _ in range(2)] == ["PK", "PK"]
        assert len(made) == 1
        assert (await ada.request("/slides")).status == 503
        assert (await desk.browser().request("/kit")).headers["location"] == "/"
        async with ada.page() as page:
            welcome = await page.until("welcome")
            assert (welcome["kit"], welcome["slides"]) == (True, True)


async def test_tls(tmp_path: Path) -> None:
    """With a certificate the cookie is for TLS alone; one that can't be used is said before anything starts."""
    chain, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    subprocess.run([*command, "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", chain], check=True)
    async with open_desk(tmp_path, certificate=(chain, key)) as desk:
        assert desk.addresses.join.startswith("https://127.0.0.1:")
        context = ssl.create_default_context(cafile=chain)
        port = int(desk.base.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
        body = b"code=TIDE-42&name=Ada"
        head = (
            f"POST /join HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: {desk.base}\r\nContent-Length: {len(body)}\r\n"
        )
        writer.write(
            head.encode() + b"Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n" + body
        )
        answer = (await reader.read()).decode()
        writer.close()
        assert "set-cookie: __Host-quarterdeck-seat=" in answer
        assert "Secure" in answer
    with pytest.raises(QuarterdeckError, match="certificate can't be used"):
        async with open_desk(tmp_path, certificate=(key, chain)):
            pass


async def test_a_full_disk_is_told_to_the_organiser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk goes on, and attendees sit down."""
    async with open_desk(tmp_path) as desk:

        def full(records: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(desk.store, "save", full)
        ada = await desk.seated("Ada")
        async with ada.page() as page, desk.room() as room:
            await page.until("status")
            state = await room.until("room")
            while not state["faults"]:
                state = await room.until("room")
            assert state["faults"][0]["text"] == "the desk can't store its state: No space left on device"
        monkeypatch.undo()


async def test_a_workshop_can_be_full(tmp_path: Path) -> None:
    """More than a few for each seat aren't let in, and read why."""
    async with open_desk(tmp_path, count=1) as desk:
        for n in range(104):
            await desk.seated(f"Attendee {n}")
        answer = await desk.browser().join("One more")
        assert answer.status == 503
        assert "Ask the organiser" in answer.body
