"""Images: those of before may be used, those the demo makes are its own."""

from __future__ import annotations

from typing import Any

from quarterdeck.stage.cleanroom import fields
from quarterdeck.stage.cleanroom.exchange import Call
from quarterdeck.stage.cleanroom.filtering import parse
from quarterdeck.stage.cleanroom.imaging import NO_TAG, normalised
from quarterdeck.stage.cleanroom.labels import DEMO, EXPIRES, NAMESPACE, SHOW
from quarterdeck.stage.cleanroom.policy import RefusedError, known_fields


async def list_images(call: Call) -> None:
    """Those the demo made, declared or has used."""

    def own(answer: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [shown for image in answer if (shown := call.room.images.shown(image))]

    await call.pass_on(change=own)


async def inspect(call: Call) -> None:
    """Any."""
    await call.pass_on(change=lambda answer: answer)


async def make(call: Call) -> None:
    """What appears is the demo's: pull, import, load."""
    reference = call.first("fromImage")
    tag = call.first("tag")
    async with call.room.images.making():
        status = await call.pass_on()
    if reference and status == 200:
        separator = "@" if tag.startswith("sha256:") else ":"
        await _use(call, f"{reference}{separator}{tag}" if tag else reference)


async def _use(call: Call, reference: str) -> None:
    answer = await call.ask("GET", f"/images/{reference}/json")
    if answer.status == 200:
        call.room.images.use(str(answer.json()["Id"]), reference)


async def tag(call: Call) -> None:
    """The new tag is the demo's; one that it moves is given back at the end."""
    async with call.room.images.making():
        await call.pass_on()


async def commit(call: Call) -> None:
    """Of the stage's own container; our labels stay out of the image."""
    asked = await call.json()
    known_fields(asked, fields.COMMIT, "commit")
    labels = {k: v for k, v in (asked.get("Labels") or {}).items() if not k.casefold().startswith(NAMESPACE)}
    body = {key: value for key, value in asked.items() if key in fields.COMMIT}
    body["Labels"] = {**labels, SHOW: "", DEMO: "", EXPIRES: ""}
    container = call.room.names.container(call.first("container"))
    async with call.room.images.making():
        await call.pass_on(query=call.with_query(container=container), body=body, change=lambda answer: answer)


async def remove(call: Call) -> None:
    """Those the demo made, and tags that it set."""
    images, reference = call.room.images, call.params["name"]
    answer = await call.ask("GET", f"/images/{reference}/json")
    if answer.status != 200:
        await call.pass_on()
        return
    found = answer.json()
    identity = str(found["Id"])
    tags = [tag for tag in found.get("RepoTags") or () if tag != NO_TAG]
    by_tag = normalised(reference) in tags
    own = images.owns(identity)
    if not own and not (by_tag and images.owns_reference(reference) and len(tags) > 1):
        raise RefusedError(f"the image '{reference}' was there before the demo, and stays", status=409)
    query = [(k, v) for k, v in call.query if k in ("force", "noprune", "platforms")]
    query = [(k, v) for k, v in query if k != "noprune" and (k != "force" or own)]
    await call.pass_on(query=[*query, ("noprune", "1")])


async def prune(call: Call) -> None:
    """The demo's own; answered here, because the engine can't tell them apart."""
    filters = parse(call.first("filters"))
    every = set(filters.get("dangling", [])) & {"false", "0"}
    deleted: list[dict[str, str]] = []
    freed = 0
    listed = [] if "until" in filters else (await call.ask("GET", "/images/json")).json()
    for image in listed:
        identity = str(image["Id"])
        tags = [tag for tag in image.get("RepoTags") or () if tag != NO_TAG]
        if not call.room.images.owns(identity) or (tags and not every):
            continue
        for target in tags or [identity]:
            answer = await call.ask("DELETE", f"/images/{target}", [("noprune", "1")])
            if answer.status == 200:
                deleted += answer.json()
                freed += int(image.get("Size") or 0) if target == (tags or [identity])[-1] else 0
    await call.answer(200, {"ImagesDeleted": deleted or None, "SpaceReclaimed": freed})


async def save(call: Call) -> None:
    """Any."""
    await call.pass_on()


async def push(call: Call) -> None:
    """Any."""
    await call.pass_on()
