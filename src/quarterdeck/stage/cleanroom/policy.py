"""What demos may ask of the engine: always, only if the demo's front matter allows it, or never.

Every list is of what may pass: fields, modes, drivers and options that are not in it are refused.  A rule
with an exception is lifted by ``stage: {allow: [privileged]}``.  The policy protects from accidents on a
stage, where nobody has time to think twice; it is not a boundary for hostile users.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from quarterdeck.model.demo import Permissions


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CREATE = _words(
    "Hostname Domainname User AttachStdin AttachStdout AttachStderr ExposedPorts Tty OpenStdin StdinOnce Env Cmd "
    "Healthcheck ArgsEscaped Image Volumes WorkingDir Entrypoint NetworkDisabled MacAddress OnBuild Labels StopSignal "
    "StopTimeout Shell HostConfig NetworkingConfig"
)
HOST = _words(
    "CpuShares Memory CgroupParent BlkioWeight BlkioWeightDevice BlkioDeviceReadBps BlkioDeviceWriteBps "
    "BlkioDeviceReadIOps BlkioDeviceWriteIOps CpuPeriod CpuQuota CpuRealtimePeriod CpuRealtimeRuntime CpusetCpus "
    "CpusetMems Devices DeviceCgroupRules DeviceRequests KernelMemory KernelMemoryTCP MemoryReservation MemorySwap "
    "MemorySwappiness NanoCpus OomKillDisable Init PidsLimit Ulimits CpuCount CpuPercent IOMaximumIOps "
    "IOMaximumBandwidth Binds ContainerIDFile LogConfig NetworkMode PortBindings RestartPolicy AutoRemove "
    "VolumeDriver VolumesFrom Mounts ConsoleSize Annotations CapAdd CapDrop Capabilities CgroupnsMode Dns DnsOptions "
    "DnsSearch ExtraHosts GroupAdd IpcMode Cgroup Links OomScoreAdj PidMode Privileged PublishAllPorts "
    "ReadonlyRootfs SecurityOpt StorageOpt Tmpfs UTSMode UsernsMode ShmSize Sysctls Runtime Isolation MaskedPaths "
    "ReadonlyPaths"
)
UPDATE = HOST
MOUNT = _words("Target Source Type ReadOnly Consistency BindOptions VolumeOptions TmpfsOptions ImageOptions")
NETWORKING = frozenset({"EndpointsConfig"})
ENDPOINT = _words(
    "IPAMConfig Links Aliases NetworkID EndpointID Gateway IPAddress IPPrefixLen IPv6Gateway GlobalIPv6Address "
    "GlobalIPv6PrefixLen MacAddress DriverOpts DNSNames GwPriority"
)
ENDPOINT_STATE = _words(
    "EndpointID Gateway IPAddress IPPrefixLen IPv6Gateway GlobalIPv6Address GlobalIPv6PrefixLen DNSNames"
)
"""Fields of an endpoint that the engine sets; clients send them back, and they are dropped."""
POOL = _words("Subnet IPRange Gateway AuxiliaryAddresses")
PORT_BINDING = frozenset({"HostIp", "HostPort"})
NETWORK = _words(
    "Name CheckDuplicate Driver Scope EnableIPv4 EnableIPv6 IPAM Internal Attachable Ingress ConfigOnly ConfigFrom "
    "Options Labels"
)
CONNECT = frozenset({"Container", "EndpointConfig"})
DISCONNECT = frozenset({"Container", "Force"})
VOLUME = _words("Name Driver DriverOpts Labels")
EXEC = _words(
    "Container AttachStdin AttachStdout AttachStderr ConsoleSize DetachKeys Tty Env Cmd Privileged User WorkingDir "
    "Detach"
)
EXEC_START = frozenset({"Detach", "Tty", "ConsoleSize"})
COMMIT = CREATE
AUTH = _words("username password auth email serveraddress identitytoken registrytoken")
INNER: Mapping[str, frozenset[str]] = {
    "BindOptions": _words("Propagation NonRecursive CreateMountpoint ReadOnlyNonRecursive ReadOnlyForceRecursive"),
    "VolumeOptions": _words("NoCopy Labels DriverConfig Subpath"),
    "DriverConfig": _words("Name Options"),
    "TmpfsOptions": _words("SizeBytes Mode"),
    "ImageOptions": _words("Subpath"),
    "LogConfig": _words("Type Config"),
    "RestartPolicy": _words("Name MaximumRetryCount"),
    "Healthcheck": _words("Test Interval Timeout Retries StartPeriod StartInterval"),
    "Ulimits": _words("Name Hard Soft"),
    "BlkioWeightDevice": _words("Path Weight"),
    **dict.fromkeys(
        _words("BlkioDeviceReadBps BlkioDeviceWriteBps BlkioDeviceReadIOps BlkioDeviceWriteIOps"), _words("Path Rate")
    ),
    "Devices": _words("PathOnHost PathInContainer CgroupPermissions"),
    "DeviceRequests": _words("Driver Count DeviceIDs Capabilities Options"),
    "StorageOpt": _words("size"),
    "IPAMConfig": _words("IPv4Address IPv6Address LinkLocalIPs"),
    "IPAM": _words("Driver Config Options"),
    "ConfigFrom": _words("Network"),
}
"""Fields of the objects within objects, by the field that holds one or a list of them."""
LISTS = _words("Binds Mounts Links VolumesFrom SecurityOpt CapAdd Devices Aliases MaskedPaths ReadonlyPaths Ulimits")
OBJECTS = _words(
    "HostConfig NetworkingConfig EndpointsConfig EndpointConfig PortBindings ExposedPorts Labels Volumes Tmpfs Sysctls "
    "VolumeOptions BindOptions TmpfsOptions ImageOptions DriverConfig DriverOpts ConfigFrom Options LogConfig "
    "RestartPolicy Healthcheck IPAM IPAMConfig StorageOpt Attrs"
)
NUMBERS = _words(
    "Memory MemoryReservation MemorySwap PidsLimit NanoCpus CpuQuota CpuPeriod CpuCount CpuPercent ShmSize"
)
TEXTS = _words(
    "Image Name Driver Container NetworkMode PidMode IpcMode Type Source Target HostIp HostPort Propagation Network "
    "NetworkID Scope"
)
TYPES: tuple[tuple[frozenset[str], type, str], ...] = (
    (LISTS, list, "a list"),
    (OBJECTS, dict, "an object"),
    (NUMBERS, int, "a whole number"),
    (TEXTS, str, "text"),
)
"""The types of the fields that the clean room reads; null is fine everywhere."""
TYPE_OF = {field: (kind, description) for fields, kind, description in TYPES for field in fields}
EMPTY: tuple[object, ...] = (None, False, 0, "", [], {})
"""Values by which clients say nothing."""


class RefusedError(Exception):
    """A request that the clean room doesn't pass on; the message is for the speaker.

    ``allow`` is the exception that would lift the rule, ``status`` the answer's.
    """

    def __init__(self, message: str, *, allow: str | None = None, status: int = 403) -> None:
        remedy = f"; to allow it, put 'stage: {{allow: [{allow}]}}' into the demo's front matter" if allow else ""
        super().__init__(f"{message}{remedy}")
        self.status = status


def known_fields(value: object, known: frozenset[str], where: str) -> dict[str, Any]:
    """The fields of an object that the clean room knows, without those that are null.

    Unknown ones are refused unless they are empty, and case variants always; the known ones must hold
    values of the API's types.  Raises RefusedError.
    """
    if not isinstance(value, dict):
        raise RefusedError(f"{where} must be an object", status=400)
    folded = _folded(known)
    fields: dict[str, Any] = {}
    for key, content in value.items():
        exact = folded.get(key.casefold())
        if exact is None and content not in EMPTY:
            raise RefusedError(f"{where}: the clean room doesn't know the field '{key}', so it is refused")
        if exact is not None and exact != key:
            raise RefusedError(f"{where}: '{key}' must be written '{exact}'", status=400)
        if exact is not None and content is not None:
            fields[key] = _typed(key, content, where)
    return fields


@cache
def _folded(known: frozenset[str]) -> Mapping[str, str]:
    """Fields by their names without case."""
    return {field.casefold(): field for field in known}


def _typed(key: str, content: object, where: str) -> object:
    if key in TYPE_OF:
        kind, description = TYPE_OF[key]
        if not isinstance(content, kind) or (kind is int and isinstance(content, bool)):
            raise RefusedError(f"{where}: '{key}' must be {description}", status=400)
    if key not in INNER:
        return content
    if isinstance(content, list):
        return [known_fields(item, INNER[key], key) for item in content]
    return known_fields(content, INNER[key], key)


def section(value: Mapping[str, Any], key: str) -> dict[str, Any]:
    """An object within an object; an empty one for null.  Raises RefusedError."""
    found = value.get(key) or {}
    if not isinstance(found, dict):
        raise RefusedError(f"'{key}' must be an object", status=400)
    return found


def pools_of(network: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The ranges of addresses that a network asks for; raises RefusedError."""
    found = section(network, "IPAM").get("Config") or []
    if not isinstance(found, list):
        raise RefusedError("IPAM: 'Config' must be a list", status=400)
    return [known_fields(pool, POOL, "IPAM") for pool in found]


