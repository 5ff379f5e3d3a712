"""The programs on a stage's terminals: bash on this machine, or a shell in a container."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from quarterdeck.stage.shell.marks import CONTINUATION_PROMPT, PROMPT, MarkKind, mark
from quarterdeck.terminal.buffer import USUAL, Grid

PAGERS = ("PAGER", "GIT_PAGER", "MANPAGER", "SYSTEMD_PAGER")
"""Variables that name the program in which git, man, systemd, psql and others show long output."""
_ANSWER = "\x1e"
"""The first character of an answer's line: RS, which nobody types."""


@dataclass(frozen=True, slots=True)
class Seat:
    """The terminal of an attendee: the extra commands of its shell, and its size."""

    words: tuple[str, ...]
    """Commands that ask the stage for something: each is published as :class:`quarterdeck.stage.events.Asked`."""
    grid: Grid
    """The size of the attendee's terminal."""


def word_functions(seat: Seat, nonce: str) -> str:
    """Return definitions for bash: each word prints its mark, then waits for its :func:`answer`.

    What is typed meanwhile isn't shown and has no effect.  Ctrl-D can't end the shell, which may hold an
    hour's work.
    """
    ask = mark(MarkKind.ASKED, nonce, "%s")
    wait = f"until [[ $reply == $'{_ANSWER}'* ]]; do IFS= read -rs reply || return 1; done"
    lines = [
        f'__stage_ask() {{ local reply=; printf \'{ask}\' "$1"; {wait}; return "${{reply:1}}"; }}',
        *(f"{word}() {{ __stage_ask {word}; }}" for word in seat.words),
        "IGNOREEOF=1000",
    ]
    return "\n".join(lines)


def answer(status: int) -> bytes:
    """Return what ends a word's command with an exit status, once it is typed into its terminal."""
    return _ANSWER.encode() + b"%d\r" % status


EXEC_SETTLES = 0.2
"""Seconds without output after which docker exec has given the container's terminal its size."""
_IN_SERVICE = (
    'found=$(docker ps --quiet --filter "label=com.docker.compose.service=$0" | head -n 1); '
    'exec docker exec "$@" "${found:-$0}" /bin/sh -c "$IN_CONTAINER" "$NONCE"'
)
"""``$0`` is a compose service or else a container, ``$@`` are options for docker exec."""
_KILL_IN_CONTAINER = (
    'for p in /proc/[0-9]*; do grep -qs "$0" $p/environ && leaders="$leaders ${p##*/} "; done; '
    "for p in /proc/[0-9]*; do set -- $(sed 's/.*) //' $p/stat 2>/dev/null); "
    'case $leaders in *" $4 "*) kill -9 ${p##*/};; esac; done'
)
"""Ends the processes of sessions whose leader was started with ``$0`` in its environment (proc(5), stat's field 6)."""
_NO_COMPLETION = "bind 'set disable-completion on'"
_IN_CONTAINER = (
    "command -v bash >/dev/null && exec bash --noprofile --norc -i; "
    'case "$(sh --help 2>&1)" in *BusyBox*) PS1=$BUSYBOX_PS1 PS2=$BUSYBOX_PS2;; esac; '
    "export PS1 PS2; exec sh -i"
)
"""Bash, else sh.  BusyBox counts the characters of its prompt, and must know which take no room."""


_CLEAN_ROOM = r"""
[[ -n $DOCKER_HOST ]] && readonly DOCKER_HOST
sudo() {
  local -a given=("$@") assigned=()
  while [[ $1 == -* || $1 == *=* ]]; do
    case $1 in
      --) shift; break;;
      -[ugCDhpRrTtU] | --user | --group | --host | --prompt | --chdir | --role | --type) shift;;
      *=*) [[ $1 == -* ]] || assigned+=("$1");;
    esac
    shift
  done
  case ${1##*/} in docker | docker-compose) command env "${assigned[@]}" "$@";; *) command sudo "${given[@]}";; esac
}
env() {
  local -a given=("$@") before=()
  while [[ $1 == -* || $1 == *=* ]]; do
    case $1 in -u | --unset | -C | --chdir) before+=("$1"); shift;; esac
    before+=("$1")
    shift
  done
  before+=("DOCKER_HOST=$DOCKER_HOST" "DOCKER_CONFIG=$DOCKER_CONFIG" "HOME=$HOME" "PATH=$PATH")
  case ${1##*/} in
    docker | docker-compose) command env "${before[@]}" "$@";;
    *) command env "${given[@]}";;
  esac
}
"""
"""Keeps what is typed in the clean room: ``sudo docker`` runs without sudo, ``env -i docker`` with the room's
address, and ``DOCKER_HOST`` can't be changed.  What scripts do is left alone, as is ``docker -H``:
``quarterdeck check`` warns."""


