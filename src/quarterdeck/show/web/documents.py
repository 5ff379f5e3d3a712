"""What a show serves besides the audience's page: the speaker's pages, their files, and the attendees' downloads."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from html import escape, unescape

from quarterdeck.installed import static_bytes
from quarterdeck.project.outputs.formats import FORMATS, OutputKind, rendered
from quarterdeck.project.project import Project

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
def static_file(name: str, files: frozenset[str] = STATIC_FILES) -> StaticFile | None:
    """One of the ``files`` that pages may load, or None for any other name.

    Raises:
        QuarterdeckError: where this installation lacks it.

    """
    if name not in files:
        return None
    return StaticFile(static_bytes(name), MEDIA_TYPES[name[name.rindex(".") :]])


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


OFFERED: Mapping[str, OutputKind] = {name: FORMATS[name].kind for name in ("pptx", "html", "handout")}
"""The formats that are offered: those that need no other program."""
DOWNLOAD_TYPES: Mapping[str, str] = {
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".html": "text/html; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Download:
    """A file that the audience may take home."""

    content: bytes
    media_type: str


@dataclass(slots=True)
class TakeHome:
    """What the audience may take home: the deck and its handout, as attendees get them, built when first asked for."""

    name: str
    """The deck's, with which the files' names begin."""
    load: Callable[[], Project]
    """Reads an attendee's copy of the deck, which has neither notes nor solutions."""
    _files: dict[str, Download] = field(default_factory=dict)
    _edition: int = 0
    _building: asyncio.Lock = field(default_factory=asyncio.Lock)

    def offered(self) -> list[tuple[str, str]]:
        """The name of each file, and the text of its link."""
        return [(kind.file_name(self.name), kind.label) for kind in OFFERED.values()]

    async def file(self, name: str, edition: int) -> Download | None:
        """A file of the deck's present edition; None for an unknown name.

        Built in a thread, once, however many ask.

        Raises:
            QuarterdeckError: when the deck as it is now can't be built.

        """
        wanted = next((f for f, kind in OFFERED.items() if name == kind.file_name(self.name)), None)
        if wanted is None:
            return None
        async with self._building:
            if edition != self._edition:
                self._files, self._edition = {}, edition
            if name not in self._files:
                self._files[name] = await asyncio.to_thread(self._build, wanted)
            return self._files[name]

    def _build(self, format_: str) -> Download:
        suffix = OFFERED[format_].suffix
        return Download(rendered(self.load(), [format_])[format_], DOWNLOAD_TYPES[suffix[suffix.rindex(".") :]])