@dataclass(frozen=True, slots=True)
class Rule:
    """One field of ``HostConfig`` that a demo may not set."""

    field: str
    allow: str
    """The exception that lifts it."""
    subject: str
    """What would be used, as the message says it."""
    harmless: tuple[Any, ...] = ()
    """Values other than empty ones that do no harm."""


RULES = (
    Rule("Privileged", "privileged", "privileged containers"),
    Rule("CapAdd", "capabilities", "added capabilities"),
    Rule("Capabilities", "capabilities", "added capabilities"),
    Rule("Devices", "devices", "devices of this machine"),
    Rule("DeviceRequests", "devices", "devices of this machine"),
    Rule("DeviceCgroupRules", "devices", "devices of this machine"),
    Rule("Sysctls", "sysctls", "kernel settings"),
    Rule("CgroupParent", "cgroup-parent", "control groups of other parents"),
    Rule("Cgroup", "cgroup-parent", "control groups of other containers"),
    Rule("Runtime", "runtime", "other container runtimes", ("runc", "io.containerd.runc.v2")),
    Rule("Annotations", "runtime", "annotations for the container runtime"),
    Rule("UsernsMode", "host-users", "other user namespaces"),
    Rule("UTSMode", "host-uts", "other UTS namespaces", ("private",)),
    Rule("CgroupnsMode", "cgroup-parent", "other cgroup namespaces", ("private",)),
    Rule("MaskedPaths", "privileged", "unmasked kernel paths"),
    Rule("ReadonlyPaths", "privileged", "writable kernel paths"),
    Rule("OomScoreAdj", "unlimited", "changed out-of-memory scores"),
    Rule("OomKillDisable", "unlimited", "containers exempt from the out-of-memory killer"),
    Rule("CpuRealtimePeriod", "unlimited", "real-time priorities"),
    Rule("CpuRealtimeRuntime", "unlimited", "real-time priorities"),
    Rule("VolumeDriver", "binds", "other volume drivers", ("local",)),
    Rule("Isolation", "runtime", "other isolations", ("default",)),
)
HARMLESS_SECURITY = ("no-new-privileges", "no-new-privileges:true", "no-new-privileges=true")
MODES: Mapping[str, tuple[str, frozenset[str]]] = {
    "NetworkMode": ("host-network", _words("default bridge none podman")),
    "PidMode": ("host-pid", _words("private")),
    "IpcMode": ("host-ipc", _words("private none shareable")),
}
"""Namespaces → the exception for other modes, and those that every demo may use, besides ``container:NAME``."""
NETWORK_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]*")
TMPFS_WORDS = re.compile(
    r"(?:size|nr_blocks|nr_inodes|mode|uid|gid)=[0-9]+[kmgKMG%]?"
    r"|ro|rw|(?:no)?(?:exec|suid|dev|atime|diratime|relatime)|strictatime|a?sync"
)
"""Options of a file system in memory (docker run --tmpfs); others would have mount(2) do something else."""
LOG_DRIVERS = ("json-file", "local", "none")
LOG_OPTIONS = _words(
    "max-size max-file compress max-buffer-size mode labels labels-regex env env-regex tag cache-disabled"
)


