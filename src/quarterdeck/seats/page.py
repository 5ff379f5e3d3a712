"""The attendee's page: its document, its content security policy, and the files that it loads.

The desk serves it at ``/seat``; its script draws everything (``src/web/src/seat``), so that nothing of an attendee's is
in the document.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from quarterdeck.show.web import documents
from quarterdeck.show.web.documents import StaticFile

STATIC_FILES = frozenset({"seat.js", "seat.css"})
"""What the page loads."""

_DOCUMENT = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport"
  content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="stylesheet" href="/static/seat.css">
</head>
<body>
<noscript>This page needs JavaScript.</noscript>
<script src="/static/seat.js"></script>
</body>
</html>
"""


def document(title: str, lang: str = "en") -> str:
    """The page, for a workshop of that title."""
    return _DOCUMENT.format(title=escape(title), lang=escape(lang))


def policy(frames: Iterable[str] = ()) -> str:
    """The page's content security policy; ``frames`` are the sources of containers' pages that it may show.

    No script runs but the page's own: not in a task, which comes as HTML, and not by anything a terminal prints.
    """
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self' 'unsafe-inline'",  # xterm.js writes style elements, and columns of tables are aligned so
            "img-src 'self' data:",
            "font-src 'self' data:",
            "connect-src 'self'",
            f"frame-src {' '.join(frames) or repr('none')}",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def static_file(name: str) -> StaticFile | None:
    """A file that the page loads, or None for any other name.

    Raises:
        QuarterdeckError: where this installation lacks it.

    """
    return documents.static_file(name, STATIC_FILES)
