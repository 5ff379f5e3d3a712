"""Who gets in, and how often somebody may guess."""

import pytest
from starlette.datastructures import Headers

from quarterdeck.seats.desk import admission
from quarterdeck.seats.desk.admission import (
    ALL_FREE_TRIES,
    FREE_TRIES,
    SECONDS_A_TRY,
    Tries,
    clean_name,
    cookie_name,
    network,
    new_workshop_code,
    plain_code,
    plain_pass,
    same_code,
    tokens,
)
from quarterdeck.seats.desk.state import new_code


@pytest.mark.parametrize("typed", ["TIDE-42", "tide42", " Tide 42 ", "tide–42", "ＴＩＤＥ－４２", "t i d e 4 2"])
def test_a_code_is_forgiven_its_case_and_hyphens(typed: str) -> None:
    """However somebody types the code of the slide, it is the code."""
    assert same_code(typed, "TIDE-42")


@pytest.mark.parametrize("typed", ["", "TIDE-43", "TIDE-4", "TIDE-422", "TIDE", "42", "T\x00IDE-43"])
def test_another_code_is_wrong(typed: str) -> None:
    """Nothing else lets anybody in."""
    assert not same_code(typed, "TIDE-42")


def test_codes_can_be_read_aloud() -> None:
    """A word of the sea and two digits; those for another device have no letter that looks like a digit."""
    codes = {new_workshop_code() for _ in range(50)}
    assert len(codes) > 10
    assert all(plain_code(code)[-2:].isdigit() for code in codes)
    code = new_code(8)
    assert plain_pass(f" {code[:4].lower()} - {code[4:]} ") == code
    assert not set("O0I1") & set("".join(new_code(8) for _ in range(50)))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("Zoë", "Zoë"),
        ("Zoe\u0308", "Zoë"),
        ("<b>Ben</b>", "<b>Ben</b>"),
        ("a\n\tb", "a b"),
        ("\u202egnp.eve\u2066", "gnp.eve"),
        ("\x1b[31mred\x00", "[31mred"),
        ("z" + "\u0301" * 50, "ź\u0301\u0301"),
        ("x" * 500, "x" * 40),
        ("\u200b\u2060", ""),
    ],
)
def test_names_are_cleaned(typed: str, shown: str) -> None:
    """No name can turn a line around, reach into others, or bring a terminal's codes."""
    assert clean_name(typed) == shown


def test_guessing_is_slow() -> None:
    """One address has some tries and then one in seconds; others aren't held up by it."""
    now = [0.0]
    tries = Tries(lambda: now[0])
    for _ in range(FREE_TRIES):
        assert tries.wait("10.0.0.1") == 0
        tries.fail("10.0.0.1")
    assert 0 < tries.wait("10.0.0.1") <= SECONDS_A_TRY
    assert tries.wait("10.0.0.2") == 0
    now[0] += SECONDS_A_TRY
    assert tries.wait("10.0.0.1") == 0
    assert tries.wrong == FREE_TRIES


def test_many_addresses_do_not_guess_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    """A botnet is held up too, and can't fill the desk's memory."""
    monkeypatch.setattr(admission, "ADDRESSES", 10)
    tries = Tries(lambda: 0.0)
    for n in range(ALL_FREE_TRIES):
        tries.fail(f"10.0.{n // 250}.{n % 250}")
    assert tries.wait("192.0.2.7") > 0
    assert len(tries._spent) == 10


def test_an_ipv6_neighbour_is_one_guesser() -> None:
    """Somebody with 2⁶⁴ addresses has the tries of one."""
    assert network("2001:db8:1:2:3::4") == network("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
    assert network("::ffff:10.0.0.1") == network("10.0.0.1") == "10.0.0.1"
    assert network("") == ""


def test_a_cookie_that_another_server_has_set_does_not_hide_ours() -> None:
    """Two cookies of one name are both tried."""
    headers = Headers({"cookie": f"{cookie_name(secure=False)}=evil; x=1; {cookie_name(secure=False)}=good"})
    assert list(tokens(headers, cookie_name(secure=False))) == ["evil", "good"]
    assert cookie_name(secure=True).startswith("__Host-")
