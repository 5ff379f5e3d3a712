"""The images that all seats share, kept in the image of the seats itself.

A seat has an engine of its own, with a store of its own.  If each loaded the workshop's images, that would take five
seconds and hundreds of megabytes a seat.  So they are loaded once, while the image of the seats is made, and the
layers of that store are put into a folder of the image (:func:`fill`).  A seat's store then has links to them
(:func:`link`): it takes a megabyte, and a host reads each file once for all its seats.  Nobody can change them for
others, because a seat sees them through its own overlay.

Layers of Docker's store ``overlay2`` lie in ``overlay2/NAME/diff``; ``overlay2/NAME/link`` has a short name, and
``overlay2/NAME/lower`` the short names of the layers below, ``l/SHORT:l/SHORT``.  What a layer removes is in it as a
device node or an attribute of a folder, which a layer of the image of the seats can't hold: its own overlay would take
them for its own.  So they are noted in a file, and :func:`link` makes a layer of them alone, directly below the
layer that they belong to.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

LAYERS = "overlay2"
REMOVED = "removed.json"
"""What the layers remove: ``{layer: {"files": [path, …], "folders": [path, …]}}``, the contents of folders."""
OPAQUE = ("trusted.overlay.opaque", "user.overlay.opaque")
"""The attribute of a folder that hides what is below; the second where root is root in a user namespace only."""
SUFFIX = "-removed"
"""Of the layer that removes for another one."""
_FILES = ("link", "lower", "committed")
_WHITEOUT = os.makedev(0, 0)


def fill(data: Path, shared: Path) -> None:
    """Put the images of a stopped engine, whose data are at ``data``, into the folder ``shared``.

    Raises:
        OSError: when the disk is full, for instance.
        subprocess.CalledProcessError: when ``tar`` fails.

    """
    shared.mkdir(parents=True, exist_ok=True)
    shutil.copytree(data / "image", shared / "image", symlinks=True)
    removed: dict[str, dict[str, list[str]]] = {}
    for layer in _layers(data):
        target = shared / LAYERS / layer.name
        target.mkdir(parents=True)
        for name in _FILES:
            if (layer / name).exists():
                shutil.copy2(layer / name, target / name)
        files, folders = sorted(_whiteouts(layer / "diff")), sorted(_opaque(layer / "diff"))
        _copy(layer / "diff", target / "diff", files)
        if files or folders:
            removed[layer.name] = {"files": files, "folders": folders}
    (shared / REMOVED).write_text(json.dumps(removed), "utf-8")


def link(shared: Path, data: Path) -> None:
    """Give an engine that hasn't run yet the images of ``shared``; does nothing without any, or for one that has run.

    Raises:
        OSError: when the disk is full, for instance.

    """
    if not (shared / LAYERS).is_dir() or (data / LAYERS).exists():
        return
    removed = json.loads((shared / REMOVED).read_text("utf-8"))
    shorts = {layer.name: (layer / "link").read_text("utf-8") for layer in _layers(shared)}
    below = {f"l/{shorts[name]}": f"l/{shorts[name]}:l/{_short(shorts[name])}" for name in removed}
    (data / LAYERS / "l").mkdir(parents=True)
    shutil.copytree(shared / "image", data / "image", symlinks=True)
    for layer in _layers(shared):
        own = data / LAYERS / layer.name
        _folder(own)
        (own / "diff").symlink_to(layer / "diff")
        (data / LAYERS / "l" / shorts[layer.name]).symlink_to(f"../{layer.name}/diff")
        lowers = [below.get(part, part) for part in _lowers(layer)]
        if layer.name in removed:
            _make_removed(own, _short(shorts[layer.name]), removed[layer.name], layer / "diff")
            lowers.insert(0, f"l/{_short(shorts[layer.name])}")
        for name, text in (("link", shorts[layer.name]), ("lower", ":".join(lowers)), ("committed", "")):
            if text or (layer / name).exists():
                (own / name).write_text(text, "utf-8")


def _short(name: str) -> str:
    """The short name of the layer that removes for the layer of that short name: as long, since mounts are limited."""
    return name[1:] + name[0].lower()


def _lowers(layer: Path) -> list[str]:
    file = layer / "lower"
    return file.read_text("utf-8").split(":") if file.exists() else []


def _layers(store: Path) -> Iterator[Path]:
    return (each for each in sorted((store / LAYERS).iterdir()) if each.name != "l" and (each / "link").exists())


def _folder(path: Path) -> None:
    """A layer's folder, as the engine makes it."""
    path.mkdir(mode=0o710)
    (path / "work").mkdir(mode=0o700)


