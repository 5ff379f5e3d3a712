"""Where the files are that come with Quarterdeck: scripts, fonts, themes.

``importlib.resources`` finds them in archives too, from which this program with its compiled libraries can't run, and
takes 4 ms to load.
"""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parent
STATIC = PACKAGE / "static"
"""What the wheel's build hook makes."""
