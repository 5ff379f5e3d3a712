"""What a demo may ask of the engine, and what only with an exception.

It protects from accidents, on a stage where nobody has the time to think twice; it is not a
boundary for hostile users.  A demo's front matter lifts a rule: ``stage: {allow: [privileged]}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
VOLUME_OPTIONS = _words("NoCopy Labels DriverConfig Subpath")
DRIVER_CONFIG = _words("Name Options")
BIND_OPTIONS = _words("Propagation NonRecursive CreateMountpoint ReadOnlyNonRecursive ReadOnlyForceRecursive")
NETWORKING = frozenset({"EndpointsConfig"})
ENDPOINT = _words(
    "IPAMConfig Links Aliases NetworkID EndpointID Gateway IPAddress IPPrefixLen IPv6Gateway GlobalIPv6Address "
    "GlobalIPv6PrefixLen MacAddress DriverOpts DNSNames GwPriority"
)
PORT_BINDING = frozenset({"HostIp", "HostPort"})
NETWORK = _words(
    "Name CheckDuplicate Driver Scope EnableIPv4 EnableIPv6 IPAM Internal Attachable Ingress ConfigOnly ConfigFrom "
    "Options Labels"
)
CONNECT = frozenset({"Container", "EndpointConfig"})
DISCONNECT = frozenset({"Container", "Force"})
VOLUME = _words("Name Driver DriverOpts Labels ClusterVolumeSpec")
EXEC = _words(
    "Container AttachStdin AttachStdout AttachStderr ConsoleSize DetachKeys Tty Env Cmd Privileged User WorkingDir "
    "Detach"
)
EXEC_START = frozenset({"Detach", "Tty", "ConsoleSize"})
COMMIT = CREATE

LISTS = _words("Binds Mounts Links VolumesFrom SecurityOpt CapAdd Devices Aliases MaskedPaths ReadonlyPaths")
OBJECTS = _words(
    "HostConfig NetworkingConfig EndpointsConfig EndpointConfig PortBindings ExposedPorts Labels Volumes Tmpfs Sysctls "
    "VolumeOptions BindOptions DriverConfig DriverOpts ConfigFrom Options"
)
NUMBERS = _words("Memory MemoryReservation PidsLimit NanoCpus CpuQuota CpuPeriod CpuCount CpuPercent")
TEXTS = _words(
    "Image Name Driver Container NetworkMode PidMode IpcMode Type Source Target HostIp HostPort Propagation Network"
)
TYPES: tuple[tuple[frozenset[str], type, str], ...] = (
    (LISTS, list, "a list"),
    (OBJECTS, dict, "an object"),
    (NUMBERS, int, "a whole number"),
    (TEXTS, str, "text"),
)
"""What the fields hold that the clean room looks into; null is fine everywhere."""


DOCKER_SOCKETS = ("docker.sock", "podman.sock", "containerd.sock")
HARMLESS_SECURITY = ("no-new-privileges", "no-new-privileges:true", "no-new-privileges=true")


class RefusedError(Exception):
    """A request that the clean room doesn't pass on; the message is for the speaker."""

    def __init__(self, message: str, *, allow: str | None = None, status: int = 403) -> None:
        remedy = f"; a demo that needs it says 'stage: {{allow: [{allow}]}}'" if allow else ""
        super().__init__(f"{message}{remedy}")
        self.status = status


@dataclass(frozen=True, slots=True)
class Rule:
    """One field of ``HostConfig`` that a demo may not set."""

    field: str
    allow: str
    """The exception that lifts it."""
    what: str
    """What it would do, as the message says it."""
    harmless: tuple[Any, ...] = ()
    """Values besides empty ones that do no harm."""


RULES = (
    Rule("Privileged", "privileged", "privileged containers"),
    Rule("CapAdd", "capabilities", "added capabilities"),
    Rule("Capabilities", "capabilities", "added capabilities"),
    Rule("Devices", "devices", "devices of this machine"),
    Rule("DeviceRequests", "devices", "devices of this machine"),
    Rule("DeviceCgroupRules", "devices", "devices of this machine"),
    Rule("Sysctls", "sysctls", "kernel settings"),
    Rule("CgroupParent", "cgroup-parent", "a cgroup parent"),
    Rule("Cgroup", "cgroup-parent", "a cgroup of another container"),
    Rule("Runtime", "runtime", "another container runtime", ("runc", "io.containerd.runc.v2")),
    Rule("UsernsMode", "host-users", "the host's user namespace"),
    Rule("UTSMode", "host-uts", "the host's UTS namespace"),
    Rule("CgroupnsMode", "cgroup-parent", "the host's cgroup namespace", ("private",)),
    Rule("MaskedPaths", "privileged", "unmasked kernel paths"),
    Rule("ReadonlyPaths", "privileged", "writable kernel paths"),
    Rule("OomScoreAdj", "unlimited", "a changed out-of-memory score", (0,)),
    Rule("OomKillDisable", "unlimited", "containers exempt from out-of-memory"),
    Rule("CpuRealtimePeriod", "unlimited", "real-time scheduling"),
    Rule("CpuRealtimeRuntime", "unlimited", "real-time scheduling"),
    Rule("VolumeDriver", "binds", "another volume driver", ("local",)),
    Rule("Isolation", "runtime", "another isolation", ("default",)),
)
HOST_NAMESPACES = {"NetworkMode": "host-network", "PidMode": "host-pid", "IpcMode": "host-ipc"}


