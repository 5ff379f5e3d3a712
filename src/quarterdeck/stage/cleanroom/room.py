"""What one clean room is: whose it is, what it may do, what it has made."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from quarterdeck.model.demo import Permissions
from quarterdeck.stage.address import AddressKind, EngineAddress
from quarterdeck.stage.cleanroom.imaging import ImageLedger
from quarterdeck.stage.cleanroom.labels import Stamp
from quarterdeck.stage.cleanroom.naming import Names


@dataclass(slots=True)
class Room:
    """The state that all connections of a clean room share; lives in one event loop."""

    address: EngineAddress
    stamp: Stamp
    folder: Path
    """The demo's working folder: binds may come from it alone.  Resolved."""
    permissions: Permissions
    images: ImageLedger
    socket: Path
    """Where the room itself listens."""
    cpus: float = 1.0
    """Processors that a container may use unless it asks for others."""
    names: Names = field(default_factory=Names)
    connections: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def local(self) -> bool:
        """Whether the engine shares this machine's files."""
        return self.address.kind is AddressKind.UNIX
