"""A process that outlives the show and cleans up after it, however the show ended.

It is started before the first container is made, holds the reading end of a pipe, and ignores the signals that end a
show.  When the pipe closes (the kernel sees to that, even after SIGKILL) it kills leftover shells and daemons, sweeps
the engine until nothing was found for a while (a create that was under way when the show died appears only after the
first sweep), and removes temporary folders.

Lines of JSON on the pipe name what there is to clean up besides the engine; ``{"end": true}`` says that the show has
ended in order.

The show waits only until the process ignores signals and holds its lock.  The Docker SDK, which takes longer, is
imported right after that: cleaning up must not depend on files that may be gone when the show ends.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile  # noqa: F401 - what is_stage_folder needs later
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path
from typing import IO

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.files.folders import is_stage_folder
from quarterdeck.files.locks import locked_folder, register_show
from quarterdeck.processes import kill_tree, start_time
from quarterdeck.stage.cleanup.image_journal import read_all, write
from quarterdeck.stage.docker.address import AddressKind, EngineAddress, TlsFiles

QUIET_SECONDS = 5.0
"""A sweep that finds nothing counts once this long has passed without a find or an error."""
PAUSE_SECONDS = 0.25
ENDED_PATIENCE_SECONDS = 60.0
PATIENCE_SECONDS = 3600.0
"""How long a dead engine is waited for, after an orderly end and after another; ``quarterdeck clean`` does the rest."""
KILL_ROUNDS = 50
ROUND_SECONDS = 0.02
"""How often, and how soon again, what may start others is killed."""
HEARING_SECONDS = 30.0
"""How long the engine may take to end a build whose show is gone."""
START_SECONDS = 10.0
END_SECONDS = 20.0
_PROGRAM = (
    "import sys; sys.path[:] = sys.argv[2:]; from quarterdeck.stage.cleanup.watchdog import main; main(sys.argv[1])"
)
"""Run by ``python -I -S``: no site packages are set up, the paths of the show's own are used instead."""


class Watchdog:
    """The show's side: starts the process and sends it what to clean up."""

    def __init__(self, address: EngineAddress, show: str, *, journals: Path | None = None) -> None:
        """``journals`` is the folder of the image journals; None takes the user's state folder."""
        self._address = address
        self._show = show
        self._journals = journals
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: socket.socket | None = None
        """Takes connections to the process."""
        self._count = count()
        self._lock = threading.Lock()

    @property
    def pid(self) -> int | None:
        """The process id, until the show ends."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the process; return once it ignores signals.  Raises OSError if it can't be started."""
        self._answers, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                self.command(theirs.fileno()),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,
                pass_fds=[theirs.fileno()],
            )
        assert self._process.stdout is not None
        if self._process.stdout.readline() != b"ready\n":
            self._process.wait(START_SECONDS)
            raise ChildProcessError(f"the watchdog did not start (status {self._process.returncode})")
        self._process.stdout.close()

    def command(self, answers: int | None = None) -> list[str]:
        """The command line of the process; ``answers`` is the descriptor on which it gets connections."""
        from quarterdeck.files.folders import journal_folder

        journals = self._journals or journal_folder()
        charge = {"address": asdict(self._address), "show": self._show, "journals": str(journals), "answers": answers}
        paths = [str(Path(__file__).parents[3]), *filter(os.path.isabs, sys.path)]
        return [sys.executable, "-I", "-S", "-c", _PROGRAM, json.dumps(charge), *paths]

    def adopt_process(self, process: int) -> None:
        """Have what runs below this process (a stage's shell, and all that it started) killed at the end."""
        self._tell({"process": process, "started": start_time(process)})

    def adopt_folder(self, folder: Path) -> None:
        """Have a temporary folder, ``quarterdeck-…``, removed at the end."""
        if not is_stage_folder(folder):
            raise ValueError(f"{folder} is not a temporary folder of ours")
        self._tell({"folder": str(folder)})

    @contextmanager
    def hear(self, connection: socket.socket, journal: Path) -> Iterator[None]:
        """While a build's answer comes on a connection: if the show is killed, the process reads the rest of it.

        What that says goes into the journal.  With TLS there is nothing to read: its keys are the show's.
        """
        number = next(self._count)
        with self._lock, suppress(QuarterdeckError):
            self._tell({"answer": number, "journal": str(journal)}, connection)
        try:
            yield
        finally:
            with suppress(QuarterdeckError, RuntimeError):  # the show may have ended meanwhile
                self._tell({"answered": number})

    def close(self, *, wait: bool = True) -> None:
        """Say that the show has ended in order, and wait (up to 20 s, unless told not to) for the last sweep."""
        process, self._process = self._process, None
        if process is None or process.stdin is None:
            return
        with suppress(BrokenPipeError):
            process.stdin.write(b'{"end": true}\n')
            process.stdin.flush()
        self._let_go(process)
        try:
            process.wait(END_SECONDS if wait else PAUSE_SECONDS)
        except subprocess.TimeoutExpired:  # its exit status must be collected when it ends
            threading.Thread(target=process.wait, name="watchdog", daemon=True).start()

    def _let_go(self, process: subprocess.Popen[bytes]) -> None:
        """Close our ends, as the kernel does when the show is killed."""
        if self._answers is not None:
            self._answers.close()
        if process.stdin is not None:
            with suppress(BrokenPipeError):
                process.stdin.close()

    def _tell(self, message: dict[str, object], connection: socket.socket | None = None) -> None:
        if self._process is None or self._process.stdin is None or self._answers is None:
            raise RuntimeError("the watchdog was not started")
        try:
            if connection is not None:
                socket.send_fds(self._answers, [b"."], [connection.fileno()])
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise QuarterdeckError.of("the process that cleans up after demos has ended", code="no-watchdog") from None


