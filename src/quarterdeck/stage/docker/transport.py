"""The Docker SDK's client over our own connections: the only module that the SDK's requests pass through.

The SDK's ``APIClient`` is a session of ``requests``; an adapter mounted on it opens each connection with
:func:`~quarterdeck.stage.docker.connection.dial`.  Three things are added on the way: the errors of docker, requests
and urllib3 become ours, a time limit holds for a whole answer and not for each read of it, and nothing of the
environment (proxies, ``.netrc``) is asked for.

Importing this module imports docker, requests and urllib3, which takes a tenth of a second and about 10 MB: import it
through :func:`quarterdeck.stage.docker.client.engine_client`.
"""

from __future__ import annotations

import http.client
import io
import socket
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import IO, Any, cast
from weakref import WeakSet

import requests
from docker import APIClient
from docker.errors import DockerException
from docker.transport.basehttpadapter import BaseHTTPAdapter
from requests import PreparedRequest, RequestException, Response
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool

from quarterdeck.stage.docker.address import EngineAddress
from quarterdeck.stage.docker.connection import AT_ONCE, EngineError, dial

VERSION_SEED = "1.24"
"""The API version that a client is made with before the engine has said its own; ``/version`` is asked without one."""
NEWEST_VERSION = "1.44"
"""The newest API version whose answers are known here: an engine of a later one is asked in this."""
REPEATABLE = frozenset({"GET", "DELETE"})
"""Methods of requests that may be sent again when it isn't known whether the engine got them."""
MESSAGE_LIMIT = 500
"""Characters of an engine's message that are shown."""


