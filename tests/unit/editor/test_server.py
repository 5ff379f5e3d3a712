"""A session of an editor with the language server, over its standard input and output."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from typing import Any
from urllib.request import urlopen

import pytest
from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

from support.deck_folder import DeckFolder

pytestmark = pytest.mark.slow

DECK = "# One 🚀 title\n\n[a](#two)\n\n---\ndemo: hello\nid: two\n---\n# Two\n"
DEMO = "---\ntitle: Hello\n---\n```console\n$ true\n```\n"


class Editor:
    """An editor with one deck."""

    def __init__(self, folder: DeckFolder) -> None:
        self.folder = folder
        self.deck = folder.write("deck.md", DECK)
        self.demo = folder.write("demos/hello.md", DEMO)
        self.uri = self.deck.as_uri()
        self.client = LanguageClient("test", "1")
        self.told: dict[str, list[lsp.Diagnostic]] = {}
        self._news = asyncio.Event()
        self._version = 1

        def published(params: lsp.PublishDiagnosticsParams) -> None:
            self.told[params.uri] = list(params.diagnostics)
            self._news.set()

        self.client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(published)

    async def begin(self, *commands: str, renames: bool = True) -> lsp.InitializeResult:
        """Start the server, and open the deck, in an editor that can run these commands and perhaps rename files."""
        await self.client.start_io(sys.executable, "-m", "quarterdeck", "lsp", "--stdio")
        options = {"commands": list(commands)}
        edits = lsp.WorkspaceEditClientCapabilities(True, [lsp.ResourceOperationKind.Rename]) if renames else None
        able = lsp.ClientCapabilities(workspace=lsp.WorkspaceClientCapabilities(workspace_edit=edits))
        parameters = lsp.InitializeParams(able, initialization_options=options)
        result = await self.client.initialize_async(parameters)
        self.client.initialized(lsp.InitializedParams())
        document = lsp.TextDocumentItem(self.uri, "markdown", 1, DECK)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(document))
        return result

    def type(self, text: str) -> None:
        """Change the deck's text, unsaved."""
        self._version += 1
        document = lsp.VersionedTextDocumentIdentifier(self._version, self.uri)
        change = lsp.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(document, [change]))

    async def until(self, message: str, uri: str = "") -> lsp.Diagnostic:
        """The diagnostic that says this, when it comes."""
        async with asyncio.timeout(60):
            while True:
                for diagnostic in self.told.get(uri or self.uri, ()):
                    if message in diagnostic.message:
                        return diagnostic
                self._news.clear()
                await self._news.wait()

    async def until_clean(self) -> None:
        """Wait until nothing is wrong with the deck."""
        async with asyncio.timeout(60):
            while self.told.get(self.uri) != []:
                self._news.clear()
                await self._news.wait()

    def at(self, line: int, character: int) -> dict[str, Any]:
        """The deck and a place in it."""
        return {"text_document": lsp.TextDocumentIdentifier(self.uri), "position": lsp.Position(line, character)}


@pytest.fixture
async def editor(folder: DeckFolder) -> AsyncIterator[Editor]:
    """An editor whose server is ended in the end."""
    made = Editor(folder)
    yield made
    await made.client.shutdown_async(None)
    made.client.exit(None)
    await made.client.stop()  # type: ignore[no-untyped-call]


async def test_faults_come_and_go_while_typing(editor: Editor) -> None:
    """With their hint and a quick fix; places are in UTF-16 units, also after an emoji."""
    await editor.begin()
    await editor.until("has no recording yet", editor.demo.as_uri())
    editor.type(DECK.replace("demo: hello", "demo: helo"))
    fault = await editor.until("there is no demo 'helo'\ndid you mean 'hello'?")
    assert (fault.range.start, fault.range.end) == (lsp.Position(5, 6), lsp.Position(5, 10))
    context = lsp.CodeActionContext([fault])
    parameters = lsp.CodeActionParams(lsp.TextDocumentIdentifier(editor.uri), fault.range, context)
    action, preview = await editor.client.text_document_code_action_async(parameters) or ()
    assert isinstance(action, lsp.CodeAction)
    assert preview.title == "Preview this slide"
    assert action.edit is not None
    assert action.edit.changes == {editor.uri: (lsp.TextEdit(fault.range, "hello"),)}
    editor.type(DECK.replace("title\n", "[b](#gone)\n"))
    fault = await editor.until("gone")
    assert fault.range.start == lsp.Position(0, len("# One ") + 2 + len(" [b]("))
    editor.type(DECK)
    await editor.until_clean()


async def test_questions_about_a_place(editor: Editor) -> None:
    """Completion, hover, definition, references, rename, outline and lenses, of the text as it is typed."""
    result = await editor.begin("quarterdeck.run", "something.else")
    assert result.capabilities.rename_provider
    await editor.until("has no recording yet", editor.demo.as_uri())
    client = editor.client
    hover = await client.text_document_hover_async(lsp.HoverParams(**editor.at(5, 8)))
    assert hover is not None
    assert "$" not in str(hover.contents)
    assert "**Hello**" in str(hover.contents)
    where = await client.text_document_definition_async(lsp.DefinitionParams(**editor.at(2, 6)))
    assert isinstance(where, lsp.Location)
    assert (where.uri, where.range.start.line) == (editor.uri, 8)
    edit = await client.text_document_rename_async(lsp.RenameParams(**editor.at(6, 4), new_name="next"))
    assert edit is not None
    (change,) = edit.document_changes or ()
    assert isinstance(change, lsp.TextDocumentEdit)
    assert [each.range.start.line for each in change.edits] == [2, 6]
    with pytest.raises(Exception, match="can't be a name"):
        await client.text_document_rename_async(lsp.RenameParams(**editor.at(6, 4), new_name="a b"))
    document = lsp.TextDocumentIdentifier(editor.uri)
    symbols = await client.text_document_document_symbol_async(lsp.DocumentSymbolParams(document))
    assert [symbol.name for symbol in symbols or ()] == ["One 🚀 title", "Two"]
    script = lsp.DocumentSymbolParams(lsp.TextDocumentIdentifier(editor.demo.as_uri()))
    assert not await client.text_document_document_symbol_async(script)
    lenses = await client.text_document_code_lens_async(lsp.CodeLensParams(document))
    assert [lens.command and lens.command.command for lens in lenses or ()] == ["quarterdeck.run"]
    editor.type(DECK.replace("demo: hello", "demo: "))
    items = await client.text_document_completion_async(lsp.CompletionParams(**editor.at(5, 6)))
    assert isinstance(items, tuple | list)
    assert [item.label for item in items] == ["hello"]


