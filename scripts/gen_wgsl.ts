/**
 * Writes src/webgpu/shaders.gen.ts from shaders/*.wgsl; with --check only compares.
 *
 * JSR refuses text imports, so what ships is a module of strings. The shaders' comments and spaces stay in shaders/;
 * the strings carry the code alone, and the marks that src/webgpu/unroll.ts reads. Each shader is a constant of its own,
 * so that a bundle has those that it runs.
 *
 * A shader says what it reads of the host in two lines of its header,
 *
 *     // @bindings pred center:vec4 words:i32
 *     // @uniforms rows:i32 factor:f32
 *
 * which become the constant's type: a binding that is missing, misspelled or superfluous does not compile. What tfjs itself declares
 * (result, uniforms.NAN) is not among them.
 */
const source = new URL("../shaders/", import.meta.url);
const destination = new URL("../src/webgpu/shaders.gen.ts", import.meta.url);

/** Uniforms that tfjs gives to every shader. */
const GIVEN = ["NAN", "INFINITY"];

/** What a shader reads, by name, with its type. */
type Declared = readonly (readonly [name: string, type: string])[];

function codeOf(wgsl: string): string {
  return wgsl.split("\n").map((line) => {
    const [code, mark] = line.replace(/\s*\/\/(?! unroll$).*$/, "").trimStart().split(/(?= \/\/)/);
    // Spaces that part neither two names nor two operators: "- -", and "> =" behind a type.
    return code!.replace(/ ?([,;:{}()<+*/]|>(?! =)|(?<!> )=) ?/g, "$1") + (mark ?? "");
  }).filter((line) => line !== "").join("\n");
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

/** The type of a shader's constant: what it reads. */
function readsOf(bindings: Declared, uniforms: Declared): string {
  const of = (type: string) => uniforms.filter((entry) => entry[1] === type).map(([name]) => name);
  const fields = [bindings.map(([name]) => name), of("i32"), of("f32")];
  return `ShaderCode<${fields.map((names) => union(names) || "never").join(", ")}>`;
}

const files = [...Deno.readDirSync(source)].map((entry) => entry.name)
  .filter((name) => name.endsWith(".wgsl")).sort();
const shaders = files.map((file) => {
  const wgsl = Deno.readTextFileSync(new URL(file, source));
  const code = codeOf(wgsl);
  const bindings = declared(wgsl, "bindings", "f32");
  const uniforms = declared(wgsl, "uniforms", "i32");
  check(file, code, bindings, uniforms);
  const read = (as: string) => bindings.filter(([, type]) => type === as).map(([name]) => name);
  const [vectors, wholes] = [read("vec4"), read("i32")];
  return { name: file.replace(/\.wgsl$/, ""), code, bindings, uniforms, vectors, wholes };
});
const generated = [
  "// Generated from shaders/*.wgsl by `deno task gen`. Do not edit.\n",
  'import type { ShaderCode } from "./shader_code.ts";\n',
  ...shaders.map(({ name, code, bindings, uniforms, vectors, wholes }) => {
    const fields = {
      ...{ name, code },
      ...(vectors.length > 0 && { vectors }),
      ...(wholes.length > 0 && { wholes }),
    };
    return `export const ${name}: ${readsOf(bindings, uniforms)} = ${JSON.stringify(fields)};`;
  }),
  "",
].join("\n");

if (!Deno.args.includes("--check")) {
  Deno.writeTextFileSync(destination, generated);
} else if (Deno.readTextFileSync(destination) !== generated) {
  console.error("src/webgpu/shaders.gen.ts is stale: run `deno task gen`");
  Deno.exit(1);
}
