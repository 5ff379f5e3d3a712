// The slide at the cursor, beside the text: a frame with the page that the language server serves.

import * as vscode from "vscode";
import { type Server } from "./server";

export class Preview {
  private panel: vscode.WebviewPanel | undefined;
  private address = "";
  private followed = "";

  /** Shows a page of the server's; an open panel is used again. */
  async show(address: string): Promise<void> {
    if (this.panel === undefined) {
      this.panel = vscode.window.createWebviewPanel(
        "quarterdeck.preview",
        "Slide",
        { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
        { enableScripts: true, retainContextWhenHidden: true },
      );
      this.panel.onDidDispose(() => {
        this.panel = undefined;
        this.address = "";
      });
    }
    if (address !== this.address) {
      this.address = address;
      this.panel.webview.html = page(await reachable(address));
    } else {
      this.panel.reveal(undefined, true);
    }
  }

  /** Follows the cursor, as long as there is a panel. */
  async follow(server: Server, editor: vscode.TextEditor): Promise<void> {
    const { document, selection } = editor;
    const place = `${document.uri.toString()}#${selection.active.line.toString()}`;
    if (this.panel === undefined || document.languageId !== "markdown" || place === this.followed) return;
    this.followed = place;
    await server.follow(document.uri, selection.active.line);
  }

  close(): void {
    this.panel?.dispose();
  }
}

/** The address as it is reached where the editor is shown: from another machine, out of a container, through a proxy. */
async function reachable(address: string): Promise<string> {
  const { origin, pathname } = new URL(address);
  // Only the origin is asked for: code-server forgets the path.
  const outside = new URL((await vscode.env.asExternalUri(vscode.Uri.parse(`${origin}/`))).toString(true));
  outside.pathname = outside.pathname.replace(/\/$/, "") + pathname;
  return outside.href;
}

function page(address: string): string {
  const origin = new URL(address).origin;
  const src = address.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; frame-src ${origin}; style-src 'unsafe-inline'">
<title>Slide</title>
<style>html, body { height: 100%; margin: 0; padding: 0; overflow: hidden } iframe { width: 100%; height: 100%; border: 0; display: block }</style>
</head>
<body><iframe title="Slide" src="${src}"></iframe></body>
</html>`;
}
