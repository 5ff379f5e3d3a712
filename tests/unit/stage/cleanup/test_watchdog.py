"""What the watchdog listens to, and what it leaves alone."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from dataclasses import asdict
from pathlib import Path

import pytest

from quarterdeck.processes import session_members
from quarterdeck.stage.cleanup import sweep as sweep_module
from quarterdeck.stage.cleanup import watchdog
from quarterdeck.stage.cleanup.image_journal import ImageJournal, journal_file, read_all, write
from quarterdeck.stage.cleanup.sweep import SweepReport
from quarterdeck.stage.cleanup.watchdog import Charge, Watchdog, sweep_until_quiet
from quarterdeck.stage.docker.address import parse_address
from quarterdeck.stage.docker.connection import EngineError
from quarterdeck.stage.shell import launcher

ADDRESS = parse_address("unix:///nowhere/docker.sock")


def test_only_temporary_folders_of_ours(tmp_path: Path) -> None:
    """Nothing else can be given to the watchdog to remove."""
    for folder in (
        tmp_path,
        Path.home(),
        Path(tempfile.gettempdir()),
        Path(tempfile.gettempdir(), "quarterdeck-x", "y"),
    ):
        with pytest.raises(ValueError, match="not a temporary folder"):
            Watchdog(ADDRESS, "s").adopt_folder(folder)


def test_not_started() -> None:
    """Adopting before the start is a mistake of ours, and is told."""
    with pytest.raises(RuntimeError):
        Watchdog(ADDRESS, "s").adopt_process(os.getpid())


def charge() -> Charge:
    """As the process gets it."""
    text = json.dumps({"address": asdict(ADDRESS), "show": "s", "journals": "/j"})
    return Charge.decode(text)


def test_what_is_heard() -> None:
    """Whole messages; half a line is the last thing a killed show says."""
    heard = charge()
    heard.read(io.BytesIO(b'{"process": 7, "started": 9}\nnonsense\n{"folder": "/tmp/quarterdeck-a"}\n{"end": tr'))
    assert heard.address == ADDRESS
    assert heard.processes == {7: 9}
    assert heard.folders == {Path("/tmp/quarterdeck-a")}
    assert not heard.ended


def test_builds_that_were_cut_off(tmp_path: Path) -> None:
    """What the engine says until their end goes into their journals; a build that has ended is let go."""
    file = journal_file(tmp_path, "s", "demo")
    write(ImageJournal("s", "demo", "unix:///x", known=()), file)
    guard = Watchdog(ADDRESS, "s", journals=tmp_path)
    guard._answers, theirs = socket.socketpair()
    heard = charge()
    heard.answers, heard.journals = theirs, tmp_path
    engine, room = socket.socketpair()
    with theirs, engine, room, subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as pipe:
        guard._process = pipe
        with guard.hear(room, file):
            pass
        with guard.hear(room, file):
            guard._let_go(pipe)
            guard._process = None
        assert pipe.stdout is not None
        heard.read(pipe.stdout)
        assert list(heard.builds) == [1]
        room.close()
        engine.sendall(b'{"stream":" ---\\u003e aaaaaaaaaaaa\\n"}\r\n')
        hearing = threading.Thread(target=heard.hear)
        hearing.start()
        engine.settimeout(60)
        assert engine.recv(1) == b"", "our end is closed, so the engine ends the build"
        engine.sendall(b'{"stream":" ---\\u003e bbbbbbbbbbbb\\n"}\r\n')
        engine.close()
        hearing.join(60)
    ((_, journal),) = read_all(tmp_path)
    assert journal.ids == ("sha256:aaaaaaaaaaaa", "sha256:bbbbbbbbbbbb")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives daemons another parent")
def test_daemons_of_a_show_that_died(tmp_path: Path) -> None:
    """What a demo has started is killed at once, whatever it did to escape: no engine is needed for that."""
    guard = Watchdog(ADDRESS, "s", journals=tmp_path)
    guard.start()
    process = guard._process
    assert process is not None
    master, slave = os.openpty()
    escape = "env -i setsid -f sh -c 'echo $$; exec sleep 1000'; sleep 1000"
    command = [sys.executable, "-I", "-S", launcher.__file__, os.ttyname(slave), "sh", "-c", escape]
    try:
        with subprocess.Popen(command, start_new_session=True) as above:
            daemon = int(os.read(master, 100))
            guard.adopt_process(above.pid)
            guard._let_go(process)  # as the kernel does when the show is killed
            assert above.wait(60) in (128 + signal.SIGKILL, -signal.SIGKILL)
        assert session_members(daemon) == []
    finally:
        process.kill()
        process.wait()
        os.close(master)
        os.close(slave)


class Clock:
    """Time that passes only in sleep."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        """As ``time.monotonic``."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """As ``time.sleep``."""
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """In place of the real one."""
    clock = Clock()
    monkeypatch.setattr(watchdog, "time", clock)
    return clock


def test_finds_and_errors_restart_the_quiet_time(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends when 5 s have passed since the last find or error."""

    def sweep(*_: object, **__: object) -> SweepReport:
        if clock.now < 3:
            return SweepReport(containers=("late",))
        if clock.now < 7:
            raise EngineError("the engine answers 500")
        return SweepReport()

    monkeypatch.setattr(sweep_module, "sweep", sweep)
    sweep_until_quiet(charge())
    assert 11.5 <= clock.now <= 12.5


def test_engine_that_does_not_end_a_build(clock: Clock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Containers are removed meanwhile; images only once the engine has said which there are."""
    journals: list[Path | None] = []
    said = threading.Event()
    hearing = threading.Thread(target=said.wait)

    def sweep(*_: object, **options: Path | None) -> SweepReport:
        journals.append(options["journals"])
        if len(journals) == 3:
            said.set()
            hearing.join(60)
        return SweepReport()

    monkeypatch.setattr(sweep_module, "sweep", sweep)
    heard = charge()
    heard.ended, heard.journals = True, tmp_path
    hearing.start()
    sweep_until_quiet(heard, hearing)
    assert journals == [None, None, None, tmp_path]


def test_orderly_end_needs_one_clean_sweep(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing under way then."""
    heard = charge()
    heard.read(io.BytesIO(b'{"end": true}\n'))
    monkeypatch.setattr(sweep_module, "sweep", lambda *_, **__: SweepReport())
    sweep_until_quiet(heard)
    assert clock.now == 0


def test_orderly_end_waits_for_a_build_that_was_cut_off(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine may still commit the image of the step under way."""
    heard = charge()
    heard.read(io.BytesIO(b'{"end": true}\n'))
    monkeypatch.setattr(sweep_module, "sweep", lambda *_, **__: SweepReport(pending=clock.now < 4))
    sweep_until_quiet(heard)
    assert 4 <= clock.now < 5


@pytest.mark.parametrize(("last_words", "seconds"), [(b"", 3600), (b'{"end": true}\n', 60)])
def test_patience_has_an_end(last_words: bytes, seconds: int, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that is gone for good doesn't keep the process for ever."""

    def sweep(*_: object, **__: object) -> SweepReport:
        clock.now += 10
        raise OSError

    monkeypatch.setattr(sweep_module, "sweep", sweep)
    heard = charge()
    heard.read(io.BytesIO(last_words))
    sweep_until_quiet(heard)
    assert seconds <= clock.now < seconds + 30
