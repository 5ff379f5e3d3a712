"""Prompts of nested shells and REPLs, the commands that open them, and the names of keys: tables of data."""

from __future__ import annotations

import functools
import re
import shlex
import shutil
from collections.abc import Iterable, Mapping
from enum import Enum

from msgspec import Struct

from quarterdeck.diagnostics import QuarterdeckError, suggestion
from quarterdeck.model.demo import Key

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


KEYS: Mapping[str, str] = {
    "Esc": "\x1b",
    "Enter": "\r",
    "Tab": "\t",
    "Space": " ",
    "Backspace": "\x7f",
    "Up": "\x1b[A",
    "Down": "\x1b[B",
    "Right": "\x1b[C",
    "Left": "\x1b[D",
    "Home": "\x1b[H",
    "End": "\x1b[F",
    "Insert": "\x1b[2~",
    "Delete": "\x1b[3~",
    "PageUp": "\x1b[5~",
    "PageDown": "\x1b[6~",
    "Shift-Tab": "\x1b[Z",
    **{f"F{n}": f"\x1bO{'PQRS'[n - 1]}" for n in range(1, 5)},
    **{f"F{n}": f"\x1b[{code}~" for n, code in enumerate((15, 17, 18, 19, 20, 21, 23, 24), start=5)},
    **{f"Ctrl-{chr(code | 0x40)}": chr(code) for code in range(27)},
    "Ctrl-\\": "\x1c",
    "Ctrl-]": "\x1d",
    "Ctrl-^": "\x1e",
    "Ctrl-_": "\x1f",
}
"""The keys that have a name, and what xterm sends for each in normal mode (ctlseqs, "PC-Style Function Keys")."""
LESS_THAN = "lt"
"""The name of a ``<`` that begins no key."""
_ELSEWHERE: Mapping[str, str] = {
    **dict.fromkeys(("escape",), "Esc"),
    **dict.fromkeys(("return", "ret", "cr", "nl", "linefeed"), "Enter"),
    **dict.fromkeys(("bs", "bspace"), "Backspace"),
    **dict.fromkeys(("del", "dc"), "Delete"),
    **dict.fromkeys(("ins", "ic"), "Insert"),
    **dict.fromkeys(("pgup", "ppage", "prior"), "PageUp"),
    **dict.fromkeys(("pgdn", "pgdown", "npage", "next"), "PageDown"),
    **dict.fromkeys(("s-tab", "btab", "backtab"), "Shift-Tab"),
    **dict.fromkeys(("spc",), "Space"),
}
"""What vim, tmux, Emacs and VHS call keys, in lower case, and what they are called here."""
_KEY = re.compile(r"<(?P<name>[A-Za-z][A-Za-z0-9]*(?:[-+](?:[A-Za-z0-9]+|[^\s<>]))?)(?: (?P<times>\d{1,2}))?>")
_WITH = re.compile(r"(?P<with>c|ctrl|control|m|a|alt|meta)[-+](?P<key>\S)\Z", re.IGNORECASE)


class UnknownKey(Struct, frozen=True):
    """A name in angle brackets that is no key's."""

    written: str
    """With its brackets."""
    offset: int
    """Where it begins in the line."""
    hint: str


def read_keys(text: str) -> tuple[tuple[Key, ...], tuple[UnknownKey, ...]]:
    """The keys of a line, with the text between them, and what is no key."""
    keys: list[Key] = []
    unknown: list[UnknownKey] = []
    plain, at = "", 0
    for match in _KEY.finditer(text):
        plain += text[at : match.start()]
        at = match.end()
        name, times = match["name"], int(match["times"] or 1)
        if name == LESS_THAN:
            plain += "<" * times
            continue
        if plain:
            keys.append(Key(plain))
            plain = ""
        sends = f"\x1b{name[-1]}" if name.startswith("Alt-") and len(name) == len("Alt-x") else KEYS.get(name)
        if sends and times:
            keys.append(Key(sends, name, times))
        else:
            unknown.append(UnknownKey(match[0], match.start(), _hint(name, match[0], times)))
    plain += text[at:]
    return (*keys, Key(plain)) if plain else tuple(keys), tuple(unknown)


def _hint(name: str, written: str, times: int) -> str:
    if not times:
        return "a key is pressed once at least"
    meant = _meant(name)
    if meant is not None:
        return f"did you mean '<{meant}>'?"
    nearest = suggestion(name, [key for key in KEYS if not key.startswith("Ctrl-")]) or ""
    literal = f"'<{LESS_THAN}>{written[1:]}' types it as it is"
    return f"{nearest} Otherwise {literal}" if nearest.endswith("?") else f"{literal}; {nearest}, Ctrl-A, Alt-a"


def _meant(name: str) -> str | None:
    """What is surely meant: a key in other letters, or by the name that another program has for it."""
    lower = name.lower()
    found = _ELSEWHERE.get(lower) or next((key for key in KEYS if key.lower() == lower), None)
    if found is None and (combined := _WITH.match(name)):
        control = combined["with"].lower().startswith("c")
        found = f"Ctrl-{combined['key'].upper()}" if control else f"Alt-{combined['key']}"
        return found if not control or found in KEYS else None
    return found
