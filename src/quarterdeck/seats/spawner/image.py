"""Makes the image that all seats of a workshop are containers of.

It has two parts.  The *base*, of :data:`DOCKERFILE`, is Docker's engine and Quarterdeck on Debian's Python, and is the
same for all workshops.  On it come the attendee's kit, in ``/kit``, and the images that its exercises need, in
``/golden``: a container of the base is given both, loads the images into its own engine, and is committed
(:mod:`quarterdeck.seats.room.store` says why).
"""

from __future__ import annotations

import io
import json
import re
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from msgspec import Struct, structs

from quarterdeck import __version__
from quarterdeck.diagnostics import QuarterdeckError, suggestion
from quarterdeck.model.deck import Deck
from quarterdeck.model.options import Role
from quarterdeck.project.outputs.kit import kit
from quarterdeck.project.project import Project, load_project
from quarterdeck.seats.spawner import WORKSHOP_LABEL
from quarterdeck.seats.spawner.docker_hosts import CAPABILITIES
from quarterdeck.stage.docker.address import EngineAddress
from quarterdeck.stage.docker.client import engine_client
from quarterdeck.stage.docker.connection import EngineError
from quarterdeck.stage.docker.image_transfer import engine_errors, normalised, save
from quarterdeck.stage.requirements import missing_images
from quarterdeck.workshop.manifest.manifest import Manifest
from quarterdeck.workshop.manifest.variants import variants_of

REPOSITORY = "quarterdeck-seats"
BASE_REPOSITORY = "quarterdeck-seats-base"
BUILD_SECONDS = 1800.0
ASK_SECONDS = 20.0
DOCKERFILE = """\
ARG BASE
FROM $BASE
RUN apt-get update \\
 && apt-get install --yes --no-install-recommends docker.io iptables ca-certificates curl procps nano less \\
    $(apt-cache show docker-cli >/dev/null 2>&1 && echo docker-cli) \\
 && rm -rf /var/lib/apt/lists/* \\
 && ln -s "$(command -v docker-proxy || ls /usr/libexec/docker/docker-proxy)" /usr/local/bin/rootlesskit-docker-proxy
COPY wheels /wheels
ARG PIP_NO_INDEX
RUN set -- /wheels/*.whl; [ ! -e "$1" ] || pip install --no-cache-dir --no-deps "$@"
COPY quarterdeck /quarterdeck
ARG QUARTERDECK
RUN pip install --no-cache-dir --find-links /quarterdeck $QUARTERDECK
COPY runc-seat /usr/local/bin/
ENV LANG=C.UTF-8
EXPOSE 7000
ENTRYPOINT ["python3", "-m", "quarterdeck.seats.room"]
"""
RUNC = """\
#!/bin/bash
# Docker's seccomp filter lets nobody make keyrings or pivot the root, which runc does unless it is told otherwise.
words=()
told=
for word in "$@"; do
  words+=("$word")
  case $told$word in create | run) words+=(--no-new-keyring --no-pivot) told=yes ;; esac
done
exec "$(command -v runc)" "${words[@]}"
"""
"""The runtime of the engine in a seat: runc, with two options."""


class Source(Struct, frozen=True):
    """What an image is made from."""

    manifest: Manifest
    base: str
    variant: str | None = None
    """The name of the variant whose kit seats have; None: the attendees' one with most exercises."""
    wheels: Path | None = None
    """A folder with a wheel of Quarterdeck, and of all that it needs; None: pip fetches this version."""
    extra: tuple[str, ...] = ()
    """More images for every seat."""


def workshop_name(manifest: Manifest) -> str:
    """What the labels and the image of a workshop are called: its title in letters, digits and hyphens."""
    name = re.sub(r"[^a-z0-9]+", "-", manifest.title.lower()).strip("-")[:60].strip("-")
    return name or re.sub(r"[^a-z0-9]+", "-", manifest.path.parent.name.lower()).strip("-") or "workshop"


def image_name(workshop: str) -> str:
    """The image of a workshop's seats."""
    return f"{REPOSITORY}/{workshop}:latest"


