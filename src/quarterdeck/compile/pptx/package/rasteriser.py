"""Draws SVGs as PNGs with resvg, within bounds of time and memory.

resvg takes minutes for a large blur or many masks, and a deep drawing overflows its stack, which ends the process.  So
it runs in a process of its own, unless a drawing consists of a few plain shapes and texts: formulas and most diagrams
do, and take 50 ms here.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from collections.abc import Mapping
from typing import Any

MOST_SECONDS = 10
"""Of processor time for one drawing."""
MOST_MEMORY = 3 << 30
"""Bytes of address space of the process, in which a drawing of 4096 × 4096 pixels takes 64 MB, as does each filter."""
WAIT_SECONDS = 120
"""After which a process that takes no processor time is given up, too."""
PLAIN_LENGTH, PLAIN_ELEMENTS, PLAIN_GROUPS = 1 << 20, 5_000, 30
"""Bounds of what is drawn in this process: characters, elements, and elements that may be within each other."""
_PLAIN = frozenset(
    (
        *("a", "circle", "defs", "desc", "ellipse", "g", "line", "linearGradient", "metadata", "path", "polygon"),
        *("polyline", "radialGradient", "rect", "stop", "svg", "text", "title", "tspan"),
    )
)
_GLYPHS = frozenset(("path", "rect", "svg", "symbol", "use"))
"""Of formulas: each letter is a symbol, which is used where it stands."""
_GROUPS = frozenset(("a", "g", "svg", "tspan"))
_ELEMENT = re.compile(r"<(?:[\w.-]+:)?([a-zA-Z][\w.-]*)")
_COSTLY = re.compile(
    r"<!(?!--)|dasharray|marker|mask|filter|clip-path|xml-stylesheet|<symbol[^>]*>\s*(?!<path|</symbol)"
)
_PROGRAM = """
import json, resource, sys, threading
for kind, most in zip(("RLIMIT_CPU", "RLIMIT_AS", "RLIMIT_CORE"), map(int, sys.argv[1:])):
    try:
        resource.setrlimit(getattr(resource, kind), (most, most))
    except (OSError, ValueError):
        pass
import resvg_py
asked = json.load(sys.stdin)
def draw():
    try:
        sys.stdout.buffer.write(bytes(resvg_py.svg_to_bytes(**asked)))
    except ValueError as error:
        sys.stderr.write(str(error))
threading.stack_size(512 << 20)
thread = threading.Thread(target=draw)
thread.start()
thread.join()
"""


def draw(svg: str, options: Mapping[str, Any]) -> bytes:
    """The PNG of a drawing; ``options`` are those of ``resvg_py.svg_to_bytes``.

    Raises ValueError, in words for the author, for what is no drawing, and for one that takes more than it may.
    """
    if _is_plain(svg):
        import resvg_py  # a large library that decks without drawings shouldn't load

        return bytes(resvg_py.svg_to_bytes(svg_string=svg, **options))
    import subprocess  # only such drawings need it

    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", _PROGRAM, str(MOST_SECONDS), str(MOST_MEMORY), "0"],
            input=json.dumps({**options, "svg_string": svg}).encode(),
            capture_output=True,
            check=False,
            env=environment,
            timeout=WAIT_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise ValueError(f"it takes longer than {WAIT_SECONDS} s") from None
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise ValueError(f"it takes more than {MOST_SECONDS} s of processor time")
    if done.returncode < 0:
        raise ValueError("it takes too much memory, or is nested too deeply")
    if not done.stdout:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise ValueError(said[-1] if said else f"resvg ended with status {done.returncode}")
    return done.stdout


def _is_plain(svg: str) -> bool:
    """Whether a drawing is drawn in a moment, whatever its numbers are."""
    if len(svg) > PLAIN_LENGTH or _COSTLY.search(svg):
        return False
    names = _ELEMENT.findall(svg)
    if len(names) > PLAIN_ELEMENTS or sum(name in _GROUPS for name in names) > PLAIN_GROUPS:
        return False
    return set(names) <= _PLAIN or set(names) <= _GLYPHS
