"""A bystander's containers, volumes, networks and images are the same before and after every attack."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from quarterdeck.model.demo import EXCEPTIONS
from quarterdeck.stage.docker.address import EngineAddress
from support.engine_api import ask

pytestmark = pytest.mark.engine


@dataclass(frozen=True)
class Bystander:
    """What a speaker had on the machine before the show."""

    engine: EngineAddress
    name: str
    """Of its running container, its volume, its network and its image alike."""
    container: str
    network: str
    image: str
    exec: str
    images: frozenset[str]
    """Every image that was there."""

    def state(self) -> dict[str, Any]:
        """All of it that an attack could change."""

        def get(path: str) -> Any:
            return ask(self.engine, "GET", path).json()

        container = get(f"/containers/{self.container}/json")
        network = get(f"/networks/{self.network}")
        image = get(f"/images/{self.image}/json")
        stopped = get(f"/containers/{self.name}-stopped/json")
        return {
            "container": {
                key: container.get(key) for key in ("Id", "Name", "Config", "HostConfig", "Mounts", "RestartCount")
            },
            "running": [container["State"][key] for key in ("Status", "Paused", "StartedAt", "Pid")],
            "networks": sorted(container["NetworkSettings"]["Networks"]),
            "changes": ask(self.engine, "GET", f"/containers/{self.container}/changes").json(),
            "stopped": [stopped.get("Id"), stopped.get("Name"), stopped.get("State")],
            "network": [network.get("Id"), network.get("Name"), sorted(network.get("Containers", {}))],
            "volume": get(f"/volumes/{self.name}"),
            "image": [image.get("Id"), image.get("RepoTags")],
            "images": {i["Id"]: i["RepoTags"] for i in get("/images/json?all=1") if i["Id"] in self.images},
            "tag": get(f"/images/{self.name}:latest/json").get("Id"),
        }


@pytest.fixture(scope="module")
def bystander(engine: EngineAddress, docker: Callable[[str], Any]) -> Iterator[Bystander]:
    """A running container with a volume and a network, a stopped one, and an image of its own."""
    name = f"bystander{secrets.token_hex(4)}"

    def do(command: str) -> str:
        ran = docker(command.replace("NAME", name))
        assert ran.status == 0, ran.out
        return str(ran.out.strip())

    archive = "printf x > /tmp/NAME; tar -cf - -C /tmp NAME | docker import - NAME:latest; rm /tmp/NAME"
    image = do(archive).splitlines()[0]
    network = do("docker network create NAME")
    container = do("docker run -d --name NAME --network NAME -v NAME:/data busybox:1.35 sleep 100000")
    do("docker create --name NAME-stopped busybox:1.35 true")
    do("docker exec NAME sh -c 'echo precious > /data/marker'")
    made = ask(engine, "POST", f"/containers/{container}/exec", body={"Cmd": ["rm", "/data/marker"]}).json()
    images = frozenset(i["Id"] for i in ask(engine, "GET", "/images/json", query={"all": "1"}).json())
    yield Bystander(engine, name, container, network, image, made["Id"], images)
    do("docker exec NAME grep precious /data/marker")
    do("docker rm -f -v NAME NAME-stopped; docker volume rm NAME; docker network rm NAME; docker rmi NAME")


REFUSED_COMMANDS = {
    "remove by name": "docker rm NAME-stopped",
    "force removal by name": "docker container rm --force NAME-stopped NAME && ! true",
    "removal by id": "docker rm ID",
    "removal by short id": "docker rm SHORT",
    "stop": "docker stop -t 0 NAME",
    "stop by id": "docker stop -t 0 ID",
    "kill": "docker kill SHORT",
    "restart": "docker restart -t 0 ID",
    "pause": "docker pause ID",
    "start": "docker start NAME-stopped",
    "rename": "docker rename ID mine",
    "update": "docker update --memory 64m ID",
    "exec": "docker exec NAME rm /data/marker",
    "exec by id": "docker exec ID rm /data/marker",
    "attach": "docker attach --no-stdin ID",
    "wait": "docker wait ID",
    "logs": "docker logs ID",
    "inspect": "docker inspect ID",
    "inspect by name": "docker inspect --type container NAME",
    "top": "docker top ID",
    "stats": "docker stats --no-stream ID",
    "port": "docker port ID",
    "diff": "docker diff ID",
    "export": "docker export -o out.tar ID",
    "copy out": "docker cp ID:/data/marker .",
    "copy in": "echo x > file; docker cp file ID:/data/marker",
    "commit": "docker commit ID stolen",
    "volume removal": "docker volume rm NAME",
    "volume inspection": "docker volume inspect NAME",
    "volume by name": "docker run --rm -v NAME:/x busybox:1.35 cat /x/marker",
    "volume by mount": "docker run --rm --mount type=volume,src=NAME,dst=/x busybox:1.35 cat /x/marker",
    "volumes from": "docker run --rm --volumes-from NAME busybox:1.35 cat /data/marker",
    "volumes from id": "docker run --rm --volumes-from ID:rw busybox:1.35 cat /data/marker",
    "network removal": "docker network rm NAME",
    "network removal by id": "docker network rm NETWORK",
    "network inspection": "docker network inspect NETWORK",
    "network joined": "docker run --rm --network NAME busybox:1.35 true",
    "network joined by id": "docker run --rm --network NETWORK busybox:1.35 true",
    "network connected": "docker run -d --name joiner busybox:1.35 sleep 600 && docker network connect NETWORK joiner",
    "bystander pulled in": "docker network create pull && docker network connect pull ID",
    "bystander disconnected": "docker network disconnect -f NETWORK ID",
    "bystander off the bridge": "docker network disconnect -f bridge ID",
    "network namespace": "docker run --rm --network container:NAME busybox:1.35 true",
    "network namespace by id": "docker run --rm --network container:ID busybox:1.35 true",
    "pid namespace": "docker run --rm --pid container:ID busybox:1.35 kill -9 1",
    "ipc namespace": "docker run --rm --ipc container:ID busybox:1.35 true",
    "link": "docker run --rm --link NAME:it busybox:1.35 true",
    "host root": "docker run --rm -v /:/host busybox:1.35 true",
    "host folder by mount": "docker run --rm --mount type=bind,src=/etc,dst=/x busybox:1.35 true",
    "bind through a link": "ln -s / way; docker run --rm -v $PWD/way:/x busybox:1.35 true",
    "bind through dots": "docker run --rm -v $PWD/../../..:/x busybox:1.35 true",
    "docker socket": "docker run --rm -v /var/run/docker.sock:/s busybox:1.35 true",
    "docker socket's folder": "docker run --rm -v /var/run:/s busybox:1.35 true",
    "bind in disguise": "docker volume create -d local -o type=none -o o=bind -o device=/etc disguise",
    "bind in a mount's driver": "docker run --rm --mount "
    "'type=volume,dst=/x,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/etc' busybox:1.35 true",
    "network share": "docker volume create -o type=nfs -o o=addr=127.0.0.1 -o device=:/x share",
    "shared propagation": "docker run --rm -v $PWD:/x:rshared busybox:1.35 true",
    "privileged": "docker run --rm --privileged busybox:1.35 true",
    "privileged exec": "docker run -d --name own busybox:1.35 sleep 600 && docker exec --privileged own true",
    "capability": "docker run --rm --cap-add SYS_ADMIN busybox:1.35 true",
    "device": "docker run --rm --device /dev/null busybox:1.35 true",
    "device rule": "docker run --rm --device-cgroup-rule 'c 1:3 rwm' busybox:1.35 true",
    "gpus": "docker run --rm --gpus all busybox:1.35 true",
    "host network": "docker run --rm --network host busybox:1.35 true",
    "host pid": "docker run --rm --pid host busybox:1.35 true",
    "host ipc": "docker run --rm --ipc host busybox:1.35 true",
    "host uts": "docker run --rm --uts host busybox:1.35 true",
    "host users": "docker run --rm --userns host busybox:1.35 true",
    "seccomp off": "docker run --rm --security-opt seccomp=unconfined busybox:1.35 true",
    "apparmor off": "docker run --rm --security-opt apparmor=unconfined busybox:1.35 true",
    "kernel setting": "docker run --rm --sysctl net.ipv4.ip_forward=1 busybox:1.35 true",
    "host cgroups": "docker run --rm --cgroupns host busybox:1.35 true",
    "cgroup of another": """curl -sf --unix-socket ${DOCKER_HOST#unix://} http://d/v1.41/containers/create \\
    -H 'Content-Type: application/json' -d '{"Image":"busybox:1.35","HostConfig":{"Cgroup":"container:ID"}}'""",
    "volume driver": "docker run --rm --volume-driver other -v own:/x busybox:1.35 true",
    "file of the host through a link": "ln -s /etc/passwd users; docker run --rm -v $PWD/users:/x busybox:1.35 true",
    "folder beside the demo's": "docker run --rm -v ${PWD}x:/x busybox:1.35 true",
    "dots in a mount": "docker run --rm --mount type=bind,src=$PWD/../..,dst=/x busybox:1.35 true",
    "export of another": "docker export SHORT",
    "resize of another": "curl -sf --unix-socket ${DOCKER_HOST#unix://} -X POST 'http://d/containers/ID/resize?h=1&w=1'",
    "exec of another's exec": "curl -sf --unix-socket ${DOCKER_HOST#unix://} http://d/exec/EXEC/json",
    "listening through a websocket": "curl -sf --unix-socket ${DOCKER_HOST#unix://} http://d/containers/ID/attach/ws",
    "cgroup parent": "docker run --rm --cgroup-parent /x busybox:1.35 true",
    "runtime": "docker run --rm --runtime other busybox:1.35 true",
    "out-of-memory killer off": "docker run --rm -m 64m --oom-kill-disable busybox:1.35 true",
    "physical network": "docker network create -d macvlan physical",
    "image removal": "docker rmi NAME",
    "image removal by id": "docker rmi IMAGE",
    "forced image removal": "docker rmi -f NAME && ! true",
    "build on the host's network": "printf 'FROM busybox:1.35' | DOCKER_BUILDKIT=0 docker build --network host -",
    "build on a foreign network": "printf 'FROM busybox:1.35\\nRUN :' | DOCKER_BUILDKIT=0 docker build"
    " --network NAME -",
    "build in a foreign container's network": "printf 'FROM busybox:1.35\\nRUN :' | DOCKER_BUILDKIT=0 docker build"
    " --network container:ID -",
    "build with a cgroup parent": "printf 'FROM busybox:1.35' | DOCKER_BUILDKIT=0 docker build --cgroup-parent /x -",
    "build without seccomp": "printf 'FROM busybox:1.35' | DOCKER_BUILDKIT=0 docker build"
    " --security-opt seccomp=unconfined -",
    "BuildKit on the host's network": "printf 'FROM busybox:1.35' | DOCKER_BUILDKIT=1 /usr/bin/docker build"
    " --network host -",
    "swarm": "docker swarm init",
    "plugins": "docker plugin ls",
    "services": "docker service ls",
    "nodes": "docker node ls",
    "secrets": "docker secret ls",
    "configs": "docker config ls",
    "checkpoint": "curl -sf --unix-socket ${DOCKER_HOST#unix://} -X POST http://d/containers/ID/checkpoints",
    "profiler": "curl -sf --unix-socket ${DOCKER_HOST#unix://} http://d/debug/pprof/goroutine",
    "default bridge": "docker network create -o com.docker.network.bridge.name=docker0 taken",
    "bridge on all addresses": "docker network create -o com.docker.network.bridge.host_binding_ipv4=0.0.0.0 open",
    "bind in a tmpfs": "docker volume create -d local -o type=tmpfs -o o=bind -o device=/ disguise",
    "network by another's id": """curl -sf --unix-socket ${DOCKER_HOST#unix://} http://d/v1.41/containers/create \\
    -H 'Content-Type: application/json' -d '{"Image":"busybox:1.35","HostConfig":{"NetworkMode":"NAME"},\
"NetworkingConfig":{"EndpointsConfig":{"NAME":{"NetworkID":"NETWORK"}}}}' > made\
    && docker start $(sed 's/.*"Id":"\\([0-9a-f]*\\)".*/\\1/' made)""",
    "namespace by its path": "docker run --rm --pid ns:/proc/1/ns/pid busybox:1.35 true",
    "logs to a server": "docker run --rm --log-driver syslog --log-opt syslog-address=udp://127.0.0.1:514"
    " busybox:1.35 true",
    "bind with a NUL": """curl -sf --unix-socket ${DOCKER_HOST#unix://} http://d/v1.41/containers/create \\
    -H 'Content-Type: application/json' -d '{"Image":"busybox:1.35","HostConfig":{"Binds":["/etc\\u0000:/x"]}}'""",
    "swapped bind": "mkdir -p here && docker create --name swapped -v $PWD/here:/x busybox:1.35 true && rmdir here"
    " && ln -s /etc here && docker start swapped",
    "image named past its tags": "printf 'FROM busybox:1.35\\nENV a=b' | DOCKER_BUILDKIT=1 /usr/bin/docker build"
    " --output type=moby,name=NAME -",
    "import of a file": "curl -sf --unix-socket ${DOCKER_HOST#unix://} -X POST"
    " 'http://d/images/create?fromSrc=/etc/passwd&repo=stolen'",
    "unknown field": """curl -sf --unix-socket ${DOCKER_HOST#unix://} http://d/v1.41/containers/create \\
    -H 'Content-Type: application/json' -d '{"Image":"busybox:1.35","HostConfig":{"FromTheFuture":true}}'""",
    "unknown parameter": "curl -sf --unix-socket ${DOCKER_HOST#unix://} 'http://d/containers/json?future=1'",
    "metrics": "curl -sf --unix-socket ${DOCKER_HOST#unix://} http://d/metrics",
}
"""Shell commands that must fail."""

HARMLESS_COMMANDS = {
    "system prune": "docker system prune -af --volumes",
    "container prune": "docker container prune -f",
    "volume prune": "docker volume prune -af || docker volume prune -f",
    "network prune": "docker network prune -f",
    "image prune": "docker image prune -af",
    "builder prune": "curl -sf --unix-socket ${DOCKER_HOST#unix://} -X POST http://d/build/prune?all=1",
    "prune with a filter": "docker container prune -f --filter label!=quarterdeck.show",
    "prune by age": "docker system prune -af --filter until=0s",
    "remove all listed": "docker ps -aq | xargs -r docker rm -fv",
    "remove all listed images": "docker images -aq | xargs -r docker rmi -f",
    "remove all listed volumes": "docker volume ls -q | xargs -r docker volume rm -f",
    "remove all listed networks": "docker network ls -q --filter type=custom | xargs -r docker network rm",
    "stop all listed": "docker ps -q | xargs -r docker stop -t 0",
    "same name": "docker run --rm --name NAME busybox:1.35 true",
    "same volume": "docker run --rm -v NAME:/data busybox:1.35 sh -c 'echo spoilt > /data/marker'",
    "same network": "docker network create NAME; docker network rm NAME",
    "label spoofing": "docker run --rm --label quarterdeck.show=other --label QUARTERDECK.demo=x busybox:1.35 true",
    "labels in another case": "docker run --rm --label Quarterdeck.Show=x busybox:1.35 true",
    "filter for another's label": "docker ps -aq --filter label=com.example=x | xargs -r docker rm -f",
    "network prune by label": "docker network prune -f --filter label!=x",
    "volume prune by label": "docker volume prune -f --filter label!=x",
    "image prune by age": "docker image prune -af --filter until=1s",
    "id file": "docker run --rm --cidfile id busybox:1.35 true; docker rm -f $(cat id)",
    "renamed onto another": "docker run -d --name mine busybox:1.35 sleep 600 && docker rename mine NAME;"
    " docker rm -f NAME",
    "volume driver's own": "docker run --rm -v NAME:/data:nocopy busybox:1.35 touch /data/marker",
    "the demo's volumes from": "docker run --name NAME -v /x busybox:1.35 true; docker run --rm --volumes-from NAME"
    " busybox:1.35 touch /x/y; docker rm -fv NAME",
    "tag of a name of the speaker's": "docker tag busybox:1.35 NAME && docker rmi NAME",
    "image removed that has another tag": "docker tag NAME extra && docker rmi -f extra",
    "fork bomb's limit": "docker run --rm busybox:1.35 sh -c 'cat /sys/fs/cgroup/pids/pids.max'",
}
"""Shell commands that may succeed, and touch nothing but the demo's own."""


def fill(text: str, bystander: Bystander) -> str:
    """Put the bystander's names into a command."""
    words = {
        "NAME": bystander.name,
        "ID": bystander.container,
        "SHORT": bystander.container[:12],
        "NETWORK": bystander.network,
        "IMAGE": bystander.image,
        "EXEC": bystander.exec,
    }
    for word in ("NETWORK", "IMAGE", "SHORT", "NAME", "EXEC"):
        text = text.replace(word, words[word])
    return text.replace("ID", words["ID"]) if "ID" in text else text


@pytest.mark.parametrize("command", REFUSED_COMMANDS.values(), ids=REFUSED_COMMANDS.keys())
def test_refused_command(command: str, stage: Any, bystander: Bystander) -> None:
    """A command aimed at the speaker's things, or at the machine, fails and changes nothing."""
    before = bystander.state()
    ran = stage.run(fill(command, bystander))
    assert ran.status != 0, ran.out
    assert "precious" not in ran.out
    assert bystander.state() == before


@pytest.mark.parametrize("command", HARMLESS_COMMANDS.values(), ids=HARMLESS_COMMANDS.keys())
def test_harmless_command(command: str, stage: Any, bystander: Bystander) -> None:
    """A sweeping command touches the demo's own things only."""
    before = bystander.state()
    ran = stage.run(fill(command, bystander))
    assert bystander.container[:12] not in ran.out
    assert bystander.state() == before


TAG_MOVES = {
    "another tag": "docker tag IMAGE also && ! docker rmi NAME",
    "tag": "docker tag busybox:1.35 NAME",
    "classic build": "printf 'FROM busybox:1.35\\nENV a=b' | DOCKER_BUILDKIT=0 docker build -t NAME -",
    "build on top of it": "printf 'FROM NAME\\nENV a=b' | DOCKER_BUILDKIT=0 docker build -t NAME - && docker rmi NAME",
    "BuildKit": "printf 'FROM busybox:1.35\nENV a=b' | DOCKER_BUILDKIT=1 /usr/bin/docker build -t NAME -",
    "commit": "docker run --name made busybox:1.35 touch /x && docker commit made NAME",
    "import": "tar -cf - /etc/hostname | docker import - NAME",
    "load of another image": "mkdir -p x && docker save hello-world | tar -x -C x"
    " && sed -i s/hello-world/NAME/ x/manifest.json && rm -f x/repositories && tar -c -C x . | docker load",
    "forced removal": "docker tag busybox:1.35 NAME && docker rmi -f NAME",
    "load": "docker tag busybox:1.35 NAME && docker save -o s.tar NAME && docker load -i s.tar",
}


@pytest.mark.parametrize("command", TAG_MOVES.values(), ids=TAG_MOVES.keys())
def test_moved_tag_is_given_back(command: str, opened: Callable[[], Any], bystander: Bystander) -> None:
    """An image that the demo makes under a name of the speaker's has that name only as long as the demo."""
    before = bystander.state()
    stage = opened()
    ran = stage.run(fill(command, bystander))
    assert ran.status == 0, ran.out
    asyncio.run(stage.room.reset())
    assert bystander.state() == before


LIMITS = {
    "none": ("", (2 << 30, None, 1024)),
    "its own": ("--memory 64m --cpus 0.5 --pids-limit 10", (64 << 20, 500_000_000, 10)),
    "no processes' limit": ("--pids-limit -1", (2 << 30, None, 1024)),
    "a share": ("--cpu-quota 50000", (2 << 30, 0, 1024)),
    "a share without end": ("--cpu-quota -1", (2 << 30, None, 1024)),
    "a period": ("--cpu-period 50000", (2 << 30, 0, 1024)),
    "a reservation": ("--memory-reservation 3g", (3 << 30, None, 1024)),
}


@pytest.mark.parametrize(("options", "limits"), LIMITS.values(), ids=LIMITS.keys())
def test_limits(options: str, limits: tuple[int, int | None, int], fresh: Any, engine: EngineAddress) -> None:
    """A container has limits of memory, processors and processes, its own or the clean room's."""
    fresh.lines(f"docker create --name limited {options} busybox:1.35 true 2>/dev/null")
    host = ask(engine, "GET", f"/containers/{fresh.room.prefix}limited/json").json()["HostConfig"]
    memory, cpus, processes = limits
    assert host["Memory"] == memory
    assert host["NanoCpus"] == cpus if cpus is not None else host["NanoCpus"] >= 1_000_000_000
    assert host["PidsLimit"] == processes


ALLOWED = {
    "privileged": "docker create --privileged busybox:1.35 true",
    "capabilities": "docker run --rm --cap-add NET_ADMIN busybox:1.35 true",
    "devices": "docker run --rm --device /dev/null:/dev/x busybox:1.35 true",
    "host-network": "docker run --rm --network host busybox:1.35 true",
    "host-pid": "docker run --rm --pid host busybox:1.35 true",
    "host-ipc": "docker run --rm --ipc host busybox:1.35 true",
    "host-uts": "docker run --rm --uts host busybox:1.35 true",
    "host-users": "docker run --rm --userns host busybox:1.35 true",
    "security-options": "docker run --rm --security-opt seccomp=unconfined busybox:1.35 true",
    "sysctls": "docker run --rm --sysctl net.ipv4.ip_forward=1 busybox:1.35 true",
    "cgroup-parent": "docker run --rm --cgroup-parent /demo busybox:1.35 true",
    "runtime": "docker run --rm --runtime io.containerd.runtime.v1.linux busybox:1.35 true || true",
    "binds": "docker run --rm -v /etc:/x:ro busybox:1.35 true",
    "docker-socket": "docker run --rm -v /var/run/docker.sock:/s busybox:1.35 true",
    "unlimited": "docker create --oom-score-adj 5 busybox:1.35 true",
    "host-addresses": "docker create --publish 80 busybox:1.35 true",
}


@pytest.mark.parametrize("allow", EXCEPTIONS)
def test_exception(allow: str, opened: Callable[..., Any]) -> None:
    """Each word of ``stage: {allow: […]}`` lets the demo do what it is for, and nothing that the others are for."""
    ran = opened(allow).run(ALLOWED[allow])
    assert "quarterdeck:" not in ran.out
    assert ran.status == 0, ran.out
    if allow not in ("unlimited", "host-addresses"):
        refused = opened(*(set(EXCEPTIONS) - {allow})).run(ALLOWED[allow])
        assert "quarterdeck:" in refused.out, "refused without it, whatever else is allowed"


def test_new_images_are_removed(opened: Callable[[], Any], docker: Callable[[str], Any]) -> None:
    """What a demo builds is gone after a reset, intermediate images too."""
    stage = opened()
    before = set(docker("docker images -aq --no-trunc").out.split())
    ran = stage.run("printf 'FROM busybox:1.35\\nENV a=b\\nRUN touch /x' | DOCKER_BUILDKIT=0 docker build -t own -")
    assert ran.status == 0, ran.out
    made = set(stage.lines("docker images -aq --no-trunc")) - before
    assert made
    asyncio.run(stage.room.reset())
    assert not made & set(docker("docker images -aq --no-trunc").out.split())


FORGED = {
    "duplicate key": b'{"Image":"busybox:1.35","HostConfig":{"Privileged":false,"Privileged":true}}',
    "duplicate section": b'{"Image":"busybox:1.35","HostConfig":{},"HostConfig":{"Privileged":true}}',
    "lower case": b'{"Image":"busybox:1.35","HostConfig":{"privileged":true}}',
    "upper case": b'{"Image":"busybox:1.35","HOSTCONFIG":{"Privileged":true}}',
    "kelvin sign": '{"Image":"busybox:1.35","HostConfig":{"Networ\u212aMode":"host"}}'.encode(),
    "long s": '{"Image":"busybox:1.35","HostConfig":{"Bind\u017f":["/:/x"]}}'.encode(),
    "unknown field": b'{"Image":"busybox:1.35","HostConfig":{"Superpowers":true}}',
    "mount in lower case": b'{"Image":"busybox:1.35","HostConfig":{"Mounts":[{"type":"bind","Source":"/"}]}}',
    "section as a list": b'{"Image":"busybox:1.35","HostConfig":[{"Privileged":true}]}',
    "unmasked paths": b'{"Image":"busybox:1.35","HostConfig":{"MaskedPaths":[],"ReadonlyPaths":[]}}',
    "network in another case": b'{"Image":"busybox:1.35","HostConfig":{"NetworkMode":"Host"}}',
    "network by endpoint": b'{"Image":"busybox:1.35","NetworkingConfig":{"EndpointsConfig":{"host":{}}}}',
    "not JSON": b"{'Image': 'busybox:1.35'}",
    "two values": b'{"Image":"busybox:1.35"}{"Image":"busybox:1.35","HostConfig":{"Privileged":true}}',
    "not a number": b'{"Image":"busybox:1.35","HostConfig":{"Memory":NaN}}',
    "deep": b'{"Image":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "latin-1": b'{"Image":"busybox:1.35","Hostname":"\xff"}',
}


@pytest.mark.parametrize("body", FORGED.values(), ids=FORGED.keys())
def test_forged_body(body: bytes, stage: Any) -> None:
    """A body that the engine could read differently from the clean room is refused."""
    status, answer = stage.request("POST", "/v1.41/containers/create", body)
    assert status in (400, 403), answer
    assert answer["message"].startswith("quarterdeck: ")


PATHS = {
    "escaped slash": "/containers/ID%2fjson",
    "escaped letters": "/containers/%6Ason",
    "escaped twice": "/containers/ID%252fjson",
    "dots": "/containers/../containers/ID/json",
    "escaped dots": "/containers/x/%2e%2e/ID/json",
    "dots after an image": "/images/busybox/../../containers/ID/json",
    "double slash": "//containers/ID/json",
    "single dot": "/./containers/ID/json",
    "trailing slash": "/containers/ID/",
    "escaped question mark": "/containers/ID%3fjson",
    "escaped hash": "/containers/ID%23/json",
    "null byte": "/containers/ID%00/json",
    "line feed": "/containers/ID%0a/json",
    "not UTF-8": "/containers/%ff/json",
    "malformed escape": "/containers/%zz/json",
    "two versions": "/v1.41/v1.41/containers/ID/json",
    "old version": "/v1.12/containers/ID/json",
    "version of another form": "/v01.41/containers/ID/json",
    "upper case": "/Containers/ID/json",
    "libpod": "/v4.0.0/libpod/containers/json",
    "repeated parameter": "/containers/json?all=1&filters=%7B%7D&filters=%7B%7D",
    "semicolon": "/containers/json?all=1;filters=%7B%7D",
}


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS.keys())
def test_path_in_disguise(path: str, stage: Any, bystander: Bystander) -> None:
    """However a path is written, it doesn't lead to the bystander."""
    before = bystander.state()
    status, answer = stage.request("GET", path.replace("ID", bystander.container))
    if path != PATHS["escaped letters"]:
        assert status >= 400, answer
    assert bystander.name not in json.dumps(answer)
    assert bystander.state() == before


HOST = b"Host: docker\r\n"
GET_FOREIGN = b"GET /containers/ID/json HTTP/1.1\r\nHost: docker\r\n\r\n"
SMUGGLED = {
    "both lengths": b"POST /containers/create HTTP/1.1\r\n"
    + HOST
    + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    + GET_FOREIGN,
    "two lengths": b"POST /containers/create HTTP/1.1\r\n"
    + HOST
    + b"Content-Length: 0\r\nContent-Length: 60\r\n\r\n"
    + GET_FOREIGN,
    "list of lengths": b"POST /containers/create HTTP/1.1\r\n" + HOST + b"Content-Length: 0, 60\r\n\r\n" + GET_FOREIGN,
    "signed length": b"POST /containers/create HTTP/1.1\r\n" + HOST + b"Content-Length: +0\r\n\r\n" + GET_FOREIGN,
    "hexadecimal length": b"POST /containers/create HTTP/1.1\r\n" + HOST + b"Content-Length: 0x0\r\n\r\n" + GET_FOREIGN,
    "other encoding": b"POST /containers/create HTTP/1.1\r\n"
    + HOST
    + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "encoding twice": b"POST /containers/create HTTP/1.1\r\n"
    + HOST
    + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "folded header": b"POST /containers/create HTTP/1.1\r\n"
    + HOST
    + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    "space before the colon": b"POST /containers/create HTTP/1.1\r\n"
    + HOST
    + b"Content-Length : 60\r\n\r\n"
    + GET_FOREIGN,
    "bare line feeds": b"GET /containers/json HTTP/1.1\nHost: docker\n\n",
    "one bare line feed": b"GET /_ping HTTP/1.1\r\nHost: docker\nX: y\r\n\r\n",
    "carriage return in a value": b"GET /_ping HTTP/1.1\r\nHost: docker\r\nX: a\rb: c\r\n\r\n",
    "null in a value": b"GET /_ping HTTP/1.1\r\nHost: docker\r\nX: a\x00b\r\n\r\n",
    "chunk extension": b"POST /build HTTP/1.1\r\n"
    + HOST
    + b"Transfer-Encoding: chunked\r\n\r\n1;x=y\r\na\r\n0\r\n\r\n",
    "chunk size with a prefix": b"POST /build HTTP/1.1\r\n"
    + HOST
    + b"Transfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n",
    "negative chunk": b"POST /build HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n-1\r\na\r\n0\r\n\r\n",
    "huge chunk": b"POST /build HTTP/1.1\r\n"
    + HOST
    + b"Transfer-Encoding: chunked\r\n\r\n"
    + b"f" * 17
    + b"\r\na\r\n0\r\n\r\n",
    "chunk ended by a line feed": b"POST /build HTTP/1.1\r\n"
    + HOST
    + b"Transfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n",
    "chunk longer than it says": b"POST /build HTTP/1.1\r\n"
    + HOST
    + b"Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n",
    "trailer": b"POST /build HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n\r\n",
    "absolute target": b"GET http://docker/containers/json HTTP/1.1\r\n" + HOST + b"\r\n",
    "two hosts": b"GET /_ping HTTP/1.1\r\n" + HOST + HOST + b"\r\n",
    "no host": b"GET /_ping HTTP/1.1\r\n\r\n",
    "HTTP/1.0": b"GET /containers/json HTTP/1.0\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "tunnel by CONNECT": b"CONNECT docker:80 HTTP/1.1\r\n" + HOST + b"\r\n",
    "long headers": b"GET /_ping HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 100_000 + b"\r\n\r\n",
}


@pytest.mark.parametrize("request_bytes", SMUGGLED.values(), ids=SMUGGLED.keys())
def test_smuggled_request(request_bytes: bytes, stage: Any, bystander: Bystander) -> None:
    """A message that two readers could delimit differently is refused, and the connection ends there."""
    status, received = stage.send(request_bytes.replace(b"ID", bystander.container.encode()))
    assert status >= 400 or status == 0, received
    assert len(re.findall(rb"HTTP/1\.1 \d", received)) <= 1
    assert bystander.name.encode() not in received


def test_second_request_in_a_body_is_a_body(stage: Any, bystander: Bystander) -> None:
    """A request hidden in the body of another is never answered."""
    hidden = GET_FOREIGN.replace(b"ID", bystander.container.encode())
    head = b"GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(hidden)
    status, received = stage.send(head + hidden)
    assert status == 200
    assert received.count(b"HTTP/1.1 ") == 1


def test_upgrade_on_another_endpoint(stage: Any) -> None:
    """Only the endpoints that are tunnels become one."""
    head = b"GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n"
    status, received = stage.send(head)
    assert status == 200
    assert b"Upgrade: " not in received


def test_policy_comes_before_the_upgrade(stage: Any, bystander: Bystander) -> None:
    """An attach or an exec of a bystander's gets no tunnel, whatever its headers say."""
    upgrade = "Connection: Upgrade\r\nUpgrade: tcp\r\n"
    for path in (f"/containers/{bystander.container}/attach?stream=1&stdout=1", f"/exec/{bystander.exec}/start"):
        head = f"POST {path} HTTP/1.1\r\nHost: docker\r\n{upgrade}Content-Length: 0\r\nConnection: close\r\n\r\n"
        status, received = stage.send(head.encode())
        assert status == 404, received


def test_form_body(stage: Any) -> None:
    """The engine would take a form's fields before the query's, so forms are refused."""
    body, form = b"name=x", "Content-Type: application/x-www-form-urlencoded\r\n"
    status, _ = stage.request("POST", "/containers/create", body, form)
    assert status == 400


def test_events_tell_nothing_of_others(fresh: Any, bystander: Bystander, docker: Callable[[str], Any]) -> None:
    """``docker events`` is silent about what the speaker's own containers do."""
    docker(f"docker exec {bystander.name} true; docker network disconnect {bystander.name} {bystander.name}-stopped")
    out = "\n".join(fresh.lines("docker events --since 5m --until 0s"))
    assert bystander.name not in out
    assert bystander.container not in out


def test_lists_show_nothing_of_others(fresh: Any, bystander: Bystander) -> None:
    """No list, count or total shows what the speaker has."""
    for command in (
        "docker ps -a --no-trunc",
        "docker ps -a --filter id=" + bystander.container,
        "docker ps -a --filter name=.*",
        "docker ps -a --filter volume=" + bystander.name,
        "docker ps -a --filter network=" + bystander.name,
        "docker volume ls",
        "docker network ls --no-trunc",
        "docker network inspect bridge",
        "docker images -a --no-trunc",
        "docker system df -v",
    ):
        out = "\n".join(fresh.lines(command))
        assert bystander.name not in out, command
        assert bystander.container not in out, command
    assert fresh.lines("docker info -f '{{.Containers}}'") == [str(len(fresh.lines("docker ps -aq")))]


def test_images_are_counted_as_they_are_listed(fresh: Any) -> None:
    """``docker info`` says how many ``docker images`` shows: used, tagged, built, without a name, many."""
    build = "printf 'FROM busybox:1.35\\nENV a=b\\nENV c=d' | DOCKER_BUILDKIT=0 docker build -t built -"
    many = "; ".join(f"docker commit made kept:{number}" for number in range(9))
    counts = []
    for command in (
        "docker run --name made busybox:1.35",
        "docker tag busybox:1.35 own",
        build,
        "docker commit --change 'ENV e=f' made",
        many,
    ):
        fresh.lines(command)
        counts.append(len(fresh.request("GET", "/v1.41/images/json")[1]))
        assert fresh.lines("docker info -f '{{.Images}}'") == [str(counts[-1])]
    assert counts == [1, 1, 2, 3, 12]
