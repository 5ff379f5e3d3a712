"""The addresses of a show's pages: on each network that this machine is on, as QR codes (ISO/IEC 18004), and how a
browser opens them in private.

The address of a page holds the token.  As an argument of the browser every user of the machine could read it, so the
browser gets a file of mode 0600 that redirects to the page, and is removed soon after.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import ctypes
import ipaddress
import re
import shutil
import socket
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the pages of a show are."""

    audience: str
    presenter: str
    """With the token, in the fragment, which browsers keep to themselves."""
    remote: str
    projector: str
    """The audience's page for the projector, which may command."""
    followers: tuple[str, ...] = ()
    """Where other machines find the audience's page; empty without ``--lan``."""

    def named(self) -> dict[str, str]:
        """Each address with the name that speakers know the page by."""
        named = {"Presenter": self.presenter, "Projector": self.projector, "Phone": self.remote}
        return named | {"Audience": self.followers[0] if self.followers else self.audience}


LOOK_SECONDS = 2.0
"""How often a show looks whether this machine has other addresses than before."""


class AddressBook:
    """The addresses of a show's pages, which change when this machine joins or leaves a network."""

    def __init__(self, port: int, token: str, *, lan: bool = False, only: str | None = None) -> None:
        """``only``: the one address of this machine at which others may follow; None for all."""
        self._port = port
        self._token = token
        self._lan = lan
        self._only = only
        self.now = self._read()

    def _read(self) -> Addresses:
        names = () if not self._lan else (self._only,) if self._only else lan_names()
        return addresses_of(self._port, self._token, names)

    async def watch(self, changed: Callable[[Addresses], None]) -> None:
        """Call ``changed`` whenever there are other addresses than before, until cancelled."""
        while self._lan and self._only is None:
            await asyncio.sleep(LOOK_SECONDS)
            if (read := self._read()) != self.now:
                self.now = read
                changed(read)


def addresses_of(port: int, token: str, names: Sequence[str] = ()) -> Addresses:
    """The addresses of a show's pages; ``names``: this machine's addresses and names for others, the best first.

    The phone's page is under the first of them, because a phone is another machine.
    """
    base = f"http://127.0.0.1:{port}"
    others = tuple(f"http://{f'[{name}]' if ':' in name else name}:{port}/" for name in names)
    return Addresses(
        audience=f"{base}/",
        presenter=f"{base}/presenter#token={token}",
        remote=f"{others[0] if others else f'{base}/'}remote#token={token}",
        projector=f"{base}/#token={token}",
        followers=others,
    )


def host_names() -> tuple[str, ...]:
    """The names of this machine on a network."""
    host = socket.gethostname().lower()
    return (host, f"{host}.local") if "." not in host else (host,)


def lan_names() -> tuple[str, ...]:
    """The addresses of this machine at which others may reach it, and its names there; the best first.

    An audience is on a network that this machine has joined or opened itself (a hotspot).  So the address that leads
    out comes first, unless it is a tunnel's (a VPN), which comes last; those of bridges to containers and virtual
    machines lead to nobody, and are left out.  IPv4 comes before IPv6, and is shorter to type.
    """
    out = outward_address()
    found = [a for a in local_addresses() if not (a.loopback or a.link_local or _BRIDGE.match(a.interface))]
    found.sort(key=lambda a: (a.tunnel, a.version, a.address != out))
    return (*(a.address for a in found), *host_names())


def outward_address() -> str | None:
    """The address of this machine from which it reaches the internet; None if it doesn't."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # RFC 5737: no such host, and nothing is sent; it only picks the interface
        return str(probe.getsockname()[0])
    return None


_BRIDGE = re.compile(r"docker|br-[0-9a-f]{12}|veth|virbr|lxcbr|lxdbr|cni|podman|vmnet|vboxnet|utun")
"""Interfaces that lead to containers and virtual machines, or (``utun``, macOS) to a service of the system's."""
_UP, _LOOPBACK, _POINT_TO_POINT = 0x1, 0x8, 0x10
"""Flags of interfaces (netdevice(7); the same in BSD)."""


@dataclass(frozen=True, slots=True)
class LocalAddress:
    """An address of this machine."""

    address: str
    interface: str
    flags: int

    @property
    def version(self) -> int:
        """4 or 6."""
        return ipaddress.ip_address(self.address).version

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return bool(self.flags & _LOOPBACK)

    @property
    def link_local(self) -> bool:
        """Whether a browser would need to be told the interface too (RFC 4291, 2.5.6)."""
        return self.version == 6 and ipaddress.ip_address(self.address).is_link_local

    @property
    def tunnel(self) -> bool:
        """Whether it is one end of a link between two machines, as a VPN's."""
        return bool(self.flags & _POINT_TO_POINT)


