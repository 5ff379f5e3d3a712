"""Which versions of the Docker API the clean room speaks.

Those of engines are newer every few months.  What the room hasn't heard of could pass by the policy, or tell of
others, so clients are told of no newer version than it knows: they then speak that one.
"""

from __future__ import annotations

import re

OLDEST = (1, 24)
NEWEST = (1, 51)
"""1.52 has other forms of ``/system/df`` and of streams."""
_VERSION = re.compile(r"([0-9])\.([0-9]{1,2})")


def is_newer(version: str) -> bool:
    """Whether a version, ``1.52``, is newer than the room knows."""
    match = _VERSION.fullmatch(version)
    return match is not None and (int(match[1]), int(match[2])) > NEWEST


def spoken(version: str) -> str:
    """The version that a client is told of, where the engine has this one."""
    return "{}.{}".format(*NEWEST) if is_newer(version) else version
