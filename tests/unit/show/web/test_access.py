"""A full hall never locks the speaker out."""

from contextlib import ExitStack

import pytest

from quarterdeck.show.web import access as hall_module
from quarterdeck.show.web.access import ADDRESS_LIMIT, FOLLOWERS_LIMIT, WAITING_LIMIT, FullError, Hall
from quarterdeck.show.web.hub import Role

PHONE = "192.168.1.20"


@pytest.mark.slow
def test_a_full_hall_has_a_place_for_the_speaker_and_this_machine() -> None:
    """A reload of the presenter's page in the talk of the year finds the show."""
    hall = Hall()
    with ExitStack() as pages:
        for n in range(FOLLOWERS_LIMIT):
            pages.enter_context(hall.place(f"10.0.{n // 250}.{n % 250}", Role.FOLLOWER))
        with pytest.raises(FullError, match="too many pages follow"), hall.place(PHONE, Role.FOLLOWER):
            pass
        with hall.place(PHONE, Role.SPEAKER), hall.place("127.0.0.1", Role.FOLLOWER):
            pass


def test_one_machine_cannot_take_all_places() -> None:
    """Others still get in, and so does it once it has left."""
    hall = Hall()
    with ExitStack() as pages:
        for _ in range(ADDRESS_LIMIT):
            pages.enter_context(hall.place("10.0.0.1", Role.FOLLOWER))
        with pytest.raises(FullError, match="from this address"), hall.place("10.0.0.1", Role.FOLLOWER):
            pass
        with hall.place(PHONE, Role.FOLLOWER):
            pass
    with hall.place("10.0.0.1", Role.FOLLOWER):
        pass


def test_connections_that_say_nothing_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """One address can't hold the door open for ever; this machine and others pass."""
    monkeypatch.setattr(hall_module, "WAITING_LIMIT", WAITING_LIMIT // 50)
    hall = Hall()
    with hall.doorway("10.0.0.1"), hall.doorway("10.0.0.1"):
        with pytest.raises(FullError), hall.doorway("10.0.0.1"):
            pass
        with hall.doorway(PHONE), hall.doorway("::1"), hall.doorway("::1"), hall.doorway("::1"):
            pass
    with hall.doorway("10.0.0.1"):
        pass
