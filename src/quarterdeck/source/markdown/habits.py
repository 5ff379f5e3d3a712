"""What authors write by habit for other tools, where it means nothing here, and how it is said here.

Syntax of Marp, Slidev, reveal.js, remark, Quarto and presenterm.  Where it would be shown or spoken as it stands, it is
a warning; where it is a fault anyway (raw HTML, unknown keys), the hint is the right one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from quarterdeck.diagnostics import Diagnostics
from quarterdeck.source.markdown.fences import code_spans, find_fences
from quarterdeck.text.passage import Passage

HABIT = "foreign-habit"
"""The code of these warnings."""
NOTES = "speaker notes are an HTML comment: <!-- what you say -->"
STYLE = "'class: NAME' in the slide's front matter names it for a theme's template; looks are a theme's: 'help themes'"
ONE_BY_ONE = "'. . .' on a line of its own parts what appears later; 'incremental: true' does it for lists"
COLUMNS = "write '::: left' and '::: right', each closed by ':::'"
BOXES = "write a div, '::: NAME' … ':::', with a slot of the layout or a kind of remark: 'quarterdeck help decks'"


class Habit(Struct, frozen=True):
    """A way of writing of another tool."""

    pattern: str
    """The regular expression of a line of it; group 1 is what is marked.  Few slides ever need it compiled."""
    message: str
    hint: str
    """How it is said here."""
    own_paragraph: bool = False
    """Whether the line above must be blank."""


TEXT = (
    Habit(r"\s*(\?\?\?)\s*\Z", "this line is shown on the slide; it begins no notes", NOTES),
    Habit(
        r"(?i)\s*(notes?:)(?:\s|\Z)",
        "this is shown on the slide; it begins no notes",
        f"{NOTES}; a remark for the audience is '> [!NOTE]'",
        own_paragraph=True,
    ),
    Habit(r"(--)\s*\Z", "two hyphens begin no slide", "a line of three begins one", own_paragraph=True),
    Habit(r"\s*(::[\w-]+::)\s*\Z", "this names no slot", COLUMNS),
    Habit(r"\s*(\.[a-z][\w.-]*\[)", "this is shown as text; it sets no class", BOXES),
    Habit(
        r".*?!\[(bg\b[^\]]*)\]",
        "this is the picture's description; it doesn't place the picture",
        "'background: FILE' in the slide's front matter is behind everything; beside text, put it in '::: left'",
    ),
)
"""What begins a line, or ends with what does."""
_EMOJI = r"(?<![\w:/.]):([a-z][a-z0-9_+-]+|[+-]1):(?![\w:])"
_SIGNS = ("???", "ote", "OTE", "\n--", "[")
"""One of these, or two colons, is in all of them: most slides have none."""
_ANY = r"(?im)^\s*(?:\?\?\?|notes?:|--\s*$|::[\w-]+::|\.[a-z])|!\[bg\b|:(?:[a-z][a-z0-9_+-]+|[+-]1):"
"""Finds what may be one of them, at once for a whole slide."""

_NO_NOTE = "this comment is a speaker note; it sets nothing"
COMMENTS = (
    Habit(
        r"\s*(_?(?:class|color|backgroundColor|backgroundImage|header|footer|paginate|theme|size|style)):",
        _NO_NOTE,
        "keys are in the front matter of deck or slide: 'quarterdeck help decks'",
    ),
    Habit(r"\s*(\.(?:slide|element):)", _NO_NOTE, STYLE),
    Habit(r"\s*(fit)\s*\Z", _NO_NOTE, "titles are as large as the theme has them"),
    Habit(r"\s*(pause)\s*\Z", _NO_NOTE, ONE_BY_ONE),
    Habit(r"\s*(speaker_note:)", "this is a part of the note", "every comment is a note: remove this word"),
    Habit(r"\s*(end_slide)\s*\Z", _NO_NOTE, "a line of three hyphens begins a slide"),
    Habit(r"\s*((?:column_layout|column|reset_layout)\b)", _NO_NOTE, COLUMNS),
)
"""What a comment begins with that is no note."""
_DIRECTIVES = (
    *("_", ".", "class", "color", "background", "header", "footer", "paginate", "theme", "size", "style"),
    *("fit", "pause", "speaker_note", "end_slide", "column", "reset_layout"),
)
"""What all of those begin with."""

TAGS: Mapping[str, str] = {
    "br": "end the line with a backslash, or leave a blank line between paragraphs",
    "v-click": ONE_BY_ONE,
    "v-clicks": ONE_BY_ONE,
    "style": "how slides look is a theme's: 'quarterdeck help themes'",
    "script": "slides run no scripts; a demo does: 'quarterdeck help demos'",
    "div": BOXES,
    "span": "write [text]{.class}",
    "img": "write ![what it shows](FILE){width=50%}",
    "video": "write ![what it shows](FILE.mp4)",
    "iframe": "show a picture of the page; a demo's step opens what a container serves, with open=URL",
    "sup": "write [text]{.sup}",
    "sub": "write [text]{.sub}",
    "center": "pictures take {.center}; where text stands is a theme's",
    "b": "write **text**",
    "strong": "write **text**",
    "i": "write *text*",
    "em": "write *text*",
    "ul": "write a list: lines that begin with '- '",
    "a": "write [text](URL)",
}
"""What is written here instead of an HTML tag."""

KEYS: Mapping[str, str] = {
    "marp": "remove it: nothing has to be switched on",
    "paginate": "remove it: slides are numbered where the theme has a place for it",
    "header": "there is a 'footer'; what stands at the top is a theme's",
    "size": "remove it: slides are 16:9",
    "aspectRatio": "remove it: slides are 16:9",
    "canvasWidth": "remove it: slides are 16:9",
    "style": "how slides look is a theme's: 'quarterdeck help themes'",
    "css": "how slides look is a theme's: 'quarterdeck help themes'",
    "backgroundColor": "write 'background: COLOUR' in the slide's front matter",
    "backgroundImage": "write 'background: FILE' in the slide's front matter",
    "clicks": ONE_BY_ONE,
    "headingDivider": "remove it: a line of three hyphens begins a slide",
    "highlighter": "remove it: code is coloured",
    "format": "remove it: 'quarterdeck build --to' chooses the outputs",
    "output": "remove it: 'quarterdeck build --to' chooses the outputs",
    "revealjs": "remove it",
    "routeAlias": "write 'id: NAME'",
    "name": "write 'id: NAME'",
    "image": "put the picture on the slide: ![what it shows](FILE)",
}
"""What is written here instead of a key of front matter."""

CLASSES = frozenset(
    {"text-center", "text-left", "text-right", "lead", "invert", "inverse", "center", "middle", "top", "bottom", "gaia"}
)
"""Classes of slides that other tools' themes know."""
SHELLS = frozenset({"bash", "sh", "shell", "zsh", "shellsession", "shell-session", "terminal"})


