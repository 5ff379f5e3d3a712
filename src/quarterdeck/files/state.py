"""Where the program keeps its own files: the user's state, cache and log folders (XDG on Linux, by platformdirs).

State is what must not be lost: consent to run demos, the image journals and locks of running shows, bookmarks of
shows.  A cache may be emptied at any time.  Nothing here creates a folder; the code that writes does, with mode 0700.

``platformdirs`` is imported when it is asked, so that the watchdog, which runs without installed packages and is told
its folders, can use the rest of this room.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

_NAME = "quarterdeck"


def consent_folder() -> Path:
    """Which demos the speaker has agreed to run: an empty file for each, named by a hash of their scripts."""
    return _state("agreed")


def journal_folder() -> Path:
    """What running shows must put right about images, and which shows are running."""
    return _state("images")


def bookmark_folder() -> Path:
    """Where shows are, so that one that was interrupted can resume."""
    return _state("shows")


def drawing_cache_folder() -> Path:
    """Pictures of SVGs and diagrams."""
    import platformdirs

    return _folder(platformdirs.user_cache_dir, "/.cache") / "drawings"


def show_log() -> Path:
    """The file for faults of the program itself during a show."""
    import platformdirs

    return _folder(platformdirs.user_log_dir, "/.local/state") / "show.log"


def _state(name: str) -> Path:
    import platformdirs

    return _folder(platformdirs.user_state_dir, "/.local/state") / name


def _folder(find: Callable[[str], str], without_home: str) -> Path:
    """Our folder of one kind; for a user without a home folder it is in ``without_home``, as if ``/`` were the home.

    Ordinary users can't write there, so they get an ``OSError`` instead of a folder called ``~`` where they are:
    platformdirs leaves the ``~`` in the path, or, in newer versions, raises.
    """
    try:
        folder = Path(find(_NAME))
    except RuntimeError:
        folder = Path("~")
    return folder if folder.is_absolute() else Path(without_home, _NAME)
