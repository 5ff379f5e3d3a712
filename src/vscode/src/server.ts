// The language server: its start and end, and the questions that are asked of it.

import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, State } from "vscode-languageclient/node";
import { type Preview } from "./preview";

/** What is at a line of a file, as the server says it. */
export interface Place {
  /** The path of the deck, and the id of the slide; null outside of decks. */
  deck: string | null;
  slide: string | null;
  /** The path of the demo's script; null where there is none. */
  demo: string | null;
}

/** Commands that the server leaves to us: it makes code lenses for them, and lets us show the preview. */
const OURS = ["quarterdeck.preview", "quarterdeck.present", "quarterdeck.run", "quarterdeck.rehearse"];
const FILES = "**/*.{md,yaml,yml,cast,svg,png,jpg,jpeg,gif,webp,csv,pptx,potx}";

export class Server {
  private constructor(
    private readonly client: LanguageClient,
    private readonly watcher: vscode.FileSystemWatcher,
  ) {}

  /** Starts it, with the preview that shows its pages. Throws if it doesn't start. */
  static async start(program: string, preview: Preview): Promise<Server> {
    const watcher = vscode.workspace.createFileSystemWatcher(FILES);
    const options: LanguageClientOptions = {
      documentSelector: ["markdown", "yaml"].map((language) => ({ scheme: "file", language })),
      initializationOptions: { commands: OURS },
      synchronize: { fileEvents: watcher },
      middleware: {
        executeCommand: async (command, given, next) => {
          const answer: unknown = await next(command, given);
          if (command === "quarterdeck.preview" && typeof answer === "string") await preview.show(answer);
          return answer;
        },
      },
    };
    const client = new LanguageClient("quarterdeck", "Quarterdeck", { command: program, args: ["lsp"] }, options);
    client.onDidChangeState(({ newState }) => {
      if (newState === State.Stopped) preview.close();
    });
    await client.start();
    return new Server(client, watcher);
  }

  async stop(): Promise<void> {
    if (this.client.isRunning()) await this.client.stop();
    await this.client.dispose();
    this.watcher.dispose();
  }

  /** Opens the preview at a place. */
  async preview(uri: vscode.Uri, line: number): Promise<void> {
    await vscode.commands.executeCommand("quarterdeck.preview", uri.toString(), line);
  }

  /** Shows the slide at a place in the preview. */
  async follow(uri: vscode.Uri, line: number): Promise<void> {
    await this.ask("quarterdeck.follow", uri, line);
  }

  async placeAt(uri: vscode.Uri, line: number): Promise<Place> {
    return (await this.ask("quarterdeck.place", uri, line)) as Place;
  }

  private async ask(command: string, uri: vscode.Uri, line: number): Promise<unknown> {
    const given = { command, arguments: [uri.toString(), line] };
    return this.client.isRunning() ? this.client.sendRequest("workspace/executeCommand", given) : undefined;
  }
}
