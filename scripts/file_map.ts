/**
 * Writes the README's map of the files: each file's own first line. With --check only compares.
 */
const root = new URL("../", import.meta.url);
const readme = new URL("README.md", root);
const FOLDERS = ["shaders", "src", "examples", "demo", "bench", "tests", "scripts"];
const [OPEN, CLOSE] = ["<!-- files -->\n", "<!-- /files -->"];

/** The first line of a file's leading comment. */
function caption(path: string): string {
  for (const line of Deno.readTextFileSync(new URL(path, root)).split("\n")) {
    const text = line.replace(/^\s*(\/\*\*|\*\/|\*|\/\/)\s*/, "").replace(/\s*\*\/$/, "").trim();
    if (text !== "") return text;
  }
  throw new Error(`Cannot map the files as one is empty: current file is ${path}`);
}

function* files(folder: string): Generator<string> {
  const entries = [...Deno.readDirSync(new URL(`${folder}/`, root))];
  for (const { name, isDirectory } of entries.sort((a, b) => a.name < b.name ? -1 : 1)) {
    if (isDirectory && name !== "dist") yield* files(`${folder}/${name}`);
    else if (/\.(ts|wgsl|py)$/.test(name)) yield `${folder}/${name}`;
  }
}

const rows = ["mod.ts", ...FOLDERS.flatMap((folder) => [...files(folder)])]
  .map((path) => `- [\`${path}\`](${path}): ${caption(path)}`);
const text = Deno.readTextFileSync(readme);
const [start, end] = [text.indexOf(OPEN) + OPEN.length, text.indexOf(CLOSE)];
const mapped = `${text.slice(0, start)}\n${rows.join("\n")}\n\n${text.slice(end)}`;

if (!Deno.args.includes("--check")) {
  Deno.writeTextFileSync(readme, mapped);
} else if (mapped !== text) {
  console.error("README.md's map of the files is stale: run `deno task map`");
  Deno.exit(1);
}
