"""Several clean rooms on one engine at once, and a speaker who builds meanwhile: nobody gets another's images."""

from __future__ import annotations

import asyncio
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from conftest import missing

pytestmark = pytest.mark.engine


@pytest.fixture
def pair(opened: Callable[[], Any]) -> Iterator[tuple[Any, Any]]:
    """Two demos."""
    stages = opened(), opened()
    yield stages
    for stage in stages:
        assert not asyncio.run(stage.room.reset()).faults


@pytest.fixture
def name(docker: Callable[[str], Any]) -> Iterator[str]:
    """The name of an image, and its beginning in all that a test makes."""
    name = f"shared{secrets.token_hex(4)}"
    yield name
    listed = docker("docker images --format '{{.Repository}}:{{.Tag}}'").out.split()
    left = [reference for reference in listed if name in reference]
    if left:
        docker(f"docker rmi -f {' '.join(left)}")
    assert not left


def all_images(docker: Callable[[str], Any]) -> list[str]:
    """Every image and tag of the engine."""
    return sorted(docker("docker images -a --no-trunc --format '{{.ID}} {{.Repository}}:{{.Tag}}'").out.splitlines())


def build(stage: Any, name: str, text: str, base: str = "busybox:1.35", pause: str = "0", buildkit: str = "0") -> Any:
    """Build an image that prints ``text``."""
    steps = f"FROM {base}\\nRUN sleep {pause}; echo {text} >> /text\\nCMD cat /text"
    return stage.run(f"printf '{steps}' | /usr/bin/docker build -t {name} -", DOCKER_BUILDKIT=buildkit)


