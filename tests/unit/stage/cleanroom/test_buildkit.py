"""What is overheard of buildx."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from quarterdeck.model.demo import Permissions
from quarterdeck.stage.cleanroom.buildkit import Solving
from quarterdeck.stage.cleanroom.policy import RefusedError

IMAGE = f"sha256:{'a' * 64}"
LONG = ",".join(f"registry.example/team/app:{number}" for number in range(9))


class Heard:
    """In place of a request that makes images."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.ids: list[str] = []

    async def expect(self, names: Iterable[str]) -> None:
        """Tags."""
        self.names.append(",".join(names))

    def saw(self, identity: str) -> None:
        """An image."""
        self.ids.append(identity)


def entry(key: str, value: str) -> bytes:
    """A map's entry in a protocol buffer."""
    size = len(value)
    length = bytes([size]) if size < 128 else bytes([size & 0x7F | 0x80, size >> 7])
    return b"\n" + bytes([len(key)]) + key.encode() + b"\x12" + length + value.encode()


@pytest.mark.parametrize("cut", [0, 7, 30, 60, 100])
async def test_tags_and_image(cut: int) -> None:
    """They are found wherever the stream is cut, however many there are."""
    heard = Heard()
    solving = Solving(heard, Permissions())  # type: ignore[arg-type]
    stream = b"x" * 10 + entry("name", "web,web:2") + entry("name", LONG) + entry("containerimage.digest", IMAGE)
    for piece in (stream[:cut], stream[cut:]):
        await solving.inward(piece)
    assert set(heard.names) == {"web,web:2", LONG}
    assert set(heard.ids) == {IMAGE}


@pytest.mark.parametrize(
    ("field", "allow"), [(b"\x4a\x0cnetwork.host", "host-network"), (b"\x4a\x11security.insecure", "privileged")]
)
async def test_entitlements(field: bytes, allow: str) -> None:
    """Builds on the host's network or without protection end before the engine hears of them, unless allowed."""
    with pytest.raises(RefusedError, match=allow):
        await Solving(Heard(), Permissions()).inward(b"abc" + field)  # type: ignore[arg-type]
    await Solving(Heard(), Permissions(frozenset({allow}))).inward(b"abc" + field)  # type: ignore[arg-type]