@dataclass(slots=True)
class Charge:
    """What the process looks after."""

    address: EngineAddress
    show: str
    journals: Path
    folders: set[Path] = field(default_factory=set)
    processes: dict[int, int | None] = field(default_factory=dict)
    """The processes above shells → when they were started."""
    ended: bool = False
    """Whether the show ended in order."""
    answers: socket.socket | None = None
    """Where connections to the engine come from."""
    builds: dict[int, tuple[socket.socket, Path]] = field(default_factory=dict)
    """Connections on which builds are being answered, and the files of the journals that their answers complete."""

    @classmethod
    def decode(cls, text: str) -> Charge:
        """From the command line."""
        value = json.loads(text)
        address = value["address"]
        tls = TlsFiles(**address["tls"]) if address["tls"] else None
        where = EngineAddress(**{**address, "kind": AddressKind(address["kind"]), "tls": tls})
        answers = None if value.get("answers") is None else socket.socket(fileno=value["answers"])
        return cls(where, value["show"], Path(value["journals"]), answers=answers)

    def read(self, pipe: IO[bytes]) -> None:
        """Read the show's messages until it is gone; a killed show's last line may be cut off."""
        for line in pipe:
            try:
                message = json.loads(line)
            except ValueError:
                continue
            match message:
                case {"process": int(process), "started": int() | None as ticks}:
                    self.processes[process] = ticks
                case {"folder": str(folder)}:
                    self.folders.add(Path(folder))
                case {"answer": int(number), "journal": str(journal)} if self.answers is not None:
                    _, descriptors, _, _ = socket.recv_fds(self.answers, 1, 1)
                    self.builds[number] = socket.socket(fileno=descriptors[0]), Path(journal)
                case {"answered": int(number)} if number in self.builds:
                    self.builds.pop(number)[0].close()
                case {"end": True}:
                    self.ended = True

    def hear(self) -> None:
        """End the builds that were cut off, and write into their journals what the engine says until their end."""
        for connection, file in self.builds.values():
            answer = _rest(connection)
            with suppress(OSError), locked_folder(self.journals):
                for path, journal in read_all(self.journals, self.show):
                    if path == file:
                        write(journal.heard(answer), path)
        if not self.ended:
            for journal_of_show, _ in read_all(self.journals, self.show):
                journal_of_show.touch()  # a build was cut off only now


def main(text: str) -> None:
    """Entry point of the watchdog process: wait for the pipe to close, then clean up."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    charge = Charge.decode(text)
    lock = register_show(charge.journals, charge.show)
    with suppress(BrokenPipeError):  # the show may be gone already
        os.write(sys.stdout.fileno(), b"ready\n")
    _import_sweep()
    charge.read(sys.stdin.buffer)
    for _ in range(KILL_ROUNDS):
        if not [process for process, ticks in charge.processes.items() if kill_tree(process, ticks)]:
            break
        time.sleep(ROUND_SECONDS)
    hearing = threading.Thread(target=charge.hear, name="hearing", daemon=True)
    hearing.start()
    hearing.join(PAUSE_SECONDS)
    folders = [folder for folder in charge.folders if is_stage_folder(folder)]
    sweep_until_quiet(charge, hearing)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    lock.unlink(missing_ok=True)


def _rest(connection: socket.socket) -> bytes:
    """What the engine says on a connection until it closes it, which it does soon after our end of it."""
    answer = b""
    end = time.monotonic() + HEARING_SECONDS
    with connection, suppress(OSError):
        connection.shutdown(socket.SHUT_WR)
        while (left := end - time.monotonic()) > 0:
            connection.settimeout(left)
            if not (data := connection.recv(1 << 16)):
                break
            answer += data
    return answer


def sweep_until_quiet(charge: Charge, hearing: threading.Thread | None = None) -> None:
    """Sweep until nothing was found for 5 s (once, after an orderly end); errors restart that clock.

    After an orderly end too, a build that was cut off is waited for: the engine finishes its step.  While journals are
    still being completed, ``hearing``, images are left alone.
    """
    from quarterdeck.stage.cleanup.sweep import sweep
    from quarterdeck.stage.docker.connection import EngineError

    quiet = 0.0 if charge.ended else QUIET_SECONDS
    patience = ENDED_PATIENCE_SECONDS if charge.ended else PATIENCE_SECONDS
    begun = last = time.monotonic()
    while True:
        heard = hearing is None or not hearing.is_alive()
        try:
            report = sweep(charge.address, charge.show, journals=charge.journals if heard else None)
            found = bool(report) or report.pending or not heard
        except (OSError, EngineError, ValueError):
            found = True
        now = time.monotonic()
        if found:
            last = now
        elif now - last >= quiet:
            return
        if now - begun > patience:
            return
        time.sleep(PAUSE_SECONDS)


def _import_sweep() -> None:
    from quarterdeck.stage.cleanup import sweep  # noqa: F401
    from quarterdeck.stage.docker import transport  # noqa: F401
