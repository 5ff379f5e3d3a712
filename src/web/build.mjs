// Bundles each page's script and style sheet: `node build.mjs FOLDER` writes them there, and into `inputs.json` the
// paths of all files that went into them.

import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
/** What is bundled, by the name of the product: a script with its style sheet, or a style sheet alone. */
const PAGES = {
  deck: "deck/deck.ts",
  presenter: "presenter/presenter.ts",
  remote: "remote/remote.ts",
  seat: "seat/seat.ts",
  room: "seat/room.ts",
  join: "seat/join.css",
};

const folder = process.argv[2];
if (!folder) throw new Error("usage: node build.mjs FOLDER");

const inputs = [];
for (const [page, source] of Object.entries(PAGES)) {
  const entry = join(HERE, "src", source);
  if (!existsSync(entry)) continue;
  const { metafile } = await build({
    entryPoints: [entry],
    outfile: join(folder, `${page}${source.endsWith(".css") ? ".css" : ".js"}`),
    absWorkingDir: HERE,
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  });
  inputs.push(...Object.keys(metafile.inputs));
}
writeFileSync(join(folder, "inputs.json"), JSON.stringify(inputs));
