// Runs the scripts' unit tests: `node test.mjs` bundles each `tests/**/*.test.ts` and gives them to Node's test runner.

import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const BUILT = join(HERE, "built");

const entryPoints = readdirSync(join(HERE, "tests"), { recursive: true })
  .filter((name) => name.endsWith(".test.ts"))
  .map((name) => join(HERE, "tests", name));
if (entryPoints.length === 0) throw new Error("there are no tests");
rmSync(BUILT, { recursive: true, force: true });
await build({
  entryPoints,
  outdir: BUILT,
  outExtension: { ".js": ".mjs" },
  absWorkingDir: HERE,
  bundle: true,
  format: "esm",
  platform: "node",
  target: "es2022",
  packages: "external",
  loader: { ".css": "empty" },
  sourcemap: "inline",
  logLevel: "warning",
});
const files = readdirSync(BUILT, { recursive: true })
  .filter((name) => name.endsWith(".test.mjs"))
  .map((name) => join(BUILT, name));
const { status } = spawnSync(process.execPath, ["--enable-source-maps", "--test", ...files], { stdio: "inherit" });
rmSync(BUILT, { recursive: true, force: true });
process.exit(status ?? 1);
