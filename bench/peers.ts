/**
 * How fast are the peers? Ours, tfjs composed, jax-js and PyTorch, one after the other on one machine.
 *
 * Writes bench/peers.md. A peer that is not installed is left out by name.
 */
import * as tf from "@tensorflow/tfjs";
import type { PeerResult } from "./peers/batch.ts";
import { runProgram } from "./peers/program.ts";
import { environment, webgpu } from "./support/adapter.ts";
import { composedBmc } from "./support/composed.ts";
import { digits, format } from "./support/format.ts";
import { AGREEMENT, agrees, batchOf, measure } from "./support/measure.ts";
import { bmcBy } from "./support/work.ts";

const SIZES = [1024, 4096, 8192];
const NOISE_VAR = 1;
const RESULTS = new URL("peers.md", import.meta.url);

const INSTALL = {
  "jax-js webgpu":
    "`npm:@jax-js/jax@0.1.25`, as deno.json pins it: nothing to install; `jit(valueAndGrad(...))`",
  "jax-js wasm": "the same on its WebAssembly device",
  PyTorch:
    "`apt-get install -y python3-torch` (Debian), run by /usr/bin/python3; 2 threads, glibc keeps freed buffers",
};

const backend = await webgpu();
const limit = backend.device.limits.maxStorageBufferBindingSize;

/** A peer that takes longer hangs: jax-js on webgpu does where a buffer exceeds the adapter's limit. */
const PATIENCE_MS = 40_000;

/** Runs a peer's program: its results, or the reason why there are none. */
async function ofProgram(program: string, args: string[]): Promise<PeerResult[] | string> {
  const { lines, reason } = await runProgram(program, args, { patienceMs: PATIENCE_MS });
  const results = lines.filter((line) => "size" in line) as unknown as PeerResult[];
  return results.length > 0 ? results : reason;
}

const ours: PeerResult[] = [];
const composed: PeerResult[] = [];
for (const size of SIZES) {
  const batch = batchOf(size);
  ours.push(await measure(bmcBy("direct", NOISE_VAR), batch));
  if (4 * size ** 2 <= limit) {
    composed.push(await measure((p, t) => composedBmc(p, t, NOISE_VAR), batch));
  }
  tf.dispose([batch.pred, batch.target]);
}

// Each size in a process of its own, since a peer may end with one.
const jax = async (device: string) => {
  const args = ["run", "--allow-read", "bench/peers/jax.ts", device];
  const runs = [];
  for (const size of SIZES) runs.push(await ofProgram(Deno.execPath(), [...args, `${size}`]));
  const results = runs.flatMap((run) => typeof run === "string" ? [] : run);
  return results.length > 0 ? results : String(runs[0]);
};
const peers: Record<string, PeerResult[] | string> = {
  "tfjs composed": composed,
  "jax-js webgpu": await jax("webgpu"),
  "jax-js wasm": await jax("wasm"),
  PyTorch: await ofProgram("/usr/bin/python3", ["bench/peers/bmc_torch.py", ...SIZES.map(String)]),
};

/** The peer's time and its ratio to ours, where its numbers are right. */
function cells(results: PeerResult[] | string, own: PeerResult): [string, string] {
  const theirs = typeof results === "string" ? undefined : results.find((r) => r.size === own.size);
  if (theirs === undefined) return ["–", "–"];
  if (!agrees(theirs, own)) return ["wrong result", "–"];
  return [format(theirs), `${digits(theirs.median / own.median)} x`];
}

const names = Object.keys(peers);
const skipped = Object.entries(peers).filter(([, results]) => typeof results === "string");
const lines = [
  "# The peers",
  "",
  ...environment(backend, "deno task bench:peers"),
  "- BMC, loss and gradient of pred, one dimension, N = M; milliseconds a call, median (least–most) of 5 samples, and",
  "  how many times as long as ours; repetitions are enqueued and read once. Ours: `bmcLoss` on webgpu with",
  '  `method: "direct"`, every pair of row and column, as all peers compute it',
  "- –: the size exceeds what the peer can allocate; wrong result: it ends without an error, but its loss or gradient is",
  `  more than ${AGREEMENT} off`,
  ...Object.entries(INSTALL).map(([name, how]) => `- ${name}: ${how}`),
  ...skipped.map(([name, reason]) => `- ${name} did not run: ${reason}`),
  "",
  `| N | ours | ${names.map((name) => `${name} | / ours`).join(" | ")} |`,
  `|--:|--:|${names.map(() => "--:|--:|").join("")}`,
  ...ours.map((own) =>
    `| ${
      [own.size, format(own), ...names.flatMap((name) => cells(peers[name]!, own))].join(" | ")
    } |`
  ),
  "",
];
console.log(lines.join("\n"));
Deno.writeTextFileSync(RESULTS, lines.join("\n"));
