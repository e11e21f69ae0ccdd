// Makes web/dist of web/src: `node build.mjs [FOLDER]`. The same sources give the same bytes.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2] ?? join(here, "dist");

async function bundled(entry, options) {
  const made = await build({
    absWorkingDir: here,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    ...options,
  });
  return made.outputFiles[0].contents;
}

const hashed = (bytes, ending) =>
  "console-" + createHash("sha256").update(bytes).digest("hex").slice(0, 16) + ending;

const script = await bundled("src/main.tsx", { format: "esm", jsx: "automatic", jsxImportSource: "preact" });
const style = await bundled("src/console.css", {});
// Those whose code is in the script; their licences go with it.
const packages = ["preact", "@preact/signals", "@preact/signals-core"];
const licences = Buffer.from(packages.map((name) =>
  `${name}\n\n${readFileSync(join(here, "node_modules", name, "LICENSE"), "utf8").trim()}\n`).join("\n\n"));
const licencesName = hashed(licences, ".txt");
const scriptName = hashed(script, ".js");
const styleName = hashed(style, ".css");
const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>Tidemark console</title>
<!-- Licences of others' code in it: console/${licencesName} -->
<link rel="stylesheet" href="console/${styleName}">
<script type="module" src="console/${scriptName}"></script>
</head>
<body>
<noscript><p>The console needs scripts. <a href="docs/visual">The page for the office</a> does without.</p></noscript>
<div id="app"></div>
</body>
</html>
`;

mkdirSync(folder, { recursive: true });
const isOurs = (name) => name === "index.html" || name.startsWith("console-");
for (const old of readdirSync(folder).filter(isOurs)) rmSync(join(folder, old));
writeFileSync(join(folder, scriptName), script);
writeFileSync(join(folder, styleName), style);
writeFileSync(join(folder, licencesName), licences);
writeFileSync(join(folder, "index.html"), page);
