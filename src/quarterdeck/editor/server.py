"""The messages of the Language Server Protocol, answered from a :class:`Workspace`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path

from quarterdeck import __version__
from quarterdeck.diagnostics import Diagnostic, QuarterdeckError, Severity, SourceSpan, in_order
from quarterdeck.editor.completions import about_demo, completions, explained
from quarterdeck.editor.cursor import Cursor, Place, cursor_at
from quarterdeck.editor.names import (
    Name,
    Renaming,
    definition,
    name_at,
    occurrences,
    outline,
    renaming,
    replacement,
    slide_at,
)
from quarterdeck.editor.preview import Preview
from quarterdeck.editor.workspace import Kind, Unit, Workspace
from quarterdeck.model.deck import Deck
from quarterdeck.show.addresses import open_pages

QUIET_SECONDS = 0.06
"""How long nothing must be typed before a check begins."""
FIXES = [lsp.CodeActionKind.QuickFix, lsp.CodeActionKind.Source]
PREVIEW = "quarterdeck.preview"
FOLLOW = "quarterdeck.follow"
PLACE = "quarterdeck.place"
LENSES = {"quarterdeck.present": "present from here", "quarterdeck.run": "run demo", "quarterdeck.rehearse": "rehearse"}
"""Commands that the editor itself may be able to run, in a terminal of its own; it says which when it starts."""


class AtPlace(Protocol):
    """What all questions about a place have (LSP 3.17, TextDocumentPositionParams)."""

    @property
    def text_document(self) -> lsp.TextDocumentIdentifier:
        """The file."""

    @property
    def position(self) -> lsp.Position:
        """The place in it."""


class Editor(NamedTuple):
    """What an editor can do, as it says when it starts."""

    commands: frozenset[str] = frozenset()
    """Those of ``LENSES``, and ``PREVIEW``, that it can run itself."""
    takes_versions: bool = False
    """Whether it takes edits as ``documentChanges`` (LSP 3.17, WorkspaceEditClientCapabilities)."""
    renames_files: bool = False
    """Whether these may rename files, too."""


class Conversation:
    """One editor: its files, what it was told, and its preview."""

    def __init__(self, server: LanguageServer) -> None:
        self.server = server
        self.workspace = Workspace()
        self.preview = Preview()
        self.editor = Editor()
        self._due: dict[Unit, None] = {}
        self._told: dict[Unit, dict[Path, tuple[Diagnostic, ...]]] = {}
        self._checking: asyncio.Task[None] | None = None
        self._at: tuple[Path, int] | None = None
        """The file and line, 1-based, that the author is at."""

    def file(self, uri: str) -> Path:
        """The resolved path of a document."""
        return Path(to_fs_path(uri) or "").resolve()

    def changed(self, file: Path, text: str | None) -> None:
        """Take over a file's text, None when it isn't open any more, and check it soon."""
        if text is None:
            self.workspace.texts.pop(file, None)
        else:
            self.workspace.texts[file] = text
        if (unit := self.workspace.unit(file)) is not None:
            self.due(unit)

    def due(self, *units: Unit) -> None:
        """Check these soon."""
        self._due.update(dict.fromkeys(units))
        if self._checking is None or self._checking.done():
            self._checking = asyncio.create_task(self._check())

    def saved(self) -> None:
        """Check again whatever may depend on a file that was saved."""
        self.due(*self._told)

    async def _check(self) -> None:
        """Check all that is due, the newest first, and tell the editor."""
        while self._due:
            before = len(self._due)
            await asyncio.sleep(QUIET_SECONDS)
            if len(self._due) != before:
                continue
            unit, _ = self._due.popitem()
            texts = dict(self.workspace.texts)
            found = await asyncio.to_thread(self.workspace.check, unit, texts)
            if texts == self.workspace.texts:
                self._tell(unit, {file: faults for file, faults in found.items() if faults})
                await self.follow()
            else:
                self.due(unit)

    async def settled(self) -> None:
        """Wait until all that is due is checked: editors ask for lenses and outlines once for each text."""
        while self._checking is not None and not self._checking.done():
            await asyncio.wait({self._checking})

    def _tell(self, unit: Unit, found: dict[Path, tuple[Diagnostic, ...]]) -> None:
        """Publish what a check found, and withdraw what it found before."""
        before = self._told.get(unit, {})
        self._told[unit] = found
        for file in dict.fromkeys((unit.file, *before, *found)):
            faults = in_order(fault for told in self._told.values() for fault in told.get(file, ()))
            lines = self.workspace.lines(file)
            diagnostics = [_diagnostic(fault, lines) for fault in faults]
            self.server.text_document_publish_diagnostics(
                lsp.PublishDiagnosticsParams(from_fs_path(str(file)) or "", diagnostics)
            )

    def faults(self, file: Path) -> Sequence[Diagnostic]:
        """What was found in a file."""
        return [fault for told in self._told.values() for fault in told.get(file, ())]

    async def follow(self, at: tuple[Path, int] | None = None) -> None:
        """Show the slide that the author is at in the preview."""
        self._at = at or self._at
        unit = self.workspace.unit(self._at[0]) if self._at is not None else None
        project = self.workspace.projects.get(unit.file) if unit is not None else None
        if project is None or self._at is None:
            return
        deck = self.workspace.decks.get(unit.file, project.deck) if unit is not None else project.deck
        if slide := slide_at(deck, *self._at):
            await self.preview.show(project, slide.id)

    def place(self, file: Path, line: int) -> dict[str, str | None]:
        """What a line, 1-based, is part of: the deck's file, the slide's id, and the script of a demo."""
        unit = self.workspace.unit(file)
        if unit is None or unit.kind is not Kind.DECK:
            script = str(unit.file) if unit is not None and unit.kind is Kind.DEMO else None
            return {"deck": None, "slide": None, "demo": script}
        deck = self.workspace.decks.get(unit.file)
        slide = slide_at(deck, file, line) if deck is not None else None
        script = _script(deck, slide.demo, unit.file) if deck is not None and slide is not None and slide.demo else None
        return {"deck": str(unit.file), "slide": slide.id if slide is not None else None, "demo": script}

    def cursor(self, params: AtPlace) -> tuple[Path, int, int]:
        """The file, the line and the column, both from 1 and in code points."""
        file = self.file(params.text_document.uri)
        line = params.position.line + 1
        return file, line, _code_points(self.workspace.line(file, line), params.position.character) + 1

    def what_stands_at(self, params: AtPlace, *, whole_word: bool = False) -> Cursor | None:
        """What is written at a place; None in a file that is nothing of ours."""
        file, line, column = self.cursor(params)
        unit = self.workspace.unit(file)
        if unit is None:
            return None
        lines = self.workspace.lines(file)
        if whole_word and line <= len(lines):
            rest = lines[line - 1][column - 1 :]
            column += len(rest) - len(rest.lstrip("abcdefghijklmnopqrstuvwxyz-"))
        return cursor_at(unit.kind, lines, line - 1, column - 1)


def _code_points(text: str, units: int) -> int:
    """A place in a line, in code points, from one in UTF-16 units (LSP 3.17, Position)."""
    return len(text.encode("utf-16-le")[: units * 2].decode("utf-16-le", "ignore"))


def _range(span: SourceSpan, lines: Sequence[str]) -> lsp.Range:
    """The stretch that a span means, on these lines of its file."""
    text = lines[span.line - 1] if span.line <= len(lines) else ""
    start = len(text[: span.column - 1].encode("utf-16-le")) // 2
    end = len(text[: span.column - 1 + span.length].encode("utf-16-le")) // 2
    return lsp.Range(lsp.Position(span.line - 1, start), lsp.Position(span.line - 1, max(end, start + 1)))


def _diagnostic(fault: Diagnostic, lines: Sequence[str]) -> lsp.Diagnostic:
    message = fault.message + (f"\n{fault.hint}" if fault.hint else "")
    severity = lsp.DiagnosticSeverity.Error if fault.severity is Severity.ERROR else lsp.DiagnosticSeverity.Warning
    span = fault.span or SourceSpan("", 1, 1, 1)
    return lsp.Diagnostic(_range(span, lines), message, severity, code=fault.code or None, source="quarterdeck")


def make_server() -> LanguageServer:
    """The server, with a conversation of its own."""
    server = LanguageServer("quarterdeck", __version__)
    talk = Conversation(server)
    _watch(server, talk)
    _answer(server, talk)
    _show(server, talk)
    return server


def _watch(server: LanguageServer, talk: Conversation) -> None:
    """The notifications that an editor sends about its files."""

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: lsp.DidOpenTextDocumentParams) -> None:
        talk.changed(talk.file(params.text_document.uri), params.text_document.text)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: lsp.DidChangeTextDocumentParams) -> None:
        file = talk.file(params.text_document.uri)
        talk.changed(file, server.workspace.get_text_document(params.text_document.uri).source)
        for change in params.content_changes:
            if isinstance(change, lsp.TextDocumentContentChangePartial):
                await talk.follow((file, change.range.start.line + 1))

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    async def saved(_: lsp.DidSaveTextDocumentParams) -> None:
        talk.saved()

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def files_changed(_: lsp.DidChangeWatchedFilesParams) -> None:
        talk.saved()

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(params: lsp.DidCloseTextDocumentParams) -> None:
        talk.changed(talk.file(params.text_document.uri), None)

    @server.feature(lsp.SHUTDOWN)
    async def shut_down(_: None) -> None:
        await talk.preview.close()


def _answer(server: LanguageServer, talk: Conversation) -> None:
    """What an editor asks about a place."""

    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=list(":{.#/([<\"' ")))
    def complete(params: lsp.CompletionParams) -> list[lsp.CompletionItem]:
        cursor = talk.what_stands_at(params)
        return completions(talk.workspace, talk.file(params.text_document.uri), cursor) if cursor else []

    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    def hover(params: lsp.HoverParams) -> lsp.Hover | None:
        file, line, column = talk.cursor(params)
        named = name_at(talk.workspace, file, line, column)
        if named is not None and named.kind == "demo":
            demo = talk.workspace.demo(named.name, file)
            unit = talk.workspace.unit(file)
            project = talk.workspace.projects.get(unit.file) if unit is not None else None
            cast = project.casts.get(named.name) if project is not None else None
            said = about_demo(demo, cast) if demo is not None else None
        else:
            said = _explained(talk.what_stands_at(params, whole_word=True))
        return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, said)) if said else None

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    async def define(params: lsp.DefinitionParams) -> lsp.Location | None:
        await talk.settled()
        found = definition(talk.workspace, *talk.cursor(params))
        return _location(talk, found) if found is not None else None

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    async def refer(params: lsp.ReferenceParams) -> list[lsp.Location]:
        await talk.settled()
        file, line, column = talk.cursor(params)
        named = name_at(talk.workspace, file, line, column)
        return [_location(talk, span) for span in occurrences(talk.workspace, file, named)] if named else []

    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepare(params: lsp.PrepareRenameParams) -> lsp.Range | None:
        file, line, column = talk.cursor(params)
        named = name_at(talk.workspace, file, line, column)
        return _range(named.span, talk.workspace.lines(file)) if named else None

    @server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
    async def rename(params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
        await talk.settled()
        file, line, column = talk.cursor(params)
        named = name_at(talk.workspace, file, line, column)
        if named is None:
            return None
        made = _renaming(talk, file, named, params.new_name)
        return _edit(talk, made.places, params.new_name, made.files)

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def symbols(params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
        await talk.settled()
        file = talk.file(params.text_document.uri)
        deck = talk.workspace.deck(file)
        slides = list(outline(deck, file)) if deck is not None else []
        ends = [*(span.line - 1 for _, span in slides[1:]), len(talk.workspace.lines(file))][: len(slides)]
        return [
            lsp.DocumentSymbol(
                slide.title_text or slide.id,
                lsp.SymbolKind.Module,
                lsp.Range(lsp.Position(span.line - 1, 0), lsp.Position(max(end, span.line) - 1, 0)),
                lsp.Range(lsp.Position(span.line - 1, 0), lsp.Position(span.line - 1, 0)),
                detail=f"{slide.layout}, demo {slide.demo}" if slide.demo else str(slide.layout),
            )
            for (slide, span), end in zip(slides, ends, strict=True)
        ]

    @server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions(code_action_kinds=FIXES))
    def fix(params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        file = talk.file(params.text_document.uri)
        lines = talk.workspace.lines(file)
        actions = []
        for fault in talk.faults(file):
            if fault.span is None or not params.range.start.line <= fault.span.line - 1 <= params.range.end.line:
                continue
            instead = replacement(fault, lines[fault.span.line - 1] if fault.span.line <= len(lines) else "")
            if instead is not None:
                edit = lsp.TextEdit(_range(fault.span, lines), instead)
                actions.append(
                    lsp.CodeAction(
                        f"Change to '{instead}'",
                        kind=lsp.CodeActionKind.QuickFix,
                        diagnostics=[_diagnostic(fault, lines)],
                        is_preferred=True,
                        edit=lsp.WorkspaceEdit(changes={params.text_document.uri: [edit]}),
                    )
                )
        if (unit := talk.workspace.unit(file)) is not None and unit.kind is Kind.DECK:
            arguments = [params.text_document.uri, params.range.start.line]
            command = lsp.Command("Preview this slide", PREVIEW, arguments=arguments)
            actions.append(lsp.CodeAction(command.title, kind=lsp.CodeActionKind.Source, command=command))
        return actions


def _show(server: LanguageServer, talk: Conversation) -> None:
    """Lenses and the preview."""

    @server.feature(lsp.INITIALIZE)
    def initialize(params: lsp.InitializeParams) -> None:
        options = params.initialization_options
        known = options.get("commands", ()) if isinstance(options, dict) else ()
        commands = frozenset((*LENSES, PREVIEW)) & frozenset(map(str, known))
        space = params.capabilities.workspace
        edits = (space.workspace_edit if space is not None else None) or lsp.WorkspaceEditClientCapabilities()
        renames = lsp.ResourceOperationKind.Rename in (edits.resource_operations or ())
        talk.editor = Editor(commands, bool(edits.document_changes), bool(edits.document_changes) and renames)

    @server.feature(lsp.TEXT_DOCUMENT_CODE_LENS)
    async def lenses(params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
        await talk.settled()
        file = talk.file(params.text_document.uri)
        unit = talk.workspace.unit(file)
        if unit is None:
            return []
        if unit.kind is Kind.DEMO:
            known = talk.editor.commands - {"quarterdeck.present"}
            return [_lens(1, name, [str(file)]) for name in LENSES if name in known]
        deck = talk.workspace.deck(file)
        found = []
        for slide, span in outline(deck, file) if deck is not None else ():
            if slide.demo is None:
                continue
            script = _script(deck, slide.demo, unit.file) if deck is not None else None
            for name in LENSES:
                arguments = [str(unit.file), slide.id] if name == "quarterdeck.present" else [script]
                if name in talk.editor.commands and all(arguments):
                    found.append(_lens(span.line, name, list(filter(None, arguments))))
        return found

    @server.command(FOLLOW)
    async def follow(uri: str, line: int) -> None:
        """The author has moved to a line, from 0, of a file."""
        await talk.follow((talk.file(uri), line + 1))

    @server.command(PLACE)
    async def place(uri: str, line: int) -> dict[str, str | None]:
        """What a line, from 0, of a file is part of, for the commands that an editor runs there."""
        await talk.settled()
        return talk.place(talk.file(uri), line + 1)

    @server.command(PREVIEW)
    async def preview(uri: str = "", line: int = 0) -> str:
        """Open the preview at a line of a file, and return its address; a browser shows it, unless the editor does."""
        talk.preview.open()
        if uri:
            await talk.follow((talk.file(uri), line + 1))
        if PREVIEW not in talk.editor.commands:
            open_pages([talk.preview.address])
        return talk.preview.address


def _script(deck: Deck, demo: str, file: Path) -> str | None:
    """The path of a demo's script; None where it can't be read, or its steps are in the deck's own file."""
    found = deck.scripts.get(demo)
    return str(found.path) if found is not None and found.path != file else None


