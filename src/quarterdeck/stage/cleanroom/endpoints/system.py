"""The engine itself: its answers without other people's objects."""

from __future__ import annotations

import json
from typing import Any

from quarterdeck.stage.cleanroom import policy
from quarterdeck.stage.cleanroom.call import Call, at_once
from quarterdeck.stage.cleanroom.endpoints.images import count_images
from quarterdeck.stage.cleanroom.endpoints.networks import with_asked_addresses
from quarterdeck.stage.cleanroom.http import dumps
from quarterdeck.stage.cleanroom.names import encode, parse, translate
from quarterdeck.stage.cleanroom.policy import RefusedError, known_fields
from quarterdeck.stage.cleanroom.relay import Changed, ChangedLines
from quarterdeck.stage.cleanroom.request import spoken
from quarterdeck.stage.cleanup.image_journal import is_hold
from quarterdeck.stage.cleanup.labels import hide

MEASURED = ("container", "image", "volume")
"""Kinds of objects whose disk usage an engine is asked for; before API 1.42 it measures all."""


async def pass_through(call: Call) -> None:
    """`GET /_ping`, `GET /images/search`, `GET /distribution/{name…}/json`: passed on as it is."""
    await call.pass_on()


async def log_in(call: Call) -> None:
    """`POST /auth`: the engine tries a registry's login; passed on with known fields only."""
    await call.pass_on(body=known_fields(await call.json(), policy.AUTH, "auth"))


async def version(call: Call) -> None:
    """`GET /version`: names no newer version of the API than the clean room knows."""

    def known(value: Any) -> Any:
        match value:
            case dict():
                return {k: spoken(v) if k == "ApiVersion" else known(v) for k, v in value.items()}
            case list():
                return [known(item) for item in value]
        return value

    await call.pass_on(reply=Changed(known))


async def refuse_swarm(call: Call) -> None:
    """`/swarm`, `/nodes`, `/services`, … `/plugins`: refused, since they concern the whole engine."""
    raise RefusedError(f"'{call.request.path}' concerns the whole engine and is not for demos")


async def info(call: Call) -> None:
    """`GET /info`: counts only this demo's containers and images; the questions for that are asked at the same time."""
    own = [("all", "1"), ("filters", own_labels(call))]
    told, containers, images = await at_once(
        call.ask("GET", "/info"), call.ask("GET", "/containers/json", own), count_images(call)
    )
    states = [str(container.get("State")) for container in containers.json()]
    counts = {
        "Containers": len(states),
        "ContainersRunning": states.count("running"),
        "ContainersPaused": states.count("paused"),
        "ContainersStopped": len(states) - states.count("running") - states.count("paused"),
        "Images": images,
    }
    await call.answer(told.status, {**told.json(), **counts})


def own_labels(call: Call) -> str:
    """A filter for this demo's own objects, encoded."""
    return encode({"label": call.room.stamp.selectors()})


async def disk_usage(call: Call) -> None:
    """`GET /system/df`: only this demo's objects; without the build cache, which takes an engine longest."""
    room = call.room
    query = (
        call.request.query
        if call.request.first("type")
        else (*call.request.query, *(("type", kind) for kind in MEASURED))
    )

    def own(answer: dict[str, Any]) -> dict[str, Any]:
        images = [shown for image in answer.get("Images") or () if (shown := room.images.shown(image))]
        return {
            "LayersSize": sum(int(image.get("Size") or 0) for image in images),
            "Images": images,
            "Containers": [
                with_asked_addresses(room.names, c)
                for c in answer.get("Containers") or ()
                if room.stamp.marks(c.get("Labels"))
            ],
            "Volumes": [v for v in answer.get("Volumes") or () if room.stamp.marks(v.get("Labels"))],
            "BuildCache": [],
            "BuilderSize": 0,
        }

    await call.pass_on(query=query, reply=Changed(own))


async def events(call: Call) -> None:
    """`GET /events`: only events of this demo's objects; plain names."""
    room = call.room
    filters = parse(call.request.first("filters"))
    translated = {k: v for k, v in translate(room.names, filters).items() if k != "name"}

    def own(line: bytes) -> bytes | None:
        event = json.loads(line)
        if not is_own_event(call, event):
            return None
        return room.names.outward(dumps(hide(event)))

    await call.pass_on(query=call.request.with_query(filters=encode(translated)), reply=ChangedLines(own))


def is_own_event(call: Call, event: dict[str, Any]) -> bool:
    """Whether an event concerns this demo's objects."""
    room = call.room
    actor = event.get("Actor") or {}
    identity, attributes = str(actor.get("ID", "")), actor.get("Attributes") or {}
    if attributes.get("container") in room.names.containers.ids:
        return True
    match event.get("Type"):
        case "container":
            return identity in room.names.containers.ids
        case "network":
            return identity in room.names.networks.ids
        case "volume":
            return identity.startswith(room.names.prefix) or identity in room.names.volumes
        case "image":
            name = str(attributes.get("name", identity))
            if is_hold(name):
                return False
            if room.images.owns(identity) or room.images.pinned(name) == identity:
                return True
            return not identity.startswith("sha256:") and room.images.owns_reference(name)
    return False
