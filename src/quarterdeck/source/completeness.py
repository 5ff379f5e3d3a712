"""Whether a shell command is complete, or its next line belongs to it too."""

from __future__ import annotations

import functools
import re
import shutil

from quarterdeck.diagnostics import QuarterdeckError

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
        return True  # what bash itself can't read in this time is no prompt's to wait for
    complaint = done.stderr.decode("utf-8", "replace")
    return not any(sign in complaint for sign in _UNFINISHED)
