"""The hosts of a workshop: found from its settings, examined, and given the image of the seats."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from ipaddress import ip_network
from typing import Any

from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostic, QuarterdeckError
from quarterdeck.project.doctor import Finding, Grade
from quarterdeck.seats.spawner import WORKSHOP_LABEL
from quarterdeck.seats.spawner.docker_hosts import DockerHosts, Host, seats_of
from quarterdeck.seats.spawner.swarm import Swarm, active_nodes
from quarterdeck.stage.docker.address import AddressKind, EngineAddress, find_engine, parse_address
from quarterdeck.stage.docker.client import engine_client
from quarterdeck.stage.docker.connection import EngineError
from quarterdeck.stage.docker.image_transfer import image_facts, load, save
from quarterdeck.workshop.manifest.seats import SWARM, Settings

LOCAL = "local"
"""The name of this machine's engine, where a manifest names no host."""
OLDEST = (20, 10)
"""The oldest Docker that seats are tested on."""
ASK_SECONDS = 10.0
TRIAL_SECONDS = 60.0
CLOCK_SECONDS = 5.0
"""How far a host's clock may be from this machine's: seats expire by both."""
DISK_EACH = 1 << 30
"""Bytes of disk that should be free for each seat."""
ATTENDEES_A_PROCESSOR = 5
USUAL_NETWORKS = 29
"""Networks that a node of a Swarm has addresses for, unless it is told more: Docker's own pools, less two."""
TRIAL = """
import json, os, socket
disk = os.statvfs("/")
def reached(address):
    try:
        socket.create_connection(address, 2).close()
    except OSError:
        return False
    return True
print(json.dumps({"free": disk.f_bavail * disk.f_frsize, "metadata": reached(("169.254.169.254", 80))}))
"""
"""What a container of the image finds out about its host."""


HOSTS_HINT = (
    "'hosts' of the manifest names contexts, as 'docker context ls' lists them, and URLs such as tcp://one:2376"
)


def find_hosts(settings: Settings, environ: Mapping[str, str] | None = None) -> tuple[Host, ...]:
    """The hosts that the settings name; none is connected to.

    Raises:
        QuarterdeckError: with a fault for each context that can't be read.

    """
    environ = os.environ if environ is None else environ
    if not settings.hosts:
        address = find_engine(environ)
        return (Host(LOCAL, address, _reach(address)),)
    hosts: list[Host] = []
    faults: list[Diagnostic] = []
    for name in settings.hosts:
        try:
            address = _address(name.removeprefix(SWARM), environ)
            hosts.append(Host(name, address, _reach(address)))
        except QuarterdeckError as error:
            faults.extend(replace(each, hint=HOSTS_HINT) for each in error.diagnostics)
    if faults:
        raise QuarterdeckError(faults)
    return tuple(hosts)


def open_spawner(settings: Settings, workshop: str, image: str) -> DockerHosts | Swarm:
    """The spawner for a workshop's settings; close it after use.  Raises QuarterdeckError."""
    hosts = find_hosts(settings)
    if settings.hosts and settings.hosts[0].startswith(SWARM):
        return Swarm(hosts[0], settings, workshop, image)
    return DockerHosts(hosts, settings, workshop, image)


def _address(name: str, environ: Mapping[str, str]) -> EngineAddress:
    if "://" in name:
        return parse_address(name)
    if not name:
        return find_engine(environ)
    elsewhere = {
        key: value for key, value in environ.items() if not key.startswith("DOCKER_") or key == "DOCKER_CONFIG"
    }
    return find_engine({**elsewhere, "DOCKER_CONTEXT": name})


def _reach(address: EngineAddress) -> str:
    """Where ports that an engine publishes are reached."""
    if address.kind is AddressKind.UNIX:
        return "127.0.0.1"
    if address.kind is AddressKind.SSH:
        return _ssh_host(address.host)
    return address.host


