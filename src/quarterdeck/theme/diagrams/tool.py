"""Running a program that draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SECONDS = 60
"""A program that takes longer is stopped."""


class DiagramError(Exception):
    """What a program says when it can't draw a diagram."""


def output_of(command: Sequence[str], text: str, environment: Mapping[str, str]) -> bytes:
    """What the program prints when the diagram's text is its input.

    Raises:
        DiagramError: when it fails, or takes too long.

    """
    import subprocess  # only diagrams need it
    from subprocess import PIPE

    from quarterdeck.processes import kill_session

    try:
        with subprocess.Popen(
            command, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=environment, start_new_session=True
        ) as process:
            try:
                drawn, said = process.communicate(text.encode(), SECONDS)
            except BaseException:  # Ctrl-C too, which doesn't reach another session
                kill_session(process.pid)
                raise
    except subprocess.TimeoutExpired:
        raise DiagramError(f"it took longer than {SECONDS} s") from None
    except OSError as error:
        raise DiagramError(str(error.strerror)) from None
    if process.returncode:
        reason = _reason(said.decode("utf-8", "replace"))
        raise DiagramError(reason or f"it ended with status {process.returncode}")
    return drawn


def _reason(said: str) -> str:
    """The first paragraph of what a program says, in one line: behind it come stacks of calls."""
    lines: list[str] = []
    for line in said.strip().splitlines():
        if not line.strip() or line.lstrip().startswith("at ") or "://" in line:
            break
        lines.append(line.strip())
    return " ".join(lines).removeprefix("Error: ")
