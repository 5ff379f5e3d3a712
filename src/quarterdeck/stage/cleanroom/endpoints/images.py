"""Images: those of before may be used, those the demo makes are its own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from quarterdeck.stage.cleanroom import policy
from quarterdeck.stage.cleanroom.call import Call
from quarterdeck.stage.cleanroom.image_request import image_request
from quarterdeck.stage.cleanroom.names import parse
from quarterdeck.stage.cleanroom.policy import RefusedError, known_fields
from quarterdeck.stage.cleanroom.relay import Changed, ChangedLines
from quarterdeck.stage.cleanup.image_journal import NO_TAG, digests_of, names_of
from quarterdeck.stage.cleanup.labels import DEMO, EXPIRES, NAMESPACE, SHOW
from quarterdeck.stage.docker.image_transfer import matches_reference, normalised, tagged

FEW = 8
"""So many images are looked up one by one sooner than they are listed."""
UNNAMED: tuple[object, ...] = (None, [], [NO_TAG])


async def list_images(call: Call) -> None:
    """Those the demo made, declared or has used."""
    images, query = call.room.images, call.request.query
    filters = parse(call.request.first("filters"))
    patterns = filters.pop("reference", [])
    if images.pins and not filters:
        # the engine goes by its own tags, of which some of the demo's may be another demo's now
        query = call.request.with_query(filters="", all="1")
        steps = not call.request.flag("all")
    else:
        patterns, steps = [], False

    def own(answer: list[dict[str, Any]]) -> list[dict[str, Any]]:
        shown = [seen for image in answer if (seen := images.shown(image))]
        if steps:
            parents = {image.get("ParentId") for image in answer}
            shown = [image for image in shown if image["Id"] not in parents or image.get("RepoTags") not in UNNAMED]
        return [found for image in shown if (found := _named(image, patterns))] if patterns else shown

    await call.pass_on(query=query, reply=Changed(own))


async def count_images(call: Call) -> int:
    """How many images the demo is shown.

    Listing them takes the engine long where there are many, so it is asked for each of a few.  An image
    without a name is listed only if nothing builds on it, which the list alone tells.
    """
    images = call.room.images
    asked = images.candidates()
    if len(asked) <= FEW:
        answers = [await call.ask("GET", f"/images/{reference}/json") for reference in asked]
        found = {image["Id"]: image for answer in answers if answer.status == 200 for image in [answer.json()]}
        if all(image.get("RepoTags") or image.get("RepoDigests") for image in found.values()):
            return sum(images.shown(image) is not None for image in found.values())
    listed = (await call.ask("GET", "/images/json")).json()
    return sum(images.shown(image) is not None for image in listed)


def _named(image: dict[str, Any], patterns: list[str]) -> dict[str, Any] | None:
    """An image with those of its tags that match."""
    tags = [tag for tag in image.get("RepoTags") or () if any(matches_reference(tag, p) for p in patterns)]
    return {**image, "RepoTags": tags} if tags else None


async def meaning(call: Call, reference: str) -> str:
    """What to call an image by, so that the engine takes the one that the demo means."""
    pin = call.room.images.pinned(reference)
    if pin is None:
        return reference
    answer = await call.ask("GET", f"/images/{reference}/json")
    return reference if answer.status == 200 and answer.json()["Id"] == pin else pin


async def mend(call: Call, references: Iterable[str]) -> None:
    """Give tags of the demo's back to the images that they mean: the engine will look them up by itself."""
    for reference in references:
        if (image := await meaning(call, reference)) != reference:
            repository, _, tag = normalised(reference).rpartition(":")
            await call.ask("POST", f"/images/{image}/tag", [("repo", repository), ("tag", tag)])


async def inspect(call: Call) -> None:
    """Any."""
    reference = call.params["name"]

    def own(answer: Any) -> Any:
        if not isinstance(answer, dict) or "Id" not in answer:
            return answer
        tags = call.room.images.seen_tags(answer["Id"], answer.get("RepoTags") or ())
        return {**answer, "RepoTags": tags, "RepoDigests": digests_of(answer)}

    rest = call.request.path.removeprefix(f"/images/{reference}")
    await call.pass_on(path=f"/images/{await meaning(call, reference)}{rest}", reply=Changed(own))