class _Interface(ctypes.Structure):
    """``struct ifaddrs`` of getifaddrs(3), in Linux and BSD."""


_Interface._fields_ = [
    ("next", ctypes.POINTER(_Interface)),
    ("name", ctypes.c_char_p),
    ("flags", ctypes.c_uint),
    ("address", ctypes.c_void_p),
    ("netmask", ctypes.c_void_p),
    ("destination", ctypes.c_void_p),
    ("data", ctypes.c_void_p),
]


def local_addresses() -> tuple[LocalAddress, ...]:
    """The addresses of all interfaces of this machine that are up, in the system's order."""
    libc = ctypes.CDLL(None, use_errno=True)
    first = ctypes.POINTER(_Interface)()
    if libc.getifaddrs(ctypes.byref(first)):
        return ()
    try:
        return tuple(_each(first))
    finally:
        libc.freeifaddrs(first)


def _each(entry: Any) -> Iterator[LocalAddress]:
    while entry:
        one = entry.contents
        if one.address and one.flags & _UP and (address := _address(one.address)):
            yield LocalAddress(address, one.name.decode(), one.flags)
        entry = one.next


def _address(place: int) -> str | None:
    """The text of a ``struct sockaddr`` in memory, in BSD with its length first; None of other families."""
    family = ctypes.string_at(place, 2)
    number = family[1] if sys.platform == "darwin" else int.from_bytes(family, sys.byteorder)
    match number:
        case socket.AF_INET:
            return socket.inet_ntop(number, ctypes.string_at(place + 4, 4))
        case socket.AF_INET6:
            return socket.inet_ntop(number, ctypes.string_at(place + 8, 16))
    return None


BORDER = 2
"""Modules of quiet zone; the standard wants four, phones do with two, and 80 × 24 cells are few."""
BLOCKS = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
"""The character for a dark upper and lower module."""
DARK, LIGHT = "#000000", "#ffffff"
"""Its colours, whatever the terminal's are: inverted codes are not read by every phone."""


QUIET_ZONE = 4
"""Modules of quiet zone that the standard wants (ISO/IEC 18004, 6.3.8)."""


def qr_rows(text: str) -> tuple[str, ...]:
    """The rows of a text's QR code with its quiet zone, ``1`` for a dark module."""
    import segno

    code = segno.make(text, error="m", micro=False)
    return tuple("".join(str(module & 1) for module in row) for row in code.matrix_iter(border=QUIET_ZONE))


def qr_lines(text: str) -> tuple[str, ...]:
    """The lines of a text's QR code, to be written dark on light."""
    import segno

    code = segno.make(text, error="l", micro=False, boost_error=False)
    rows: list[Sequence[int]] = [tuple(row) for row in code.matrix_iter(border=BORDER)]
    if len(rows) % 2:
        rows.append((0,) * len(rows[0]))
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return tuple(
        "".join(BLOCKS[upper, lower] for upper, lower in zip(above, below, strict=True)) for above, below in pairs
    )


OPENING_SECONDS = 30.0
"""How long a browser may take to read the file."""

REDIRECT = """<!DOCTYPE html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url={address}">
<title>Quarterdeck</title>
<p><a href="{address}">To the show</a></p>
"""


def open_pages(addresses: Iterable[str]) -> None:
    """Open each address in its own thread: with some browsers the call returns only when they are closed."""
    folder = _private_folder()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    removal = threading.Timer(OPENING_SECONDS, shutil.rmtree, (folder,), {"ignore_errors": True})
    removal.daemon = True
    removal.start()
    with contextlib.suppress(webbrowser.Error):
        webbrowser.get()  # looks for browsers; two threads that look at once find one for the first of them only
    for number, address in enumerate(addresses, start=1):
        way = folder / f"page-{number}.html"
        way.touch(mode=0o600)
        way.write_text(REDIRECT.format(address=escape(address)), "utf-8")
        threading.Thread(target=webbrowser.open, args=(way.as_uri(),), daemon=True).start()


def _private_folder() -> Path:
    """A folder for the speaker only (0700), where browsers may read.

    Those packed as snaps see neither hidden folders nor the system's folder for temporary files, but the home folder.
    """
    try:
        return Path(tempfile.mkdtemp(prefix="quarterdeck-way-", dir=Path.home()))
    except (OSError, RuntimeError):  # no home, or one that can't be written to
        return Path(tempfile.mkdtemp(prefix="quarterdeck-way-"))
