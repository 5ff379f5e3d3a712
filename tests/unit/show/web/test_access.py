"""However many follow, the speaker is admitted."""

from contextlib import ExitStack

import pytest

from quarterdeck.show.web import access as access_module
from quarterdeck.show.web.access import ADDRESS_LIMIT, FOLLOWERS_LIMIT, WAITING_LIMIT, Admission, FullError
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