def _explained(cursor: Cursor | None) -> str | None:
    """What the guide says of the key or attribute that a cursor stands at."""
    if cursor is None:
        return None
    if cursor.place is Place.VALUE and cursor.of is not None:
        return explained(cursor.of, cursor.key)
    return explained(cursor.place, cursor.word.strip(":").lstrip(".#")) if not cursor.key else None


def _location(talk: Conversation, span: SourceSpan) -> lsp.Location:
    return lsp.Location(from_fs_path(span.file) or "", _range(span, talk.workspace.lines(Path(span.file))))


def _lens(line: int, command: str, arguments: list[str]) -> lsp.CodeLens:
    at = lsp.Position(line - 1, 0)
    return lsp.CodeLens(lsp.Range(at, at), lsp.Command(LENSES[command], command, arguments=arguments))


def _renaming(talk: Conversation, file: Path, named: Name, new: str) -> Renaming:
    try:
        made = renaming(talk.workspace, file, named, new)
    except QuarterdeckError as error:
        raise JsonRpcInvalidParams(str(error)) from None
    if made.files and not talk.editor.renames_files:
        names = ", ".join(old.name for old, _ in made.files)
        raise JsonRpcInvalidParams(f"this editor renames no files for a language server: rename {names} first")
    return made


def _edit(
    talk: Conversation, places: Sequence[SourceSpan], new: str, files: Sequence[tuple[Path, Path]]
) -> lsp.WorkspaceEdit:
    """The edits in texts, then the files that get another name."""
    by_file: dict[str, list[lsp.TextEdit]] = {}
    for span in places:
        by_file.setdefault(span.file, []).append(lsp.TextEdit(_range(span, talk.workspace.lines(Path(span.file))), new))
    if not talk.editor.takes_versions:
        return lsp.WorkspaceEdit({from_fs_path(file) or "": edits for file, edits in by_file.items()})
    changes: list[lsp.TextDocumentEdit | lsp.CreateFile | lsp.RenameFile | lsp.DeleteFile] = [
        lsp.TextDocumentEdit(lsp.OptionalVersionedTextDocumentIdentifier(from_fs_path(file) or ""), list(edits))
        for file, edits in by_file.items()
    ]
    changes += [lsp.RenameFile(from_fs_path(str(old)) or "", from_fs_path(str(to)) or "") for old, to in files]
    return lsp.WorkspaceEdit(document_changes=changes)
