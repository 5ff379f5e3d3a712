"""The checks before the first slide of a show: everything that could stop a demo from running.

Each finding says what was found and, if it is a problem, how to fix it.  A demo that can't run is a smaller problem if
it has a recording, which takes over at one key press.
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
from quarterdeck.files.folders import abandoned_stage_folders, journal_folder
from quarterdeck.files.locks import running_shows
from quarterdeck.model.demo import Demo
from quarterdeck.model.options import SHOW_PORT
from quarterdeck.project.doctor import Finding, Grade
from quarterdeck.project.project import Project
from quarterdeck.stage.cleanup.labels import Stamp, owner_of
from quarterdeck.stage.cleanup.sweep import leftovers_of
from quarterdeck.stage.docker.address import AddressKind, EngineAddress, find_engine
from quarterdeck.stage.docker.client import engine_client, probe
from quarterdeck.stage.docker.connection import EngineError
from quarterdeck.stage.requirements import is_taken, missing_images, why_not_started

if TYPE_CHECKING:
    from quarterdeck.stage.docker.transport import SdkClient

_T = TypeVar("_T", list[Any], dict[str, Any])

ASK_SECONDS = 5.0
"""How long the engine may take to answer; a check whose answer is late is left out."""
TRIAL_SECONDS = 10.0
"""How long an engine may take to create a container, and as long again to start it."""
CLOCK_SECONDS = 5.0
"""By how much the engine's clock may differ from this machine's; certificates and logins tolerate more."""
LISTED = 6
"""More good items than this are counted instead of listed."""
RECORD = "'quarterdeck rehearse' records them; it needs an engine"


class EngineState(Struct, frozen=True):
    """The parts of the engine's state that matter to demos."""

    address: EngineAddress
    title: str
    """``Docker 20.10.24 at unix:///…``."""
    missing: tuple[str, ...]
    """The images that are needed and that it lacks."""
    publishers: Mapping[int, str]
    """The names of containers that publish ports, by port."""
    ahead: float
    """Seconds by which its clock is ahead of this machine's."""
    leftovers: tuple[str, ...] = ()
    """Containers of shows that have ended: left by a power cut, or because the engine was down."""
    folders: tuple[str, ...] = ()
    """Temporary folders on this machine, of shows that have ended: left by a power cut, or with files of others."""
    tried: str | None = None
    """The image of the container that was started to see that it can be; None if no image is there."""
    refusal: str | None = None
    """Why it could not."""


async def look_at_engine(images: Sequence[str]) -> EngineState:
    """Ask the engine for its state, all questions at the same time.

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
    tried = next((image for image in images if image not in missing), None)
    refusal = await asyncio.to_thread(_refusal, address, tried) if tried else None
    title = f"{info.name} {info.version} at {address.url}"
    folders = tuple(map(str, abandoned_stage_folders()))
    return EngineState(address, title, missing, publishers, ahead, leftovers, folders, tried, refusal)


def wanted_images(project: Project) -> tuple[str, ...]:
    """Every image that the deck and its demos name, once."""
    return tuple(dict.fromkeys((*project.deck.images, *images_of(project.deck.scripts.values()))))


def images_of(demos: Iterable[Demo]) -> tuple[str, ...]:
    """Every image that demos name, once."""
    return tuple(dict.fromkeys(image for demo in demos for image in (*demo.images, demo.stage_image) if image))


def examine(project: Project, engine: EngineState | None, why_not: QuarterdeckError | str | None) -> list[Finding]:
    """Check everything that a show needs, and return the findings.

    Args:
        project: The deck with its recordings.
        engine: The state of the engine that demos run on; None for a show that plays recordings.
        why_not: Why it plays them; None if the speaker asked for it.

    """
    demos = [demo for demo in project.deck.demos.values() if demo.shown_steps]
    if engine is None:
        return [_plan(project), _no_engine(why_not), *_recordings(demos, project, Grade.LOST, "no recording of {}")]
    return [
        _plan(project),
        Finding("engine", Grade.GOOD, engine.title),
        *_clock(engine),
        *_names(engine),
        *_tools(demos, project),
        *_images(demos, project, engine),
        *_containers(demos, project, engine),
        *_ports(demos, project, engine),
        *_recordings(demos, project, Grade.CURED, "no fallback for {} if a step fails"),
    ]


def links(project: Project, port: int) -> list[Finding]:
    """Which show the links in a PPTX open, unless it is this one by default; port 0 stands for a free one."""
    if port == SHOW_PORT or not any(slide.demo for slide in project.deck.slides):
        return []
    built = f"a PPTX built with --port {port} opens this show; others open port {SHOW_PORT}"
    return [Finding("links", Grade.GOOD, built if port else f"a PPTX opens port {SHOW_PORT}, not this show")]


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
    """Number of slides and demos, and duration: the speaker sees at a glance whether it is the right deck."""
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
        yield Finding("clock", Grade.GOOD, "the engine's agrees with this machine's")


def _names(engine: EngineState) -> Iterator[Finding]:
    """Leftovers of earlier shows; the speaker's own objects are never in the way, as demos have their own names."""
    if engine.leftovers:
        yield Finding(
            "names",
            Grade.CURED,
            f"{_leftover(engine.leftovers)} of an interrupted show; they use memory and maybe ports",
            "quarterdeck clean",
        )
    if engine.folders:
        fault = f"{_leftover(engine.folders)} of an interrupted show: its demos' files"
        yield Finding("folders", Grade.CURED, fault, "quarterdeck clean")


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
        yield _trouble("images", f"{image} is missing", f"start with --pull, or: docker pull {image}", users, project)
    there = [image for image in wanted_images(project) if image not in engine.missing]
    if there:
        yield Finding("images", Grade.GOOD, _listed(there))