def usual_base() -> str:
    """The image that a base is built on: Debian with the Python that runs this, which wheels made here are for."""
    return f"python:{sys.version_info.major}.{sys.version_info.minor}-slim"


def make_image(source: Source, engine: EngineAddress, say: Callable[[str], None]) -> str:
    """Make the image, and return its name; ``say`` is told each step.

    Raises:
        QuarterdeckError: when the deck has faults, when an image is missing, or when the engine fails.

    """
    workshop = workshop_name(source.manifest)
    project = find_project(source.manifest, source.variant)
    packed = kit(project, ())
    images = images_of(project.deck, (*source.manifest.seats.images, *source.extra))
    _refuse_missing(images, engine)
    with _faults(engine):
        base = _make_base(source, engine, say)
        say(f"putting {len(images)} images and the kit into it")
        return _fill(base, packed, course(project.deck), images, engine, workshop)


def find_project(manifest: Manifest, name: str | None) -> Project:
    """The variant of that name, or the one with most exercises, as attendees get it.

    Raises:
        QuarterdeckError: when it has faults, when there is none of that name, or when none has an exercise.

    """
    variants = [each for each in variants_of(manifest) if each.choices.role is not Role.INSTRUCTOR]
    if name is not None:
        chosen = [each for each in variants if each.name == name]
        if not chosen:
            hint = suggestion(name, [each.name for each in variants])
            raise QuarterdeckError.of(f"no variant for attendees is called '{name}'", hint=hint, code="unknown-variant")
        variants = chosen
    projects = [load_project(each.deck, structs.replace(each.choices, role=Role.ATTENDEE)) for each in variants]
    project = max(projects, key=lambda each: len(each.deck.exercises), default=None)
    if project is None or not project.deck.exercises:
        raise QuarterdeckError.of(
            f"'{manifest.title}' has no exercise for attendees, which seats are for",
            hint="'quarterdeck help exercises' says how to set one",
            code="no-exercise",
        )
    return project


def images_of(deck: Deck, extra: Iterable[str] = ()) -> tuple[str, ...]:
    """The images that the demos and exercises of a deck need, and others."""
    needed = (image for demo in deck.scripts.values() for image in (*demo.images, demo.stage_image) if image)
    return tuple(dict.fromkeys(normalised(image) for image in (*needed, *extra)))


def course(deck: Deck) -> bytes:
    """The exercises in the deck's order, with their planned minutes, as the seat's server reads them."""
    planned = {slide.exercise: slide.duration for slide in deck.slides if slide.exercise and slide.duration}
    listed = [{"name": name, "minutes": round((planned.get(name) or 0) / 60)} for name in deck.exercises]
    return json.dumps({"lang": deck.lang, "exercises": listed}).encode()


def _refuse_missing(images: Iterable[str], engine: EngineAddress) -> None:
    missing = missing_images(engine, images, ASK_SECONDS)
    if missing:
        raise QuarterdeckError.of(
            f"seats need images that the engine at {engine.url} doesn't have: {', '.join(missing)}",
            hint=f"docker pull {missing[0]}",
            code="missing-image",
        )


@contextmanager
def _faults(engine: EngineAddress) -> Iterator[None]:
    try:
        with engine_errors():
            yield
    except EngineError as error:
        raise QuarterdeckError.of(
            f"the image can't be made at {engine.url}: {error.reason}",
            hint="'docker system df' shows its disk",
            code="seats-image",
        ) from None


def _make_base(source: Source, engine: EngineAddress, say: Callable[[str], None]) -> str:
    """Build the base; layers that haven't changed come from the engine's cache."""
    say(f"building the base on {source.base}")
    tag = f"{BASE_REPOSITORY}:{__version__.replace('+', '-')}"
    arguments = {"BASE": source.base, "QUARTERDECK": "quarterdeck" if source.wheels else f"quarterdeck=={__version__}"}
    if source.wheels:
        arguments["PIP_NO_INDEX"] = "1"
    last: list[str] = []
    with tempfile.TemporaryFile() as context, engine_client(engine, BUILD_SECONDS) as client:
        _write_context(context, source.wheels)
        context.seek(0)
        api: Any = client
        events = api.build(
            fileobj=context, custom_context=True, tag=tag, rm=True, forcerm=True, decode=True,
            buildargs=arguments, network_mode="host",
        )  # fmt: skip
        for event in events:
            last = [*last[-20:], str(event.get("stream", ""))]
            if fault := event.get("error"):
                raise EngineError("".join([*last, str(fault)]))
    return tag


