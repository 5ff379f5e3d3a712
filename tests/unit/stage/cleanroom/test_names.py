"""Names of the stage's own."""

from __future__ import annotations

import re

import pytest

from quarterdeck.stage.cleanroom.http import BadMessageError
from quarterdeck.stage.cleanroom.names import Binding, Names, Published, encode, name_pattern, parse, translate

WEB = "3f" + "0" * 62
DB = "3e" + "0" * 62


@pytest.fixture
def names() -> Names:
    """A stage with the containers ``web`` and ``db``."""
    names = Names()
    names.containers.add(WEB, "web")
    names.containers.add(DB, "db")
    return names


def test_two_stages_differ() -> None:
    """Two stages never share a prefix."""
    assert Names().prefix != Names().prefix


@pytest.mark.parametrize("reference", [WEB, "3f", "3f000"])
def test_own_id(reference: str, names: Names) -> None:
    """An id of the stage's, shortened or not, is that container's."""
    assert names.container(reference) == WEB


@pytest.mark.parametrize("reference", ["web", "other", "abc", "f" * 64, "/web"])
def test_name(reference: str, names: Names) -> None:
    """Everything else is a name, and so somebody else's id leads nowhere."""
    assert names.container(reference) == names.prefix + reference.removeprefix("/")


def test_name_before_id(names: Names) -> None:
    """A name that looks like the beginning of an id is a name, as for the engine."""
    names.containers.add("a" * 64, "3f")
    assert names.container("3f") == f"{names.prefix}3f"


def test_ambiguous_id(names: Names) -> None:
    """A beginning that fits two containers is an error, as for the engine."""
    with pytest.raises(BadMessageError, match="multiple IDs"):
        names.container("3")


def test_rename(names: Names) -> None:
    """After a rename the new name is known, and the old one isn't."""
    names.containers.rename(WEB, "www")
    assert names.containers.name_of("www") == "www"
    assert names.containers.name_of(WEB[:12]) == "www"
    assert names.containers.name_of("web") is None


def test_predefined_networks_keep_their_names(names: Names) -> None:
    """``bridge`` is everybody's ``bridge``."""
    assert names.network("bridge") == "bridge"
    assert names.network("front") == f"{names.prefix}front"


def test_modes(names: Names) -> None:
    """The container in a mode is translated; the mode isn't."""
    assert names.mode("container:web") == f"container:{names.prefix}web"
    assert names.mode("container:3f") == f"container:{WEB}"
    assert names.mode("private") == "private"


def test_prefix_is_taken_off(names: Names) -> None:
    """It is gone wherever it stands."""
    body = f'{{"Names":["/{names.prefix}web"],"m":"{names.prefix}a {names.prefix}b"}}'.encode()
    assert names.outward(body) == b'{"Names":["/web"],"m":"a b"}'


def test_generated_names_are_new(names: Names) -> None:
    """No name is given twice."""
    for number in range(2000):
        name = names.generate()
        assert name not in names.containers.names
        names.containers.add(f"{number:064x}", name)


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("", {}),
        ("{}", {}),
        ('{"name":["web"]}', {"name": ["web"]}),
        ('{"dangling":{"true":true}}', {"dangling": ["true"]}),
        ('{"dangling":{"true":false}}', {"dangling": []}),
    ],
)
def test_forms(text: str, filters: dict[str, list[str]]) -> None:
    """Absent, empty, the present form and the older one."""
    assert parse(text) == filters


@pytest.mark.parametrize("text", ['{"name":"web"}', '{"label":[],"label":["x"]}', "[]", "x"])
def test_malformed(text: str) -> None:
    """Anything else is refused."""
    with pytest.raises(BadMessageError):
        parse(text)


@pytest.mark.parametrize(
    ("value", "matches", "other"),
    [
        ("web", "my-web-1", "db"),
        ("^web", "web-1", "my-web"),
        ("^web|db", "db", "my-web"),
        ("^/web$", "web", "web-1"),
        ("/web", "web", "my-web"),
        ("a|b", "b", "xyz"),
        ("qd", "aqd", "web"),
    ],
)
def test_name_pattern(value: str, matches: str, other: str) -> None:
    """A pattern matches plain names as it would without the clean room."""
    names = Names()
    pattern = name_pattern(names, value)
    assert re.search(pattern, f"/{names.prefix}{matches}")
    assert not re.search(pattern, f"/{names.prefix}{other}")
    assert not re.search(pattern, f"/{matches}")


def test_references_are_translated() -> None:
    """Filters by container, network and volume name the stage's own."""
    names = Names()
    assert translate(names, {"network": ["front"], "before": ["web"], "volume": ["/x", "data"], "status": ["up"]}) == {
        "network": [f"{names.prefix}front"],
        "before": [f"{names.prefix}web"],
        "volume": ["/x", f"{names.prefix}data"],
        "status": ["up"],
    }


def test_nothing_is_encoded_as_nothing() -> None:
    """So that the parameter can be left out."""
    assert encode({}) == ""


@pytest.mark.parametrize(
    ("asked", "address", "port", "shown"),
    [
        (("", "8080"), "127.0.0.1", "8080", "0.0.0.0"),
        (("", ""), "127.0.0.1", "49153", "0.0.0.0"),
        (("", "8000-8009"), "127.0.0.1", "8004", "0.0.0.0"),
        (("127.0.0.1", "8080"), "127.0.0.1", "8080", "127.0.0.1"),
        (("127.0.0.1", ""), "127.0.0.1", "49153", "127.0.0.1"),
        (("127.0.0.1", "8000-8009"), "127.0.0.1", "8004", "127.0.0.1"),
        (("192.0.2.7", "8080"), "192.0.2.7", "8080", "192.0.2.7"),
        (("::1", "8080"), "::1", "8080", "::1"),
    ],
)
def test_published_address(asked: tuple[str, str], address: str, port: str, shown: str) -> None:
    """Viewers see the address that was asked for, and every address where none was."""
    assert Published({"80/tcp": (Binding(*asked),)}).shown("80/tcp", address, port) == shown


def test_published_address_beside_another() -> None:
    """Each of two bindings of one port keeps its own; a port that only ``-P`` published was asked for on every one."""
    published = Published({"80/tcp": (Binding("127.0.0.1", "8081"), Binding("", "8080"))}, all_ports=True)
    assert published.shown("80/tcp", "127.0.0.1", "8080") == "0.0.0.0"
    assert published.shown("80/tcp", "127.0.0.1", "8081") == "127.0.0.1"
    assert published.shown("443/tcp", "127.0.0.1", "49153") == "0.0.0.0"


def test_addresses_in_errors(names: Names) -> None:
    """A port that is taken is named as the demo asked for it; other addresses stay."""
    names.published[WEB] = Published({"80/tcp": (Binding("", "8080"), Binding("127.0.0.1", "8081"))})
    error = b"Bind for 127.0.0.1:8080 failed, 127.0.0.1:8081 and 127.0.0.1:80801 and 1127.0.0.1:8080 not"
    shown = b"Bind for 0.0.0.0:8080 failed, 127.0.0.1:8081 and 127.0.0.1:80801 and 1127.0.0.1:8080 not"
    assert names.outward_error(error) == shown
