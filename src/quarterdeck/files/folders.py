"""Folders that are not a deck's: the user's for state, cache and logs; those of stages, and what of a demo's they get.

The user's folders are those of XDG on Linux, by platformdirs.  State is what must not be lost: consent to run demos,
the image journals and locks of running shows, bookmarks of shows.  A cache may be emptied at any time.  Nothing here
creates a folder; the code that writes does, with mode 0700.  ``platformdirs`` is imported when it is asked, so that the
watchdog, which runs without installed packages and is told its folders, can use the rest of this room.

A stage gets exactly the files of a demo's folder, and a change to any of them changes the demo.  Consent to run a demo
covers these files, so no other file may reach the stage.

Finished drawings are cached: drawing an SVG as a PNG takes a tenth of a second, as long as building thirty slides,
and a diagram takes two seconds; the result is the same each time.  That folder may be emptied, shared by processes or
made read-only at any time: a drawing that isn't found is drawn again.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from quarterdeck.files.atomic import replace_file
from quarterdeck.files.locks import hold, is_held

_NAME = "quarterdeck"
STAGE_PREFIX = "quarterdeck-"
"""The beginning of the names of stages' temporary folders; eight characters follow."""
_STAGE_NAME = re.compile(rf"{STAGE_PREFIX}[a-z0-9_]{{8}}")
YOUNG_SECONDS = 60.0
"""A stage's folder is locked by then, or the process that made it has ended."""


def consent_folder() -> Path:
    """Which demos the speaker has agreed to run: an empty file for each, named by a hash of their scripts."""
    return _state("agreed")


def journal_folder() -> Path:
    """What running shows must put right about images, and which shows are running."""
    return _state("images")


def bookmark_folder() -> Path:
    """Where shows are, so that one that was interrupted can resume."""
    return _state("shows")


def desk_folder() -> Path:
    """What the front desks of workshops must not lose when they are killed: who sits where."""
    return _state("desks")


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


class StageFolder:
    """A temporary folder of a stage, locked until it is removed, so that it isn't taken for abandoned."""

    def __init__(self, adopt: Callable[[Path], None] | None, within: str | None = None) -> None:
        """Make it, in ``within`` or the system's folder for temporary files.  Raises OSError.

        ``adopt`` is called with it before it is there, so that it can be removed after a show that is killed.
        """
        import secrets  # with tempfile, a millisecond that builds shouldn't pay
        import tempfile

        while (path := Path(within or tempfile.gettempdir(), f"{STAGE_PREFIX}{secrets.token_hex(4)}")).exists():
            continue
        if adopt is not None:
            adopt(path)
        path.mkdir(mode=0o700)
        self.path = path
        self._lock: int | None = hold(path)

    def remove(self) -> None:
        """Remove it with all that is in it; what can't be removed stays.  A second call tries again."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        shutil.rmtree(self.path, ignore_errors=True)


def is_stage_folder(folder: Path) -> bool:
    """Whether a folder is the temporary folder of a stage, by its name and place: only those are ever removed."""
    return (
        _STAGE_NAME.fullmatch(folder.name) is not None
        and folder.parent.resolve() in _temporary_folders()
        and not folder.is_symlink()
    )


def abandoned_stage_folders() -> list[Path]:
    """The user's stage folders that no show uses any more: files of another user in them, or a power cut, kept them."""
    found = (path for top in _temporary_folders() for path in sorted(top.glob(f"{STAGE_PREFIX}*")))
    return [path for path in found if is_stage_folder(path) and _is_own_and_old(path) and not is_held(path)]


def _is_own_and_old(folder: Path) -> bool:
    try:
        about = folder.lstat()
    except OSError:
        return False
    return about.st_uid == os.getuid() and time.time() - about.st_mtime > YOUNG_SECONDS


def _temporary_folders() -> list[Path]:
    import tempfile

    return sorted({Path(name).resolve() for name in (tempfile.gettempdir(), "/tmp")})


TOOLS_FOLDERS = frozenset({".git", "__pycache__"})
"""Folders that tools keep next to an author's files; they belong to no demo."""
LEFTOVERS = ("*~", "#*#", ".#*", "*.bak", "*.orig", "*.rej", "*.sw[op]", "*.tmp", "*.pyc", "Thumbs.db", "desktop.ini")
"""Names of files that editors, merges and systems leave beside an author's."""
_RECORDING = ".cast"


def demo_files(folder: Path | None, script: Path) -> Iterator[Path]:
    """Yield every file of a demo's folder in the order of their paths; links to folders count as files.

    Its script in any language, recordings, and folders of tools are left out.  ``folder`` is None for a demo without
    one.  Raises OSError when a folder can't be read.
    """
    if folder is not None:
        yield from sorted(path for path in _below(folder) if not _is_script(path, folder, script))


def _is_script(path: Path, folder: Path, script: Path) -> bool:
    """Whether it is ``demo.md`` or its translation, ``demo.de.md``."""
    name = script.name.partition(".")[0]
    return path.parent == folder and path.suffix == script.suffix and path.name.partition(".")[0] == name


def _below(folder: Path) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name in TOOLS_FOLDERS or entry.name.endswith(_RECORDING):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _below(Path(entry.path))
            elif entry.is_file() or entry.is_symlink():
                yield Path(entry.path)


def is_leftover(file: Path) -> bool:
    """Whether an editor, a merge or the system has left it there: a backup, a swap file, an index of pictures."""
    return any(fnmatchcase(file.name, pattern) for pattern in LEFTOVERS)


MOST_BYTES = 64_000_000
"""Bytes of all cached drawings; beyond that, those used least recently are removed."""
ENDS = {"png": b"IEND\xaeB`\x82", "svg": b"</svg>"}
"""How whole files end: a PNG with its last chunk (PNG 3, 11.2.5)."""


def cached_drawing(kind: str, description: Iterable[str], draw: Callable[[], bytes]) -> bytes:
    """Return the cached drawing for a description, or call ``draw`` and cache what it returns.

    ``kind`` is ``png`` or ``svg``.  When ``draw`` raises, nothing is cached.
    """
    folder = drawing_cache_folder()
    path = folder / f"{_name(description)}.{kind}"
    with contextlib.suppress(OSError):
        data = path.read_bytes()
        if data.rstrip().endswith(ENDS[kind]):
            with contextlib.suppress(OSError):
                os.utime(path)  # it was used now
            return data
    data = draw()
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_file(path, data, durable=False)
        _limit(folder)
    return data


def _name(description: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in description:
        digest.update(f"{len(part)} {part}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _limit(folder: Path) -> None:
    """Remove the files used least recently until a quarter of the space is free."""
    entries: list[tuple[os.stat_result, str]] = []
    with os.scandir(folder) as found:
        for entry in found:
            with contextlib.suppress(FileNotFoundError):  # another program removes some, too, and renames what it wrote
                entries.append((entry.stat(), entry.path))
    total = sum(about.st_size for about, _ in entries)
    if total <= MOST_BYTES:
        return
    for about, path in sorted(entries, key=lambda entry: entry[0].st_mtime_ns):
        if total <= MOST_BYTES * 3 / 4:
            return
        Path(path).unlink(missing_ok=True)
        total -= about.st_size