REMEDIES = (
    ("no space left", "'docker system df' says what takes the space, 'docker system prune' frees some"),
    ("network", "restart the engine, which makes its networks again: systemctl restart docker"),
    ("iptables", "restart the engine, which makes its firewall rules again: systemctl restart docker"),
)
"""Words in an engine's refusal to start a container, and what helps."""


def _containers(demos: Sequence[Demo], project: Project, engine: EngineState) -> Iterator[Finding]:
    """Whether containers start: the network, the disk and the firewall are only then needed."""
    if engine.refusal is None:
        if engine.tried:
            yield Finding("containers", Grade.GOOD, f"one of {engine.tried} starts")
        return
    tried = f"docker run --rm {engine.tried} shows it again"
    remedy = next((remedy for words, remedy in REMEDIES if words in engine.refusal), tried)
    lost = [demo.name for demo in demos if demo.name not in project.casts]
    fault = f"one of {engine.tried} doesn't start: {engine.refusal}"
    if lost:
        yield Finding("containers", Grade.LOST, f"{fault}; {_listed(lost)} can't be played instead", remedy)
    else:
        yield Finding("containers", Grade.CURED, f"{fault}; every demo can be played from its recording", remedy)


def _refusal(address: EngineAddress, image: str) -> str | None:
    stamp = Stamp("preflight", "trial", owner_of(journal_folder()))
    return why_not_started(address, image, stamp.labels(), TRIAL_SECONDS)


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
                "ports",
                f"{port} is in use",
                f"stop what uses it; 'ss -ltnp sport = :{port}' names it",
                users,
                project,
            )
        else:
            free.append(str(port))
    if free:
        yield Finding("ports", Grade.GOOD, f"{_listed(free)} free")


def _recordings(demos: Sequence[Demo], project: Project, absence: Grade, words: str) -> Iterator[Finding]:
    """The demos without a recording, as ``words`` says it, and those whose script has changed since theirs."""
    absent = [demo.name for demo in demos if demo.name not in project.casts]
    stale = [demo.name for demo in demos if _stale(demo, project)]
    if absent:
        yield Finding("recordings", absence, words.format(", ".join(absent)), RECORD)
    if stale:
        yield Finding("recordings", Grade.CURED, f"made from an older script: {', '.join(stale)}", RECORD)
    if demos and not absent and not stale:
        all_of_them = "the demo has one" if len(demos) == 1 else f"all {len(demos)} demos have one"
        yield Finding("recordings", Grade.GOOD, all_of_them)


def _stale(demo: Demo, project: Project) -> bool:
    cast = project.casts.get(demo.name)
    return cast is not None and cast.script_hash != demo.script_hash


def _trouble(what: str, fault: str, remedy: str, users: Sequence[Demo], project: Project) -> Finding:
    """A problem that keeps demos from running: less severe if each of them has a recording."""
    names = ", ".join(demo.name for demo in users)
    if not users:
        return Finding(what, Grade.CURED, fault, remedy)
    lost = [demo.name for demo in users if demo.name not in project.casts]
    if lost:
        return Finding(what, Grade.LOST, f"{fault}, and {', '.join(lost)} has no recording to play instead", remedy)
    return Finding(what, Grade.CURED, f"{fault}; it is needed by {names}, which can be played from a recording", remedy)


def _leftover(names: Sequence[str]) -> str:
    """``leftovers web, data`` or ``17 leftovers``."""
    return f"leftovers {', '.join(names)}" if len(names) <= LISTED else f"{len(names)} leftovers"


def _listed(things: Sequence[str]) -> str:
    """The items if there are few, otherwise how many there are."""
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
    """Containers that ``quarterdeck clean`` would remove; none while a show is running that they may belong to."""
    if running_shows(journal_folder()):
        return ()
    scope = leftovers_of(journal_folder())
    containers = _answer(address, lambda engine: engine.containers(all=True, filters=scope.filters()), [])
    covered = (container for container in containers if scope.covers_container(container))
    return tuple(container["Names"][0].removeprefix("/") for container in covered if container.get("Names"))


def _answer(address: EngineAddress, request: Callable[[SdkClient], _T], default: _T) -> _T:
    """What the engine answers to a request; ``default`` where it doesn't in time: that isn't reported then."""
    try:
        with engine_client(address, ASK_SECONDS) as engine:
            return request(engine)
    except (OSError, EngineError):
        return default