async def make(call: Call) -> None:
    """What the engine says it has pulled, imported or loaded is the demo's."""
    images = call.room.images
    source, tag, repository = call.request.first("fromImage"), call.request.first("tag"), call.request.first("repo")
    targets = []
    if source:
        every = not tag and ":" not in source.rpartition("/")[2] and "@" not in source
        targets = [f"{source}:*" if every else tagged(source, tag)]
    elif repository:
        targets = [tagged(repository, tag)]
    async with image_request(images, *targets, answer_tells=not source) as work:
        status = await call.pass_on(reply=ChangedLines(work.read, work.finish))
        if source and status == 200:
            reference = targets[0].replace(":*", ":latest")
            answer = await call.ask("GET", f"/images/{reference}/json")
            if answer.status == 200:
                identity = str(answer.json()["Id"])
                work.saw(identity)
                images.use(identity, reference)


async def tag(call: Call) -> None:
    """The new tag is the demo's; one that it moves is given back at the end."""
    source = await meaning(call, call.params["name"])
    new = tagged(call.request.first("repo"), call.request.first("tag"))
    found = await call.ask("GET", f"/images/{source}/json")
    async with image_request(call.room.images, new) as work:
        if found.status == 200:
            work.result(str(found.json()["Id"]))
        await call.pass_on(path=f"/images/{source}/tag")


async def commit(call: Call) -> None:
    """Of the stage's own container; our labels stay out of the image."""
    asked = await call.json()
    known_fields(asked, policy.COMMIT, "commit")
    labels = {k: v for k, v in (asked.get("Labels") or {}).items() if not k.casefold().startswith(NAMESPACE)}
    body = {key: value for key, value in asked.items() if key in policy.COMMIT}
    body["Labels"] = {**labels, SHOW: "", DEMO: "", EXPIRES: ""}
    container = call.room.names.container(call.request.first("container"))
    targets = [tagged(repository, call.request.first("tag"))] if (repository := call.request.first("repo")) else []
    async with image_request(call.room.images, *targets) as work:

        def note(answer: dict[str, Any]) -> dict[str, Any]:
            work.result(str(answer["Id"]))
            return answer

        await call.pass_on(query=call.request.with_query(container=container), body=body, reply=Changed(note))


async def remove(call: Call) -> None:
    """Those the demo made, and tags that it set."""
    images, reference = call.room.images, call.params["name"]
    own = [normalised(reference)] if images.pinned(reference) else []
    async with images.turn(own):
        await mend(call, own)
        await _remove(call, reference, by_tag=bool(own))


async def _remove(call: Call, reference: str, *, by_tag: bool) -> None:
    images = call.room.images
    answer = await call.ask("GET", f"/images/{reference}/json")
    if answer.status != 200:
        await call.pass_on()
        return
    found = answer.json()
    identity = str(found["Id"])
    tags = names_of(found)
    own = images.owns(identity)
    if not own and not (by_tag and len(tags) > 1):
        raise RefusedError(f"the image '{reference}' was there before the demo, and stays", status=409)
    if own and not by_tag and not all(map(images.owns_reference, tags)):
        raise RefusedError(f"the image '{reference}' has a tag of somebody else's, and stays", status=409)
    query = [(k, v) for k, v in call.request.query if k == "platforms" or (k == "force" and own)]
    if await call.pass_on(query=(*query, ("noprune", "1"))) == 200:
        images.untagged(reference)


async def prune(call: Call) -> None:
    """The demo's own; answered here, because the engine can't tell them apart."""
    filters = parse(call.request.first("filters"))
    every = set(filters.get("dangling", [])) & {"false", "0"}
    deleted: list[dict[str, str]] = []
    freed = 0
    listed = [] if "until" in filters else (await call.ask("GET", "/images/json")).json()
    images = call.room.images
    for image in listed:
        identity = str(image["Id"])
        tags = names_of(image)
        named = bool(images.seen_tags(identity, tags))
        if not images.owns(identity) or (named and not every) or not all(map(images.owns_reference, tags)):
            continue
        for target in tags or [identity]:
            answer = await call.ask("DELETE", f"/images/{target}", [("noprune", "1")])
            if answer.status == 200:
                images.untagged(target)
                deleted += answer.json()
                freed += int(image.get("Size") or 0) if target == (tags or [identity])[-1] else 0
    await call.answer(200, {"ImagesDeleted": deleted or None, "SpaceReclaimed": freed})


async def save(call: Call) -> None:
    """Any."""
    images = call.room.images
    asked = [call.params["name"]] if "name" in call.params else call.request.all("names")
    own = [reference for reference in asked if images.pinned(reference)]
    async with images.turn(map(normalised, own)):
        await mend(call, own)
        await call.pass_on()


async def push(call: Call) -> None:
    """Any."""
    images, reference = call.room.images, tagged(call.params["name"], call.request.first("tag"))
    own = [reference] if images.pinned(reference) else []
    async with images.turn(own):
        await mend(call, own)
        await call.pass_on()
