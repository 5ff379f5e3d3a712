"""The image of the seats holds the attendee's kit of the right variant, and what its exercises need."""

from __future__ import annotations

import io
import json
import subprocess
import tarfile
from pathlib import Path

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.options import Role
from quarterdeck.project.outputs.kit import kit
from quarterdeck.seats.spawner import image as module
from quarterdeck.seats.spawner.image import course, find_project, images_of, workshop_name
from quarterdeck.workshop.manifest.read import read_manifest
from support.workshop_folder import Workshop

EXERCISE = """---
title: Knock
images: [busybox:stable]
stage-image: redis:8
task: Knock at the door.
hints: ["Use your hand."]
---
```console {.solution}
$ echo knock-knock-on-wood
knock-knock-on-wood
```

```console {.verify missing="Nobody knocked."}
$ true
```
"""
SLIDES = """
{% if form == "long" %}
---
id: knock
demo: knock
duration: 9m
---
## Knock

Knock.
{% endif %}
"""
MANIFEST = """
title: Ports & doors!
forms: {short: {}, long: {}}
matrix: {role: [instructor, attendee]}
"""


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """A workshop whose long form has an exercise."""
    made = Workshop(tmp_path / "workshop")
    made.write("deck.md", "---\ntitle: Ports\n---\n# Ports\n" + SLIDES)
    made.write("demos/knock.md", EXERCISE.replace("stage-image: redis:8\n", ""))
    made.file.write_text(MANIFEST)
    return made


def test_the_variant_with_most_exercises(workshop: Workshop) -> None:
    """Without being told, it is the attendees' variant that has the exercises; its solutions are not in the kit."""
    manifest = read_manifest(workshop.path)
    project = find_project(manifest, None)
    assert list(project.deck.exercises) == ["knock"]
    assert project.deck.role is Role.ATTENDEE
    assert json.loads(course(project.deck)) == {"lang": "en", "exercises": [{"name": "knock", "minutes": 9}]}
    with tarfile.open(fileobj=io.BytesIO(module._kit_archive(kit(project, ()), course(project.deck)))) as archive:
        files = {name: archive.extractfile(name).read() for name in archive.getnames()}  # type: ignore[union-attr]
    assert {"kit/demos/knock.md", "kit/README.md", "kit/seat.json"} == set(files)
    assert b"knock-knock-on-wood" not in b"".join(files.values())


def test_a_variant_by_name(workshop: Workshop) -> None:
    """One without exercises, or that isn't there, is refused with what to do."""
    manifest = read_manifest(workshop.path)
    with pytest.raises(QuarterdeckError, match="no exercise for attendees"):
        find_project(manifest, "short-attendee")
    with pytest.raises(QuarterdeckError, match="no variant for attendees") as caught:
        find_project(manifest, "long-instructor")
    assert caught.value.first.hint is not None
    assert "long-attendee" in caught.value.first.hint


def test_images_of_exercises(workshop: Workshop) -> None:
    """Each image is in it once, with those that the organiser adds."""
    deck = find_project(read_manifest(workshop.path), None).deck
    assert images_of(deck, ("redis:8", "docker.io/library/busybox:stable")) == ("busybox:stable", "redis:8")


def test_names_of_workshops(workshop: Workshop) -> None:
    """Its title becomes a name that images and labels can have; one without letters takes its folder's."""
    manifest = read_manifest(workshop.path)
    assert workshop_name(manifest) == "ports-doors"
    workshop.file.write_text(MANIFEST.replace("Ports & doors!", "港"))
    assert workshop_name(read_manifest(workshop.path)) == "workshop"


def test_the_runtime_of_a_seat(tmp_path: Path) -> None:
    """The engine in a seat makes containers although it may not make keyrings; its other commands stay as they are."""
    for name, text in (("runc-seat", module.RUNC), ("runc", '#!/bin/bash\nprintf "%s " "$@"\n')):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)

    def told(*words: str) -> str:
        environment = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
        done = subprocess.run(
            [tmp_path / "runc-seat", *words], env=environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    assert told("--root", "/x", "create", "--bundle", "create", "id") == (
        "--root /x create --no-new-keyring --no-pivot --bundle create id"
    )
    assert told("kill", "id", "9") == "kill id 9"


def test_a_large_file_on_its_way(tmp_path: Path) -> None:
    """An archive of images is given to an engine in pieces, and arrives whole."""
    data = bytes(range(256)) * 10_001
    (tmp_path / "file").write_bytes(data)
    with (tmp_path / "file").open("rb") as file:
        sent = b"".join(module._one_file("all.tar", file))
    with tarfile.open(fileobj=io.BytesIO(sent)) as archive:
        member = archive.extractfile("all.tar")
        assert member is not None
        assert member.read() == data


def test_the_base_is_the_same_for_all_workshops(tmp_path: Path) -> None:
    """Built again, it comes from the engine's cache: its files have no times."""
    for name in ("a.whl", "quarterdeck-1.whl"):
        (tmp_path / name).write_bytes(b"wheel")
    contexts = []
    for _ in range(2):
        context = io.BytesIO()
        module._write_context(context, tmp_path)
        contexts.append(context.getvalue())
    assert contexts[0] == contexts[1]
    with tarfile.open(fileobj=io.BytesIO(contexts[0])) as archive:
        assert archive.getnames() == [
            *("Dockerfile", "runc-seat", "wheels", "quarterdeck", "wheels/a.whl", "quarterdeck/quarterdeck-1.whl")
        ]
        assert archive.getmember("runc-seat").mode == 0o755
