"""Where the program keeps its own files: the user's state, cache and log folders (XDG on Linux, by platformdirs).

State is what must not be lost: consent to run demos, the image journals and locks of running shows, bookmarks of
shows.  A cache may be emptied at any time.  Nothing here creates a folder; whoever writes does, with mode 0700.

``platformdirs`` is imported when it is asked, so that the watchdog, which runs without installed packages and is told
its folders, can use the rest of this room.
"""

from __future__ import annotations

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

    return _absolute(platformdirs.user_cache_dir(_NAME)) / "drawings"


def show_log() -> Path:
    """The file for faults of the program itself during a show."""
    import platformdirs

    return _absolute(platformdirs.user_log_dir(_NAME)) / "show.log"


def _state(name: str) -> Path:
    import platformdirs

    return _absolute(platformdirs.user_state_dir(_NAME)) / name


def _absolute(folder: str) -> Path:
    """For a user without a home folder platformdirs leaves the ``~``: then the root folder counts as home.

    Ordinary users can't write there, so they get an ``OSError`` instead of a folder called ``~`` where they are.
    """
    path = Path(folder)
    return path if path.is_absolute() else Path("/", *path.parts[1:])
