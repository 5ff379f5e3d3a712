"""Names, lists and labels as the demo sees them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from support.engine_api import ask

pytestmark = pytest.mark.engine


@pytest.fixture
def web(fresh: Any) -> Any:
    """A stage with a container ``web`` on a network ``front`` with a volume ``data``."""
    ran = fresh.run(
        "docker network create front && docker volume create data &&"
        " docker run -d --name web --network front -v data:/data -p 80 busybox:1.35 sleep 1000"
    )
    assert ran.status == 0, ran.out
    return fresh


PLAIN = {
    "ps": "docker ps",
    "ps as JSON": "docker ps --format '{{json .}}'",
    "inspect": "docker inspect web",
    "logs": "docker logs web",
    "exec": "docker exec web hostname",
    "top": "docker top web",
    "stats": "docker stats --no-stream web",
    "port": "docker port web",
    "diff": "docker diff web",
    "copy": "docker cp web:/etc/hostname - | tar -t",
    "commit": "docker commit web other && docker inspect other",
    "rename": "docker rename web www && docker ps && docker rename www web",
    "restart": "docker restart -t 0 web",
    "pause": "docker pause web && docker unpause web",
    "update": "docker update --memory 64m --memory-swap 64m web",
    "wait": "docker run -d --name brief busybox:1.35 true && docker wait brief",
    "network list": "docker network ls",
    "network inspect": "docker network inspect front",
    "network connect": "docker network create back && docker network connect back web && docker inspect web",
    "network disconnect": "docker network disconnect front web",
    "volume list": "docker volume ls",
    "volume inspect": "docker volume inspect data",
    "volumes from": "docker run --rm --volumes-from web busybox:1.35 ls /data",
    "network of a container": "docker run --rm --network container:web busybox:1.35 true",
    "link": "docker run -d --name old busybox:1.35 sleep 600"
    " && docker run --rm --link old:o busybox:1.35 ping -c1 -W60 o",
    "disk usage": "docker system df -v",
    "events": "docker events --since 5m --until 0s",
    "name filter": "docker ps --filter name=^we && docker ps --filter name=/web",
    "removal": "docker rm -f web",
}


@pytest.mark.parametrize("command", PLAIN.values(), ids=PLAIN.keys())
def test_prefix_is_invisible(command: str, web: Any) -> None:
    """Commands on the demo's names work, and no output has the prefix or our labels in it."""
    ran = web.run(command)
    assert ran.status == 0, ran.out
    assert web.room.prefix not in ran.out
    assert "quarterdeck" not in ran.out


FAILING = {
    "conflict": ("docker run --name web busybox:1.35 true", 'The container name "/web" is already in use'),
    "unknown": ("docker stop nothing", "No such container: nothing"),
    "volume in use": ("docker volume rm data", "volume is in use"),
    "network in use": ("docker network rm front", "network front"),
}


@pytest.mark.parametrize(("command", "message"), FAILING.values(), ids=FAILING.keys())
def test_messages_have_plain_names(command: str, message: str, web: Any) -> None:
    """The engine's own messages are as they would be without the clean room."""
    ran = web.run(command)
    assert ran.status != 0
    assert message in ran.out
    assert web.room.prefix not in ran.out


def test_filters_match_plain_names(web: Any) -> None:
    """A filter on names sees the plain name only, anchored or not."""
    names = "docker ps --format '{{.Names}}' --filter name="
    assert web.lines(f"{names}web") == ["web"]
    assert web.lines(f"{names}^web$") == ["web"]
    assert web.lines(f"{names}eb$") == ["web"]
    assert web.lines(f"{names}qd") == []
    assert web.lines("docker network ls --filter name=front --format '{{.Name}}'") == ["front"]
    assert web.lines("docker volume ls --filter name=data --format '{{.Name}}'") == ["data"]
    assert web.lines("docker ps --filter network=front --format '{{.Names}}'") == ["web"]
    assert web.lines("docker ps --filter volume=data --format '{{.Names}}'") == ["web"]


