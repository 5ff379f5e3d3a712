"""The documents of the presenter's and the remote page, and the files that they load."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from html import escape, unescape

from quarterdeck.installed import static_text

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
}

STATIC_FILES = frozenset({"presenter.js", "presenter.css", "remote.js", "remote.css"})
"""What the pages may load; nothing else of the package is served."""

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # xterm.js writes style elements
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "frame-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    )
)
"""The content security policy of the presenter's and the remote page."""

PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="color-scheme" content="light dark">
<title>{kind}: {title}</title>
<link rel="stylesheet" href="/static/{name}.css">
</head>
<body>
<noscript>This page needs JavaScript.</noscript>
<script src="/static/{name}.js"></script>
</body>
</html>
"""

_META_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file that a page loads."""

    content: bytes
    media_type: str


def page(name: str, title: str, lang: str) -> str:
    """The document of ``presenter`` or ``remote``; its script draws everything."""
    return PAGE.format(name=name, kind=name.capitalize(), title=escape(title), lang=escape(lang))


@cache
def static_file(name: str) -> StaticFile | None:
    """A file that pages may load, or None for any other name.

    Raises:
        QuarterdeckError: where this installation lacks it.

    """
    if name not in STATIC_FILES:
        return None
    return StaticFile(static_text(name).encode(), MEDIA_TYPES[name[name.rindex(".") :]])


class PageVersion:
    """Names the audience's page by its contents: a page that was made with another name loads again."""

    def __init__(self, audience_page: Callable[[], str]) -> None:
        self._audience_page = audience_page
        self._html = ""
        self._name = ""

    def __call__(self) -> str:
        """The name of the page as it is now."""
        html = self._audience_page()
        if html is not self._html:
            self._html, self._name = html, hashlib.sha256(html.encode()).hexdigest()[:16]
        return self._name


def audience_policy(html: str) -> str:
    """The content security policy of the audience's page: its own, and only the show's pages may frame it.

    ``frame-ancestors`` counts in a header only (CSP 3, 3.3), so the page can't say it itself.
    """
    own = _META_POLICY.search(html[:4096])
    policy = unescape(own.group(1)) if own else "default-src 'none'"
    return f"{policy}; frame-ancestors 'self'"