@dataclass(frozen=True, slots=True)
class ShellProgram:
    """A program that runs on a terminal."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    nonce: str
    """In the marks it prints, so that nothing else can pass for one."""
    grid: Grid = USUAL
    settling: float = 0.0
    """Seconds without output after the first prompt until the terminal has its size, and lines are not redrawn."""
    sweep: tuple[str, ...] = ()
    """A command that ends what a killed program leaves running in a container; empty where it runs in none."""


def bash_of(seat: Seat, environment: Mapping[str, str], folder: Path) -> ShellProgram:
    """Return bash for an attendee to type into: it completes names, and knows the seat's words."""
    program = bash(environment, folder)
    bootstrap = program.environment["PROMPT_COMMAND"].replace(_NO_COMPLETION, word_functions(seat, program.nonce))
    return replace(
        program,
        environment={**program.environment, "PROMPT_COMMAND": bootstrap},
        grid=seat.grid,
    )


def bash(environment: Mapping[str, str], folder: Path) -> ShellProgram:
    """Return bash on this machine, interactive and without anyone's configuration."""
    nonce = secrets.token_hex(8)
    bootstrap = f"{bash_bootstrap(nonce)}\n{_CLEAN_ROOM}" if "DOCKER_HOST" in environment else bash_bootstrap(nonce)
    settings = {"PROMPT_COMMAND": bootstrap, "INPUTRC": os.devnull}
    return ShellProgram(("bash", "--noprofile", "--norc", "-i"), {**environment, **settings}, folder, nonce)


def shell_in(service: str, environment: Mapping[str, str], folder: Path) -> ShellProgram:
    """Return the shell of a running container: bash where it has one, else sh.

    ``service``: the name of a compose service, or of a container.
    """
    nonce = secrets.token_hex(8)
    settings = {
        "PROMPT_COMMAND": bash_bootstrap(nonce),
        "INPUTRC": os.devnull,
        "PS1": _posix_prompt(nonce, PROMPT, "", ""),
        "PS2": _posix_continuation(nonce, CONTINUATION_PROMPT, "", ""),
        "BUSYBOX_PS1": _posix_prompt(nonce, _bash_prompt(PROMPT), "\\[", "\\]"),
        "BUSYBOX_PS2": _posix_continuation(nonce, _bash_prompt(CONTINUATION_PROMPT), "\\[", "\\]"),
        "TERM": "xterm-256color",
        **{name: environment[name] for name in (*PAGERS, "LESS") if name in environment},
    }
    options = [part for name, value in settings.items() for part in ("--env", f"{name}={value}")]
    run = ("/bin/sh", "-c", _IN_SERVICE, service)
    return ShellProgram(
        (*run, "--interactive", "--tty", *options),
        {**environment, "IN_CONTAINER": _IN_CONTAINER, "NONCE": nonce},
        folder,
        nonce,
        settling=EXEC_SETTLES,
        sweep=("env", f"IN_CONTAINER={_KILL_IN_CONTAINER}", *run),
    )


def bash_bootstrap(nonce: str) -> str:
    """Return commands for bash's first ``PROMPT_COMMAND``: they put the marks in the prompts.

    Nothing stays exported, so a nested bash prints no marks.  ``stty sane`` undoes what a command
    left behind (``stty -echo``).  History expansion, completion and bracketed paste would change
    what is typed: they are off.
    """
    ended = mark(MarkKind.ENDED, nonce, "%s")
    return "\n".join(
        (
            "bind 'set enable-bracketed-paste off'",
            _NO_COMPLETION,
            "bind 'set bell-style none'",
            "set +H",
            "unset INPUTRC HISTFILE PROMPT_COMMAND",
            "export -n PS1 PS2",
            f"__stage_prompt() {{ local status=$?; command stty sane; printf '{ended}' \"$status\"; return $status; }}",
            "PROMPT_COMMAND=__stage_prompt",
            f"PS0='{mark(MarkKind.STARTED, nonce)}'",
            f"PS1='{_bash_prompt(PROMPT)}\\[{mark(MarkKind.PROMPT, nonce)}\\]'",
            f"PS2='{_bash_prompt(CONTINUATION_PROMPT)}\\[{mark(MarkKind.CONTINUATION, nonce)}\\]'",
        )
    )


def _posix_prompt(nonce: str, prompt: str, opening: str, closing: str) -> str:
    """``PS1`` for a POSIX shell, which has no hook before a command: all marks are in the prompt."""
    before = mark(MarkKind.STARTED, nonce) + mark(MarkKind.ENDED, nonce, "$?")
    after = mark(MarkKind.PROMPT, nonce)
    return _literal(f"{opening}{before}{closing}{prompt}{opening}{after}{closing}")


def _posix_continuation(nonce: str, prompt: str, opening: str, closing: str) -> str:
    return _literal(f"{prompt}{opening}{mark(MarkKind.CONTINUATION, nonce)}{closing}")


def _bash_prompt(text: str) -> str:
    """Return a prompt as bash writes it, with what takes no room in brackets."""
    return text.replace("\x1b[", "\\[\\033[").replace("m", "m\\]")


def _literal(escaped: str) -> str:
    return escaped.replace("\\033", "\x1b").replace("\\007", "\x07")