def _ssh_host(name: str) -> str:
    """The name or address behind a host of ssh, which the user's ``ssh_config`` may give another name."""
    try:
        said = subprocess.run(
            ["ssh", "-G", "--", name], capture_output=True, text=True, timeout=ASK_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return name
    found = [line.split(maxsplit=1)[1] for line in said.stdout.splitlines() if line.startswith("hostname ")]
    return found[0] if found else name


async def prepare(
    hosts: Sequence[Host], source: EngineAddress, image: str, say: Callable[[str], None]
) -> Mapping[str, str]:
    """Give each host the image that ``source`` has; returns a fault for each host that couldn't get it.

    Raises:
        QuarterdeckError: when ``source`` lacks the image.

    """
    try:
        facts = await asyncio.to_thread(image_facts, source, image)
    except EngineError as error:
        raise QuarterdeckError.of(f"the engine at {source.url} can't be used: {error}", code="engine-down") from None
    if facts is None:
        raise QuarterdeckError.of(
            f"there is no image {image} yet", hint="make it with 'quarterdeck seats image'", code="missing-image"
        )

    def give(host: Host) -> None:
        there = image_facts(host.address, image)
        if there is not None and there.content == facts.content:
            say(f"{host.name}: has the image")
            return
        say(f"{host.name}: is given the image")
        with save(source, [image]) as stream:
            load(host.address, stream)
        say(f"{host.name}: has the image now")

    done = await asyncio.gather(*(asyncio.to_thread(give, host) for host in hosts), return_exceptions=True)
    faults: dict[str, str] = {}
    for host, fault in zip(hosts, done, strict=True):
        if isinstance(fault, EngineError | OSError):
            faults[host.name] = str(fault)
        elif fault is not None:
            raise fault
    return faults


async def examine(host: Host, settings: Settings, workshop: str, image: str) -> Sequence[Finding]:
    """Everything about a host that an organiser should know before the workshop."""
    try:
        return await asyncio.to_thread(lambda: list(_examine(host, settings, workshop, image)))
    except (OSError, EngineError) as error:
        return [Finding("engine", Grade.LOST, f"can't be used: {error}", "is the machine up, and Docker on it?")]


def _examine(host: Host, settings: Settings, workshop: str, image: str) -> Iterator[Finding]:
    with engine_client(host.address, ASK_SECONDS) as client:
        before = time.time()
        info = client.info()
        between = (before + time.time()) / 2
        yield _version(info)
        yield from _walls(info, host)
        if host.name.startswith(SWARM):
            yield from _swarm(client, info, settings)
        yield _room(info, settings)
        yield _clock(str(info.get("SystemTime", "")), between)
        if settings.runtime and settings.runtime not in (info.get("Runtimes") or {}):
            yield Finding(
                "runtime", Grade.LOST, f"has no runtime '{settings.runtime}'", "install it, or leave out 'runtime:'"
            )
        try:
            said = _trial(client.with_timeout(TRIAL_SECONDS), workshop, image)
        except EngineError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                yield Finding("trial", Grade.LOST, f"a container of the image can't run: {error.reason}", None)
            return
        yield _disk(said, settings)
        yield _metadata(said)


def _version(info: Mapping[str, Any]) -> Finding:
    version = str(info.get("ServerVersion", ""))
    parts = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if parts >= OLDEST:
        return Finding("version", Grade.GOOD, f"Docker {version}")
    return Finding("version", Grade.CURED, f"Docker {version} is older than 20.10", "update Docker")


def _walls(info: Mapping[str, Any], host: Host) -> Iterator[Finding]:
    """What keeps a seat from its host."""
    security = " ".join(str(each) for each in info.get("SecurityOptions") or ())
    if "name=userns" in security or "name=rootless" in security:
        yield Finding("userns", Grade.GOOD, "root of a seat is nobody on the host")
    else:
        yield Finding(
            "userns",
            Grade.CURED,
            "root of a seat is root on the host, and can become it",
            'put "userns-remap": "default" into /etc/docker/daemon.json, and restart Docker',
        )
    if "name=seccomp" not in security:
        yield Finding("seccomp", Grade.CURED, "no filter of system calls", "use a kernel with seccomp")
    if "name=apparmor" in security and host.name.startswith(SWARM):
        yield Finding(
            "apparmor",
            Grade.LOST,
            "its profile refuses 'mount', which the engine of a seat needs, and a service can't leave it out",
            "list this machine in 'hosts:', not its Swarm",
        )
    elif "name=apparmor" in security:
        yield Finding("apparmor", Grade.GOOD, "its profile would refuse 'mount': seats run without it")
    if host.address.kind is AddressKind.TCP and host.address.tls is None:
        yield Finding(
            "address",
            Grade.CURED,
            "Docker listens without TLS: who reaches that port, a seat too, is root on the host",
            "use ssh://, or TLS",
        )


def _swarm(client: Any, info: Mapping[str, Any], settings: Settings) -> Iterator[Finding]:
    """What a manager says of its Swarm; the other nodes are not looked at."""
    if not (info.get("Swarm") or {}).get("ControlAvailable"):
        yield Finding("swarm", Grade.LOST, "isn't a manager of a Swarm", "docker swarm init, or name a manager")
        return
    nodes = [address for address, _ in active_nodes(client).values()]
    if len(nodes) < 2:
        detail = "no other node takes seats when one is lost"
        yield Finding("swarm", Grade.CURED, detail, "docker swarm join, on another machine")
    else:
        yield Finding("swarm", Grade.GOOD, f"{len(nodes)} nodes take seats, and need the image: {', '.join(nodes)}")
    pools = info.get("DefaultAddressPools") or ()
    networks = sum(1 << (pool["Size"] - ip_network(pool["Base"]).prefixlen) for pool in pools) or USUAL_NETWORKS
    if networks * len(nodes) >= settings.count:
        yield Finding("networks", Grade.GOOD, f"addresses for the networks of {networks} seats")
    else:
        yield Finding(
            "networks",
            Grade.CURED,
            f"addresses for the networks of {networks} seats on a node",
            'put "default-address-pools": [{"base": "10.213.0.0/16", "size": 29}] into daemon.json of each node',
        )


def _room(info: Mapping[str, Any], settings: Settings) -> Finding:
    memory, processors = int(info.get("MemTotal", 0)), int(info.get("NCPU", 0))
    seats = seats_of(memory, settings.memory)
    active = processors * ATTENDEES_A_PROCESSOR
    detail = f"memory for {seats} seats, processors for {active} attendees who are busy at the same time"
    grade = Grade.GOOD if seats else Grade.LOST
    return Finding("room", grade, detail, None if seats else "less 'memory:', or a larger machine")


def _clock(said: str, now: float) -> Finding:
    try:
        theirs = datetime.fromisoformat(said[:19] + said[said.rfind("+") :] if "+" in said else f"{said[:19]}+00:00")
    except ValueError:
        return Finding("clock", Grade.CURED, "the host doesn't say what time it is")
    off = theirs.timestamp() - now
    if abs(off) <= CLOCK_SECONDS:
        return Finding("clock", Grade.GOOD, "agrees with this machine's")
    return Finding(
        "clock", Grade.CURED, f"is {off:+.0f} s from this machine's", "synchronise it: timedatectl set-ntp true"
    )


def _disk(said: Mapping[str, Any], settings: Settings) -> Finding:
    free = int(said["free"])
    detail = f"{free / 1e9:.0f} GB are free"
    if free >= DISK_EACH * settings.count / 10:
        return Finding("disk", Grade.GOOD, detail)
    return Finding("disk", Grade.CURED, detail, "free some: a seat that pulls images fills it for all")


def _metadata(said: Mapping[str, Any]) -> Finding:
    if not said["metadata"]:
        return Finding("metadata", Grade.GOOD, "seats don't reach 169.254.169.254")
    return Finding(
        "metadata",
        Grade.CURED,
        "seats reach the cloud's metadata at 169.254.169.254, and with it its keys",
        "iptables -I DOCKER-USER -d 169.254.169.254 -j DROP",
    )


def _trial(client: Any, workshop: str, image: str) -> Mapping[str, Any]:
    """What a container of the image says of its host; raises OSError or EngineError."""
    config = {
        "Image": image,
        "Entrypoint": ["python3", "-c", TRIAL],
        "Cmd": [],
        "Labels": {WORKSHOP_LABEL: workshop},
        "HostConfig": {"AutoRemove": False},
    }
    made = client.create_container_from_config(config)
    try:
        client.start(made["Id"])
        client.wait(made["Id"])
        said = b"".join(client.logs(made["Id"], stdout=True, stderr=False, stream=True, follow=False))
    finally:
        client.remove_container(made["Id"], v=True, force=True)
    try:
        found = json.loads(said)
    except ValueError:
        raise EngineError("its trial container says nothing") from None
    assert isinstance(found, dict)
    return found
