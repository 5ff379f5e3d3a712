"""Images: those that were there before may be used; those the demo makes, and the tags it sets, are its own.

The demo's tags are real tags, remembered by the image that each means to it; they get no prefix as names
do, because ``FROM web`` is in contexts and sessions that the room doesn't read, and BuildKit prints tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from quarterdeck.stage.cleanroom import policy
from quarterdeck.stage.cleanroom.call import Call
from quarterdeck.stage.cleanroom.http import BadMessageError
from quarterdeck.stage.cleanroom.image_request import image_request
from quarterdeck.stage.cleanroom.names import parse
from quarterdeck.stage.cleanroom.policy import RefusedError, known_fields, section
from quarterdeck.stage.cleanroom.relay import Changed, ChangedLines
from quarterdeck.stage.cleanup.image_journal import NO_TAG, digests_of, hold_on, names_of
from quarterdeck.stage.cleanup.labels import DEMO, EXPIRES, NAMESPACE, SHOW, without_ours
from quarterdeck.stage.docker.image_transfer import matches_reference, normalised, reference_pattern, tagged

FEW = 8
"""Up to this many images are looked up one by one faster than all are listed."""
IMPORTED = re.compile(r"-$|https?://")
"""The sources of an import: the request's body, or a URL; Podman would read any other as a file of this machine."""
NO_PRUNE = (("noprune", "1"),)
UNNAMED: tuple[object, ...] = (None, [], [NO_TAG])


async def list_images(call: Call) -> None:
    """`GET /images/json`: lists only the images this demo made, declared or has used."""
    images, query = call.room.images, call.request.query
    filters = parse(call.request.first("filters"))
    try:
        patterns = [reference_pattern(pattern) for pattern in filters.pop("reference", [])]
    except ValueError as error:
        raise BadMessageError(f"invalid filter 'reference': {error}") from None
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


def _named(image: dict[str, Any], patterns: list[re.Pattern[str]]) -> dict[str, Any] | None:
    """An image with those of its tags that match."""
    tags = [tag for tag in image.get("RepoTags") or () if any(matches_reference(tag, p) for p in patterns)]
    return {**image, "RepoTags": tags} if tags else None


async def meaning(call: Call, reference: str) -> str:
    """The reference by which the engine finds the image that the demo means: its own, or an id."""
    pin = call.room.images.pinned(reference)
    if pin is None:
        return reference
    answer = await call.ask("GET", f"/images/{reference}/json")
    return reference if answer.status == 200 and answer.json()["Id"] == pin else pin


async def restore_tags(call: Call, references: Iterable[str]) -> None:
    """Give tags of the demo's back to the images that they mean to it, before the engine looks them up by itself."""
    for reference in references:
        if (image := await meaning(call, reference)) != reference:
            await _set_tag(call, image, reference)


async def inspect(call: Call) -> None:
    """`GET /images/{name…}/json`, `…/history`: any image; a tag of the demo's means the image it gave it to."""
    reference = call.params["name"]

    def own(answer: Any) -> Any:
        if not isinstance(answer, dict) or "Id" not in answer:
            return answer
        tags = call.room.images.seen_tags(answer["Id"], answer.get("RepoTags") or ())
        return {**answer, "RepoTags": tags, "RepoDigests": digests_of(answer)}

    rest = call.request.path.removeprefix(f"/images/{reference}")
    await call.pass_on(path=f"/images/{await meaning(call, reference)}{rest}", reply=Changed(own))


async def make(call: Call) -> None:
    """`POST /images/create`, `POST /images/load`: images that the engine's answer names become the demo's."""
    images, request = call.room.images, call.request
    source, tag, repository = request.first("fromImage"), request.first("tag"), request.first("repo")
    imported = request.first("fromSrc")
    if imported and not IMPORTED.match(imported):
        raise RefusedError(f"fromSrc: '{imported}' is not for demos; use - or a URL with http:// or https://")
    check_changes(call)
    targets = []
    if source:
        every = not tag and ":" not in source.rpartition("/")[2] and "@" not in source
        targets = [f"{source}:*" if every else tagged(source, tag)]
    elif repository:
        targets = [tagged(repository, tag)]
    async with image_request(images, *targets, answer_tells=not source) as work:
        status = await call.pass_on(reply=ChangedLines(work.read, work.finish), upload=True)
        if source and status == 200:
            reference = targets[0].replace(":*", ":latest")
            answer = await call.ask("GET", f"/images/{reference}/json")
            if answer.status == 200:
                identity = str(answer.json()["Id"])
                work.saw(identity)
                images.use(identity, reference)


def check_changes(call: Call) -> None:
    """Refuse instructions (``changes=LABEL …``) that would give an image labels of ours."""
    if any(NAMESPACE in change.casefold() for change in call.request.all("changes")):
        raise RefusedError(f"changes: labels that begin with {NAMESPACE} are the stage's own")