def _write_context(context: IO[bytes], wheels: Path | None) -> None:
    with tarfile.open(fileobj=context, mode="w") as archive:
        _add(archive, "Dockerfile", DOCKERFILE.encode())
        _add(archive, "runc-seat", RUNC.encode(), 0o755)
        for name in ("wheels", "quarterdeck"):  # what changes often is installed last
            folder = tarfile.TarInfo(name)
            folder.type, folder.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(folder)
        for wheel in sorted(wheels.glob("*.whl")) if wheels else ():
            folder_name = "quarterdeck" if wheel.name.startswith("quarterdeck-") else "wheels"
            _add(archive, f"{folder_name}/{wheel.name}", wheel.read_bytes())


def _add(archive: tarfile.TarFile, name: str, data: bytes, mode: int = 0o644) -> None:
    """Add a file without a time: the same files are taken from the engine's cache."""
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), mode
    archive.addfile(member, io.BytesIO(data))


def _fill(base: str, packed: bytes, order: bytes, images: tuple[str, ...], engine: EngineAddress, workshop: str) -> str:
    """Commit a container of the base that has the kit and the images."""
    labels = {WORKSHOP_LABEL: workshop}
    config = {
        "Image": base,
        "Cmd": ["--prepare"],
        "Labels": labels,
        "Volumes": {"/var/lib/docker": {}, "/images": {}},
        "HostConfig": {"CapAdd": list(CAPABILITIES), "SecurityOpt": ["apparmor=unconfined"], "NetworkMode": "none"},
    }
    with engine_client(engine, BUILD_SECONDS) as client:
        api: Any = client
        if not any("name=apparmor" in str(each) for each in api.info().get("SecurityOptions") or ()):
            config["HostConfig"]["SecurityOpt"] = []  # type: ignore[index]
        made = api.create_container_from_config(config)["Id"]
        try:
            api.put_archive(made, "/", _kit_archive(packed, order))
            if images:
                with tempfile.TemporaryFile() as file:
                    with save(engine, images) as pieces:
                        for piece in pieces:
                            file.write(piece)
                    api.put_archive(made, "/images", _one_file("all.tar", file))
            api.start(made)
            status = api.wait(made)["StatusCode"]
            if status:
                said = b"".join(api.logs(made, tail=20, stream=True, follow=False)).decode(errors="replace")
                raise EngineError(f"the images can't be loaded into a seat's engine:\n{said}")
            api.commit(made, repository=f"{REPOSITORY}/{workshop}", tag="latest", changes=["CMD []"])
        finally:
            with suppress(OSError, EngineError):
                api.remove_container(made, v=True, force=True)
    return image_name(workshop)


def _kit_archive(packed: bytes, order: bytes) -> bytes:
    """The kit as a tar of the folder ``kit``, from the zip of a kit, whose files lie in a folder of another name."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as source, tarfile.open(fileobj=result, mode="w") as archive:
        for name in source.namelist():
            _add(archive, f"kit/{name.partition('/')[2]}", source.read(name))
        _add(archive, "kit/seat.json", order)
    return result.getvalue()


def _one_file(name: str, file: IO[bytes]) -> Iterator[bytes]:
    """A tar of one file, in pieces."""
    member = tarfile.TarInfo(name)
    member.size = file.seek(0, io.SEEK_END)
    file.seek(0)
    yield member.tobuf()
    while data := file.read(1 << 20):
        yield data
    yield bytes(-member.size % tarfile.BLOCKSIZE + 2 * tarfile.BLOCKSIZE)
