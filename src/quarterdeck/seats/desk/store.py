"""The desk's state on disk: one JSON file, replaced whole, so that a desk that is killed goes on where it was.

The file is the user's alone (0600): it has the secrets of the seats and the organiser's token.  It is locked as long
as the desk runs, by a file beside it, so that there is one desk for a workshop.  A disk that is full keeps the file as
it was; the desk goes on and says so.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.files.atomic import PRIVATE, discard, remove_parts, replace_file
from quarterdeck.files.folders import desk_folder
from quarterdeck.files.locks import acquire, is_held, release
from quarterdeck.seats.desk.records import Records

_RECORDS = msgspec.json.Decoder(Records)


def desk_file(manifest: Path) -> Path:
    """The file of the desk of a workshop, by the path of its manifest."""
    whole = manifest.resolve()
    name = hashlib.sha256(str(whole).encode("utf-8", "surrogateescape")).hexdigest()[:12]
    return desk_folder() / f"{whole.parent.name}-{name}.json"


def is_open(file: Path) -> bool:
    """Whether a desk runs that keeps its state in this file."""
    return is_held(_lock(file))


class Store:
    """A desk's file, locked until it is closed."""

    def __init__(self, file: Path) -> None:
        """Lock the file; its folder is made if need be.

        Raises:
            QuarterdeckError: when another desk has it, or the folder can't be written to.

        """
        self.file = file
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = acquire(_lock(file))
            if lock is not None:
                remove_parts(file)
        except OSError as error:
            raise _unwritable(file, error) from None
        if lock is None:
            raise QuarterdeckError.of(
                "a desk of this workshop is running already",
                hint="end it with Ctrl-C in its terminal; the seats of a desk that was killed are found by the next",
                code="desk-runs",
            )
        self._descriptor = lock
        self._written = b""

    def load(self) -> Records | None:
        """What the desk before has left; None if there was none, or it has ended its workshop.

        Raises:
            QuarterdeckError: for a file that can't be read.

        """
        try:
            data = self.file.read_bytes()
            self._written = data
            return _RECORDS.decode(data)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.MsgspecError) as error:
            raise QuarterdeckError.of(
                f"what the desk has left can't be read: {error}",
                hint=f"remove {self.file} to begin afresh: seats that run are then stopped",
                code="unreadable-desk",
            ) from None

    def save(self, records: Records) -> None:
        """Write the state, unless it is written already.

        Raises:
            OSError: when it can't be written; the file is then as it was.

        """
        data = msgspec.json.encode(records)
        if data != self._written:
            replace_file(self.file, data, mode=PRIVATE, durable=False)  # durable: 20 ms, in which nobody types
            self._written = data

    def forget(self) -> None:
        """Remove the file: the workshop is over."""
        discard(self.file)
        self._written = b""

    def close(self) -> None:
        """Release the lock."""
        release(_lock(self.file), self._descriptor)


def _lock(file: Path) -> Path:
    return file.with_suffix(".lock")


def _unwritable(file: Path, error: OSError) -> QuarterdeckError:
    return QuarterdeckError.of(
        f"the desk can't keep its state in {file.parent}: {error.strerror or error}",
        hint="make the folder writable, or free some disk space",
        code="unwritable-desk",
    )
