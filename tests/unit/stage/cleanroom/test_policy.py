"""What a demo may ask for, and which exception lifts each rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from quarterdeck.model.demo import EXCEPTIONS, Permissions
from quarterdeck.stage.cleanroom import policy
from quarterdeck.stage.cleanroom.policy import (
    MODES,
    RULES,
    RefusedError,
    check_bind,
    check_host,
    check_network,
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
    ({"NetworkMode": "ns:/proc/1/ns/net"}, "host-network"),
    ({"NetworkMode": "slirp4netns:port_handler=x"}, "host-network"),
    ({"NetworkMode": "HOST"}, "host-network"),
    ({"NetworkMode": " host"}, "host-network"),
    ({"PidMode": "ns:/proc/1/ns/pid"}, "host-pid"),
    ({"IpcMode": "ns:/proc/1/ns/ipc"}, "host-ipc"),
    ({"UTSMode": "ns:/proc/1/ns/uts"}, "host-uts"),
    ({"UsernsMode": "ns:/proc/1/ns/user"}, "host-users"),
    ({"CgroupnsMode": "ns:/proc/1/ns/cgroup"}, "cgroup-parent"),
    ({"Annotations": {"run.oci.keep_original_groups": "1"}}, "runtime"),
]


@pytest.mark.parametrize(("host", "allow"), ASKED, ids=[str(host) for host, _ in ASKED])
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
            "LogConfig": {"Type": "", "Config": {}},
            "PidMode": "", "IpcMode": "private", "UTSMode": "", "Devices": [], "CapDrop": ["ALL"], "Isolation": "",
        },
        NOTHING,
    )  # fmt: skip


def test_every_exception_is_known_to_the_model() -> None:
    """A demo's front matter can name each of them, and each field of a rule is one of the API's."""
    assert {rule.allow for rule in RULES} | {allow for allow, _ in MODES.values()} <= set(EXCEPTIONS)
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
        {"type": "tmpfs", "o": "bind", "device": "/"},
        {"type": "tmpfs", "o": "size=1m,rbind", "device": "/"},
        {"type": "none", "o": "bind,rshared", "device": "/etc"},
        {"o": "remount", "device": "/"},
        {"mountpoint": "/etc"},
    ],
)
def test_volumes_in_disguise(options: dict[str, str], tmp_path: Path) -> None:
    """A volume that is a bind, a share or a disk is refused."""
    with pytest.raises(RefusedError):
        check_volume_options("local", options, tmp_path, NOTHING)
    check_volume_options("local", options, tmp_path, Permissions(frozenset({"binds"})))


def test_harmless_volumes(tmp_path: Path) -> None:
    """Plain ones, those in memory, and binds of the demo's own folder."""
    for options in (
        {},
        {"type": "tmpfs", "device": "tmpfs", "o": "size=64m,uid=1000"},
        {"type": "none", "o": "bind", "device": str(tmp_path)},
    ):
        check_volume_options("local", options, tmp_path, NOTHING)
    with pytest.raises(RefusedError):
        check_volume_options("sshfs", {}, tmp_path, NOTHING)


def test_unknown_fields() -> None:
    """Empty ones pass, others don't, and another case of a known one never does."""
    known_fields({"Image": "x", "FutureField": None}, policy.CREATE, "container")
    for value in ({"FutureField": 1}, {"image": "x"}, {"HOSTCONFIG": None}, {"Tt\u0079": True, "tty": False}):
        with pytest.raises(RefusedError):
            known_fields(value, policy.CREATE, "container")


@pytest.mark.parametrize("kind", ["syslog", "fluentd", "gelf", "splunk", "journald", "x"])
def test_log_drivers(kind: str) -> None:
    """Logs stay with the engine; they go to no server, journal or file of this machine."""
    with pytest.raises(RefusedError, match="LogConfig: demos can log to json-file, local or none"):
        check_host({"LogConfig": {"Type": kind}}, NOTHING)


def test_log_options() -> None:
    """Sizes can be set, a path of this machine (Podman's) can't."""
    check_host({"LogConfig": {"Type": "json-file", "Config": {"max-size": "1m", "max-file": "3"}}}, NOTHING)
    with pytest.raises(RefusedError, match="'path'"):
        check_host({"LogConfig": {"Type": "json-file", "Config": {"path": "/etc/passwd"}}}, NOTHING)


@pytest.mark.parametrize(
    "network",
    [
        {"Options": {"com.docker.network.bridge.name": "docker0"}},
        {"Options": {"com.docker.network.bridge.host_binding_ipv4": "0.0.0.0"}},
        {"Options": {"com.docker.network.bridge.gateway_mode_ipv4": "routed"}},
        {"Options": {"parent": "eth0"}},
        {"Driver": "macvlan"},
        {"IPAM": {"Driver": "dhcp"}},
        {"IPAM": {"Options": {"x": "y"}}},
    ],
)
def test_networks_beyond_a_bridge(network: dict[str, Any]) -> None:
    """Drivers and options that take an interface or an address of this machine are refused."""
    with pytest.raises(RefusedError, match=r"allow: \[host-network\]"):
        check_network(network, NOTHING)
    check_network(network, Permissions(frozenset({"host-network"})))


def test_networks_of_a_swarm() -> None:
    """Nothing allows them."""
    for network in ({"Ingress": True}, {"Scope": "swarm"}):
        with pytest.raises(RefusedError, match="swarm"):
            check_network(network, Permissions(frozenset(EXCEPTIONS)))


def test_harmless_networks() -> None:
    """A bridge with addresses and an MTU of its own."""
    check_network(
        {
            "Driver": "bridge",
            "Options": {"com.docker.network.driver.mtu": "1400", "com.docker.network.bridge.enable_icc": "false"},
            "IPAM": {"Driver": "default", "Config": [{"Subnet": "10.9.0.0/16", "Gateway": "10.9.0.1"}], "Options": {}},
        },
        NOTHING,
    )
    with pytest.raises(RefusedError, match="'Surprise'"):
        check_network({"IPAM": {"Config": [{"Surprise": "x"}]}}, NOTHING)


@pytest.mark.parametrize("source", ["/tmp/a\0b", "relative", "", "~/x"])
def test_sources_that_are_no_paths(source: str, tmp_path: Path) -> None:
    """A NUL or a relative path is a message, not a crash."""
    with pytest.raises(RefusedError, match="must be an absolute path"):
        check_bind(source, tmp_path, Permissions(frozenset({"binds"})))


def test_inner_fields() -> None:
    """Objects within objects have known fields only; null ones are dropped."""
    known = known_fields({"LogConfig": {"Type": "local"}, "Memory": None}, policy.HOST, "HostConfig")
    assert known == {"LogConfig": {"Type": "local"}}
    refused: tuple[dict[str, Any], ...] = (
        {"LogConfig": {"Kind": "x"}},
        {"LogConfig": {"type": "syslog"}},
        {"Ulimits": [{"Name": "nofile", "Surprise": 1}]},
        {"Memory": True},
        {"RestartPolicy": []},
    )
    for value in refused:
        with pytest.raises(RefusedError):
            known_fields(value, policy.HOST, "HostConfig")
