"""Volumes: the stage's own."""

from __future__ import annotations

from typing import Any

from quarterdeck.stage.cleanroom import policy
from quarterdeck.stage.cleanroom.call import Call
from quarterdeck.stage.cleanroom.create import section
from quarterdeck.stage.cleanroom.endpoints.containers import own_filter
from quarterdeck.stage.cleanroom.names import is_full_id
from quarterdeck.stage.cleanroom.policy import check_volume_options, known_fields
from quarterdeck.stage.cleanroom.relay import PLAIN_NAMES, Changed


async def list_volumes(call: Call) -> None:
    """The stage's own."""
    names = call.room.names

    def note(answer: dict[str, Any]) -> dict[str, Any]:
        names.volumes |= {v["Name"] for v in answer.get("Volumes") or () if is_full_id(v["Name"])}
        return answer

    await call.pass_on(query=own_filter(call), reply=Changed(note))


async def create(call: Call) -> None:
    """With prefix and labels."""
    room = call.room
    asked = await call.json()
    known_fields(asked, policy.VOLUME, "volume")
    check_volume_options(str(asked.get("Driver") or ""), section(asked, "DriverOpts"), room.folder, room.permissions)
    body = {key: value for key, value in asked.items() if key in policy.VOLUME}
    name = str(asked.get("Name") or "")
    body |= {"Name": room.names.volume(name) if name else "", "Labels": room.stamp.on(section(asked, "Labels"))}

    def note(answer: dict[str, Any]) -> dict[str, Any]:
        if not name:
            room.names.volumes.add(str(answer["Name"]))
        return answer

    with room.creating():
        await call.pass_on(body=body, reply=Changed(note), to_the_end=True)


async def _own_path(call: Call) -> str:
    """Anonymous volumes have no prefix: their labels tell whose they are."""
    room, name = call.room, call.params["name"]
    if is_full_id(name) and name not in room.names.volumes:
        answer = await call.ask("GET", f"/volumes/{name}")
        if answer.status == 200 and room.stamp.marks(answer.json().get("Labels")):
            room.names.volumes.add(name)
    return f"/volumes/{room.names.volume(name)}"


async def inspect(call: Call) -> None:
    """The stage's own."""
    await call.pass_on(path=await _own_path(call), reply=PLAIN_NAMES)


async def remove(call: Call) -> None:
    """The stage's own."""
    await call.pass_on(path=await _own_path(call))


async def prune(call: Call) -> None:
    """The stage's own."""
    await call.pass_on(query=own_filter(call), reply=PLAIN_NAMES)