def check_host(host: Mapping[str, Any], permissions: Permissions) -> None:
    """Refuse what a ``HostConfig`` asks for beyond the policy."""
    for rule in RULES:
        value = host.get(rule.field)
        if value and value not in rule.harmless and rule.allow not in permissions.allow:
            raise RefusedError(f"{rule.what} are not for demos ({rule.field})", allow=rule.allow)
        if value == [] and rule.field in ("MaskedPaths", "ReadonlyPaths") and rule.allow not in permissions.allow:
            raise RefusedError(f"{rule.what} are not for demos ({rule.field})", allow=rule.allow)
    for name, allow in HOST_NAMESPACES.items():
        if str(host.get(name) or "").casefold() == "host" and allow not in permissions.allow:
            raise RefusedError(f"{name} 'host' is not for demos", allow=allow)
    for option in host.get("SecurityOpt") or ():
        if option not in HARMLESS_SECURITY and "security-options" not in permissions.allow:
            raise RefusedError(f"the security option '{option}' is not for demos", allow="security-options")


def check_bind(source: str, folder: Path, permissions: Permissions) -> None:
    """Refuse a folder of this machine that is not the demo's own."""
    path = Path(source)
    if not path.is_absolute():
        raise RefusedError(f"'{source}' is not an absolute path", status=400)
    resolved = path.resolve()
    if resolved.name in DOCKER_SOCKETS or path.name in DOCKER_SOCKETS:
        if "docker-socket" not in permissions.allow:
            raise RefusedError("the Docker socket is not for demos", allow="docker-socket")
        return
    if not resolved.is_relative_to(folder) and "binds" not in permissions.allow:
        raise RefusedError(f"'{source}' is outside the demo's folder {folder}", allow="binds")


def is_docker_socket(source: str) -> bool:
    """Whether a bind asks for the engine's socket."""
    return Path(source).name in DOCKER_SOCKETS or Path(source).resolve().name in DOCKER_SOCKETS


def check_volume_options(driver: str, options: Mapping[str, Any], folder: Path, permissions: Permissions) -> None:
    """Refuse a volume that is a bind or a network share in disguise."""
    if driver not in ("", "local") and "binds" not in permissions.allow:
        raise RefusedError(f"the volume driver '{driver}' is not for demos", allow="binds")
    if not options or "binds" in permissions.allow:
        return
    kind = str(options.get("type", ""))
    if kind == "tmpfs":
        return
    words = str(options.get("o", "")).split(",")
    if "bind" in words and kind in ("", "none"):
        check_bind(str(options.get("device", "")), folder, permissions)
        return
    if kind or options.get("device"):
        raise RefusedError(f"a volume of type '{kind}' is not for demos", allow="binds")


def known_fields(value: object, known: frozenset[str], where: str) -> None:
    """Refuse fields that the clean room doesn't know, unless they are empty; case variants always.

    What the known ones hold must be of the API's types.
    """
    if not isinstance(value, dict):
        raise RefusedError(f"{where} must be an object", status=400)
    folded = {field.casefold(): field for field in known}
    for key, content in value.items():
        exact = folded.get(key.casefold())
        if exact is None and content not in (None, False, 0, "", [], {}):
            raise RefusedError(f"{where}: '{key}' is not known to the clean room")
        if exact is not None and exact != key:
            raise RefusedError(f"{where}: '{key}' must be written '{exact}'", status=400)
        for names, kind, description in TYPES:
            if key in names and content is not None and not isinstance(content, kind):
                raise RefusedError(f"{where}: '{key}' must be {description}", status=400)


def section(value: Mapping[str, Any], key: str) -> dict[str, Any]:
    """An object within an object, an empty one for null."""
    return value.get(key) or {}
