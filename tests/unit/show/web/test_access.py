"""However many follow, the speaker is admitted."""

from contextlib import ExitStack

import pytest
from starlette.datastructures import Headers

from quarterdeck.show.web import access as access_module
from quarterdeck.show.web.access import (
    ADDRESS_LIMIT,
    FOLLOWERS_LIMIT,
    WAITING_LIMIT,
    Access,
    Admission,
    FullError,
)
from quarterdeck.show.web.hub import Role

PHONE = "192.168.1.20"


@pytest.mark.slow
def test_a_full_show_admits_the_speaker_and_this_machine() -> None:
    """A reload of the presenter's page in the talk of the year finds the show."""
    admission = Admission()
    with ExitStack() as pages:
        for n in range(FOLLOWERS_LIMIT):
            pages.enter_context(admission.following(f"10.0.{n // 250}.{n % 250}", Role.FOLLOWER))
        with pytest.raises(FullError, match="too many pages follow"), admission.following(PHONE, Role.FOLLOWER):
            pass
        with admission.following(PHONE, Role.SPEAKER), admission.following("127.0.0.1", Role.FOLLOWER):
            pass


def test_one_machine_cannot_take_all_places() -> None:
    """Others still get in, and so does it once it has left."""
    admission = Admission()
    with ExitStack() as pages:
        for _ in range(ADDRESS_LIMIT):
            pages.enter_context(admission.following("10.0.0.1", Role.FOLLOWER))
        with pytest.raises(FullError, match="from this address"), admission.following("10.0.0.1", Role.FOLLOWER):
            pass
        with admission.following(PHONE, Role.FOLLOWER):
            pass
    with admission.following("10.0.0.1", Role.FOLLOWER):
        pass


def test_connections_that_say_nothing_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """One address can't hold the door open for ever; this machine and others pass."""
    monkeypatch.setattr(access_module, "WAITING_LIMIT", WAITING_LIMIT // 50)
    admission = Admission()
    with admission.waiting("10.0.0.1"), admission.waiting("10.0.0.1"):
        with pytest.raises(FullError), admission.waiting("10.0.0.1"):
            pass
        with admission.waiting(PHONE), admission.waiting("::1"), admission.waiting("::1"), admission.waiting("::1"):
            pass
    with admission.waiting("10.0.0.1"):
        pass


@pytest.mark.parametrize(
    ("host", "local", "allowed"),
    [
        ("192.168.4.1:7777", ("192.168.4.1", 7777), True),
        ("[fd00::1]:7777", ("fd00::1", 7777), True),
        ("[FD00:0::1]:7777", ("fd00::1", 7777), True),
        ("10.8.0.2:7777", ("192.168.4.1", 7777), False),
        ("192.168.4.1:80", ("192.168.4.1", 7777), False),
        ("192.168.4.1", ("192.168.4.1", 7777), False),
        ("evil.example:7777", ("192.168.4.1", 7777), False),
        ("192.168.4.1.evil.example:7777", ("192.168.4.1", 7777), False),
        ("192.168.4.1:7777", None, False),
        ("localhost:7777", ("127.0.0.1", 7777), True),
    ],
)
def test_a_new_address_of_this_machine_is_the_shows_own(
    host: str, local: tuple[str, int] | None, *, allowed: bool
) -> None:
    """A request may name the address at which it came in; a name only if it is the show's."""
    access = Access.of(["localhost"], 7777, "token")
    origin = Headers({"host": host, "origin": f"http://{host}".lower()})
    assert access.allows(origin, websocket=True, local=local) is allowed
    elsewhere = Headers({"host": host, "origin": "http://evil.example"})
    assert not access.allows(elsewhere, websocket=True, local=local)