def check_host(host: Mapping[str, Any], permissions: Permissions) -> None:
    """Refuse the settings of a ``HostConfig`` that go beyond the policy."""
    for rule in RULES:
        value = host.get(rule.field)
        unmasked = value == [] and rule.field in ("MaskedPaths", "ReadonlyPaths")
        if (unmasked or (value and value not in rule.harmless)) and rule.allow not in permissions.allow:
            raise RefusedError(f"{rule.field}: {rule.subject} are not for demos", allow=rule.allow)
    for field in MODES:
        check_mode(field, str(host.get(field) or ""), permissions)
    for option in host.get("SecurityOpt") or ():
        if option not in HARMLESS_SECURITY and "security-options" not in permissions.allow:
            raise RefusedError(f"SecurityOpt: '{option}' is not for demos", allow="security-options")
    for target, options in section(host, "Tmpfs").items():
        for word in filter(None, str(options or "").split(",")):
            if not TMPFS_WORDS.fullmatch(word):
                raise RefusedError(f"Tmpfs: the option '{word}' of '{target}' is not for demos")
    log = section(host, "LogConfig")
    if (log.get("Type") or "local") not in LOG_DRIVERS:
        raise RefusedError(f"LogConfig: demos can log to {_one_of(LOG_DRIVERS)}, not '{log['Type']}'")
    if unknown := set(section(log, "Config")) - LOG_OPTIONS:
        raise RefusedError(f"LogConfig: the option '{min(unknown)}' is not for demos; use {_one_of(LOG_OPTIONS)}")


