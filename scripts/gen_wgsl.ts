/**
 * Writes src/webgpu/shaders.gen.ts from shaders/*.wgsl; with --check only compares.
 *
 * JSR refuses text imports, so what ships is a module of strings. The shaders' comments stay in
 * shaders/; the strings carry the code alone, and the marks that src/webgpu/unroll.ts reads.
 */
const source = new URL("../shaders/", import.meta.url);
const destination = new URL("../src/webgpu/shaders.gen.ts", import.meta.url);

function withoutComments(wgsl: string): string {
  return wgsl.split("\n").map((line) => line.replace(/\s*\/\/(?! unroll$).*$/, "")).filter((line) =>
    line !== ""
  )
    .join("\n");
}

const names = [...Deno.readDirSync(source)].map((entry) => entry.name)
  .filter((name) => name.endsWith(".wgsl")).sort();
const members = names.map((name) => {
  const code = withoutComments(Deno.readTextFileSync(new URL(name, source)));
  return `  ${name.replace(/\.wgsl$/, "")}: ${JSON.stringify(code)},\n`;
});
const generated = "// Generated from shaders/*.wgsl by `deno task gen`. Do not edit.\n\n" +
  "/** The shaders by file name, comments left out. */\n" +
  `export const SHADERS = {\n${members.join("")}} as const;\n`;

if (!Deno.args.includes("--check")) {
  Deno.writeTextFileSync(destination, generated);
} else if (Deno.readTextFileSync(destination) !== generated) {
  console.error("src/webgpu/shaders.gen.ts is stale: run `deno task gen`");
  Deno.exit(1);
}