def test_name_resolves_in_containers(web: Any) -> None:
    """Containers find each other by plain names, also on networks joined later."""
    assert web.run("docker run --rm --network front busybox:1.35 ping -c 1 -W 2 web").status == 0
    assert web.run("docker network create later && docker network connect later web").status == 0
    assert web.run("docker run --rm --network later busybox:1.35 ping -c 1 -W 2 web").status == 0


def test_generated_name_can_be_used(fresh: Any) -> None:
    """A container without a name gets one that works like any other."""
    fresh.lines("docker run -d busybox:1.35 sleep 1000")
    (name,) = fresh.lines("docker ps --format '{{.Names}}'")
    assert fresh.lines(f"docker exec {name} echo here") == ["here"]


def test_short_id_can_be_used(web: Any) -> None:
    """An id as printed by ``docker ps`` works everywhere."""
    (short,) = web.lines("docker ps -q")
    assert web.lines(f"docker exec {short} echo here") == ["here"]
    assert web.lines(f"docker inspect -f '{{{{.Name}}}}' {short[:5]}") == ["/web"]


def engine_ports(stage: Any, name: str) -> Any:
    """The ports of a container of the stage's as the engine knows them."""
    (identity,) = stage.lines(f"docker inspect --format '{{{{.Id}}}}' {name}")
    return ask(stage.room._address, "GET", f"/containers/{identity}/json").json()["NetworkSettings"]["Ports"]


def test_ports_are_published_on_loopback(web: Any) -> None:
    """A conference network can't see a demo's ports, unless the demo names an address; viewers see what was asked."""
    (port,) = web.lines("docker port web 80")
    assert port.startswith("0.0.0.0:")
    assert {b["HostIp"] for b in engine_ports(web, "web")["80/tcp"]} == {"127.0.0.1"}
    web.lines("docker run -d --name open -p 0.0.0.0::80 busybox:1.35 sleep 100")
    assert web.lines("docker port open 80")[0].startswith("0.0.0.0:")
    assert {b["HostIp"] for b in engine_ports(web, "open")["80/tcp"]} == {"0.0.0.0"}


def test_all_exposed_ports_are_published_on_loopback(fresh: Any) -> None:
    """``-P`` too."""
    fresh.lines("docker run -d --name open --expose 81 -P busybox:1.35 sleep 100")
    (port,) = fresh.lines("docker port open 81")
    assert port.startswith("0.0.0.0:")
    assert {b["HostIp"] for b in engine_ports(fresh, "open")["81/tcp"]} == {"127.0.0.1"}


def test_published_addresses_are_shown_as_asked(fresh: Any) -> None:
    """In ``docker ps``, ``port`` and ``inspect``, for ports with and without an address, and after a restart."""
    fresh.lines("docker run -d --name web -p 18474:80 -p 127.0.0.1:18475:80 busybox:1.35 sleep 100")
    for _ in range(2):
        (ports,) = fresh.lines("docker ps --format '{{.Ports}}'")
        assert sorted(ports.split(", ")) == ["0.0.0.0:18474->80/tcp", "127.0.0.1:18475->80/tcp"]
        assert sorted(fresh.lines("docker port web 80")) == ["0.0.0.0:18474", "127.0.0.1:18475"]
        fresh.lines("docker restart --time 0 web")
    (host,) = fresh.lines("docker inspect --format '{{json .HostConfig.PortBindings}}' web")
    assert sorted(b["HostIp"] for b in json.loads(host)["80/tcp"]) == ["", "127.0.0.1"]
    assert {b["HostIp"] for b in engine_ports(fresh, "web")["80/tcp"]} == {"127.0.0.1"}


def test_a_taken_port_is_named_as_asked(fresh: Any) -> None:
    """The error of a second container says ``0.0.0.0``, as it does where nothing is rewritten."""
    fresh.lines("docker run -d --name first -p 18476:80 busybox:1.35 sleep 100")
    ran = fresh.run("docker run -d --name second -p 18476:80 busybox:1.35 sleep 100")
    assert ran.status != 0
    assert "Bind for 0.0.0.0:18476 failed" in ran.out
    assert "127.0.0.1" not in ran.out