def at_once(*works: Callable[[], Any]) -> None:
    """Run them in threads."""
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("buildkit", ["0", "1"])
def test_speaker_builds_meanwhile(
    buildkit: str, fresh: Any, name: str, docker: Callable[[str], Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """What the speaker builds, tags and imports during a demo's build stays; what the demo built goes."""
    before = all_images(docker)
    folder = tmp_path_factory.mktemp("speaker")
    (folder / "Dockerfile").write_text(f"FROM busybox:1.35\nENV speaker={name}\nRUN touch /speaker\n")

    def speaker() -> None:
        ran = docker(f"sleep 0.5; DOCKER_BUILDKIT=0 /usr/bin/docker build -t {name}-speaker {folder}")
        assert ran.status == 0, ran.out

    at_once(speaker, lambda: build(fresh, name, "demo", pause="3", buildkit=buildkit))
    made = set(all_images(docker))
    assert fresh.lines(f"docker run --rm {name}") == ["demo"]
    assert f"{name}-speaker" not in fresh.run("docker images -a").out
    assert fresh.run(f"docker rmi {name}-speaker").status
    fresh.lines("docker image prune -af")
    assert f"{name}-speaker:latest" in docker("docker images --format '{{.Repository}}:{{.Tag}}'").out
    asyncio.run(fresh.room.reset())
    left = set(all_images(docker)) - set(before)
    assert left < made
    assert [line for line in left if line.endswith(f" {name}-speaker:latest")]
    assert docker(f"docker run --rm {name}-speaker ls /speaker").status == 0
    docker(f"docker rmi {name}-speaker")
    assert all_images(docker) == before


@pytest.mark.parametrize("buildkit", ["0", "1"])
def test_quiet_build(buildkit: str, fresh: Any, name: str, docker: Callable[[str], Any]) -> None:
    """It prints the image's id, or what went wrong; its steps are the demo's all the same."""
    before = all_images(docker)
    steps = f"FROM busybox:1.35\\nENV a={name}\\nRUN"
    for command, status in (("touch /x", 0), ("false", 1)):
        quiet = f"DOCKER_BUILDKIT={buildkit} /usr/bin/docker build -q -t {name} - 2>/dev/null"
        ran = fresh.run(f"printf '{steps} {command}' | {quiet}")
        assert ran.status == status
        if not status:
            assert fresh.lines(f"docker inspect -f '{{{{.Id}}}}' {name}") == ran.out.split()
    asyncio.run(fresh.room.reset())
    assert all_images(docker) == before


@pytest.mark.parametrize("buildkit", ["0", "1"])
def test_one_tag_in_two_demos(buildkit: str, pair: tuple[Any, Any], name: str, docker: Callable[[str], Any]) -> None:
    """Each runs, builds on, lists and removes its own; the speaker's tag then goes back."""
    docker(f"docker tag busybox:1.35 {name}")
    before = all_images(docker)
    for round_ in ("first", "second"):
        at_once(*(partial(build, s, name, f"{round_}-{s.room.demo}", buildkit=buildkit) for s in pair))
        for stage in pair:
            assert stage.lines(f"docker run --rm {name}") == [f"{round_}-{stage.room.demo}"]
    at_once(*(partial(build, s, f"{name}-top", "top", base=name, buildkit=buildkit) for s in pair))
    for stage in pair:
        assert stage.lines(f"docker run --rm {name}-top") == [f"second-{stage.room.demo}", "top"]
        stage.lines(f"docker run -d --name kept {name} sleep 100")
    for stage in pair:
        assert stage.lines("docker ps --format '{{.Image}}'") == [name]
        assert stage.lines("docker inspect -f '{{.Config.Image}}' kept") == [name]
        identity = stage.lines(f"docker images -q --no-trunc {name}")
        assert identity == stage.lines(f"docker inspect --type image -f '{{{{.Id}}}}' {name}")
        saved = stage.lines(f"docker save -o saved.tar {name} && tar -xOf saved.tar manifest.json && echo")
        assert f'"{name}:latest"' in saved[0]
        stage.lines("docker rm -f kept")
    one, two = pair
    one.lines(f"docker rmi {name}")  # the speaker's, which it has moved, is back at once
    speakers = docker("docker inspect --type image -f '{{.Id}}' busybox:1.35").out.split()
    assert one.lines(f"docker inspect --type image -f '{{{{.Id}}}}' {name}") == speakers
    asyncio.run(one.room.reset())
    assert two.lines(f"docker run --rm {name}") == [f"second-{two.room.demo}"]
    assert build(two, f"{name}-again", "again", base=name, buildkit=buildkit).status == 0
    assert two.lines(f"docker run --rm {name}-again") == [f"second-{two.room.demo}", "again"]
    asyncio.run(two.room.reset())
    assert all_images(docker) == before
    docker(f"docker rmi {name}")


def test_buildx(fresh: Any, name: str, docker: Callable[[str], Any]) -> None:
    """It speaks BuildKit's own API in a tunnel: its images and tags are the demo's all the same, its policy too."""
    plugin = os.environ.get("QUARTERDECK_BUILDX")
    if plugin is None:
        missing("engine", "QUARTERDECK_BUILDX doesn't say where docker-buildx is: run .ci/buildx")
    before = all_images(docker)
    (fresh.folder / "cli-plugins").mkdir()
    (fresh.folder / "cli-plugins" / "docker-buildx").symlink_to(plugin)
    (fresh.folder / "Dockerfile").write_text(f"FROM busybox:1.35\nENV a={name}\nRUN echo built > /x\n")
    fresh.lines(f"docker buildx build -t {name} -t {name}:2 . && docker buildx build -q -t {name}:3 .")
    assert fresh.lines(f"docker run --rm {name}:2 cat /x") == ["built"]
    assert len(fresh.lines(f"docker images -q {name}")) == 3
    refused = fresh.run(f"docker buildx build --allow network.host --network host -t {name}:4 .")
    assert refused.status != 0
    assert "quarterdeck: builds with the entitlement 'network.host' are not for demos" in refused.out
    tags = " ".join(f"-t {name}:{'tag-' * 20}{number}" for number in range(30))  # 3 KB of them
    fresh.lines(f"docker buildx build {tags} .")
    assert len(fresh.lines(f"docker images -q {name}")) == 33
    assert "x" in fresh.lines("docker buildx build --output type=tar,dest=- . | tar -t")
    cached = docker(f"{plugin} du").out
    assert "RECLAIMABLE" in cached
    assert [line.split() for line in fresh.lines("docker buildx prune -af")] == [["Total:", "0B"]]
    assert fresh.lines("docker buildx du")[-1].split() == ["Total:", "0B"]
    assert docker(f"{plugin} du").out.count("\n") == cached.count("\n"), "the build cache is everybody's"
    fresh.lines("docker buildx build .")
    asyncio.run(fresh.room.reset())
    assert all_images(docker) == before


def test_same_build_in_two_demos(pair: tuple[Any, Any], name: str, docker: Callable[[str], Any]) -> None:
    """The second build comes from the cache of the first, and its image stays when the first demo is reset."""
    before = all_images(docker)
    one, two = pair
    for stage in pair:
        build(stage, name, "same")
    asyncio.run(one.room.reset())
    assert two.lines(f"docker run --rm {name}") == ["same"]
    asyncio.run(two.room.reset())
    assert all_images(docker) == before


def test_same_archive_in_two_demos(pair: tuple[Any, Any], name: str, docker: Callable[[str], Any]) -> None:
    """Loaded by both, used by the second after the first was reset."""
    one, two = pair
    archive = one.folder / "saved.tar"
    assert build(one, name, "saved").status == 0
    one.lines(f"docker save -o {archive} {name}")
    asyncio.run(one.room.reset())
    before = all_images(docker)
    for stage in pair:
        assert stage.run(f"docker load -i {archive}").out == f"Loaded image: {name}:latest\n"
    asyncio.run(one.room.reset())
    assert two.lines(f"docker run --rm {name}") == ["saved"]
    asyncio.run(two.room.reset())
    assert all_images(docker) == before


def test_one_tag_pushed_by_two_demos(pair: tuple[Any, Any], name: str, docker: Callable[[str], Any]) -> None:
    """Each pushes its own image under its own plain name."""
    if docker("docker image inspect registry:2").status:
        missing("engine", "it lacks the image registry:2")
    before = all_images(docker)
    one, _ = pair
    one.lines("docker run -d --name registry -p 5000 registry:2")
    port = one.lines("docker port registry 5000")[0].rpartition(":")[2]
    reference = f"localhost:{port}/{name}"
    for stage in pair:
        assert build(stage, reference, stage.room.demo).status == 0
    for stage in pair:
        pushed = stage.run(f"until docker push {reference}; do sleep 1; done")
        assert pushed.status == 0, pushed.out
        assert f"refers to repository [{reference}]" in pushed.out
        stage.lines(f"docker rmi {reference} && docker pull {reference}")
        assert stage.lines(f"docker run --rm {reference}") == [stage.room.demo]
    for stage in reversed(pair):
        asyncio.run(stage.room.reset())
    assert all_images(docker) == before
