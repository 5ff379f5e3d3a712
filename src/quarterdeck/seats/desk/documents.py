"""The desk's pages: the door, another device, what is closed, the attendee's and the organiser's.

The door works without scripts, on any phone.  The attendee's and the organiser's are drawn by theirs
(``src/web/src/seat``), so that no document says anything of an attendee.  All text that comes from people is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from quarterdeck.show.web import documents
from quarterdeck.show.web.documents import POLICY, StaticFile

STATIC_FILES = frozenset({"seat.js", "seat.css", "room.js", "room.css", "join.css"})
"""What these pages load."""
ROOM_POLICY = POLICY
DOOR_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src data:",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

_DOCUMENT = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover{viewport}">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="stylesheet" href="/static/{name}.css">
</head>
<body{attributes}>
{body}
</body>
</html>
"""
_DOOR = """<main>
<p class="workshop">{workshop}</p>
<h1>{heading}</h1>
{body}
</main>"""
_SCRIPTED = """<noscript>This page needs JavaScript.</noscript>
<script src="/static/{name}.js"></script>"""


def static_file(name: str) -> StaticFile | None:
    """A file that these pages load, or None for any other name.

    Raises:
        QuarterdeckError: where this installation lacks it.

    """
    return documents.static_file(name, STATIC_FILES)


def seat(workshop: str, lang: str) -> str:
    """An attendee's page; ``lang`` is the language of the tasks."""
    keyboard = ", interactive-widget=resizes-content"
    return _document("seat", workshop, _SCRIPTED.format(name="seat"), f' data-lang="{escape(lang)}"', keyboard)


def seat_policy(frames: Iterable[str] = ()) -> str:
    """The content security policy of an attendee's page; ``frames`` are the sources of containers' pages.

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


def room(workshop: str) -> str:
    """The organiser's room."""
    return _document("room", f"Room: {workshop}", _SCRIPTED.format(name="room"))


def door(workshop: str, code: str = "", name: str = "", fault: str = "") -> str:
    """Where attendees type the workshop's code and their name; ``fault`` says what was wrong with the last try."""
    focus = "name" if code and not fault else "code"
    return _page(
        workshop,
        "Take a seat",
        f"""{_said(fault)}
<form method="post" action="/join">
<label for="code">Code on the slide</label>
<input id="code" name="code" value="{escape(code)}" placeholder="TIDE-42" required maxlength="40"
  autocomplete="off" autocapitalize="characters" autocorrect="off" spellcheck="false"{_autofocus(focus == "code")}>
<label for="name">Your name</label>
<input id="name" name="name" value="{escape(name)}" placeholder="As the organiser should call you" maxlength="40"
  autocomplete="nickname" autocapitalize="words"{_autofocus(focus == "name")}>
<button>Sit down</button>
</form>
<p class="more">You get a terminal with everything installed. Nothing is installed on your device.</p>
<p class="more"><a href="/device">I have a seat already, on another device</a></p>""",
    )


def device(workshop: str, code: str = "", fault: str = "") -> str:
    """Where another device of an attendee's types its code."""
    return _page(
        workshop,
        "Your seat, on this device",
        f"""{_said(fault)}
<form method="post" action="/device">
<label for="pass">Code that your other device shows</label>
<input id="pass" name="pass" value="{escape(code)}" placeholder="AB3D-EF7H" required maxlength="40"
  autocomplete="off" autocapitalize="characters" autocorrect="off" spellcheck="false"{_autofocus(not code)}>
<button>Open my seat here</button>
</form>
<p class="more">On your other device, choose <em>Another device</em> in your seat’s page.</p>
<p class="more"><a href="/">I have no seat yet</a></p>""",
    )


def invitation(workshop: str, address: str, code: str, rows: tuple[str, ...]) -> str:
    """The code by which another device finds the attendee's seat, and its QR code."""
    return _page(
        workshop,
        "Your seat on another device",
        f"""<p>Scan this with your other device, or open <strong>{escape(address)}</strong> there and type:</p>
<p class="pass">{escape(code[:4])}-{escape(code[4:])}</p>
{_picture(rows)}
<p class="more">It works once, for ten minutes. Keep it to yourself: it opens your seat.</p>
<p><a class="button" href="/seat">Back to my seat</a></p>""",
    )


def closed(workshop: str, heading: str, text: str) -> str:
    """A page that says why there is no seat."""
    return _page(workshop, heading, f"<p>{escape(text)}</p>")


def _page(workshop: str, heading: str, body: str) -> str:
    whole = _DOOR.format(workshop=escape(workshop), heading=escape(heading), body=body)
    return _document("join", f"{heading}: {workshop}", whole)


def _document(name: str, title: str, body: str, attributes: str = "", viewport: str = "") -> str:
    """A page with the style sheet of a name."""
    return _DOCUMENT.format(name=name, title=escape(title), body=body, attributes=attributes, viewport=viewport)


def _said(fault: str) -> str:
    return f'<p class="fault" role="alert">{escape(fault)}</p>' if fault else ""


def _autofocus(yes: bool) -> str:
    return " autofocus" if yes else ""


def _picture(rows: tuple[str, ...]) -> str:
    """A QR code as a picture of squares."""
    dark = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, module in enumerate(row) if module == "1")
    return (
        f'<svg class="qr" viewBox="0 0 {len(rows)} {len(rows)}" role="img" aria-label="QR code of this address">'
        f'<rect width="100%" height="100%" fill="#fff"/><path d="{dark}" fill="#000"/></svg>'
    )
