"""Builds, classic and by BuildKit."""

from __future__ import annotations

import json
from collections.abc import Callable

from quarterdeck.stage.cleanroom.buildkit import ID_HEADER, Solving
from quarterdeck.stage.cleanroom.call import Call
from quarterdeck.stage.cleanroom.endpoints.images import mend
from quarterdeck.stage.cleanroom.image_request import image_request
from quarterdeck.stage.cleanroom.names import PREDEFINED_NETWORKS
from quarterdeck.stage.cleanroom.policy import RefusedError
from quarterdeck.stage.cleanroom.relay import ChangedLines, Tunnelled

BUILDKIT = "2"
"""The ``version`` of a build whose client hears BuildKit's own messages, and is quiet by itself."""
UPLOAD = "upload-request:"
"""Before the id of the build for which a context is sent in a request of its own."""
BUILT = "Successfully built "
"""What a classic build says last."""


async def build(call: Call) -> None:
    """What appears is the demo's; intermediate containers are always removed."""
    begun = False
    try:
        begun = await _build(call) < 400
    finally:
        if not begun and (session := call.request.first("session")):
            call.room.sessions.end(session)


async def _build(call: Call) -> int:
    permissions, names = call.room.permissions.allow, call.room.names
    network = call.request.first("networkmode")
    if network.casefold() == "host" and "host-network" not in permissions:
        raise RefusedError("builds on the host's network are not for demos", allow="host-network")
    if call.request.first("cgroupparent") and "cgroup-parent" not in permissions:
        raise RefusedError("a cgroup parent is not for demos", allow="cgroup-parent")
    if call.request.first("securityopt") not in ("", "null", "[]") and "security-options" not in permissions:
        raise RefusedError("security options are not for demos", allow="security-options")
    query = call.request.with_query(rm="1", forcerm="1")
    if network and ":" in network:
        query = tuple((k, names.mode(v) if k == "networkmode" else v) for k, v in query)
    elif network and network not in PREDEFINED_NETWORKS:
        query = tuple((k, names.network(v) if k == "networkmode" else v) for k, v in query)
    images, targets = call.room.images, call.request.all("t")
    # a context on its way to a build that is asked for beside it, and that has the turn
    upload = call.request.first("version") == BUILDKIT and call.request.first("buildid").startswith(UPLOAD)
    async with image_request(images, *targets, reads_tags=not upload) as work:
        await mend(call, () if upload else list(images.pins))
        hear: Callable[[bytes], bytes | None] = work.read
        if call.request.flag("q") and call.request.first("version") != BUILDKIT:
            # a quiet build tells its last image alone, and whose would the others be?
            query = tuple((key, value) for key, value in query if key != "q")
            hear = Quietly(work.read)
        return await call.pass_on(query=query, reply=ChangedLines(hear, work.finish))


class Quietly:
    """Makes a quiet build of one that tells everything: its image's id, or all it said when it failed."""

    def __init__(self, hear: Callable[[bytes], bytes]) -> None:
        self._hear = hear
        self._said: list[bytes] = []
        self._image = ""
        """The last one that was told: each stage of a build tells its own."""

    def __call__(self, line: bytes) -> bytes | None:
        """One line of the engine's answer."""
        self._hear(line)
        self._said.append(line)
        try:
            message = json.loads(line)
        except ValueError:
            return None
        if "error" in message:
            return b"\n".join(self._said)
        aux = message.get("aux")
        if isinstance(aux, dict) and isinstance(aux.get("ID"), str):
            self._image = aux["ID"]
        if str(message.get("stream", "")).startswith(BUILT):
            return json.dumps({"stream": f"{self._image}\n"}).encode()
        return None


async def session(call: Call) -> None:
    """BuildKit's session; the connection becomes a tunnel, which ends if its build is refused."""
    with call.room.sessions.opened(call.request.head.get(ID_HEADER) or "") as end:
        await call.pass_on(reply=Tunnelled(until=end))


async def grpc(call: Call) -> None:
    """BuildKit's own API, for buildx; the connection becomes a tunnel."""
    images = call.room.images
    async with image_request(images, reads_tags=True, answer_tells=False) as work:
        await mend(call, list(images.pins))
        await call.pass_on(reply=Tunnelled(Solving(work, call.room.permissions)))


async def prune(call: Call) -> None:
    """Answered here: the build cache is everybody's."""
    await call.answer(200, {"CachesDeleted": None, "SpaceReclaimed": 0})


async def cancel(call: Call) -> None:
    """As it is."""
    await call.pass_on()
