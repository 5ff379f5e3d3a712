"""Builds, classic and by BuildKit."""

from __future__ import annotations

import json

from quarterdeck.stage.cleanroom.buildkit import ID_HEADER, Solving
from quarterdeck.stage.cleanroom.call import Call, LineChange
from quarterdeck.stage.cleanroom.endpoints.images import mend
from quarterdeck.stage.cleanroom.names import PREDEFINED_NETWORKS
from quarterdeck.stage.cleanroom.policy import RefusedError

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
        if not begun and (session := call.first("session")):
            call.room.sessions.end(session)


async def _build(call: Call) -> int:
    permissions, names = call.room.permissions.allow, call.room.names
    network = call.first("networkmode")
    if network.casefold() == "host" and "host-network" not in permissions:
        raise RefusedError("builds on the host's network are not for demos", allow="host-network")
    if call.first("cgroupparent") and "cgroup-parent" not in permissions:
        raise RefusedError("a cgroup parent is not for demos", allow="cgroup-parent")
    if call.first("securityopt") not in ("", "null", "[]") and "security-options" not in permissions:
        raise RefusedError("security options are not for demos", allow="security-options")
    query = call.with_query(rm="1", forcerm="1")
    if network and ":" in network:
        query = [(k, names.mode(v) if k == "networkmode" else v) for k, v in query]
    elif network and network not in PREDEFINED_NETWORKS:
        query = [(k, names.network(v) if k == "networkmode" else v) for k, v in query]
    images, targets = call.room.images, [value for key, value in call.query if key == "t" and value]
    # a context on its way to a build that is asked for beside it, and that has the turn
    upload = call.first("version") == BUILDKIT and call.first("buildid").startswith(UPLOAD)
    async with images.making(*targets, reads_tags=not upload) as work:
        await mend(call, () if upload else list(images.pins))
        hear: LineChange = work.hear
        if call.flag("q") and call.first("version") != BUILDKIT:
            # a quiet build tells its last image alone, and whose would the others be?
            query = [(key, value) for key, value in query if key != "q"]
            hear = Quietly(work.hear)
        return await call.pass_on(query=query, lines=hear, finish=work.finish)


class Quietly:
    """Makes a quiet build of one that tells everything: its image's id, or all it said when it failed."""

    def __init__(self, hear: LineChange) -> None:
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
    with call.room.sessions.opened(call.request.get(ID_HEADER) or "") as end:
        await call.pass_on(tunnelled=True, until=end)


async def grpc(call: Call) -> None:
    """BuildKit's own API, for buildx; the connection becomes a tunnel."""
    images = call.room.images
    async with images.making(reads_tags=True, telling=False) as work:
        await mend(call, list(images.pins))
        await call.pass_on(tunnelled=True, overhear=Solving(work, call.room.permissions).overhear)


async def prune(call: Call) -> None:
    """Answered here: the build cache is everybody's."""
    await call.answer(200, {"CachesDeleted": None, "SpaceReclaimed": 0})


async def cancel(call: Call) -> None:
    """As it is."""
    await call.pass_on()
