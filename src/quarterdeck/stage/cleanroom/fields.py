"""The fields of request bodies that the clean room knows (Docker Engine API, up to version 1.48).

Whatever isn't here is refused unless it is empty, so a newer engine can't be asked for something
that the policy never heard of.
"""

from __future__ import annotations

CREATE = frozenset(
    "Hostname Domainname User AttachStdin AttachStdout AttachStderr ExposedPorts Tty OpenStdin StdinOnce Env Cmd "
    "Healthcheck ArgsEscaped Image Volumes WorkingDir Entrypoint NetworkDisabled MacAddress OnBuild Labels StopSignal "
    "StopTimeout Shell HostConfig NetworkingConfig".split()
)
HOST = frozenset(
    "CpuShares Memory CgroupParent BlkioWeight BlkioWeightDevice BlkioDeviceReadBps BlkioDeviceWriteBps "
    "BlkioDeviceReadIOps BlkioDeviceWriteIOps CpuPeriod CpuQuota CpuRealtimePeriod CpuRealtimeRuntime CpusetCpus "
    "CpusetMems Devices DeviceCgroupRules DeviceRequests KernelMemory KernelMemoryTCP MemoryReservation MemorySwap "
    "MemorySwappiness NanoCpus OomKillDisable Init PidsLimit Ulimits CpuCount CpuPercent IOMaximumIOps "
    "IOMaximumBandwidth Binds ContainerIDFile LogConfig NetworkMode PortBindings RestartPolicy AutoRemove "
    "VolumeDriver VolumesFrom Mounts ConsoleSize Annotations CapAdd CapDrop Capabilities CgroupnsMode Dns DnsOptions "
    "DnsSearch ExtraHosts GroupAdd IpcMode Cgroup Links OomScoreAdj PidMode Privileged PublishAllPorts "
    "ReadonlyRootfs SecurityOpt StorageOpt Tmpfs UTSMode UsernsMode ShmSize Sysctls Runtime Isolation MaskedPaths "
    "ReadonlyPaths".split()
)
UPDATE = HOST
MOUNT = frozenset("Target Source Type ReadOnly Consistency BindOptions VolumeOptions TmpfsOptions ImageOptions".split())
VOLUME_OPTIONS = frozenset("NoCopy Labels DriverConfig Subpath".split())
DRIVER_CONFIG = frozenset("Name Options".split())
BIND_OPTIONS = frozenset(
    "Propagation NonRecursive CreateMountpoint ReadOnlyNonRecursive ReadOnlyForceRecursive".split()
)
NETWORKING = frozenset({"EndpointsConfig"})
ENDPOINT = frozenset(
    "IPAMConfig Links Aliases NetworkID EndpointID Gateway IPAddress IPPrefixLen IPv6Gateway GlobalIPv6Address "
    "GlobalIPv6PrefixLen MacAddress DriverOpts DNSNames GwPriority".split()
)
PORT_BINDING = frozenset({"HostIp", "HostPort"})
NETWORK = frozenset(
    "Name CheckDuplicate Driver Scope EnableIPv4 EnableIPv6 IPAM Internal Attachable Ingress ConfigOnly ConfigFrom Options "
    "Labels".split()
)
CONNECT = frozenset({"Container", "EndpointConfig"})
DISCONNECT = frozenset({"Container", "Force"})
VOLUME = frozenset("Name Driver DriverOpts Labels ClusterVolumeSpec".split())
EXEC = frozenset(
    "AttachStdin AttachStdout AttachStderr ConsoleSize DetachKeys Tty Env Cmd Privileged User WorkingDir Detach".split()
)
EXEC_START = frozenset({"Detach", "Tty", "ConsoleSize"})
COMMIT = CREATE