async def tag(call: Call) -> None:
    """`POST /images/{name…}/tag`: the new tag is the demo's; one that it moves is given back at the end."""
    source = await meaning(call, call.params["name"])
    new = tagged(call.request.first("repo"), call.request.first("tag"))
    found = await call.ask("GET", f"/images/{source}/json")
    async with image_request(call.room.images, new) as work:
        if found.status == 200:
            work.result(str(found.json()["Id"]))
        await call.pass_on(path=f"/images/{source}/tag")


async def commit(call: Call) -> None:
    """`POST /commit`: of this demo's containers only; the image is the demo's, and has no labels of ours."""
    body = known_fields(await call.json(), policy.COMMIT, "commit")
    check_changes(call)
    body["Labels"] = {**without_ours(section(body, "Labels")), SHOW: "", DEMO: "", EXPIRES: ""}
    container = call.room.names.container(call.request.first("container"))
    repository = call.request.first("repo")
    targets = [tagged(repository, call.request.first("tag"))] if repository else []
    async with image_request(call.room.images, *targets) as work:

        def note(answer: dict[str, Any]) -> dict[str, Any]:
            work.result(str(answer["Id"]))
            return answer

        await call.pass_on(query=call.request.with_query(container=container), body=body, reply=Changed(note))


async def remove(call: Call) -> None:
    """`DELETE /images/{name…}`: only images the demo made and tags it set; a tag it has moved goes back at once."""
    images, reference = call.room.images, call.params["name"]
    own = [normalised(reference)] if images.pinned(reference) else []
    async with images.turn(own):
        await restore_tags(call, own)
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
    if by_tag and await _give_back(call, reference, identity):
        deleted = [{"Untagged": normalised(reference)}]
        if own and all(normalised(tag) == normalised(reference) for tag in tags):
            removal = await call.ask("DELETE", f"/images/{identity}", NO_PRUNE)
            deleted += removal.json() if removal.status == 200 else []
        await call.answer(200, deleted)
        return
    if not own and not (by_tag and len(tags) > 1):
        raise RefusedError(f"the image '{reference}' was there before the demo, and stays", status=409)
    if own and not by_tag and not all(map(images.owns_reference, tags)):
        raise RefusedError(f"the image '{reference}' has a tag of somebody else's, and stays", status=409)
    query = tuple((k, v) for k, v in call.request.query if k == "platforms" or (k == "force" and own))
    if await call.pass_on(query=(*query, *NO_PRUNE)) == 200:
        images.untagged(reference)


async def _give_back(call: Call, reference: str, identity: str) -> bool:
    """Give a tag, which the demo takes off its image, back to the image that had it before; False if none had."""
    images = call.room.images
    before = images.before(reference)
    if not before or before == identity or not await _set_tag(call, before, reference):
        return False
    images.given_back(reference)
    await call.ask("DELETE", f"/images/{hold_on(before)}", NO_PRUNE)  # it has a name of its own again
    return True


async def _set_tag(call: Call, image: str, reference: str) -> bool:
    """Give an image a tag; whether it worked."""
    repository, _, name = normalised(reference).rpartition(":")
    return (await call.ask("POST", f"/images/{image}/tag", [("repo", repository), ("tag", name)])).status == 201


async def prune(call: Call) -> None:
    """`POST /images/prune`: removes only images this demo made; answered here, the engine can't tell them apart."""
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
        back = [tag for tag in tags if await _give_back(call, tag, identity)]
        deleted += [{"Untagged": tag} for tag in back]
        targets = [tag for tag in tags if tag not in back] or [identity]
        for target in targets:
            answer = await call.ask("DELETE", f"/images/{target}", NO_PRUNE)
            if answer.status == 200:
                images.untagged(target)
                deleted += answer.json()
                freed += int(image.get("Size") or 0) if target == targets[-1] else 0
    await call.answer(200, {"ImagesDeleted": deleted or None, "SpaceReclaimed": freed})


async def save(call: Call) -> None:
    """`GET /images/get`, `GET /images/{name…}/get`: any image; a tag of the demo's means the image it gave it to."""
    images = call.room.images
    asked = [call.params["name"]] if "name" in call.params else call.request.all("names")
    own = [reference for reference in asked if images.pinned(reference)]
    async with images.turn(map(normalised, own)):
        await restore_tags(call, own)
        await call.pass_on()


async def push(call: Call) -> None:
    """`POST /images/{name…}/push`: any image; a tag of the demo's means the image it gave it to."""
    images, reference = call.room.images, tagged(call.params["name"], call.request.first("tag"))
    own = [reference] if images.pinned(reference) else []
    async with images.turn(own):
        await restore_tags(call, own)
        await call.pass_on()
