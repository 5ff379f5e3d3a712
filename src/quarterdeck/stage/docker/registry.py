"""Images pulled from registries, with the logins that the speaker's docker CLI has stored.

``docker login`` stores them in ``config.json``, or with a credential helper that is named there (``credsStore``,
``credHelpers``): a program ``docker-credential-NAME`` on the PATH.  Both are read, and the helper run, on this machine;
the engine gets the login with the request (Docker Engine API, ``X-Registry-Auth``).  Demos don't see any of it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.stage.docker.address import EngineAddress, config_folder, read_settings
from quarterdeck.stage.docker.client import engine_client
from quarterdeck.stage.docker.connection import EngineError
from quarterdeck.stage.docker.image_transfer import STALL_SECONDS, engine_errors

HELPER = "docker-credential-"
HUB = "docker.io"
HUB_KEYS = frozenset({"https://index.docker.io/v1/", "index.docker.io", HUB})
"""What config.json calls Docker Hub."""
PullProgress: TypeAlias = Callable[[int, int], None]
"""Called with the bytes that are downloaded, and with how many there are as far as is known."""
REFUSED = ("unauthorized", "no basic auth credentials", "authentication required", "denied")
ABSENT = ("manifest unknown", "not found", "name unknown")
UNREACHED = ("connection refused", "no such host", "timeout", "timed out", "unreachable", "deadline exceeded")
"""Parts of engines' messages, which come from registries and from Go's network library."""


@dataclass(frozen=True, slots=True)
class Logins:
    """The registries that config.json has logins for, and the helper programs that it names."""

    file: Path
    registries: tuple[str, ...]
    helpers: tuple[str, ...]

    @property
    def missing_helpers(self) -> tuple[str, ...]:
        """Those that aren't on the PATH: nothing can be pulled from their registries."""
        return tuple(helper for helper in self.helpers if shutil.which(helper) is None)


def stored_logins(environ: Mapping[str, str]) -> Logins:
    """The logins of the docker CLI; raises QuarterdeckError when config.json can't be read."""
    folder = config_folder(environ)
    settings = read_settings(folder)
    by_registry = _mapping(settings.get("credHelpers"))
    names = dict.fromkeys([*_mapping(settings.get("auths")), *by_registry])
    registries = sorted({HUB if name in HUB_KEYS else _host(name) for name in names})
    helpers = dict.fromkeys(filter(None, [settings.get("credsStore"), *by_registry.values()]))
    return Logins(folder / "config.json", tuple(registries), tuple(f"{HELPER}{helper}" for helper in helpers))


def pull(address: EngineAddress, reference: str, environ: Mapping[str, str], progress: PullProgress) -> None:
    """Have the engine pull an image, with the login for its registry if there is one.

    Raises:
        QuarterdeckError: when the login can't be read, the registry refuses, or the engine fails.

    """
    registry = registry_of(reference)
    login = _login(registry, environ)
    layers = _Layers()
    try:
        with engine_errors(), engine_client(address, STALL_SECONDS) as engine:
            for event in engine.pull_image(reference, login):
                if error := event.get("error"):
                    raise EngineError(str(error))
                layers.update(event)
                progress(layers.done, layers.total)
    except EngineError as error:
        raise _explained(error.reason, reference, registry, login) from None


def registry_of(reference: str) -> str:
    """The host of the registry that a reference names; ``docker.io`` where it names none."""
    first, slash, _ = reference.partition("/")
    return first if slash and ("." in first or ":" in first or first == "localhost") else HUB


@dataclass(slots=True)
class _Layers:
    """How far the layers of a pull are downloaded; extracting them isn't counted."""

    sizes: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Layer → bytes done, bytes in all."""

    def update(self, event: Mapping[str, Any]) -> None:
        """Take one message of the engine."""
        layer, detail = str(event.get("id", "")), event.get("progressDetail") or {}
        match event.get("status"):
            case "Downloading" if detail.get("total"):
                self.sizes[layer] = int(detail.get("current", 0)), int(detail["total"])
            case "Download complete" | "Pull complete" if layer in self.sizes:
                self.sizes[layer] = self.sizes[layer][1], self.sizes[layer][1]

    @property
    def done(self) -> int:
        return sum(done for done, _ in self.sizes.values())

    @property
    def total(self) -> int:
        return sum(total for _, total in self.sizes.values())


def _login(registry: str, environ: Mapping[str, str]) -> dict[str, Any]:
    """The login for a registry, as the API takes it; empty where none is stored."""
    from docker import auth
    from docker.errors import DockerException

    folder = config_folder(environ)
    settings = read_settings(folder)
    if not settings:
        return {}
    file = folder / "config.json"
    try:
        stored = auth.load_config(config_dict=dict(settings))
        helper = stored.get_credential_store(registry)
        if helper and shutil.which(f"{HELPER}{helper}") is None:
            raise QuarterdeckError.of(
                f"the program {HELPER}{helper}, which keeps the logins for {registry}, is not on the PATH",
                hint=f"install it, or remove it from {file} and call 'docker login' again",
                code="registry-login",
            )
        return dict(stored.resolve_authconfig(registry) or {})
    except (DockerException, ValueError, TypeError, AttributeError, KeyError) as error:
        why = f"the helper's answer lacks {error}" if isinstance(error, KeyError) else error.__cause__ or error
        raise QuarterdeckError.of(
            f"the login for {registry} can't be read from {file}: {why}",
            hint=f"log in again: {_login_command(registry)}",
            code="registry-login",
        ) from None


def _explained(reason: str, reference: str, registry: str, login: Mapping[str, Any]) -> QuarterdeckError:
    """The error for the engine's message about a pull that failed."""
    said = reason.casefold()
    command = _login_command(registry)
    if "toomanyrequests" in said:
        message, hint = f"{registry} limits how many images may be pulled", f"wait, or log in: {command}"
    elif any(word in said for word in REFUSED) and login:
        user = login.get("username") or login.get("Username")
        whose = f"of '{user}' " if user else ""
        message, hint = f"{registry} refuses the stored login {whose}for {reference}", f"log in again: {command}"
    elif any(word in said for word in REFUSED):
        message = f"{registry} has no image {reference}, or it is private"
        hint = f"check its name; if it is private, log in: {command}"
    elif any(word in said for word in ABSENT):
        message, hint = f"{registry} has no image {reference}", "check its name and tag"
    elif any(word in said for word in UNREACHED):
        message = f"the engine can't reach {registry} to pull {reference}"
        hint = "check the network of the engine's machine; without one, bring the images with 'quarterdeck pack'"
    else:
        return QuarterdeckError.of(f"{reference} can't be pulled: {reason}", code="pull-failed")
    return QuarterdeckError.of(message, hint=hint, code="pull-failed")


def _login_command(registry: str) -> str:
    return "docker login" if registry == HUB else f"docker login {registry}"


def _host(name: str) -> str:
    """The host of a registry that config.json may name by an address."""
    return name.removeprefix("https://").removeprefix("http://").partition("/")[0]


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
