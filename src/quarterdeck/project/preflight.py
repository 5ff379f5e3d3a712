"""What is looked at before the first slide of a show: whatever could stop a demo from running.

Each finding says what is so, and what to do about it.  A demo that can't run is a lesser evil
where it has a recording, which takes over at one key.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec import Struct

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.files.locks import running_shows
from quarterdeck.files.state import journal_folder
from quarterdeck.model.demo import Demo
from quarterdeck.model.options import SHOW_PORT
from quarterdeck.project.doctor import Finding, Grade
from quarterdeck.project.project import Project
from quarterdeck.stage.cleanup.sweep import Scope
from quarterdeck.stage.docker.address import AddressKind, EngineAddress, find_engine
from quarterdeck.stage.docker.client import engine_client, probe
from quarterdeck.stage.docker.connection import EngineError
from quarterdeck.stage.requirements import is_taken, missing_images

if TYPE_CHECKING:
    from quarterdeck.stage.docker.transport import SdkClient

_T = TypeVar("_T", list[Any], dict[str, Any])

ASK_SECONDS = 5.0
"""How long the engine may take for an answer: what a busy one doesn't say in time is not looked at."""
CLOCK_SECONDS = 5.0
"""By how much the engine's clock may differ from this machine's: certificates and logins tell more apart."""
LISTED = 6
"""More good things than these are counted instead of named."""
RECORD = "'quarterdeck rehearse' records them, where there is an engine"


class EngineState(Struct, frozen=True):
    """What the engine has that demos care about."""

    address: EngineAddress
    title: str
    """``Docker 20.10.24 at unix:///…``."""
    missing: tuple[str, ...]
    """The images wanted that it lacks."""
    publishers: Mapping[int, str]
    """The names of containers that publish ports, by port."""
    ahead: float
    """Seconds by which its clock is ahead of this machine's."""
    leftovers: tuple[str, ...] = ()
    """Containers of shows that have ended: after a power cut, or where the engine was down."""


async def look_at_engine(images: Sequence[str]) -> EngineState:
    """Ask the engine all at once.

    Raises:
        QuarterdeckError: when it can't be found, or doesn't answer.

    """
    address = find_engine(os.environ)
    info, missing, publishers, ahead, leftovers = await asyncio.gather(
        probe(address, timeout=ASK_SECONDS),
        asyncio.to_thread(missing_images, address, images, ASK_SECONDS),
        asyncio.to_thread(_publishers, address),
        asyncio.to_thread(_clock_ahead, address),
        asyncio.to_thread(_leftovers, address),
    )
    title = f"{info.name} {info.version} at {address.url}"
    return EngineState(address, title, missing, publishers, ahead, leftovers)


def wanted_images(project: Project) -> tuple[str, ...]:
    """Every image that the deck and its demos name, once."""
    return tuple(dict.fromkeys((*project.deck.images, *images_of(project.deck.scripts.values()))))


def images_of(demos: Iterable[Demo]) -> tuple[str, ...]:
    """Every image that demos name, once."""
    return tuple(dict.fromkeys(image for demo in demos for image in (*demo.images, demo.stage_image) if image))


def examine(project: Project, engine: EngineState | None, why_not: QuarterdeckError | str | None) -> list[Finding]:
    """Every finding about a show.

    Args:
        project: The deck with its recordings.
        engine: What demos run against; None for a show that plays recordings.
        why_not: Why it plays them; None when the speaker wants it to.

    """
    demos = [demo for demo in project.deck.demos.values() if demo.shown_steps]
    if engine is None:
        return [_plan(project), _no_engine(why_not), *_recordings(demos, project, Grade.LOST, "there is none of {}")]
    return [
        _plan(project),
        Finding("engine", Grade.GOOD, engine.title),
        *_clock(engine),
        *_names(engine),
        *_tools(demos, project),
        *_images(demos, project, engine),
        *_ports(demos, project, engine),
        *_recordings(demos, project, Grade.CURED, "nothing stands behind {}, should a step fail"),
    ]


def links(project: Project, port: int) -> list[Finding]:
    """Where links of a PPTX to the demos lead, when that isn't to this show by itself; port 0 is any that is free."""
    if port == SHOW_PORT or not any(slide.demo for slide in project.deck.slides):
        return []
    built = f"of a PPTX built with --port {port} lead here, of others to port {SHOW_PORT}"
    return [Finding("links", Grade.GOOD, built if port else f"of a PPTX lead to port {SHOW_PORT}, not here")]


def _no_engine(why_not: QuarterdeckError | str | None) -> Finding:
    match why_not:
        case None:
            return Finding("engine", Grade.GOOD, "none: the recordings are played")
        case str():
            return Finding("engine", Grade.CURED, why_not)
        case QuarterdeckError(diagnostics=(first, *_)):
            return Finding("engine", Grade.CURED, f"{first.message}: the recordings are played", first.hint)
    raise AssertionError(why_not)


def _plan(project: Project) -> Finding:
    """What will be given, and for how long: the speaker sees at a glance whether it is the right deck."""
    shown = [placed.slide for placed in project.slides if not placed.slide.hidden]
    slides, demos = len(shown), len({slide.demo for slide in shown if slide.demo})
    parts = [f"{slides} slide{'s' * (slides != 1)}", f"{demos} demo{'s' * (demos != 1)}"]
    if project.deck.duration:
        parts.append(f"{project.deck.duration / 60:g} minutes planned")
    return Finding("plan", Grade.GOOD, ", ".join(parts))


