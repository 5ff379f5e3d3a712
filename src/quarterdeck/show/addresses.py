"""The addresses of a show's pages, on this machine and on its network, and QR codes of them (ISO/IEC 18004)."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Sequence
from dataclasses import dataclass


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


def addresses_of(port: int, token: str, *, lan: bool) -> Addresses:
    """The addresses of a show's pages.

    The phone's page is under this machine's own address when other machines may come, because a phone is one.
    """
    base = f"http://127.0.0.1:{port}"
    others = tuple(f"http://{name}:{port}/" for name in lan_names()) if lan else ()
    return Addresses(
        audience=f"{base}/",
        presenter=f"{base}/presenter#token={token}",
        remote=f"{others[0] if others else f'{base}/'}remote#token={token}",
        projector=f"{base}/#token={token}",
        followers=others,
    )


def lan_names() -> tuple[str, ...]:
    """The address of this machine on the network that leads out, and its name there; the best first."""
    names = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # RFC 5737: no such host, and nothing is sent; it only picks the interface
        names.append(str(probe.getsockname()[0]))
    host = socket.gethostname().lower()
    names += [host, f"{host}.local"] if "." not in host else [host]
    return tuple(dict.fromkeys(names))


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
