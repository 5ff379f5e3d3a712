"""What process 1 of a seat does, with small programs in place of the engine and the server."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from quarterdeck.seats.room import __main__, entry
from quarterdeck.seats.room.entry import _spawn, engine_command, in_user_namespace, last_lines

IN_A_PROCESS = """
import os, sys
sys.path.insert(0, {path!r})
from quarterdeck.seats.room import entry
entry.AGAIN_SECONDS = 0.01
shell = lambda text: lambda: entry._spawn(["sh", "-c", text], os.environ)
code = entry.supervise(shell({engine!r}), shell({server!r}))
with open({left!r}, "w") as file:
    try:
        os.waitpid(-1, os.WNOHANG)
        file.write("children left")
    except ChildProcessError:
        file.write(f"code {{code}}")
"""


def supervised(tmp_path: Path, engine: str, server: str) -> str:
    """What is left after process 1 has run two programs of the shell's: it needs a process without other children."""
    source = Path(entry.__file__).parents[3]
    left = tmp_path / "left"
    script = IN_A_PROCESS.format(path=str(source), engine=engine, server=server, left=str(left))
    process = _spawn([sys.executable, "-c", script], os.environ)
    os.waitpid(process, 0)
    return left.read_text("utf-8")


@pytest.mark.slow
def test_the_seat_ends_with_its_server(tmp_path: Path) -> None:
    """With its exit status; the engine is ended, too, and nothing is left."""
    assert supervised(tmp_path, "exec sleep 1000", "exit 3") == "code 3"


@pytest.mark.slow
def test_an_engine_that_ends_is_started_again(tmp_path: Path) -> None:
    """Somebody kills the engine in a seat: it comes back."""
    count = tmp_path / "count"
    engine = f"echo >>{count}; [ $(wc -l <{count}) = 3 ] && exec sleep 1000"
    server = f"until [ -e {count} ] && [ $(wc -l <{count}) = 3 ]; do sleep 0.02; done"
    assert supervised(tmp_path, engine, server) == "code 0"
    assert count.read_text("utf-8") == "\n\n\n"


@pytest.mark.slow
def test_orphans_are_buried(tmp_path: Path) -> None:
    """A process whose parent has ended is no zombie for ever: there may be a limited number of them."""
    if not hasattr(signal, "pidfd_send_signal"):
        pytest.skip("this needs Linux")
    zombies = tmp_path / "zombies"
    server = (
        "(sleep 0.01 &) ; for i in 1 2 3; do (true &); done; sleep 0.2; "
        f"grep -c '^State:.Z' /proc/[0-9]*/status 2>/dev/null | grep -c ':1' >/dev/null; echo done >{zombies}"
    )
    assert supervised(tmp_path, "exec sleep 1000", server) == "code 0"


@pytest.mark.slow
def test_a_seat_that_is_stopped_tells_its_server(tmp_path: Path) -> None:
    """``docker stop`` reaches the server, which leaves its exercise tidily."""
    server = "trap 'exit 7' TERM; kill -TERM $PPID; while :; do sleep 0.02; done"
    assert supervised(tmp_path, "exec sleep 1000", server) == "code 7"


@pytest.mark.slow
def test_an_engine_that_does_not_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A seat never hangs when it is to go."""
    monkeypatch.setattr(entry, "STOP_SECONDS", 0.05)
    started = tmp_path / "started"
    process = _spawn(["sh", "-c", f"trap '' TERM; touch {started}; while :; do sleep 0.01; done"], os.environ)
    while not started.exists():
        os.sched_yield()
    entry._end(process)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


@pytest.mark.parametrize(
    ("uid_map", "inside"),
    [
        ("         0          0 4294967295\n", False),
        ("         0     100000      65536\n", True),
        ("         0       1000          1\n         1     100000      65536\n", True),
    ],
)
def test_a_user_namespace_is_known_by_its_map(uid_map: str, inside: bool) -> None:
    """Where root is nobody outside, the engine has to run as a rootless one."""
    assert in_user_namespace(uid_map) is inside


def test_the_engine_runs_as_the_container_allows() -> None:
    """Never with a socket that others reach; as a rootless one, with another runc, only where that is so."""
    plain = engine_command(rootless=False, runc=False)
    assert plain[:3] == ["dockerd", "--host", "unix:///var/run/docker.sock"]
    assert plain.count("--host") == 1
    assert not {"--rootless", "--default-runtime"} & set(plain)
    both = engine_command(rootless=True, runc=True)
    assert {"--rootless", "--default-runtime"} <= set(both)


def test_the_end_of_a_log(tmp_path: Path) -> None:
    """Of one that isn't there, nothing."""
    log = tmp_path / "log"
    assert last_lines(log) == ""
    log.write_text("1\n2\n3\n", "utf-8")
    assert last_lines(log, 2) == "2\n3"


def test_a_program_writes_into_its_log(tmp_path: Path) -> None:
    """Both of its outputs; those of the next are added."""
    log = tmp_path / "log"
    for text in ("one", "two"):
        os.waitpid(_spawn(["sh", "-c", f"echo {text}; echo {text} >&2"], os.environ, log), 0)
    assert log.read_text("utf-8") == "one\none\ntwo\ntwo\n"


def test_unknown_arguments_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    """And nothing is run."""
    assert __main__.main(["--help"]) == 2
    assert "--prepare" in capsys.readouterr().err
