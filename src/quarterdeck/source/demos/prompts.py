"""Prompts of nested shells and REPLs, and the commands that open them: tables of data."""

from __future__ import annotations

import functools
import re
import shlex
import shutil
from collections.abc import Iterable, Mapping
from enum import Enum

from msgspec import Struct

from quarterdeck.diagnostics import QuarterdeckError

ANY_TEXT = "[..]"


class Family(Struct, frozen=True):
    """Prompts of one kind of program."""

    prompt: re.Pattern[str]
    """Matches at the beginning of a line, without the blank after the prompt."""
    continuation: re.Pattern[str] | None = None
    """The prompt of a line that goes on; None for shells, which are asked whether a command is complete."""
    shell: bool = False
    weak: bool = False
    """Whether output may well begin like this; then it counts only after a program known to read commands."""

    def match(self, line: str) -> tuple[str, str] | None:
        """The prompt of a line and what is typed after it."""
        return _split(self.prompt, line)

    def match_continuation(self, line: str) -> str | None:
        """What is typed on a line that goes on."""
        split = _split(self.continuation, line) if self.continuation else None
        return split[1] if split else None


def _split(pattern: re.Pattern[str], line: str) -> tuple[str, str] | None:
    match = pattern.match(line)
    if match is None or line[match.end() : match.end() + 1] not in ("", " "):
        return None
    return match[0], line[match.end() + 1 :]


FAMILIES: tuple[Family, ...] = (
    Family(re.compile(r">>>"), re.compile(r"\.\.\.")),  # python
    Family(re.compile(r"(?:/|~)\S* [#$]"), shell=True),  # busybox
    Family(re.compile(r"[\w.-]+@\S+?:\S*[#$]"), shell=True),  # Debian's bash
    Family(re.compile(r"[0-9a-f]{12}:\S*[#$]"), shell=True),  # Alpine's login shell, in a container without a name
    Family(re.compile(r"\[[\w.-]+@\S+ \S+\][#$]"), shell=True),  # Red Hat's bash
    Family(re.compile(r"(?:ba|da|z)?sh-\d[\d.]*[#$]"), shell=True),  # bash without configuration
    Family(re.compile(r"\w[\w.-]*=[#>]"), re.compile(r"\w[\w.-]*[-'\"(*^!$][#>]")),  # psql
    Family(re.compile(r"\S+:\d+(?:\[\d+\])?>|not connected>")),  # redis-cli
    Family(re.compile(r"mysql>|MariaDB \[[^\]]*\]>"), re.compile(r" *[-'\"`/*]+>")),
    Family(re.compile(r"sqlite>"), re.compile(r" *\.\.\.>")),
    Family(re.compile(r"irb\(\S+\):\d+(?::\d+)?[>*]")),
    Family(re.compile(r"In \[\d+\]:"), re.compile(r" *\.\.\.:")),  # IPython
    Family(re.compile(r"#"), shell=True, weak=True),  # root's sh
    Family(re.compile(r">"), re.compile(r"\.\.\.|\|"), weak=True),  # node
    Family(re.compile(r"\w[\w.-]*>"), weak=True),  # mongosh and the like
)


def own_families(prompts: Iterable[str]) -> tuple[Family, ...]:
    """The prompts that a demo's front matter adds; ``[..]`` matches any text."""
    return tuple(
        Family(re.compile(".*?".join(map(re.escape, prompt.rstrip().split(ANY_TEXT)))))
        for prompt in prompts
        if prompt.strip()
    )


class Opening(Enum):
    """What a command may open."""

    NOTHING = "nothing"
    PERHAPS = "perhaps"
    """A terminal of a container, in which a program that isn't known runs."""
    SESSION = "session"
    """A program that is known to read commands."""


class Reader(Struct, frozen=True):
    """How a program that reads commands is called."""

    arguments: int = 0
    """Arguments up to which it still reads commands; with more it runs them and ends."""
    with_value: frozenset[str] = frozenset()
    """Options that take the next word."""
    batch: frozenset[str] = frozenset()
    """Options with which it ends at once."""


_SHELL = Reader(0, frozenset({"-o", "-O"}), frozenset({"-c"}))
_PYTHON = Reader(0, frozenset({"-W", "-X"}), frozenset({"-c", "-m"}))
_SQL = frozenset({"-h", "-P", "-p", "-u", "-D", "--host", "--port", "--user", "--database"})
READERS: Mapping[str, Reader] = {
    **dict.fromkeys(("sh", "bash", "dash", "ash", "zsh", "ksh", "fish"), _SHELL),
    **dict.fromkeys(("python", "python3", "ipython", "bpython"), _PYTHON),
    "node": Reader(0, frozenset({"-r"}), frozenset({"-e", "-p", "--eval", "--print"})),
    "psql": Reader(
        2,
        frozenset({"-U", "-h", "-p", "-d", "-v", "--username", "--host", "--port", "--dbname"}),
        frozenset({"-c", "-f", "-l", "--command", "--file", "--list"}),
    ),
    "redis-cli": Reader(0, frozenset({"-h", "-p", "-a", "-n", "-u", "-s", "--user", "--pass"})),
    "mysql": Reader(1, _SQL, frozenset({"-e", "--execute"})),
    "mariadb": Reader(1, _SQL, frozenset({"-e", "--execute"})),
    "sqlite3": Reader(1),
    "mongosh": Reader(1, frozenset({"--host", "--port"}), frozenset({"--eval"})),
    "mongo": Reader(1, frozenset({"--host", "--port"}), frozenset({"--eval"})),
    "irb": Reader(0),
    "ghci": Reader(1),
}
_ENGINES = frozenset({"docker", "podman", "nerdctl", "docker-compose"})
_ENTERING = frozenset({"run", "exec", "start", "attach"})
_INTERACTIVE = re.compile(r"-[a-zA-Z]*[it][a-zA-Z]*\Z|--interactive\Z|--tty\Z")
_REMOTE = frozenset({"ssh", "su", "telnet", "nc"})
_ENDS_AT_ONCE = frozenset({"--version", "--help", "-V"})
_VERSIONED = re.compile(r"(python3?)(?:\.\d+)?\Z")


