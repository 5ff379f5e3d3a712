"""The source of a deck as a template: variables, conditions, loops and includes, by sandboxed Jinja2.

Code is verbatim, because Docker's own ``--format '{{.Names}}'`` must survive: a mark between the
two characters of each delimiter hides it from Jinja2, and is taken out afterwards.  ``{.vars}`` on
a fence or after a code span turns substitution on.

Positions survive rendering by marks too: a character of private plane 16 at each place where
text of the author's begins or continues means a file, line and column.  No text of an author
holds any (see :mod:`quarterdeck.text.source_file`).

``{# `` begins a comment only with a blank after it, because ``{#id}`` is an attribute.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Generator, Iterable, Mapping, MutableMapping, Sequence
from pathlib import Path
from types import CodeType, FrameType, TracebackType
from typing import Any, cast

import jinja2
import jinja2.nodes
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from msgspec import Struct

from quarterdeck.diagnostics import Diagnostics, SourceSpan
from quarterdeck.memo import Memo
from quarterdeck.source.markdown.fences import code_spans, find_fences
from quarterdeck.source.markdown.habits import SHORTCODE
from quarterdeck.source.template import DELIMITER
from quarterdeck.source.template.includes import IncludeLoader
from quarterdeck.source.template.limits import BoundedEnvironment, OutOfBoundsError, bounded_text
from quarterdeck.text.passage import Origin, Passage, Piece
from quarterdeck.text.source_file import presentable

_FIRST_MARK = 0x100000
_LAST_MARK = 0x10FFFC
_HIDDEN = "\U0010fffd"
"""Stands between the two characters of a delimiter that is code."""
_MARK = re.compile("[\U00100000-\U0010fffc]")
_VARS = re.compile(r"\{[^{}\n]*\.vars\b[^{}\n]*\}")
_QUOTED = re.compile(r"'([^']+)'")
SYNTAX_HINT = "the source is a Jinja2 template; code, in fences and between backquotes, is left as it is"


class Compiled(Struct, frozen=True):
    """A text as Jinja2 has compiled it."""

    code: CodeType
    places: tuple[Piece, ...]
    """Those of its marks."""


class Templates:
    """Renders the source of one deck."""

    def __init__(
        self,
        variables: Mapping[str, object],
        folder: Path,
        root: Path,
        found: Diagnostics,
        language: str | None = None,
        memo: Memo[Compiled] | None = None,
    ) -> None:
        self.found = found
        self.loader = _Loader(self, folder, root, found, language)
        self._memo: Memo[Compiled] = Memo() if memo is None else memo
        self._variables = {name: _clean(value) for name, value in variables.items()}
        self._places: list[Piece] = []
        self._expanding: SourceSpan | None = None
        self._environment = _Environment(self, self.loader)

    def render(self, passage: Passage, read_from: Path | None = None) -> Passage | None:
        """The passage with everything resolved, or None after telling ``found`` why not."""
        first = passage.origins[0][0]
        self.loader.put(first.file, first.line, passage.text, read_from)
        try:
            self._environment.start()
            rendered = self._rendered(self._environment.get_template(first.file))
        except jinja2.TemplateNotFound as error:
            self._not_found(error)
        except jinja2.TemplateSyntaxError as error:
            file = error.name or first.file
            message = error.message or "syntax error"
            self._fault(message, file, error.lineno, hint=SHORTCODE if message == "unexpected '<'" else SYNTAX_HINT)
        except RecursionError as error:
            file, line = self._place_of(error.__traceback__)
            self._fault("templates that include each other, or a macro that calls itself, without end", file, line)
        except OutOfBoundsError as error:
            file, line = self._place_of(error.__traceback__)
            self._fault(str(error), file, line, hint="a deck is made of fewer words; is a loop within a loop meant?")
        except Exception as error:  # noqa: BLE001 - an expression of the author's may raise anything
            file, line = self._place_of(error.__traceback__)
            self._fault(f"{error}" or type(error).__name__, file, line)
        else:
            return self._passage(rendered, passage.origins[0])
        return None

    def _rendered(self, template: jinja2.Template) -> str:
        """The rendered text; raises what its expressions raise, with its frames in the traceback."""
        try:
            return bounded_text(
                cast("Generator[str, None, None]", template.root_render_func(template.new_context(self._variables)))
            )
        except Exception:  # noqa: BLE001 - raised again, with the lines of the template
            template.environment.handle_exception()

    def expand(self, text: str, at: SourceSpan | None) -> str:
        """A short text of the front matter with its variables put in."""
        self._expanding = at
        try:
            rendered = self._environment.from_string(text).render(self._variables)
            return _cleaned(rendered)
        except Exception as error:  # noqa: BLE001 - an expression of the author's may raise anything
            self.found.error(str(error), at, code="template-error")
            return text

    def undefined(self, message: str, frame: FrameType | None) -> None:
        """Report a variable that isn't there; rendering goes on, so that all of them are found."""
        while frame is not None:
            template = frame.f_globals.get("__jinja_template__")
            if template is not None and template.name is None:
                self.found.error(message, self._expanding, code="template-error")
                return
            if template is not None:
                self._fault(message, str(template.name), template.get_corresponding_lineno(frame.f_lineno))
                return
            frame = frame.f_back
        raise jinja2.nodes.Impossible  # a constant tried at compile time: met again, with its place, in rendering

    def mark(self, stream: Iterable[Token], places: Sequence[Piece]) -> Iterable[Token]:
        """Put marks into the author's text: at its beginnings, and at each line of it."""
        remaining = iter(places)
        for token in stream:
            if token.type != "data":
                yield token
                continue
            place = next(remaining)
            lines = token.value.split("\n")
            marked = [self._mark(place) + lines[0]]
            for number, line in enumerate(lines[1:], start=1):
                marked.append(self._mark(Piece(0, place.file, place.line + number, 1)) + line)
            yield Token(token.lineno, "data", "\n".join(marked))

    def compiled(self, source: str, name: str) -> CodeType:
        """The code of a template, compiled once for all forms of a deck; the places of its marks are added."""
        begin = len(self._places)

        def compile_it() -> Compiled:
            code = self._environment.compile(source, name, name)
            return Compiled(code, tuple(self._places[begin:]))

        made = self._memo.made(name, (source, self.loader.source_of(name), begin), compile_it)
        self._places[begin:] = made.places
        return made.code

    def _mark(self, place: Piece) -> str:
        code = _FIRST_MARK + len(self._places)
        if code > _LAST_MARK:
            return ""  # a very long deck: its last positions are those of the last mark
        self._places.append(place)
        return chr(code)

    def _passage(self, text: str, origin: Origin) -> Passage:
        lines: list[str] = []
        origins: list[Origin] = []
        current = origin[0]
        bare = _MARK.sub("", text).replace(_HIDDEN, "")
        clean = _without_hidden if bare == presentable(bare) else _cleaned
        for raw in text.split("\n"):
            first = ord(raw[0]) - _FIRST_MARK if raw else -1
            if 0 <= first < len(self._places) and not _MARK.search(raw, 1):  # as most lines are
                current = self._places[first]
                lines.append(clean(raw[1:]))
                origins.append((current,))
                continue
            pieces: list[Piece] = []
            parts: list[str] = []
            length, at = 0, 0
            for match in _MARK.finditer(raw):
                parts.append(clean(raw[at : match.start()]))
                length += len(parts[-1])
                at = match.end()
                if (index := ord(match[0]) - _FIRST_MARK) < len(self._places):
                    place = self._places[index]
                    pieces.append(Piece(length, place.file, place.line, place.column))
            parts.append(clean(raw[at:]))
            if not pieces or pieces[0].start > 0:
                pieces.insert(0, Piece(0, current.file, current.line, current.column))
            current = pieces[-1]
            lines.append("".join(parts))
            origins.append(tuple(pieces))
        return Passage(tuple(lines), tuple(origins))

    def _not_found(self, error: jinja2.TemplateNotFound) -> None:
        file, line = self._place_of(error.__traceback__)
        wanted = str(error.name)
        self.loader.explain(wanted, self._at(file, line, wanted))

    def _fault(self, message: str, file: str, line: int, hint: str | None = None) -> None:
        quoted = _QUOTED.search(message)
        if "is undefined" in message:
            names = sorted(name for name in self._variables)
            hint = f"known: {', '.join(names)}" if names else "define it under 'vars:' in the deck's front matter"
        at = self._at(file, line, quoted[1] if quoted else "")
        self.found.error(f"in the template: {message}", at, hint=hint, code="template-error")

    def _place_of(self, trace: TracebackType | None) -> tuple[str, int]:
        """The innermost template, and its line, that a traceback went through."""
        place = (self.loader.main, 1)
        while trace is not None:
            name = trace.tb_frame.f_code.co_filename
            if self.loader.has(name):
                place = (name, trace.tb_lineno)
            trace = trace.tb_next
        return place

    def _at(self, file: str, line: int, word: str) -> SourceSpan:
        first, text = self.loader.source_of(file)
        lines = text.split("\n")
        content = lines[line - 1] if 0 < line <= len(lines) else ""
        candidates = [m.start() for m in re.finditer(re.escape(word), content)] if word else []
        tag = DELIMITER.search(content)
        begin = tag.start() if tag else 0
        column = next((c for c in candidates if c >= begin), begin)
        return SourceSpan(file, first + line - 1, column + 1, max(1, len(word)) if candidates else 2)


