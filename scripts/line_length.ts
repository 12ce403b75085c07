/**
 * Finds lines of src, shaders, examples that are longer than 100 columns, comments included: part of the gate.
 *
 * `deno fmt` breaks code, not comments, strings and templates.
 */
const root = new URL("../", import.meta.url);
const FOLDERS = ["src", "shaders", "examples"];
const MOST = 100;

function* files(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(`${folder}/`, root))) {
    if (isDirectory) yield* files(`${folder}/${name}`);
    else if (/\.(ts|wgsl)$/.test(name) && !name.endsWith(".gen.ts")) yield `${folder}/${name}`;
  }
}

const long = FOLDERS.flatMap((folder) => [...files(folder)]).flatMap((path) =>
  Deno.readTextFileSync(new URL(path, root)).split("\n")
    .map((line, k) => ({ length: [...line].length, place: `${path}:${k + 1}` }))
    .filter(({ length }) => length > MOST)
);
for (const { place, length } of long) console.error(`${place}: ${length} columns`);
if (long.length > 0) {
  console.error(`${long.length} lines are longer than ${MOST} columns`);
  Deno.exit(1);
}
