"""Builds, classic and by BuildKit."""

from __future__ import annotations

from quarterdeck.stage.cleanroom.exchange import Call
from quarterdeck.stage.cleanroom.naming import PREDEFINED_NETWORKS
from quarterdeck.stage.cleanroom.policy import RefusedError


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
    async with call.room.images.making():
        await call.pass_on(query=query)


async def session(call: Call) -> None:
    """BuildKit's session; the connection becomes a tunnel."""
    await call.pass_on(tunnelled=True)


async def grpc(call: Call) -> None:
    """BuildKit's own API, for buildx; the connection becomes a tunnel."""
    async with call.room.images.making():
        await call.pass_on(tunnelled=True)


async def prune(call: Call) -> None:
    """Answered here: the build cache is everybody's."""
    await call.answer(200, {"CachesDeleted": None, "SpaceReclaimed": 0})


async def cancel(call: Call) -> None:
    """As it is."""
    await call.pass_on()
