"""Builds, classic and by BuildKit: the policy on their settings, their limits, and whose images they make."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress

from quarterdeck.stage.cleanroom.call import Call
from quarterdeck.stage.cleanroom.endpoints.buildkit import BuildKitTap
from quarterdeck.stage.cleanroom.endpoints.containers import CPU_PERIOD, MEMORY_BYTES, about_limits, processor_quota
from quarterdeck.stage.cleanroom.endpoints.images import restore_tags
from quarterdeck.stage.cleanroom.http import BadMessageError, dumps, loads_object
from quarterdeck.stage.cleanroom.image_request import image_request
from quarterdeck.stage.cleanroom.names import PREDEFINED_NETWORKS
from quarterdeck.stage.cleanroom.policy import RefusedError, check_mode, known_fields
from quarterdeck.stage.cleanroom.relay import ChangedLines, Tunnelled
from quarterdeck.stage.cleanup.labels import without_ours

BUILDKIT = "2"
"""The ``version`` of a build by BuildKit."""
UPLOAD = "upload-request:"
"""Before the id of the build for which a context is sent in a request of its own."""
IMAGE_ID = re.compile("sha256:[0-9a-f]{64}")
BUILT = "Successfully built "
"""The start of a classic build's last message."""
REMOTE = re.compile(r"client-session$|upload-request$|https?://|git://|git@|github\.com/")
"""Contexts that are not in the request; Podman would read any other as a folder of this machine."""
SESSION_HEADER = "x-docker-expose-session-uuid"
OUTPUTS = frozenset({"", "local", "tar", "cacheonly", "moby", "docker", "image"})


async def build(call: Call) -> None:
    """`POST /build`: policy and limits; intermediate containers are always removed; the image is the demo's."""
    begun = False
    try:
        begun = await _build(call) < 400
    finally:
        if not begun and (session := call.request.first("session")):
            call.room.sessions.end(session)


async def _build(call: Call) -> int:
    images, request = call.room.images, call.request
    check(call)
    call.room.builds.add(request.first("buildid"))
    changed = {**network(call), **limits(call), **labels(call), "rm": "1", "forcerm": "1"}
    # a context on its way to a build that is asked for beside it, and that has the tags' lock
    upload = request.first("version") == BUILDKIT and request.first("buildid").startswith(UPLOAD)
    async with image_request(images, *request.all("t"), reads_tags=not upload) as work:
        await restore_tags(call, () if upload else list(images.pins))
        read: Callable[[bytes], bytes | None] = work.read
        if request.flag("q") and request.first("version") == BUILDKIT:
            read = quiet_buildkit(work.read)
        elif request.flag("q"):
            # a quiet build names its last image alone, so nobody could say whose the others are
            changed["q"] = ""
            read = QuietBuild(work.read)
        shown = read if "unlimited" in call.room.permissions.allow else WithoutWarnings(read)
        return await call.pass_on(
            query=request.with_query(**changed),
            reply=ChangedLines(shown, work.finish),
            upload=True,
            overheard=request.first("version") != BUILDKIT,
        )


def check(call: Call) -> None:
    """Refuse the settings of a build that go beyond the policy."""
    request, permissions = call.request, call.room.permissions
    check_mode("NetworkMode", request.first("networkmode"), permissions)
    if request.first("cgroupparent") and "cgroup-parent" not in permissions.allow:
        raise RefusedError("cgroupparent: a cgroup parent is not for demos", allow="cgroup-parent")
    if request.first("securityopt") not in ("", "null", "[]") and "security-options" not in permissions.allow:
        raise RefusedError("securityopt: security options are not for demos", allow="security-options")
    if (remote := request.first("remote")) and not REMOTE.match(remote):
        raise RefusedError(f"remote: '{remote}' is not for demos; send the context, or name a URL or a git repository")
    outputs = loads_object(b'{"outputs":%s}' % (request.first("outputs") or "null").encode()).get("outputs") or []
    for output in outputs if isinstance(outputs, list) else [outputs]:
        known = known_fields(output, frozenset({"Type", "Attrs"}), "outputs")
        if known.get("Type", "") not in OUTPUTS:
            raise RefusedError(f"outputs: the type '{known['Type']}' is not for demos")
        if any(key.casefold() == "name" for key in known.get("Attrs", {})):
            raise RefusedError("outputs: an image is named by '--tag', not by 'name='")


