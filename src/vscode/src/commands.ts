// The program's commands, run as tasks: each in a terminal of its own that stays, with what it said and how it ended.

import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import { type Place } from "./server";

const NAME = /^[\w.-]+$/;

/** What commands need to know: the program, and what is at the cursor. Each tells the author itself where it has none. */
export interface Surroundings {
  program(): Promise<string | undefined>;
  placeAtCursor(): Promise<Place | undefined>;
}

export function registerCommands(around: Surroundings): vscode.Disposable[] {
  const demoAtCursor = async () => {
    const place = await around.placeAtCursor();
    if (place && !place.demo) tell("There is no demo at the cursor: go to a slide with a demo, or into its script.");
    return place?.demo ?? undefined;
  };
  const deckAtCursor = async () => {
    const place = await around.placeAtCursor();
    if (place && !place.deck) tell("This file belongs to no deck.");
    return place?.deck ? { deck: place.deck, slide: place.slide } : undefined;
  };
  const commands: Record<string, (...given: (string | undefined)[]) => Promise<void>> = {
    present: async (deck, slide) => {
      const from = deck ? { deck, slide } : await deckAtCursor();
      if (from) await run(around, ["present", from.deck, ...(from.slide ? ["--from", from.slide] : [])], from.deck);
    },
    run: async (script) => {
      const demo = script ?? (await demoAtCursor());
      if (demo) await run(around, ["run", demo], demo);
    },
    rehearse: async (script) => {
      const demo = script ?? (await demoAtCursor());
      if (demo) await run(around, ["rehearse", demo], demo);
    },
    build: async () => {
      const from = await deckAtCursor();
      if (from) await run(around, ["build", from.deck, "--to", "pptx,html"], from.deck);
    },
    new: async () => newDeck(around),
  };
  return Object.entries(commands).map(([name, command]) => vscode.commands.registerCommand(`quarterdeck.${name}`, command));
}

async function newDeck(around: Surroundings): Promise<void> {
  const folder = await folderForDecks();
  if (folder === undefined) return;
  const name = await vscode.window.showInputBox({
    title: "New deck",
    prompt: `Its folder, in ${folder}`,
    value: "talk",
    validateInput: (text) => (NAME.test(text) ? undefined : "Letters, digits, '-', '_' and '.'"),
  });
  if (name === undefined) return;
  if ((await run(around, ["new", name], join(folder, name))) !== 0) return;
  await vscode.window.showTextDocument(vscode.Uri.file(join(folder, name, "deck.md")));
}

async function folderForDecks(): Promise<string | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (folder) return folder.fsPath;
  const chosen = await vscode.window.showOpenDialog({ canSelectFiles: false, canSelectFolders: true, openLabel: "Put It Here" });
  return chosen?.[0]?.fsPath;
}

/** Runs the program; returns its exit status when it has ended, undefined where it didn't start or was stopped. */
async function run(around: Surroundings, words: string[], about: string): Promise<number | undefined> {
  const program = await around.program();
  if (program === undefined) return undefined;
  await vscode.workspace.saveAll(false);
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(about));
  const title = [words[0], words[0] === "new" ? words[1] : nameOf(about)].join(" ");
  const task = new vscode.Task(
    { type: "quarterdeck", arguments: words },
    folder ?? vscode.TaskScope.Workspace,
    title,
    "quarterdeck",
    new vscode.ProcessExecution(program, words, { cwd: folder?.uri.fsPath ?? dirname(about) }),
    [],
  );
  task.presentationOptions = { focus: true, panel: vscode.TaskPanelKind.Dedicated, clear: true, showReuseMessage: false };
  return ended(task);
}

async function ended(task: vscode.Task): Promise<number | undefined> {
  const execution = await vscode.tasks.executeTask(task);
  return new Promise((resolve) => {
    const listener = vscode.tasks.onDidEndTaskProcess((event) => {
      if (event.execution !== execution) return;
      listener.dispose();
      resolve(event.exitCode);
    });
  });
}

/** What a deck or script is called: by its folder where its file has the usual name. */
function nameOf(file: string): string {
  const name = basename(file, ".md");
  return name === "deck" || name === "demo" ? basename(dirname(file)) : name;
}

function tell(message: string): void {
  void vscode.window.showInformationMessage(message);
}