def check_mode(field: str, mode: str, permissions: Permissions) -> None:
    """Refuse a namespace that is neither the container's own, nor another container's, nor a network's."""
    allow, harmless = MODES[field]
    kind, colon, _ = mode.partition(":")
    named = field == "NetworkMode" and mode.casefold() != "host" and NETWORK_NAME.fullmatch(mode)
    if not mode or mode in harmless or (colon and kind == "container") or named or allow in permissions.allow:
        return
    raise RefusedError(f"{field}: '{mode}' is not for demos", allow=allow)


DOCKER_SOCKETS = ("docker.sock", "podman.sock", "containerd.sock")


def check_bind(source: str, folder: Path, permissions: Permissions) -> None:
    """Refuse a folder of this machine other than the demo's own."""
    if "\0" in source or not source.startswith("/"):
        raise RefusedError(f"a mount's source {source!r} must be an absolute path", status=400)
    path = Path(source)
    resolved = path.resolve()
    if resolved.name in DOCKER_SOCKETS or path.name in DOCKER_SOCKETS:
        if "docker-socket" not in permissions.allow:
            raise RefusedError("the Docker socket is not for demos", allow="docker-socket")
        return
    if not resolved.is_relative_to(folder) and "binds" not in permissions.allow:
        raise RefusedError(f"the mount's source '{source}' is outside the demo's folder {folder}", allow="binds")


