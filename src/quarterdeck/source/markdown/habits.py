"""What authors write by habit for other tools, where it means nothing here, and how it is said here.

Syntax of Marp, Slidev, reveal.js, remark, Quarto and presenterm, and the bullets of PowerPoint.  Where it would be
shown or spoken as it stands, it is a warning; where it is a fault anyway (raw HTML, unknown keys), the hint is right.
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
THEMES = "how slides look is a theme's: 'quarterdeck help themes'"
WIDTH = "write ![what it shows](FILE){width=50%}"
REMARK = "write '::: note' … ':::', or tip, important, warning, caution, danger"
COMPONENT = "this is a component of another tool: pictures are ![what it shows](FILE), also of .mp4; links [text](URL)"
SHORTCODE = "shortcodes aren't known here: ![…](FILE.mp4) shows a video, {% include 'FILE' %} includes a file"
RUN = "code on slides doesn't run; the steps of a demo do: 'quarterdeck help demos'"
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
    Habit(r"\s*([•◦▪▸►➢‣·])\s", "this is text, and no list", "lines of a list begin with '- '"),
    Habit(
        r"\s*(\[\[?(?i:toc)\]\]?)\s*\Z", "this is shown as text", "write a fence, '```agenda', and one that closes it"
    ),
    Habit(r"\s*(\\pause)\s*\Z", "this is shown as text", ONE_BY_ONE),
    Habit(r"\s*(\\newpage|\\pagebreak)\s*\Z", "this is shown as text", "a line of three hyphens begins a slide"),
    Habit(r"\s*(!!!)\s", "this is shown as text", REMARK, own_paragraph=True),
    Habit(r"(\^)\s+\w", "this is shown on the slide; it begins no notes", NOTES, own_paragraph=True),
    Habit(r".*?!\[((?:w|h|width|height):[^\]]*)\]", "this is the picture's description; it sets no size", f"{WIDTH}"),
    Habit(r".*?(!\[[^\]]*\]\([^()\s]+\s+=\d*x\d*\))", "this is shown as text, not as a picture", WIDTH),
    Habit(
        r".*?!\[(bg\b[^\]]*)\]",
        "this is the picture's description; it doesn't place the picture",
        "'background: FILE' in the slide's front matter is behind everything; beside text, put it in '::: left'",
    ),
)
"""What begins a line, or ends with what does."""
_EMOJI = r"(?<![\w:/.]):([a-z][a-z0-9_+-]+|[+-]1):(?![\w:])"
_BULLETS = "•◦▪▸►➢‣·"
_SIGNS = ("???", "ote", "OTE", "\n--", "[", "!!!", "^", "\\", "***", "___", *_BULLETS)
"""One of these, or two colons, is in all of them: most slides have none."""
_RULE = re.compile(r" {0,3}(?:-{4,}|\*{3,}|_{3,})\s*\Z")
_ANY = (
    r"(?im)^\s*(?:\?\?\?|notes?:|--\s*$|-{4}|\*{3}|_{3}|::[\w-]+::|\.[a-z]|[•◦▪▸►➢‣·!^\\]|\[\[?toc)"
    r"|!\[(?:bg\b|[wh]\w*:)|\s=\d*x|:(?:[a-z][a-z0-9_+-]+|[+-]1):"
)
"""Finds what may be one of them, at once for a whole slide."""

_NO_NOTE = "this comment is a speaker note; it sets nothing"
COMMENTS = (
    Habit(
        r"\s*(_?(?:class|color|backgroundColor|backgroundImage|header|footer|paginate|theme|size|style)):",
        _NO_NOTE,
        "keys are in the front matter of deck or slide: 'quarterdeck help decks'",
    ),
    Habit(r"\s*(include:)", _NO_NOTE, "write {% include 'FILE' %}"),
    Habit(r"\s*(incremental_lists:)", _NO_NOTE, ONE_BY_ONE),
    Habit(r"\s*(jump_to_middle|new_lines?\b|alignment:|font_size:|no_footer|list_item_newlines:)", _NO_NOTE, THEMES),
    Habit(r"\s*(skip_slide)\s*\Z", _NO_NOTE, "write 'hide: true' in the slide's front matter"),
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
    *("fit", "pause", "speaker_note", "end_slide", "column", "reset_layout", "include", "incremental_lists"),
    *("jump_to_middle", "new_line", "alignment", "font", "no_footer", "list_item", "skip_slide"),
)
"""What all of those begin with."""

TAGS: Mapping[str, str] = {
    "br": "end the line with a backslash, or leave a blank line between paragraphs",
    "v-click": ONE_BY_ONE,
    "v-clicks": ONE_BY_ONE,
    "style": THEMES,
    "font": THEMES,
    "u": "write *text* or **text**",
    "mark": "write **text**",
    "kbd": "write it in backticks",
    "code": "write it in backticks",
    "pre": "write a fence: ``` and a language",
    "section": "a line of three hyphens begins a slide",
    "aside": NOTES,
    "details": "show it later, with '. . .', or leave it to the notes",
    "p": BOXES,
    "table": "write | one | two |, and | --- | --- | below it",
    "script": "slides run no scripts; a demo does: 'quarterdeck help demos'",
    "div": BOXES,
    "span": "write [text]{.class}",
    "img": WIDTH,
    "svg": "put it into a file: ![what it shows](FILE.svg)",
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

_OF_DECKS = "it is a key of the deck: it goes into the front matter at the beginning"
KEYS: Mapping[str, str] = {
    "title": "a slide's title is a heading: # Title",
    **dict.fromkeys(("subtitle", "author", "date", "theme", "lang", "footer"), _OF_DECKS),
    "marp": "remove it: nothing has to be switched on",
    "paginate": "remove it: slides are numbered where the theme has a place for it",
    "header": "there is a 'footer'; what stands at the top is a theme's",
    "size": "remove it: slides are 16:9",
    "aspectRatio": "remove it: slides are 16:9",
    "canvasWidth": "remove it: slides are 16:9",
    "style": THEMES,
    "css": THEMES,
    "font": THEMES,
    "fonts": THEMES,
    "colorSchema": THEMES,
    "zoom": THEMES,
    "logo": "a theme has it: 'quarterdeck help themes'",
    "template": "write 'theme: FILE.potx'",
    "mdc": "remove it: nothing has to be switched on",
    "math": "remove it: $x^2$ is a formula",
    "drawings": "remove it: one can always draw",
    "slideNumber": "remove it: slides are numbered where the theme has a place for it",
    "slide-level": "remove it: a line of three hyphens begins a slide",
    "toc": "write a fence, '```agenda', on a slide",
    "src": "write {% include 'FILE' %}",
    "notes": NOTES,
    "hideInToc": "remove it",
    "level": "remove it: the layout 'section' begins a section",
    "disabled": "write 'hide: true'",
    "exclude": "write 'hide: true'",
    "count": "remove it: hidden slides aren't counted",
    "time": "write 'duration: 3m'",
    "speaker": "write 'author: NAME'",
    "columns": "write 'layout: two-columns'",
    "bg": "write 'background: COLOUR', or a FILE",
    "background-image": "write 'background: FILE'",
    "background-color": "write 'background: COLOUR'",
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

LAYOUTS: Mapping[str, str] = {
    **dict.fromkeys(("cover", "intro", "end"), "write 'layout: title'"),
    **dict.fromkeys(
        ("center", "fact", "big", "full"), "write 'layout: statement', or 'content' for more than a sentence"
    ),
    **dict.fromkeys(
        ("two-cols", "two-cols-header", "two-content", "image-left", "image-right"), "write 'layout: two-columns'"
    ),
    "section-header": "write 'layout: section'",
    "default": "remove it: what is on a slide decides its layout",
    "none": "write 'layout: blank'",
}
"""What layouts of other tools are called here."""
DIVS: Mapping[str, str] = {
    "notes": NOTES,
    "columns": COLUMNS,
    "column": COLUMNS,
    **dict.fromkeys(("callout-note", "callout-tip", "callout-warning", "callout-important", "callout-caution"), REMARK),
    **dict.fromkeys(("hint", "alert", "admonition"), REMARK),
    **dict.fromkeys(
        ("smaller", "scrollable", "r-stack", "r-stretch", "r-fit-text"),
        "sizes are the theme's: 'fit: split' continues a full slide on another one",
    ),
}
"""What is written here instead of a div of this name."""
ATTRIBUTES: Mapping[str, str] = {
    **dict.fromkeys(("python", "r", "julia", "ojs", "sql", "bash"), f"write the language before the braces; {RUN}"),
    **dict.fromkeys(("monaco", "monaco-run", "exec", "eval", "echo"), RUN),
    "lines": "write {.numbers}",
}
"""What is written here instead of an attribute of a fence."""
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
        following = next((each for each in lines[number + 1 :] if each.strip()), "")
        if _RULE.match(line) and not above and following.startswith("# "):
            hint = "a line of three hyphens begins a slide"
            found.warning(
                "this is a rule on the slide; it begins no other one", passage.line_span(number), hint=hint, code=HABIT
            )
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
