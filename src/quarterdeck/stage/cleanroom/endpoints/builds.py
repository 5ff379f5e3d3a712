"""Builds, classic and by BuildKit."""

from __future__ import annotations

from quarterdeck.stage.cleanroom.endpoints.images import mend
from quarterdeck.stage.cleanroom.exchange import Call
from quarterdeck.stage.cleanroom.naming import PREDEFINED_NETWORKS
from quarterdeck.stage.cleanroom.policy import RefusedError
from quarterdeck.stage.cleanroom.solving import Solving


async def build(call: Call) -> None:
    """What appears is the demo's; intermediate containers are always removed."""
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
    async with images.making(*targets, reads_tags=True) as work:
        await mend(call, list(images.pins))
        await call.pass_on(query=query, lines=work.hear, finish=work.finish)


async def session(call: Call) -> None:
    """BuildKit's session; the connection becomes a tunnel."""
    await call.pass_on(tunnelled=True)


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