def is_docker_socket(source: str) -> bool:
    """Whether a bind asks for the engine's socket."""
    return Path(source).name in DOCKER_SOCKETS or Path(source).resolve().name in DOCKER_SOCKETS


SEPARATOR = re.compile(r'[,"\x00-\x1f]')
"""What separates the words of a mount for Podman, which writes each as one text and reads that again."""
VOLUME_OPTIONS = _words("type o device size")
VOLUME_WORDS = re.compile(
    r"(?:size|nr_blocks|nr_inodes|mode|uid|gid)=[0-9]+[kmgKMG%]?|ro|rw|exec|noexec|nosuid|nodev|noatime|relatime"
)
"""Words of a volume's option ``o`` (mount(8)) that neither bind nor share anything."""


def check_volume_options(driver: str, options: Mapping[str, Any], folder: Path, permissions: Permissions) -> None:
    """Refuse a volume that is a disguised bind mount, a network share or a disk."""
    if "binds" in permissions.allow:
        return
    if driver not in ("", "local"):
        raise RefusedError(f"the volume driver '{driver}' is not for demos", allow="binds")
    if unknown := set(options) - VOLUME_OPTIONS:
        raise RefusedError(f"the volume option '{min(unknown)}' is not for demos", allow="binds")
    kind, device = str(options.get("type") or "none"), str(options.get("device") or "")
    for value in (kind, device, str(options.get("size") or "")):
        if SEPARATOR.search(value):
            raise RefusedError(f"the volume option {value!r} has a comma or a control character", status=400)
    words = [word for word in str(options.get("o") or "").split(",") if word]
    bind = kind == "none" and "bind" in words
    for word in words:
        if not VOLUME_WORDS.fullmatch(word) and not (bind and word == "bind"):
            raise RefusedError(f"the volume option 'o={word}' is not for demos", allow="binds")
    if bind:
        check_bind(device, folder, permissions)
    elif kind not in ("none", "tmpfs") or (device and kind != "tmpfs"):
        raise RefusedError(f"a volume of type '{kind}' on '{device}' is not for demos", allow="binds")


NETWORK_DRIVERS = ("", "default", "bridge", "null")
NETWORK_OPTIONS = _words(
    "com.docker.network.bridge.enable_icc com.docker.network.bridge.enable_ip_masquerade com.docker.network.driver.mtu "
    "mtu isolate"
)
"""Options of bridges that touch nothing but the bridge; others name the machine's interfaces and addresses."""
ENDPOINT_OPTIONS = _words("com.docker.network.endpoint.ifname")


def check_network(network: Mapping[str, Any], permissions: Permissions) -> None:
    """Refuse a network that joins the machine's own, or takes one of its interfaces."""
    if network.get("Ingress") or (network.get("Scope") or "local") != "local":
        raise RefusedError("networks of a swarm are not for demos")
    driver, addresses = str(network.get("Driver") or ""), section(network, "IPAM")
    pools_of(network)
    if "host-network" in permissions.allow:
        return
    if driver not in NETWORK_DRIVERS:
        raise RefusedError(f"networks of the driver '{driver}' are not for demos", allow="host-network")
    if unknown := set(section(network, "Options")) - NETWORK_OPTIONS:
        raise RefusedError(f"the network option '{min(unknown)}' is not for demos", allow="host-network")
    if addresses.get("Driver") not in (None, "", "default") or addresses.get("Options"):
        raise RefusedError("IPAM: other address drivers are not for demos", allow="host-network")


def check_endpoint_options(options: Mapping[str, Any], permissions: Permissions) -> None:
    """Refuse driver options of a container's connection to a network; some set the kernel's parameters."""
    if (unknown := set(options) - ENDPOINT_OPTIONS) and "sysctls" not in permissions.allow:
        raise RefusedError(f"DriverOpts: the option '{min(unknown)}' is not for demos", allow="sysctls")


def _one_of(words: Any) -> str:
    *rest, last = sorted(words)
    return f"{', '.join(rest)} or {last}"