def opening_of(command: str) -> Opening:
    """What a shell command may open."""
    try:
        words = shlex.split(command)
    except ValueError:
        words = command.split()
    while words and (words[0] in ("sudo", "exec", "winpty", "env") or re.match(r"\w+=", words[0])):
        words = words[1:]
    if not words or any(word[0] in "|<" for word in words if word):
        return Opening.NOTHING
    program = words[0].rpartition("/")[2]
    if program in _ENGINES:
        return _in_container(program, words[1:])
    if program in _REMOTE:
        return Opening.PERHAPS
    return _by_reader(words) or Opening.NOTHING


def _in_container(program: str, words: list[str]) -> Opening:
    compose = program == "docker-compose" or "compose" in words[:1]
    at = next((n for n, word in enumerate(words) if word in _ENTERING), None)
    if at is None:
        return Opening.NOTHING
    after = words[at + 1 :]
    tty = compose or words[at] == "attach" or any(_INTERACTIVE.match(word) for word in after)
    if not tty or "--detach" in after or "-d" in after or "-T" in after:
        return Opening.NOTHING
    for start, word in enumerate(after):
        if not word.startswith("-") and (opening := _by_reader([word, *after[start + 1 :]])):
            return opening
    return Opening.PERHAPS


def _by_reader(words: list[str]) -> Opening | None:
    """What a known program opens; None when it isn't known."""
    name = words[0].rpartition("/")[2]
    versioned = _VERSIONED.match(name)
    reader = READERS.get(versioned[1] if versioned else name)
    if reader is None:
        return None
    arguments, skip = 0, False
    for word in words[1:]:
        if skip:
            skip = False
        elif word in _ENDS_AT_ONCE or word.partition("=")[0] in reader.batch:
            return Opening.NOTHING
        elif word in reader.with_value:
            skip = True
        elif not word.startswith("-"):
            arguments += 1
    return Opening.SESSION if arguments <= reader.arguments else Opening.NOTHING


_SIMPLE = re.compile(
    r"""(?:
        [^\\'"`$(){}<>|&;\n\#]          # nothing that could open anything
      | \\[^\n]
      | '[^']*'
      | "(?:[^"\\`$]|\\[^\n]|\$(?![({]))*"
      | \$(?![({'"])
      | \{\{[^{}`$"'\\\n]*\}\} | [<>](?![<(]) | [|&;](?=.*[^\s|&;])
    )*\Z""",
    re.VERBOSE,
)
_KEYWORD = re.compile(r"(?:^|[;&|\s])(?:if|for|while|until|case|select|function|do|then|\[\[|time|coproc)(?:\s|$)")
_UNFINISHED = ("unexpected end of file", "unexpected EOF", "delimited by end-of-file")
"""What bash says of a command that goes on (16 of 16 samples)."""
_SECONDS = 5


def is_complete(command: str) -> bool:
    """Whether bash would run the command, and not ask for another line.

    Most commands are plainly complete; only for others bash itself is asked, by ``bash -n``.

    Raises:
        QuarterdeckError: when bash is needed and isn't there.

    """
    trailing = len(command) - len(command.rstrip("\\"))
    if trailing % 2:
        return False
    if "\n" not in command and command.lstrip().startswith("#"):
        return True
    if "\n" not in command and _SIMPLE.match(command) and not _KEYWORD.search(command):
        return True
    return _bash_says_complete(command)


@functools.lru_cache(maxsize=4096)
def _bash_says_complete(command: str) -> bool:
    import subprocess  # only transcripts need it

    bash = shutil.which("bash")
    if bash is None:
        raise QuarterdeckError.of(
            "demos need the program 'bash', which isn't on the PATH", hint="install bash", code="missing-tool"
        )
    try:
        done = subprocess.run(
            [bash, "--norc", "-n"],
            input=f"{command}\n".encode(),
            capture_output=True,
            env={"LC_ALL": "C"},
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return True  # bash itself can't read it in this time: don't wait for more lines
    complaint = done.stderr.decode("utf-8", "replace")
    return not any(sign in complaint for sign in _UNFINISHED)
