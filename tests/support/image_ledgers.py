"""An engine's images without an engine, and the ledgers of demos that use them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from quarterdeck.stage.cleanroom.images import ImageLedger
from quarterdeck.stage.cleanup.image_journal import ImageState

NGINX, WEB, OWN, NEW = (f"sha256:{digit * 64}" for digit in "1234")


class Images:
    """An engine's images, changed by the test."""

    def __init__(self) -> None:
        self.references = {"nginx:1.22": NGINX, "web:latest": WEB}
        self.held: list[str] = []
        self.forgetful = True
        """Whether it forgets images without a name, as containerd's image store does."""

    def state(self) -> ImageState:
        """As the engine lists them."""
        return ImageState(dict(self.references), tuple(dict.fromkeys(self.references.values())))

    def forgets(self) -> bool:
        """As the test wants it."""
        return self.forgetful

    def hold(self, images: Iterable[str]) -> None:
        """Remember which images were kept."""
        self.held += images


def make_ledger(images: Images, folder: Path, demo: str) -> ImageLedger:
    """The ledger of a demo that declares nginx."""
    file = folder / f"s+{demo}.json"
    return ImageLedger("s", demo, "unix:///x", file, images, ["docker.io/library/nginx:1.22"])
