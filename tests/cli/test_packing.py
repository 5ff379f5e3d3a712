"""``quarterdeck pack`` and ``unpack`` without an engine: files, checksums, and what is refused."""

import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest

from quarterdeck.source.template.render import PACK_MARK
from quarterdeck.workshop.pack.format import VERSION, PackReader, PackWriter
from quarterdeck.workshop.pack.unpack import contents
from support.commands import quarterdeck

DECK = """\
---
title: Harbour
---

# One
{% include "modules/two.md" %}

---
demo: greet
---

# Three
"""
DEMO = """\
Say it.

```console
$ cat words.txt
ahoy
```
"""


@pytest.fixture
def deck(tmp_path: Path) -> Path:
    """A project with an include, a translation and a demo that is a folder."""
    folder = tmp_path / "project" / "decks" / "harbour"
    demo = tmp_path / "project" / "demos" / "greet"
    (folder / "modules").mkdir(parents=True)
    demo.mkdir(parents=True)
    (folder / "deck.md").write_text(DECK)
    (folder / "deck.de.md").write_text("# Eins {#one}\n")
    (folder / "modules" / "two.md").write_text("---\n\n# Two\n")
    (demo / "demo.md").write_text(DEMO)
    (demo / "words.txt").write_text("ahoy\n")
    return folder


@pytest.fixture
def packed(deck: Path, tmp_path: Path) -> Path:
    """Its pack."""
    ran = quarterdeck("pack", deck, "-o", "harbour.qdpack", cwd=tmp_path)
    assert ran.status == 0, ran.err
    assert "0 images" in ran.out.splitlines()[0]
    return tmp_path / "harbour.qdpack"


def test_a_deck_comes_back(packed: Path, tmp_path: Path) -> None:
    """The unpacked deck builds, with its include and its demo's files, to the same PPTX."""
    ran = quarterdeck("unpack", "harbour.qdpack", cwd=tmp_path)
    assert ran.status == 0, ran.err
    assert ran.out.splitlines()[-1] == "start the talk with: quarterdeck present harbour/decks/harbour"
    assert (tmp_path / "harbour/demos/greet/words.txt").read_text() == "ahoy\n"
    assert (tmp_path / "harbour/decks/harbour/deck.de.md").exists()
    built = quarterdeck("build", "harbour/decks/harbour", "-o", "again", cwd=tmp_path)
    assert built.status == 0, built.err
    assert (tmp_path / "again/harbour.pptx").read_bytes() == (tmp_path / "harbour/out/harbour.pptx").read_bytes()


def test_the_same_deck_gives_the_same_pack(deck: Path, packed: Path, tmp_path: Path) -> None:
    """Packs can be compared by their checksum."""
    quarterdeck("pack", deck, "-o", "again.qdpack", cwd=tmp_path)
    assert (tmp_path / "again.qdpack").read_bytes() == packed.read_bytes()


def test_nothing_is_written_over(packed: Path, tmp_path: Path) -> None:
    """Unpacking twice is fine; a file that was changed meanwhile stays, and nothing else is written."""
    assert quarterdeck("unpack", packed, "-o", "there", cwd=tmp_path).status == 0
    assert quarterdeck("unpack", packed, "-o", "there", cwd=tmp_path).status == 0
    (tmp_path / "there/decks/harbour/deck.md").write_text("# Mine\n")
    (tmp_path / "there/out/harbour.html").unlink()
    ran = quarterdeck("unpack", packed, "-o", "there", cwd=tmp_path)
    assert ran.status == 1
    assert "there/decks/harbour/deck.md already exists" in ran.err
    assert (tmp_path / "there/decks/harbour/deck.md").read_text() == "# Mine\n"
    assert not (tmp_path / "there/out/harbour.html").exists()


def test_half_a_pack(packed: Path, tmp_path: Path) -> None:
    """A file that was not copied whole is refused in one message."""
    packed.write_bytes(packed.read_bytes()[:-8000])
    ran = quarterdeck("unpack", packed.name, cwd=tmp_path)
    assert (ran.status, ran.out) == (1, "")
    assert "not a pack, or incomplete" in ran.err
    assert "copy it here again" in ran.err
    assert not (tmp_path / "harbour").exists()


def test_a_missing_pack(tmp_path: Path) -> None:
    """The message names the file."""
    ran = quarterdeck("unpack", "nothing.qdpack", cwd=tmp_path)
    assert ran.status == 1
    assert "no such file: nothing.qdpack" in ran.err


def altered(packed: Path, path: str) -> None:
    """Give one file of the pack another path, in its manifest and in the archive."""
    buffer = io.BytesIO()
    with tarfile.open(packed) as old, tarfile.open(fileobj=buffer, mode="w") as new:
        for member in old:
            source = old.extractfile(member)
            data = source.read() if source else b""
            if member.name == "pack.json":
                manifest = json.loads(data)
                manifest["files"][path] = manifest["files"].pop("demos/greet/words.txt")
                data = json.dumps(manifest).encode()
            elif member.name == "files/demos/greet/words.txt":
                member.name = f"files/{path}"
            member.size = len(data)
            new.addfile(member, io.BytesIO(data))
    packed.write_bytes(buffer.getvalue())


@pytest.mark.parametrize("path", ["../evil.txt", "/tmp/evil.txt", "demos/../../evil.txt", "demos\\..\\evil.txt"])
def test_paths_that_lead_out(path: str, packed: Path, tmp_path: Path) -> None:
    """A pack of somebody else's can't write beside the folder it is unpacked into."""
    altered(packed, path)
    ran = quarterdeck("unpack", packed.name, cwd=tmp_path)
    assert ran.status == 1
    assert "leads out of its folder" in ran.err
    assert not (tmp_path / "harbour").exists()
    assert not list(tmp_path.rglob("*evil*"))