def _copy(source: Path, target: Path, without: Iterable[str]) -> None:
    """Copy a layer with owners, attributes, devices and hard links, except what only marks something as removed."""
    target.mkdir()
    attributes = ("--xattrs", "--xattrs-include=*", "--xattrs-exclude=*.overlay.*")
    listed = "".join(f"./{path}\n" for path in without).encode(errors="surrogateescape")
    pack = ["tar", *attributes, "--anchored", "--no-wildcards", "--exclude-from=-"]
    with subprocess.Popen(
        [*pack, "--directory", str(source), "--create", "--file=-", "."], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as packing:
        unpack = ["tar", *attributes, "--directory", str(target), "--same-owner", "--extract", "--file=-"]
        with subprocess.Popen(unpack, stdin=packing.stdout) as unpacking:
            assert packing.stdin is not None
            assert packing.stdout is not None
            packing.stdout.close()
            packing.stdin.write(listed)
            packing.stdin.close()
    for done in (packing, unpacking):
        if done.returncode:
            raise subprocess.CalledProcessError(done.returncode, "tar")


def _whiteouts(folder: Path) -> Iterator[str]:
    """The files that a layer removes, as paths in it."""
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent, name)
            found = path.lstat()
            if stat.S_ISCHR(found.st_mode) and found.st_rdev == _WHITEOUT:
                yield str(path.relative_to(folder))


def _opaque(folder: Path) -> Iterator[str]:
    """The folders of a layer whose contents below it removes, as paths in it."""
    for parent, _, _ in os.walk(folder):
        for name in OPAQUE:
            with suppress(OSError):
                if os.getxattr(parent, name, follow_symlinks=False) == b"y":
                    yield str(Path(parent).relative_to(folder))
                    break


def _make_removed(own: Path, short: str, removed: Mapping[str, list[str]], diff: Path) -> None:
    """Make the layer that removes what ``own`` removes."""
    layer = own.with_name(own.name + SUFFIX)
    _folder(layer)
    (layer / "diff").mkdir()
    (layer / "link").write_text(short, "utf-8")
    (layer / "committed").touch()
    (own.parent / "l" / short).symlink_to(f"../{layer.name}/diff")
    for path in removed["folders"]:
        _like(layer / "diff", diff, Path(path))
        _set_opaque(layer / "diff" / path)
    for path in removed["files"]:
        _like(layer / "diff", diff, Path(path).parent)
        os.mknod(layer / "diff" / path, stat.S_IFCHR, _WHITEOUT)


def _like(layer: Path, diff: Path, folder: Path) -> None:
    """Make a folder and its parents with the owner and mode that they have in ``diff``."""
    for each in (*reversed(folder.parents), folder):
        if not (layer / each).exists():
            (layer / each).mkdir()
            found = (diff / each).stat()
            os.chown(layer / each, found.st_uid, found.st_gid)
            (layer / each).chmod(stat.S_IMODE(found.st_mode))


def _set_opaque(folder: Path) -> None:
    try:
        os.setxattr(folder, OPAQUE[0], b"y")
    except PermissionError:  # root in a user namespace only
        os.setxattr(folder, OPAQUE[1], b"y")
