/**
 * Packs the module for npm, as JavaScript with types: `deno task npm [FOLDER]`, default `out`.
 *
 * `deno pack` transpiles, and writes the entries of deno.json. What it cannot know is put right here: tfjs is the
 * user's, a peer, since tensors of one tfjs are none of another's; what only entries beside the main one need is
 * optional; and which files do something when they are loaded, so that bundlers may leave out the others.
 *
 * @module
 */
import { filesOf, packagesOf, packedFile } from "./support/packed_imports.ts";
import { pageOf, sourcePage } from "./support/source_page.ts";

const root = new URL("../", import.meta.url);

/** Peers whose types or kernels we use, but which we do not import. */
const BACKENDS = ["@tensorflow/tfjs-backend-webgpu"];

/** What is of no use in a browser, where nothing loads it. */
const TERMINAL = ["cli-progress", "pickleparser", "sharp"];

/** What stands in package.json beside what `deno pack` writes. */
const ABOUT = {
  description: "Balanced MSE losses for imbalanced regression, as WebGPU kernels for TensorFlow.js",
  keywords: ["regression", "imbalanced", "loss", "webgpu", "tensorflow", "tfjs", "balanced-mse"],
  // The first of 20 that has process.getBuiltinModule.
  engines: { node: ">=20.16" },
};

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Writes the tarball into a folder and returns its path; `repository` is where its source is. */
export async function packForNpm(folder: string, repository?: string): Promise<string> {
  const work = await Deno.makeTempDir();
  try {
    await run(
      "deno",
      ["pack", "--allow-dirty", "--no-source-maps", "-o", `${work}/deno.tgz`],
      root,
    );
    await run("tar", ["-xzf", "deno.tgz"], work);
    const path = `${work}/package/package.json`;
    const manifest: Manifest = JSON.parse(await Deno.readTextFile(path));
    const fields = {
      ...manifest,
      ...ABOUT,
      ...linksTo(repository === undefined ? await sourcePage() : pageOf(repository)),
      ...await needs(`${work}/package`, manifest),
      sideEffects: await sideEffects(`${work}/package`),
    };
    await Deno.writeTextFile(path, JSON.stringify(fields, null, 2));
    await Deno.mkdir(folder, { recursive: true });
    const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
    const packed = JSON.parse(await run("npm", [...args, `${work}/package`], root));
    return `${folder}/${packed[0].filename}`;
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** Where the source is, and where to write about it; nothing where nobody knows. */
function linksTo(page: string | undefined): object {
  if (page === undefined) return {};
  return {
    repository: { type: "git", url: `git+${page}.git` },
    homepage: `${page}#readme`,
    bugs: { url: `${page}/issues` },
  };
}

/** Dependencies, and peers; optional is what the main entry does without. */
async function needs(folder: string, { dependencies }: Manifest): Promise<object> {
  const main = await packagesOf(folder, "mod.js");
  const core = dependencies["@tensorflow/tfjs-core"];
  if (core === undefined) throw new Error("Cannot pack as tfjs-core is no dependency");
  const isPeer = (name: string) => name.startsWith("@tensorflow/") || !main.has(name);
  const all = { ...dependencies, ...Object.fromEntries(BACKENDS.map((name) => [name, core])) };
  const [own, peers] = [false, true].map((peer) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => isPeer(name) === peer))
  ) as [Record<string, string>, Record<string, string>];
  const optional = Object.keys(peers).filter((name) => !main.has(name));
  return {
    dependencies: { ...own, ...await gpuTypes(folder) },
    peerDependencies: peers,
    peerDependenciesMeta: Object.fromEntries(optional.map((name) => [name, { optional: true }])),
    browser: Object.fromEntries(
      TERMINAL.filter((name) => name in all).map((name) => [name, false]),
    ),
  };
}

/**
 * WebGPU's types where ours name them: not every TypeScript has them. The files that do refer to
 * them.
 */
async function gpuTypes(folder: string): Promise<Record<string, string>> {
  let isNamed = false;
  for (const file of await filesOf(folder, ".d.ts")) {
    const text = await Deno.readTextFile(`${folder}/${file}`);
    const code = text.replace(/\/\*[^]*?\*\//g, "");
    if (!/\bGPU[A-Z]\w*/.test(code)) continue;
    await Deno.writeTextFile(
      `${folder}/${file}`,
      `/// <reference types="@webgpu/types" />\n${text}`,
    );
    isNamed = true;
  }
  const config = JSON.parse(await Deno.readTextFile(new URL("demo/deno.json", root)));
  const [, version] = /@webgpu\/types@([\d.]+)/.exec(JSON.stringify(config)) ?? [];
  return isNamed ? { "@webgpu/types": `^${version}` } : {};
}

/** The files that do something when they are loaded. */
async function sideEffects(folder: string): Promise<string[]> {
  const files = await filesOf(folder, ".js");
  const texts = await Promise.all(files.map((file) => Deno.readTextFile(`${folder}/${file}`)));
  return files.filter((_, i) => packedFile(texts[i]!).acts);
}

async function run(command: string, args: string[], cwd: string | URL): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(
    command === "deno" ? Deno.execPath() : command,
    { args, cwd, env: { NO_COLOR: "1" }, stdin: "null" },
  ).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`Cannot pack as ${command} failed: ${text.decode(stderr).trim()}`);
  return text.decode(stdout);
}

if (import.meta.main) {
  console.log(await packForNpm(Deno.args[0] ?? new URL("out", root).pathname));
}
