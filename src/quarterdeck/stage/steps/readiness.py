"""Waits until a program that a step has started answers: ``ready=URL``, ``host:port`` or ``/regex/``."""

from __future__ import annotations

import asyncio
import http.client
import os
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from quarterdeck.diagnostics import Diagnostic
from quarterdeck.model.demo import Ready
from quarterdeck.stage.steps.expectation import quoted

INTERVAL = 0.1
"""Seconds from one try to the next."""
ANSWER_SECONDS = 2.0
"""Seconds that one try may take."""
LISTEN_SECONDS = 0.2
"""How long a connection must stay open to count.  Docker's proxy takes every connection at once, and
closes it when nothing listens in the container."""


MORE_TIME = "a longer 'timeout=' on the step gives it more time"
_REFUSED_HINT = (
    f"does the program still run ('docker logs' shows its last words), and is its port published? {MORE_TIME}"
)
_STATUS_HINT = "it answers, with an error: more time helps only if it is still starting; does the page exist?"
_ENDED_HINT = (
    "'ready=/…/' waits for a line of the command itself; a container's log is printed by 'docker logs --follow'"
)


class NotReadyError(Exception):
    """It is not ready yet; the message says why."""

    def __init__(self, reason: str, hint: str = MORE_TIME) -> None:
        super().__init__(reason)
        self.hint = hint


async def wait_ready(
    ready: Ready,
    lines: Callable[[], Sequence[str]],
    deadline: float,
    ended: Callable[[], bool] = lambda: False,
) -> Diagnostic | None:
    """Wait until it is ready; return what is wrong if it isn't by ``deadline`` (the loop's time).

    ``lines`` returns what the step has printed so far; ``ended`` whether the program that was to become ready, or to
    print the line, has ended: then it fails at once.
    """
    loop = asyncio.get_running_loop()
    reason, hint = "it was never tried", MORE_TIME
    while loop.time() < deadline:
        over = ended()
        try:
            async with asyncio.timeout_at(deadline):
                await _try(ready, lines)
        except TimeoutError:
            break
        except NotReadyError as error:
            reason, hint = str(error), error.hint
        else:
            return None
        if over:
            return _not_ready(ready, f"{ready.value} did not become ready: the command has ended", _ENDED_HINT, lines)
        await asyncio.sleep(min(INTERVAL, max(0.0, deadline - loop.time())))
    return _not_ready(ready, f"{ready.value} was not ready in time: {reason}", hint, lines)


def _not_ready(ready: Ready, message: str, hint: str, lines: Callable[[], Sequence[str]]) -> Diagnostic:
    said = quoted(lines())
    message += f"; it printed{said}" if said else ""
    return Diagnostic(message, ready.span, hint=hint, code="not-ready")


async def wait_if_begun(ready: Ready, seconds: float) -> None:
    """Before a step: where something listens at the address, an earlier step has started it: wait until it is ready.

    Otherwise the step itself starts it, and nothing is waited for.  ``seconds`` later the step begins all the same.
    """
    if ready.kind == "output" or not await _listens(ready):
        return
    await wait_ready(ready, tuple, asyncio.get_running_loop().time() + seconds)


async def _listens(ready: Ready) -> bool:
    parts = urlsplit(ready.value if ready.kind == "url" else f"//{ready.value}")
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        async with asyncio.timeout(LISTEN_SECONDS):
            _, writer = await asyncio.open_connection(parts.hostname or "localhost", port)
    except (OSError, ValueError, TimeoutError):
        return False
    writer.close()
    return True


async def _try(ready: Ready, lines: Callable[[], Sequence[str]]) -> None:
    match ready.kind:
        case "url":
            await asyncio.to_thread(_fetch, ready.value)
        case "port":
            await _connect(ready.value)
        case "output":
            pattern = ready.value.removeprefix("/").removesuffix("/")
            if not any(re.search(pattern, line) for line in lines()):
                raise NotReadyError("no such line was printed")
        case kind:
            raise ValueError(f"unknown kind of readiness: {kind}")


def _fetch(url: str) -> None:
    """Any status below 400 counts as ready; this machine's proxy settings are ignored."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=ANSWER_SECONDS):
            return
    except urllib.error.HTTPError as error:
        raise NotReadyError(f"it answers with status {error.code}", _STATUS_HINT) from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise NotReadyError(_reason(error), _REFUSED_HINT) from None


async def _connect(address: str) -> None:
    host, _, port = address.rpartition(":")
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            reader, writer = await asyncio.open_connection(host.strip("[]") or "localhost", int(port))
    except (OSError, ValueError, TimeoutError) as error:
        raise NotReadyError(_reason(error), _REFUSED_HINT) from None
    try:
        async with asyncio.timeout(LISTEN_SECONDS):
            if not await reader.read(1):
                raise NotReadyError("it closes the connection at once", _REFUSED_HINT)
    except TimeoutError:
        return  # it waits for us to speak: somebody listens
    except OSError as error:
        raise NotReadyError(_reason(error)) from None
    finally:
        writer.close()


def _reason(error: BaseException) -> str:
    inner = getattr(error, "reason", None)
    if isinstance(inner, OSError):
        error = inner
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno).lower()
    return str(error) or type(error).__name__