def test_a_link_that_leads_out(packed: Path, tmp_path: Path) -> None:
    """A link that lies in the folder already doesn't lead files elsewhere."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "harbour").mkdir()
    (tmp_path / "harbour" / "demos").symlink_to(elsewhere)
    ran = quarterdeck("unpack", packed.name, cwd=tmp_path)
    assert ran.status == 1
    assert "leads out" in ran.err
    assert not list(elsewhere.iterdir())


def test_a_missing_engine(deck: Path, tmp_path: Path) -> None:
    """Images can't be packed without an engine; the hint says how to leave them out, and nothing is left."""
    script = deck.parent.parent / "demos/greet/demo.md"
    script.write_text("---\nimages: [busybox:1.35]\n---\n" + DEMO)
    dead = {"DOCKER_HOST": "unix:///nowhere/docker.sock"}
    ran = quarterdeck("pack", deck, "-o", "harbour.qdpack", cwd=tmp_path, environ=dead)
    assert ran.status == 1
    assert "--no-images" in ran.err
    assert not list(tmp_path.glob("harbour.qdpack*"))
    assert quarterdeck("pack", deck, "--no-images", cwd=tmp_path, environ=dead).status == 0


def test_the_mark_of_a_pack(packed: Path, tmp_path: Path) -> None:
    """The folder says what was unpacked into it, and is the root of the project there."""
    quarterdeck("unpack", packed, cwd=tmp_path)
    mark = json.loads((tmp_path / "harbour" / PACK_MARK).read_text())
    assert mark["deck"] == "decks/harbour"
    assert mark["images"] == {}


MANIFEST_JSON = [{"Config": "c.json", "RepoTags": ["busybox:1.35"], "Layers": []}]
INDEX_JSON = {
    "manifests": [
        {
            "annotations": {
                "io.containerd.image.name": "docker.io/library/busybox:1.35",
                "org.opencontainers.image.ref.name": "1.35",
            }
        }
    ]
}
ARCHIVE: dict[str, object] = {
    "manifest.json": MANIFEST_JSON,
    "repositories": {"busybox": {"1.35": "abc"}},
    "index.json": INDEX_JSON,
}
"""The members of an image's archive that give it names, as docker save writes them."""


def packed_image(path: Path, members: dict[str, object], **changes: object) -> None:
    """A pack with an image of these members; ``changes`` are made in the list of each."""
    with PackWriter(path) as writer:
        listed = []
        for name, value in members.items():
            data = json.dumps(value).encode()
            checksum = writer.add_blob(len(data), io.BytesIO(data))
            listed.append({"name": name, "size": len(data), "sha256": checksum, **changes})
        image = json.dumps({"reference": "busybox:1.35", "id": "i", "content": "c", "members": listed}).encode()
        writer.add("images/0001.json", image)
        lists = {"images/0001.json": hashlib.sha256(image).hexdigest()}
        told = {"version": VERSION, "deck": "deck.md", "files": {}, "images": lists}
        writer.add("pack.json", json.dumps(told).encode())
        writer.finish()


PODMANS: dict[str, object] = {"manifest.json": [{"RepoTags": ["localhost/busybox:1.35"]}]}


@pytest.mark.parametrize("archive", [ARCHIVE, PODMANS], ids=["docker", "podman"])
def test_names_of_a_packed_image(archive: dict[str, object], tmp_path: Path) -> None:
    """Those that docker save writes are the image's own."""
    packed_image(tmp_path / "a.qdpack", archive)
    with PackReader(tmp_path / "a.qdpack") as reader:
        assert [image.reference for image in contents(reader, "a.qdpack").images] == ["busybox:1.35"]


FORGED: dict[str, tuple[dict[str, object], dict[str, object]]] = {
    "another tag": ({"manifest.json": [{"RepoTags": ["busybox:1.35", "postgres:16"]}]}, {}),
    "another image": ({"manifest.json": [*MANIFEST_JSON, {"RepoTags": ["nginx"]}]}, {}),
    "an old list": ({"repositories": {"nginx": {"latest": "abc"}}}, {}),
    "an index": ({"index.json": {"manifests": [{"annotations": {"io.containerd.image.name": "nginx:1"}}]}}, {}),
    "an index's short name": (
        {"index.json": {"manifests": [{"annotations": {"org.opencontainers.image.ref.name": "nginx:1"}}]}}, {}
    ),
    "a list in disguise": ({"./x/../manifest.json": [{"RepoTags": ["nginx:1"]}]}, {}),
    "a name cut short": ({"manifest.json\0x": [{"RepoTags": ["nginx:1"]}]}, {}),
    "a list behind a link": ({"manifest.json": MANIFEST_JSON}, {"link": "other.json"}),
    "a list behind a member": ({"layer.tar": "x" * 3000}, {"size": 10}),
    "no list": ({"manifest.json": "RepoTags"}, {}),
}  # fmt: skip


@pytest.mark.parametrize(("members", "changes"), FORGED.values(), ids=FORGED.keys())
def test_names_that_an_image_would_take(members: dict[str, object], changes: dict[str, object], tmp_path: Path) -> None:
    """The pack is refused before anything of it is written or loaded; this machine may have images of these names."""
    packed_image(tmp_path / "forged.qdpack", members, **changes)
    ran = quarterdeck("unpack", "forged.qdpack", cwd=tmp_path)
    assert (ran.status, ran.out) == (1, "")
    assert "busybox:1.35" in ran.err
    assert not (tmp_path / "forged").exists()