class SdkClient(APIClient):
    """The SDK's client for one engine.

    Every request raises OSError where the engine can't be reached or is too slow (TimeoutError), and EngineError for
    a refusal or an answer that can't be used.  Use it as a context manager: leaving it closes its connections.
    """

    def __init__(self, transport: Transport, timeout: float, version: str = VERSION_SEED) -> None:
        """``timeout``: seconds for a whole answer, or between two pieces of a streamed one."""
        try:
            # any local address: the transport below knows the real one
            super().__init__("unix:///engine", version=version, timeout=timeout)  # type: ignore[arg-type]
        except (DockerException, ValueError, TypeError, AttributeError) as error:
            # the SDK reads config.json here, and trusts what it finds in it
            raise EngineError(f"Docker's settings (config.json) can't be used: {error}") from None
        self.trust_env = False
        self._transport = transport
        self.mount("http+docker://", transport)

    def with_timeout(self, seconds: float) -> SdkClient:
        """The same engine over the same connections, with another time limit."""
        return SdkClient(self._transport, seconds, self.api_version)

    def send(self, request: PreparedRequest, **options: Any) -> Response:
        """Send a request; raises OSError or EngineError.  A time limit that the SDK took off is put on again."""
        if options.get("timeout") is None:
            options["timeout"] = self.timeout
        try:
            response = super().send(request, **options)
            if response.status_code >= http.HTTPStatus.BAD_REQUEST:
                raise _refusal(response)
        except RequestException as error:
            raise _cause(error) from None
        if not options.get("stream") and response.content:
            try:
                response.json()
            except ValueError as error:
                raise EngineError(f"the engine's answer is not JSON: {error}") from None
        return response

    # the SDK's stubs leave these without types

    def inspect_image(self, image: str) -> dict[str, Any]:
        """``GET /images/{name}/json``."""
        return cast(dict[str, Any], super().inspect_image(image))  # type: ignore[no-untyped-call]

    def history(self, image: str) -> list[dict[str, Any]]:
        """``GET /images/{name}/history``: the steps that made it, the newest first."""
        return cast(list[dict[str, Any]], super().history(image))  # type: ignore[no-untyped-call]

    def try_container(self, config: Mapping[str, Any], name: str) -> None:
        """Create a container, start it, and remove it; ``config`` as for ``POST /containers/create``."""
        made = self.create_container_from_config(dict(config), name)  # type: ignore[no-untyped-call]
        try:
            self.start(made["Id"])
        finally:
            self.remove_container(made["Id"], v=True, force=True)

    def load_image(self, data: Iterable[bytes], quiet: bool | None = None) -> Iterator[dict[str, Any]]:
        """``POST /images/load``: yields the engine's messages about it."""
        yield from super().load_image(data, quiet=quiet) or ()  # type: ignore[no-untyped-call]

    def pull_image(self, reference: str, login: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """``POST /images/create``: yields the engine's messages; ``login`` as in ``X-Registry-Auth``, or empty."""
        yield from self.pull(reference, stream=True, decode=True, auth_config=login)


class Transport(BaseHTTPAdapter):
    """Takes requests to an engine, however it is reached; safe to use by several threads."""

    def __init__(self, address: EngineAddress) -> None:
        super().__init__()
        self._call = _Call()
        self._opened: WeakSet[_Connection] = WeakSet()
        self._pool = _Pool("docker", maxsize=AT_ONCE, address=address, call=self._call, opened=self._opened)

    def get_connection(self, url: str | bytes, proxies: Mapping[str, str] | None = None) -> HTTPConnectionPool:
        """The connections to the engine, whatever the URL is."""
        return self._pool

    def request_url(self, request: PreparedRequest, proxies: Mapping[str, str] | None) -> str:
        """The path and query of a request."""
        return str(request.path_url)

    def send(  # as in requests
        self,
        request: PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
        """As in ``requests``; the timeout of a request whose answer isn't streamed is for the whole answer.

        A connection that was kept open may be closed by the engine just when it is used again: then a new one is tried.
        """
        self._call.end = None if stream else time.monotonic() + timeout
        self._call.opened = False
        try:
            return super().send(request, stream, timeout, verify, cert, proxies)
        except requests.ConnectionError:
            if self._call.opened or request.method not in REPEATABLE:
                raise
        return super().send(request, stream, timeout, verify, cert, proxies)

    def close(self) -> None:
        """Close all connections: an answer that is still being read, of a pull say, is given up."""
        super().close()
        self._pool.close()
        for connection in list(self._opened):
            connection.end()


class _Call(threading.local):
    """The request that a thread is making."""

    end: float | None = None
    """When its answer must be complete; None: the timeout is for each read."""
    opened = False
    """Whether a connection was opened for it."""


class _Connection(HTTPConnection):
    """An HTTP connection over however the engine is reached."""

    def __init__(self, *, address: EngineAddress, call: _Call, opened: WeakSet[_Connection], **options: Any) -> None:
        super().__init__(**options)
        self._engine = address
        self._call = call
        self._opened = opened
        self._socket: socket.socket | None = None

    def connect(self) -> None:
        """Open it; raises OSError."""
        self._call.opened = True
        self.sock = self._socket = dial(self._engine, cast(float, self.timeout))
        self._opened.add(self)

    def end(self) -> None:
        """Close it, whoever reads from it."""
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()
        self.close()

    def response_class(  # type: ignore[override]  # http.client only calls it
        self, sock: socket.socket, *details: Any, **named: Any
    ) -> http.client.HTTPResponse:
        """The answer that comes from ``sock``, which must be complete in time."""
        source = sock if self._call.end is None else cast(socket.socket, _TimedSource(sock, self._call.end))
        return http.client.HTTPResponse(source, *details, **named)


class _Pool(HTTPConnectionPool):
    """The connections to one engine."""

    ConnectionCls = _Connection


class _TimedSource:
    """What ``http.client`` needs of a socket to read an answer, with a time limit for all of it."""

    def __init__(self, sock: socket.socket, end: float) -> None:
        self._sock = sock
        self._end = end

    def makefile(self, mode: str) -> IO[bytes]:
        """A reader; its reads raise TimeoutError once the time is up."""
        return cast(IO[bytes], io.BufferedReader(_TimedReader(self._sock, self._end)))


class _TimedReader(io.RawIOBase):
    def __init__(self, sock: socket.socket, end: float) -> None:
        super().__init__()
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._end = end

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the engine's answer takes too long")
        self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


def _refusal(response: Response) -> EngineError:
    """The error for an answer of status 400 or higher, with the engine's own message."""
    try:
        value = response.json()
    except ValueError:
        value = None
    message = str(value.get("message", "")) if isinstance(value, dict) else response.text
    path = str(response.request.path_url).partition("?")[0]
    return EngineError(
        f"the engine answers {response.status_code} to {path}: {message[:MESSAGE_LIMIT]}",
        response.status_code,
        message[:MESSAGE_LIMIT],
    )


def _cause(error: RequestException) -> OSError | EngineError:
    """The operating system's error that requests and urllib3 have wrapped, else an EngineError."""
    cause: BaseException | None = error
    while cause is not None:
        match cause:
            case RequestException():
                pass
            case http.client.RemoteDisconnected():
                return EngineError("the engine closed the connection without an answer")
            case http.client.IncompleteRead():
                return EngineError("the engine's answer ended too early")
            case OSError():
                return cause
        cause = cause.__cause__ or cause.__context__
    return EngineError(f"the engine's answer is not HTTP: {error}")


def version_spoken(answer: Mapping[str, Any]) -> str:
    """The API version to speak with an engine, from its answer to ``/version``; raises EngineError."""
    newest, oldest = str(answer.get("ApiVersion", "")), str(answer.get("MinAPIVersion", ""))
    try:
        known = min(_parts(newest), _parts(NEWEST_VERSION))
        return ".".join(map(str, max(known, _parts(oldest)) if oldest else known))
    except ValueError:
        raise EngineError(f"the engine says that it speaks version '{newest}' of the API") from None


def _parts(version: str) -> tuple[int, int]:
    major, _, minor = version.partition(".")
    return int(major), int(minor)
