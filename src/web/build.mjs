// Bundles each page's script and style sheet: `node build.mjs FOLDER` writes them there,
// together with the licences of all third-party code and fonts that they contain.

import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const PAGES = ["deck", "presenter", "remote"];
const LICENCE_FILE = /^(licen[cs]e|copying|ofl)(\.(md|txt))?$/i;

/** The npm packages whose files are inputs of a bundle, e.g. `@xterm/xterm`. */
function bundledPackages(metafile) {
  const names = Object.keys(metafile.inputs).map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
  return names.filter((name) => name !== undefined);
}

function licence(name) {
  const folder = join(HERE, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => LICENCE_FILE.test(entry));
  if (!file) throw new Error(`${name} is bundled, but has no licence file`);
  const head = `${name} ${version} (${license})`;
  return `${head}\n${"=".repeat(head.length)}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
}

const folder = process.argv[2];
if (!folder) throw new Error("usage: node build.mjs FOLDER");

const { dependencies } = JSON.parse(readFileSync(join(HERE, "package.json"), "utf8"));
const packages = new Set(Object.keys(dependencies).filter((name) => name.startsWith("@fontsource/")));
for (const page of PAGES) {
  const entry = join(HERE, "src", page, `${page}.ts`);
  if (!existsSync(entry)) continue;
  const { metafile } = await build({
    entryPoints: [entry],
    outfile: join(folder, `${page}.js`),
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
  bundledPackages(metafile).forEach((name) => packages.add(name));
}
writeFileSync(join(folder, "licenses.txt"), [...packages].sort().map(licence).join("\n\n"));
