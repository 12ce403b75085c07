/**
 * Packs the module for npm, as JavaScript with types: `deno task npm [FOLDER]`, default `out`.
 *
 * `deno pack` transpiles. What it cannot know is put right here: tfjs is the user's, a peer, since tensors of one
 * tfjs are none of another's.
 *
 * @module
 */
const root = new URL("../", import.meta.url);
const PEERS = ["@tensorflow/tfjs", "@tensorflow/tfjs-backend-webgpu"] as const;

/** What stands in package.json beside what `deno pack` writes. */
const ABOUT = {
  description: "Balanced MSE losses for imbalanced regression, as WebGPU kernels for TensorFlow.js",
  keywords: ["regression", "imbalanced", "loss", "webgpu", "tensorflow", "tfjs", "balanced-mse"],
  // The first of 20 that has process.getBuiltinModule.
  engines: { node: ">=20.16" },
};

/** Writes the tarball into a folder and returns its path. */
export async function packForNpm(folder: string): Promise<string> {
  const work = await Deno.makeTempDir();
  try {
    await run(
      "deno",
      ["pack", "--allow-dirty", "--no-source-maps", "-o", `${work}/deno.tgz`],
      root,
    );
    await run("tar", ["-xzf", "deno.tgz"], work);
    const path = `${work}/package/package.json`;
    const manifest = JSON.parse(await Deno.readTextFile(path));
    await Deno.writeTextFile(path, JSON.stringify({ ...manifest, ...ABOUT, ...peers(manifest) }));
    await Deno.mkdir(folder, { recursive: true });
    const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
    const packed = JSON.parse(await run("npm", [...args, `${work}/package`], root));
    return `${folder}/${packed[0].filename}`;
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** The dependencies without the peers, and the peers; WebGPU's backend is optional. */
function peers({ dependencies }: { dependencies: Record<string, string> }) {
  const [tfjs, webgpu] = PEERS;
  const version = dependencies[tfjs];
  if (version === undefined) throw new Error(`Cannot pack as ${tfjs} is no dependency`);
  const own = Object.entries(dependencies).filter(([name]) => name !== tfjs && name !== webgpu);
  return {
    dependencies: Object.fromEntries(own),
    peerDependencies: { [tfjs]: version, [webgpu]: version },
    peerDependenciesMeta: { [webgpu]: { optional: true } },
  };
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