def _clock(engine: EngineState) -> Iterator[Finding]:
    if abs(engine.ahead) > CLOCK_SECONDS:
        side = "ahead" if engine.ahead > 0 else "behind"
        yield Finding(
            "clock",
            Grade.CURED,
            f"the engine's clock is {abs(engine.ahead):.0f} s {side} of this machine's",
            "restart the engine; its machine may have slept",
        )
    else:
        yield Finding("clock", Grade.GOOD, "the engine's is this machine's")


def _names(engine: EngineState) -> Iterator[Finding]:
    """Demos' names are the stage's own, so the speaker's are never in the way; what former shows left may be."""
    if engine.leftovers:
        yield Finding(
            "names",
            Grade.CURED,
            f"left of a show that was cut off: {_listed(engine.leftovers)}; they take memory, and perhaps ports",
            "quarterdeck clean",
        )


def _tools(demos: Sequence[Demo], project: Project) -> Iterator[Finding]:
    wanted = {tool: [d for d in demos if tool in d.requires] for demo in demos for tool in demo.requires}
    absent = {tool: users for tool, users in wanted.items() if shutil.which(tool) is None}
    for tool, users in absent.items():
        yield _trouble("tools", f"'{tool}' is not on the PATH", f"install {tool}", users, project)
    if wanted and not absent:
        yield Finding("tools", Grade.GOOD, _listed(list(wanted)))


def _images(demos: Sequence[Demo], project: Project, engine: EngineState) -> Iterator[Finding]:
    for image in engine.missing:
        users = [demo for demo in demos if image in (*demo.images, demo.stage_image)]
        yield _trouble("images", f"{image} is missing", f"docker pull {image}", users, project)
    there = [image for image in wanted_images(project) if image not in engine.missing]
    if there:
        yield Finding("images", Grade.GOOD, _listed(there))


def _ports(demos: Sequence[Demo], project: Project, engine: EngineState) -> Iterator[Finding]:
    wanted = {port: [d for d in demos if port in d.ports] for demo in demos for port in demo.ports}
    free = []
    for port, users in wanted.items():
        if port in engine.publishers:
            name = engine.publishers[port]
            yield _trouble(
                "ports", f"{port} is published by the container '{name}'", f"docker stop {name}", users, project
            )
        elif engine.address.kind is AddressKind.UNIX and is_taken(port):
            yield _trouble(
                "ports", f"{port} is in use", f"end what uses it; 'ss -ltnp sport = :{port}' names it", users, project
            )
        else:
            free.append(str(port))
    if free:
        yield Finding("ports", Grade.GOOD, f"{_listed(free)} free")


def _recordings(demos: Sequence[Demo], project: Project, absence: Grade, words: str) -> Iterator[Finding]:
    """The demos without one, in ``words``, and those whose script has changed since."""
    absent = [demo.name for demo in demos if demo.name not in project.casts]
    stale = [demo.name for demo in demos if _stale(demo, project)]
    if absent:
        yield Finding("recordings", absence, words.format(", ".join(absent)), RECORD)
    if stale:
        yield Finding("recordings", Grade.CURED, f"of an older script: {', '.join(stale)}", RECORD)
    if demos and not absent and not stale:
        yield Finding("recordings", Grade.GOOD, f"of {'the demo' if len(demos) == 1 else f'all {len(demos)} demos'}")


def _stale(demo: Demo, project: Project) -> bool:
    cast = project.casts.get(demo.name)
    return cast is not None and cast.script_hash != demo.script_hash


def _trouble(what: str, fault: str, remedy: str, users: Sequence[Demo], project: Project) -> Finding:
    """A fault that keeps demos from running: cured where each of them has a recording."""
    names = ", ".join(demo.name for demo in users)
    if not users:
        return Finding(what, Grade.CURED, fault, remedy)
    lost = [demo.name for demo in users if demo.name not in project.casts]
    if lost:
        return Finding(what, Grade.LOST, f"{fault}, and {', '.join(lost)} has no recording to play instead", remedy)
    return Finding(what, Grade.CURED, f"{fault}; for {names}, which can be played from its recording", remedy)


def _listed(things: Sequence[str]) -> str:
    """The things themselves where they are few, else how many there are."""
    return ", ".join(things) if len(things) <= LISTED else f"all {len(things)}"


def _publishers(address: EngineAddress) -> dict[int, str]:
    containers = _answer(address, lambda engine: engine.containers(), [])
    return {
        port["PublicPort"]: container["Names"][0].removeprefix("/")
        for container in containers
        for port in container.get("Ports") or []
        if "PublicPort" in port and container.get("Names")
    }


def _clock_ahead(address: EngineAddress) -> float:
    time = _answer(address, lambda engine: engine.info(), {}).get("SystemTime")
    if not time:  # Podman doesn't say
        return 0.0
    return (datetime.fromisoformat(time) - datetime.now(UTC)).total_seconds()


def _leftovers(address: EngineAddress) -> tuple[str, ...]:
    """Containers with a show's label, unless a show is running that they may belong to."""
    if running_shows(journal_folder()):
        return ()
    containers = _answer(address, lambda engine: engine.containers(all=True, filters=Scope().filters()), [])
    return tuple(container["Names"][0].removeprefix("/") for container in containers if container.get("Names"))


def _answer(address: EngineAddress, request: Callable[[SdkClient], _T], default: _T) -> _T:
    """What the engine answers to a request; ``default`` where it doesn't in time: that isn't reported then."""
    try:
        with engine_client(address, ASK_SECONDS) as engine:
            return request(engine)
    except (OSError, EngineError):
        return default
