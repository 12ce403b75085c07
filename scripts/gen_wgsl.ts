/**
 * Writes src/webgpu/shaders.gen.ts from shaders/*.wgsl; with --check only compares.
 *
 * JSR refuses text imports, so what ships is a module of strings. The shaders' comments stay in shaders/; the strings
 * carry the code alone, and the marks that src/webgpu/unroll.ts reads.
 *
 * A shader says what it reads of the host in two lines of its header,
 *
 *     // @bindings pred center:vec4 words:i32
 *     // @uniforms rows:i32 factor:f32
 *
 * which become types: a binding that is missing, misspelled or superfluous does not compile. What tfjs itself declares
 * (result, uniforms.NAN) is not among them.
 */
const source = new URL("../shaders/", import.meta.url);
const destination = new URL("../src/webgpu/shaders.gen.ts", import.meta.url);

/** Uniforms that tfjs gives to every shader. */
const GIVEN = ["NAN", "INFINITY"];

/** What a shader reads, by name, with its type. */
type Declared = readonly (readonly [name: string, type: string])[];

function withoutComments(wgsl: string): string {
  return wgsl.split("\n").map((line) => line.replace(/\s*\/\/(?! unroll$).*$/, ""))
    .filter((line) => line !== "").join("\n");
}

/** The names behind `@bindings` or `@uniforms`. */
function declared(wgsl: string, kind: string, type: string): Declared {
  const lines = [...wgsl.matchAll(new RegExp(`^// @${kind} (.*)$`, "gm"))];
  return lines.flatMap(([, names]) => names!.trim().split(/\s+/)).map((entry) => {
    const [name, own = type] = entry.split(":") as [string, string?];
    return [name, own] as const;
  });
}

/** Throws where a shader's header and its code do not agree. */
function check(file: string, code: string, bindings: Declared, uniforms: Declared): void {
  const used = new Set([...code.matchAll(/\buniforms\.(\w+)/g)].map(([, name]) => name!));
  GIVEN.forEach((name) => used.delete(name));
  const names = new Set(uniforms.map(([name]) => name));
  const wrong = [...used.symmetricDifference(names)];
  // A binding that is only declared again under another name: see optimizer_adam.wgsl.
  const idle = bindings.map(([name]) => name)
    .filter((name) => !name.startsWith("unwritten") && !new RegExp(`\\b${name}\\b`).test(code));
  if (wrong.length + idle.length > 0) {
    throw new Error(
      `Cannot generate as the header of ${file} must name what its code reads: ` +
        `currently not so for ${[...wrong, ...idle]}`,
    );
  }
}

const union = (names: readonly string[]) => names.map((name) => JSON.stringify(name)).join(" | ");

/** A shader's entry in the type of what it reads. */
function readsOf(name: string, bindings: Declared, uniforms: Declared): string {
  const of = (type: string) => uniforms.filter((entry) => entry[1] === type).map(([name]) => name);
  const fields = [
    ["inputs", bindings.map(([name]) => name)],
    ["integers", of("i32")],
    ["floats", of("f32")],
  ] as const;
  const text = fields.map(([field, names]) => `${field}: ${union(names) || "never"}`).join("; ");
  return `  ${name}: { ${text} };\n`;
}

const files = [...Deno.readDirSync(source)].map((entry) => entry.name)
  .filter((name) => name.endsWith(".wgsl")).sort();
const shaders = files.map((file) => {
  const wgsl = Deno.readTextFileSync(new URL(file, source));
  const code = withoutComments(wgsl);
  const bindings = declared(wgsl, "bindings", "f32");
  const uniforms = declared(wgsl, "uniforms", "i32");
  check(file, code, bindings, uniforms);
  return { name: file.replace(/\.wgsl$/, ""), code, bindings, uniforms };
});
/** The bindings of a type, for the shaders that have such. */
function bindingsOf(type: string): string[] {
  return shaders.flatMap(({ name, bindings }) => {
    const names = bindings.filter((binding) => binding[1] === type).map(([name]) => name);
    return names.length > 0 ? [`  ${name}: ${JSON.stringify(names)},`] : [];
  });
}
const generated = [
  "// Generated from shaders/*.wgsl by `deno task gen`. Do not edit.\n",
  "/** The shaders by file name, comments left out. */",
  "export const SHADERS = {",
  ...shaders.map(({ name, code }) => `  ${name}: ${JSON.stringify(code)},`),
  "} as const;\n",
  "/** What each shader reads of the host: bindings, and uniforms of either kind. */",
  "export interface ShaderReads {",
  shaders.map(({ name, bindings, uniforms }) => readsOf(name, bindings, uniforms)).join("") + "}\n",
  "/** Bindings that shaders read as `vec4`. */",
  "export const VECTORS: { readonly [name: string]: readonly string[] } = {",
  ...bindingsOf("vec4"),
  "};\n",
  "/** Bindings that shaders read as `i32`. */",
  "export const WHOLES: { readonly [name: string]: readonly string[] } = {",
  ...bindingsOf("i32"),
  "};\n",
].join("\n");

if (!Deno.args.includes("--check")) {
  Deno.writeTextFileSync(destination, generated);
} else if (Deno.readTextFileSync(destination) !== generated) {
  console.error("src/webgpu/shaders.gen.ts is stale: run `deno task gen`");
  Deno.exit(1);
}
