"""What a demo may ask for, and which exception lifts each rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from quarterdeck.model.demo import EXCEPTIONS, Permissions
from quarterdeck.stage.cleanroom import policy
from quarterdeck.stage.cleanroom.policy import (
    HOST_NAMESPACES,
    RULES,
    RefusedError,
    check_bind,
    check_host,
    check_volume_options,
    known_fields,
)

NOTHING = Permissions()
ASKED: list[tuple[dict[str, Any], str]] = [
    ({"Privileged": True}, "privileged"),
    ({"CapAdd": ["ALL"]}, "capabilities"),
    ({"Devices": [{"PathOnHost": "/dev/null"}]}, "devices"),
    ({"DeviceRequests": [{"Count": -1}]}, "devices"),
    ({"DeviceCgroupRules": ["c 1:3 rwm"]}, "devices"),
    ({"Sysctls": {"net.ipv4.ip_forward": "1"}}, "sysctls"),
    ({"CgroupParent": "/x"}, "cgroup-parent"),
    ({"CgroupnsMode": "host"}, "cgroup-parent"),
    ({"Runtime": "kata"}, "runtime"),
    ({"UsernsMode": "host"}, "host-users"),
    ({"UTSMode": "host"}, "host-uts"),
    ({"NetworkMode": "host"}, "host-network"),
    ({"PidMode": "host"}, "host-pid"),
    ({"IpcMode": "host"}, "host-ipc"),
    ({"SecurityOpt": ["seccomp=unconfined"]}, "security-options"),
    ({"MaskedPaths": []}, "privileged"),
    ({"ReadonlyPaths": []}, "privileged"),
    ({"OomKillDisable": True}, "unlimited"),
    ({"OomScoreAdj": -1000}, "unlimited"),
    ({"VolumeDriver": "sshfs"}, "binds"),
]


@pytest.mark.parametrize(("host", "allow"), ASKED, ids=[next(iter(host)) for host, _ in ASKED])
def test_rule_and_its_exception(host: dict[str, Any], allow: str) -> None:
    """It is refused, the message names the exception, and with that it is allowed."""
    with pytest.raises(RefusedError, match=rf"allow: \[{allow}\]"):
        check_host(host, NOTHING)
    check_host(host, Permissions(frozenset({allow})))


def test_ordinary_containers_pass() -> None:
    """What the docker CLI always sends is no fault."""
    check_host(
        {
            "NetworkMode": "default", "CgroupnsMode": "", "Privileged": False, "CapAdd": None, "Runtime": "runc",
            "SecurityOpt": ["no-new-privileges"], "MaskedPaths": None, "OomScoreAdj": 0, "OomKillDisable": False,
            "PidMode": "", "IpcMode": "private", "UTSMode": "", "Devices": [], "CapDrop": ["ALL"], "Isolation": "",
        },
        NOTHING,
    )  # fmt: skip


def test_every_exception_is_known_to_the_model() -> None:
    """A demo's front matter can name each of them, and each field of a rule is one of the API's."""
    assert {rule.allow for rule in RULES} | set(HOST_NAMESPACES.values()) <= set(EXCEPTIONS)
    assert {rule.field for rule in RULES} <= policy.HOST


def test_binds_stay_in_the_folder(tmp_path: Path) -> None:
    """A path, a link and dots that lead outside are refused; the folder and what is in it are not."""
    folder = tmp_path / "work"
    (folder / "site").mkdir(parents=True)
    (folder / "way").symlink_to("/etc")
    for inside in (folder, folder / "site", folder / "not-yet"):
        check_bind(str(inside), folder, NOTHING)
    for outside in ("/", "/etc", str(tmp_path), str(folder / "way"), str(folder / ".." / "x"), f"{folder}ing"):
        with pytest.raises(RefusedError, match="outside"):
            check_bind(outside, folder, NOTHING)
        check_bind(outside, folder, Permissions(frozenset({"binds"})))


def test_docker_socket_needs_its_own_exception(tmp_path: Path) -> None:
    """``binds`` is not enough, by any of its names."""
    (tmp_path / "other").symlink_to("/run/docker.sock")
    for path in ("/var/run/docker.sock", "/run/podman/podman.sock", str(tmp_path / "other")):
        with pytest.raises(RefusedError, match="docker-socket"):
            check_bind(path, tmp_path, Permissions(frozenset({"binds"})))


@pytest.mark.parametrize(
    "options",
    [
        {"type": "none", "o": "bind", "device": "/etc"},
        {"o": "bind", "device": "/"},
        {"type": "nfs", "o": "addr=10.0.0.1", "device": ":/x"},
        {"type": "ext4", "device": "/dev/sda1"},
        {"device": "/dev/sda1"},
    ],
)
def test_volumes_in_disguise(options: dict[str, str], tmp_path: Path) -> None:
    """A volume that is a bind, a share or a disk is refused."""
    with pytest.raises(RefusedError):
        check_volume_options("local", options, tmp_path, NOTHING)
    check_volume_options("local", options, tmp_path, Permissions(frozenset({"binds"})))


def test_harmless_volumes(tmp_path: Path) -> None:
    """Plain ones, those in memory, and binds of the demo's own folder."""
    for options in ({}, {"type": "tmpfs", "device": "tmpfs"}, {"type": "none", "o": "bind", "device": str(tmp_path)}):
        check_volume_options("local", options, tmp_path, NOTHING)
    with pytest.raises(RefusedError):
        check_volume_options("sshfs", {}, tmp_path, NOTHING)


def test_unknown_fields() -> None:
    """Empty ones pass, others don't, and another case of a known one never does."""
    known_fields({"Image": "x", "FutureField": None}, policy.CREATE, "container")
    for value in ({"FutureField": 1}, {"image": "x"}, {"HOSTCONFIG": None}, {"Tt\u0079": True, "tty": False}):
        with pytest.raises(RefusedError):
            known_fields(value, policy.CREATE, "container")