def report_habits(passage: Passage, found: Diagnostics) -> None:
    """A warning for each line of a slide's text that another tool would understand in another way."""
    text = passage.text
    if not (any(sign in text for sign in _SIGNS) or text.count(":") > 1) or re.search(_ANY, text) is None:
        return
    lines = passage.lines
    code = {n for fence in find_fences(lines) for n in range(fence.opening, fence.body(len(lines)).stop + 1)}
    for number, line in enumerate(lines):
        if number in code or line.startswith(("    ", "\t")):
            continue
        above = lines[number - 1].strip() if number else ""
        for habit in TEXT:
            if (match := re.match(habit.pattern, line)) and not (habit.own_paragraph and above):
                _report(habit, match, passage, number, found)
        _report_emoji(passage, number, found)


def report_directives(comment: Passage, found: Diagnostics) -> None:
    """A warning for a comment that is no note, but tells another tool something."""
    number = next((n for n, line in enumerate(comment.lines) if line.strip()), 0)
    if not comment.lines[number].lstrip().startswith(_DIRECTIVES):
        return
    for habit in COMMENTS:
        if match := re.match(habit.pattern, comment.lines[number]):
            _report(habit, match, comment, number, found)


def report_unrun(passage: Passage, found: Diagnostics) -> None:
    """A warning for each block of a demo script that looks like a step, but is none."""
    for fence in find_fences(passage.lines):
        first = next((passage.lines[n] for n in fence.body(len(passage.lines)) if passage.lines[n].strip()), "")
        if fence.info.partition(" ")[0] in SHELLS and first.startswith("$ "):
            found.warning(
                "this block is shown with the narration, and never runs",
                passage.line_span(fence.opening),
                hint="write ```console: only such blocks are steps",
                code=HABIT,
            )


def _report_emoji(passage: Passage, number: int, found: Diagnostics) -> None:
    """A warning for each name of an emoji outside of code, if there is an emoji of that name."""
    line = passage.lines[number]
    if line.count(":") < 2:
        return
    names = list(re.finditer(_EMOJI, line))
    if not names:
        return
    from rich.emoji import Emoji, NoEmoji

    spans = list(code_spans(line))
    for match in names:
        if any(begin <= match.start() < end for begin, end in spans):
            continue
        try:
            hint = f"write the character itself: {Emoji(match[1])}"
        except NoEmoji:
            continue
        message = "this is shown as text, not as an emoji"
        found.warning(message, passage.span(number, match.start(), len(match[0])), hint=hint, code=HABIT)


def _report(habit: Habit, match: re.Match[str], passage: Passage, number: int, found: Diagnostics) -> None:
    span = passage.span(number, match.start(1), len(match[1]))
    found.warning(habit.message, span, hint=habit.hint, code=HABIT)
