"""The fields of request bodies that the clean room knows (Docker Engine API, up to version 1.51).

Whatever isn't here is refused unless it is empty, so a newer engine can't be asked for something
that the policy never heard of.
"""

from __future__ import annotations


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