def test_published_port_answers(fresh: Any) -> None:
    """A published port is reached as the transcript says."""
    fresh.lines("docker run -d --name web -p 18473:80 busybox:1.35 sh -c 'echo hello > index.html; httpd -f -p 80'")
    assert fresh.lines("until curl -sf localhost:18473; do sleep 0.2; done") == ["hello"]


def test_default_limits(web: Any) -> None:
    """A container has limits, unless it asks for its own."""
    form = "docker inspect -f '{{.HostConfig.Memory}} {{.HostConfig.PidsLimit}}'"
    assert web.lines(f"{form} web") == ["2147483648 1024"]
    web.lines("docker create --name small -m 64m --pids-limit 7 busybox:1.35 true")
    assert web.lines(f"{form} small") == ["67108864 7"]
    assert web.lines("docker create --name big busybox:1.35 true | wc -l") == ["1"]


def test_anonymous_volumes_are_the_stages_own(fresh: Any, docker: Callable[[str], Any]) -> None:
    """``-v /x`` and an image's ``VOLUME`` make labelled volumes, which a reset removes."""
    fresh.lines("printf 'FROM busybox:1.35\\nVOLUME /kept' | DOCKER_BUILDKIT=0 docker build -q -t voluminous -")
    fresh.lines("docker run -d --name a -v /bare voluminous sleep 1000")
    mounts = json.loads("".join(fresh.lines("docker inspect -f '{{json .Mounts}}' a")))
    assert sorted(mount["Destination"] for mount in mounts) == ["/bare", "/kept"]
    names = sorted(mount["Name"] for mount in mounts)
    assert sorted(fresh.lines("docker volume ls -q")) == names
    fresh.lines(f"docker volume inspect {names[0]}")
    fresh.lines("docker rm -fv a")
    assert fresh.lines("docker volume ls -q") == []


def test_images_are_listed_once_used(opened: Callable[..., Any]) -> None:
    """The speaker's other images aren't shown; those that the demo names or uses are."""
    stage = opened(images=("hello-world",))
    assert [line for line in stage.lines("docker images --format '{{.Repository}}'") if line != "hello-world"] == []
    stage.lines("docker run --rm busybox:1.35 true")
    assert "busybox:1.35" in stage.lines("docker images --format '{{.Repository}}:{{.Tag}}'")


def test_exceptions_are_honoured(opened: Callable[..., Any]) -> None:
    """``stage: {allow: […]}`` lifts one rule, and no other."""
    stage = opened("capabilities")
    assert stage.run("docker run --rm --cap-add NET_ADMIN busybox:1.35 true").status == 0
    assert stage.run("docker run --rm --privileged busybox:1.35 true").status != 0


def test_docker_socket_is_the_clean_rooms(opened: Callable[..., Any]) -> None:
    """A demo that may have the Docker socket gets one that shows only the demo."""
    stage = opened("docker-socket")
    stage.lines("docker run -d --name guest -v /var/run/docker.sock:/var/run/docker.sock busybox:1.35 sleep 1000")
    (source,) = stage.lines("docker inspect -f '{{range .Mounts}}{{.Source}}{{end}}' guest")
    assert f"unix://{source}" == stage.room.docker_host
    asyncio.run(stage.room.reset())


def test_own_folder_can_be_mounted(fresh: Any) -> None:
    """The demo's files can be mounted, by path and by ``--mount``."""
    (fresh.folder / "page.html").write_text("hello\n")
    assert fresh.lines("docker run --rm -v $PWD:/x busybox:1.35 cat /x/page.html") == ["hello"]
    assert fresh.lines("docker run --rm -v $PWD/page.html:/p:ro busybox:1.35 cat /p") == ["hello"]
    assert fresh.lines("docker run --rm --mount type=bind,src=$PWD,dst=/x busybox:1.35 cat /x/page.html") == ["hello"]
