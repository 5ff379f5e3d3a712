// Starts the language server where there are decks, and shows its preview. Other Markdown is left alone.

import * as vscode from "vscode";
import { registerCommands } from "./commands";
import { Preview } from "./preview";
import { concernsProgram, findProgram, tellMissing } from "./program";
import { type Place, Server } from "./server";

const DECK_FILE = /[/\\](deck(\.[\w-]+)?\.md|workshop\.yaml)$/;
/** Front matter of a deck with another name: keys that only decks have. */
const DECK_TEXT = /^---[ \t]*\r?\n(?:(?!---).*\r?\n)*?(?:demos|duration|incremental|terminal):/;

const preview = new Preview();
let server: Server | undefined;
let starting: Promise<void> | undefined;
/** Whether it was tried to start it: after that, only what the author asks for starts it. */
let tried = false;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  context.subscriptions.push(
    ...registerCommands({ program, placeAtCursor }),
    vscode.commands.registerCommand("quarterdeck.openPreview", openPreview),
    vscode.commands.registerCommand("quarterdeck.restart", restart),
    vscode.workspace.onDidOpenTextDocument((document) => {
      if (!tried && isDeck(document)) void start();
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (tried && concernsProgram(event)) void restart();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      if (tried && !server) void start();
    }),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => void follow(textEditor)),
    vscode.window.onDidChangeActiveTextEditor((editor) => void (editor && follow(editor))),
  );
  if (vscode.workspace.textDocuments.some(isDeck) || (await hasDecks())) await start();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}

function isDeck(document: vscode.TextDocument): boolean {
  if (document.uri.scheme !== "file") return false;
  return DECK_FILE.test(document.uri.path) || (document.languageId === "markdown" && DECK_TEXT.test(document.getText()));
}

async function hasDecks(): Promise<boolean> {
  return (await vscode.workspace.findFiles("**/deck.md", "**/node_modules/**", 1)).length > 0;
}

/** Starts the language server, unless it runs or is just being started. */
function start(): Promise<void> {
  starting ??= launch().finally(() => (starting = undefined));
  return starting;
}

async function launch(): Promise<void> {
  if (server !== undefined) return;
  tried = true;
  const found = await findProgram();
  if (found === undefined) {
    // Not waited for: meanwhile the author may name the program in the settings.
    void tellMissing().then((again) => (again ? start() : undefined));
    return;
  }
  try {
    server = await Server.start(found, preview);
    await vscode.commands.executeCommand("setContext", "quarterdeck.active", true);
  } catch {
    // The client has told why, in a message and in its output.
  }
}

async function restart(): Promise<void> {
  await starting;
  await server?.stop();
  server = undefined;
  await start();
}

/** The program; where there is none, the author is told, and may have it looked for again. */
async function program(): Promise<string | undefined> {
  for (;;) {
    const found = await findProgram();
    if (found !== undefined) return found;
    if (!(await tellMissing())) return undefined;
  }
}

async function openPreview(): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  await start();
  if (editor && server) await server.preview(editor.document.uri, editor.selection.active.line);
}

async function placeAtCursor(): Promise<Place | undefined> {
  const editor = vscode.window.activeTextEditor;
  await start();
  return editor && server ? server.placeAt(editor.document.uri, editor.selection.active.line) : undefined;
}

async function follow(editor: vscode.TextEditor): Promise<void> {
  if (server) await preview.follow(server, editor);
}