def network(call: Call) -> dict[str, str]:
    """The network of a build's containers, in the engine's words."""
    mode, names = call.request.first("networkmode"), call.room.names
    if ":" in mode:
        return {"networkmode": names.mode(mode)}
    return {"networkmode": names.network(mode)} if mode and mode not in PREDEFINED_NETWORKS else {}


def limits(call: Call) -> dict[str, str]:
    """Memory and processors of a build's containers, where the demo sets no limit, or takes it off."""
    if "unlimited" in call.room.permissions.allow:
        return {}
    changed = {}
    if _number(call, "memory") <= 0:
        changed["memory"] = str(MEMORY_BYTES)
    if _number(call, "memswap") < 0:
        changed["memswap"] = ""
    if _number(call, "cpuquota") <= 0:
        period = _number(call, "cpuperiod") or CPU_PERIOD
        changed |= {"cpuperiod": str(period), "cpuquota": str(processor_quota(call.room, period))}
    return changed


def _number(call: Call, name: str) -> int:
    text = call.request.first(name) or "0"
    if re.fullmatch(r"-?[0-9]{1,18}", text) is None:
        raise BadMessageError(f"{name}: '{text}' is not a whole number")
    return int(text)


def labels(call: Call) -> dict[str, str]:
    """The image's labels, without those of ours: they would make its containers look like a demo's."""
    asked = call.request.first("labels")
    if not asked:
        return {}
    return {"labels": dumps(without_ours(loads_object(asked.encode()))).decode()}


class QuietBuild:
    """Makes a quiet build of one that says everything: only its image's id, or all its messages when it failed."""

    def __init__(self, read: Callable[[bytes], bytes]) -> None:
        self._read = read
        self._said: list[bytes] = []
        self._image = ""
        """The last image that was named: each stage of a build names its own."""

    def __call__(self, line: bytes) -> bytes | None:
        """The line to show for one line of the engine's answer."""
        self._read(line)
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


def quiet_buildkit(read: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Return a reader for the answer to a quiet build by BuildKit, which is nothing but the image's id as text."""

    def read_line(line: bytes) -> bytes:
        with suppress(ValueError):
            message = json.loads(line)
            said = str(message.get("stream") if isinstance(message, dict) else "").strip()
            if IMAGE_ID.fullmatch(said):
                read(json.dumps({"aux": {"ID": said}}).encode())
        return read(line)

    return read_line


class WithoutWarnings:
    """Drops a build's warnings about limits, which the room has set and not the demo."""

    def __init__(self, read: Callable[[bytes], bytes | None]) -> None:
        self._read = read

    def __call__(self, line: bytes) -> bytes | None:
        """The line to show for one line of the engine's answer."""
        shown = self._read(line)
        if b"[Warning]" in line and about_limits(line.decode("utf-8", "replace")):
            return None
        return shown


async def session(call: Call) -> None:
    """`POST /session`: a tunnel for BuildKit's session, which ends if its build is refused."""
    with call.room.sessions.opened(call.request.head.get(SESSION_HEADER) or "") as end:
        await call.pass_on(reply=Tunnelled(until=end))


async def grpc(call: Call) -> None:
    """`POST /grpc`: a tunnel for BuildKit's own API, which buildx speaks; policy on each build that passes through."""
    images = call.room.images
    async with image_request(images, reads_tags=True, answer_tells=False) as work:
        await restore_tags(call, list(images.pins))
        await call.pass_on(reply=Tunnelled(BuildKitTap(work, call.room.permissions)))


async def prune(call: Call) -> None:
    """`POST /build/prune`: answered here, nothing is removed: the build cache is everybody's."""
    await call.answer(200, {"CachesDeleted": None, "SpaceReclaimed": 0})


async def cancel(call: Call) -> None:
    """`POST /build/cancel`: finds only this demo's builds."""
    if (build := call.request.first("id")) not in call.room.builds:
        raise RefusedError(f"No such build: {build}", status=404)
    await call.pass_on()
