// Where the program `quarterdeck` is, and what to say where there is none.

import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import * as vscode from "vscode";

const SETTING = "quarterdeck.command";

/** The path of the program, by the setting; undefined where there is none. */
export async function findProgram(): Promise<string | undefined> {
  for (const path of candidates(setting())) {
    if (await isProgram(path)) return path;
  }
  return undefined;
}

/** Says that there is no program, and what to do; true if it should be looked for again. */
export async function tellMissing(): Promise<boolean> {
  const command = setting();
  const where = isPath(command) ? "" : " on the PATH, in ~/.local/bin or in .venv/bin of this folder";
  const chosen = await vscode.window.showErrorMessage(
    `Quarterdeck isn't installed here: there is no program '${command}'${where}. ` +
      "Install it with pip, as its README says, or name its program in the settings.",
    "Open Settings",
    "Try Again",
  );
  if (chosen === "Open Settings") await vscode.commands.executeCommand("workbench.action.openSettings", SETTING);
  return chosen === "Try Again";
}

export function concernsProgram(event: vscode.ConfigurationChangeEvent): boolean {
  return event.affectsConfiguration(SETTING);
}

function setting(): string {
  const text = vscode.workspace.getConfiguration().get<string>(SETTING, "").trim() || "quarterdeck";
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  return text.replace(/^~(?=\/)/, homedir()).replaceAll("${workspaceFolder}", folder);
}

function isPath(command: string): boolean {
  return isAbsolute(command) || command.includes("/");
}

function candidates(command: string): string[] {
  const folders = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
  if (isAbsolute(command)) return [command];
  if (isPath(command)) return folders.map((folder) => join(folder, command));
  const onPath = (process.env.PATH ?? "").split(delimiter).filter(isAbsolute);
  // Editors that are started from a desktop often lack this one on their PATH.
  const places = [...onPath, join(homedir(), ".local", "bin")];
  // What a folder brings along is only run where its author is trusted.
  if (vscode.workspace.isTrusted) places.push(...folders.map((folder) => join(folder, ".venv", "bin")));
  return places.map((place) => join(place, command));
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