@pytest.mark.parametrize("renames", [True, False])
async def test_a_demo_is_renamed_with_its_files_or_not_at_all(editor: Editor, renames: bool) -> None:
    """An editor that renames no files would break the deck: it says so, and renames slides all the same."""
    await editor.begin(renames=renames)
    demo = lsp.RenameParams(**editor.at(5, 8), new_name="bye")
    if renames:
        edit = await editor.client.text_document_rename_async(demo)
        moved = [each for each in (edit and edit.document_changes) or () if isinstance(each, lsp.RenameFile)]
        assert [each.old_uri for each in moved] == [editor.demo.as_uri()]
    else:
        with pytest.raises(Exception, match=r"rename hello\.md first"):
            await editor.client.text_document_rename_async(demo)
        edit = await editor.client.text_document_rename_async(lsp.RenameParams(**editor.at(6, 4), new_name="next"))
        assert edit is not None
        assert edit.document_changes is None
        assert [each.range.start.line for each in (edit.changes or {})[editor.uri]] == [2, 6]


async def test_a_link_is_followed_at_once(editor: Editor) -> None:
    """Also before the deck has been checked for the first time."""
    await editor.begin()
    where = await editor.client.text_document_definition_async(lsp.DefinitionParams(**editor.at(2, 6)))
    assert isinstance(where, lsp.Location)
    assert where.range.start.line == 8


async def test_an_outline_is_of_the_text_as_it_is(editor: Editor) -> None:
    """It is right at the first question after opening and after typing, though no check has ended by then."""
    await editor.begin("quarterdeck.present")
    document = lsp.TextDocumentIdentifier(editor.uri)
    symbols = await editor.client.text_document_document_symbol_async(lsp.DocumentSymbolParams(document))
    assert [symbol.name for symbol in symbols or ()] == ["One 🚀 title", "Two"]
    editor.type(DECK.replace("---\ndemo", "---\n# Between\n\n---\ndemo"))
    lenses = await editor.client.text_document_code_lens_async(lsp.CodeLensParams(document))
    assert [lens.range.start.line for lens in lenses or ()] == [8]


async def test_what_commands_are_about(editor: Editor) -> None:
    """The deck, the slide and the script at a line; steps on a slide itself have no script that could be run alone."""
    await editor.begin("quarterdeck.present", "quarterdeck.run")
    await editor.until("has no recording yet", editor.demo.as_uri())

    async def place(uri: str, line: int) -> Any:
        given = lsp.ExecuteCommandParams("quarterdeck.place", [uri, line])
        return await editor.client.workspace_execute_command_async(given)

    deck, demo = str(editor.deck), str(editor.demo)
    assert await place(editor.uri, 0) == {"deck": deck, "slide": "one-title", "demo": None}
    assert await place(editor.uri, 8) == {"deck": deck, "slide": "two", "demo": demo}
    assert await place(editor.demo.as_uri(), 2) == {"deck": None, "slide": None, "demo": demo}
    assert await place(editor.folder.write("README.md", "# Text\n").as_uri(), 0) == dict.fromkeys(
        ("deck", "slide", "demo")
    )
    editor.type("# One\n\n```console\n$ true\n```\n")
    assert await place(editor.uri, 0) == {"deck": deck, "slide": "one", "demo": None}
    document = lsp.TextDocumentIdentifier(editor.uri)
    lenses = await editor.client.text_document_code_lens_async(lsp.CodeLensParams(document))
    assert [lens.command and lens.command.command for lens in lenses or ()] == ["quarterdeck.present"]


async def test_the_preview_follows(editor: Editor) -> None:
    """It shows the slide at the cursor, with what was typed but not saved."""
    await editor.begin("quarterdeck.preview")
    await editor.until("has no recording yet", editor.demo.as_uri())

    async def command(name: str, *given: object) -> Any:
        return await editor.client.workspace_execute_command_async(lsp.ExecuteCommandParams(name, list(given)))

    address = await command("quarterdeck.preview", editor.uri, 0)
    assert await shown(address) == "One 🚀 title"
    await command("quarterdeck.follow", editor.uri, 8)
    assert await shown(address) == "Two"
    editor.type(DECK.replace("# Two", "# Typed now"))
    async with asyncio.timeout(60):
        while await shown(address) != "Typed now":
            await asyncio.sleep(0.02)


async def shown(address: str) -> str:
    """The heading of the slide that a preview shows."""
    page = await asyncio.to_thread(lambda: urlopen(f"{address}slide/0", timeout=60).read().decode())
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL) or re.search(r"<h2[^>]*>(.*?)</h2>", page, re.DOTALL)
    assert heading is not None
    return re.sub(r"<[^>]+>", "", heading[1]).strip()