class _Loader(IncludeLoader):
    """Loads what was compiled before."""

    def __init__(self, templates: Templates, *of_includes: Any) -> None:
        super().__init__(*of_includes)
        self._templates = templates

    def load(
        self,
        environment: jinja2.Environment,
        name: str,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - Jinja2's name
    ) -> jinja2.Template:
        source, _, is_current = self.get_source(environment, name)
        code = self._templates.compiled(source, name)
        return environment.template_class.from_code(environment, code, globals or {}, is_current)


class _Positions(Extension):
    """Hides code from the lexer and marks the author's text."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return hidden_code(source)

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        owner = self.environment
        if not isinstance(owner, _Environment) or stream.name is None:
            return stream
        first, text = owner.templates.loader.source_of(stream.name)
        places = _places_of_data(owner, hidden_code(text), stream.name, first)
        return owner.templates.mark(stream, places)


class _Environment(BoundedEnvironment):
    """Jinja2 set up for Markdown."""

    def __init__(self, templates: Templates, loader: jinja2.BaseLoader) -> None:
        self.templates = templates
        super().__init__(
            loader=loader,
            undefined=_missing(templates),
            extensions=[_Positions],
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            comment_start_string="{# ",
            cache_size=50,
        )

    def join_path(self, template: str, parent: str) -> str:
        """Includes are looked for beside the file that includes them first."""
        return self.templates.loader.resolve(template, parent)


def _without_hidden(text: str) -> str:
    return text.replace(_HIDDEN, "")


def _cleaned(text: str) -> str:
    return presentable(text.replace(_HIDDEN, ""))


def _missing(templates: Templates) -> type[jinja2.StrictUndefined]:
    """Replaces an undefined variable: an error wherever it is used; printed ones are all collected."""

    class Missing(jinja2.StrictUndefined):
        __slots__ = ()

        def __str__(self) -> str:  # type: ignore[override]  # the base class always raises
            templates.undefined(self._undefined_message, inspect.currentframe())
            return ""

    return Missing


def _clean(value: object) -> object:
    """A variable without characters that no output can hold."""
    match value:
        case str():
            return presentable(value)
        case list():
            return [_clean(item) for item in value]
        case dict():
            return {key: _clean(item) for key, item in value.items()}
    return value


def hidden_code(text: str) -> str:
    """The text with Jinja2's delimiters hidden in all code, but where ``{.vars}`` asks for substitution."""
    lines = text.split("\n")
    in_fence: set[int] = set()
    for fence in find_fences(lines):
        body = fence.body(len(lines))
        in_fence.update(range(fence.opening, body.stop + 1))
        if not _VARS.search(fence.info):
            for number in body:
                lines[number] = _hide(lines[number])
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and end not in in_fence:
            end += 1
        if end > at:
            lines[at:end] = _hidden_spans("\n".join(lines[at:end])).split("\n")
        at = end + 1
    return "\n".join(lines)


def _hidden_spans(text: str) -> str:
    if "`" not in text:
        return text
    parts: list[str] = []
    at = 0
    for start, end in code_spans(text):
        parts.append(text[at:start])
        parts.append(text[start:end] if _VARS.match(text, end) else _hide(text[start:end]))
        at = end
    parts.append(text[at:])
    return "".join(parts)


def _hide(text: str) -> str:
    return DELIMITER.sub("{" + _HIDDEN, text) if "{" in text else text


def _places_of_data(environment: _Environment, source: str, name: str, first: int) -> list[Piece]:
    """Where each data token of a template begins."""
    places: list[Piece] = []
    at = 0
    for _, kind, value in environment.lex(source, name):
        found = max(at, source.find(value, at))  # blanks that a '-' strips are in no token
        if kind == "data":
            line_start = source.rfind("\n", 0, found) + 1
            column = found - line_start - source.count(_HIDDEN, line_start, found) + 1
            places.append(Piece(0, name, first + source.count("\n", 0, found), column))
        at = found + len(value)
    return places
