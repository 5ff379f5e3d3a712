"""The page's content security policy.

Nothing is loaded but what the page carries itself, and only our own scripts run: they are named by
their hashes.  Styles must be ``unsafe-inline`` because xterm.js writes style elements; a hash or
nonce beside it would switch that off (CSP 3, 6.7.3.3).
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache


def content_security_policy(scripts: tuple[str, ...], *, live: bool) -> str:
    """The policy for a page with these inline scripts.

    The page of a running show may also connect to its own server, and show the pages that demos serve.
    """
    directives = {
        "default-src": "'none'",
        "script-src": " ".join(map(_hash, scripts)),
        "style-src": "'unsafe-inline'",
        "img-src": "data:",
        "font-src": "data:",
        "media-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    if live:
        directives["connect-src"] = "'self'"
        directives["frame-src"] = "http: https:"
    return "; ".join(f"{name} {value}" for name, value in directives.items())


@lru_cache(maxsize=16)
def _hash(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    return f"'sha256-{digest}'"
