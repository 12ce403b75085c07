/**
 * What does importing this module cost beyond tfjs and its webgpu backend? Fresh processes, in turns.
 *
 * Writes bench/startup.md.
 */
import { environment, webgpu } from "./support/adapter.ts";

const PAIRS = 20;
const RESULTS = new URL("startup.md", import.meta.url);

const THEIRS = 'import "@tensorflow/tfjs"; import "@tensorflow/tfjs-backend-webgpu";';
const WITH_OURS = `${THEIRS} import "@balanced/mse";`;

/** Milliseconds from the start of a process that runs `code` to its end. */
async function milliseconds(code: string): Promise<number> {
  const start = performance.now();
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", code],
    cwd: new URL("..", import.meta.url),
  }).output();
  const elapsed = performance.now() - start;
  if (!success) throw new Error(`Cannot bench imports: ${new TextDecoder().decode(stderr)}`);
  return elapsed;
}

const quantile = (samples: number[], q: number) =>
  samples.toSorted((a, b) => a - b)[Math.round(q * (samples.length - 1))]!;

for (const code of [THEIRS, WITH_OURS]) await milliseconds(code); // transpiles, fills the caches
const pairs: { theirs: number; withOurs: number }[] = [];
for (let i = 0; i < PAIRS; i++) {
  // Each is first in every other pair.
  const first = await milliseconds(i % 2 === 0 ? THEIRS : WITH_OURS);
  const second = await milliseconds(i % 2 === 0 ? WITH_OURS : THEIRS);
  const [theirs, withOurs] = i % 2 === 0 ? [first, second] : [second, first];
  pairs.push({ theirs, withOurs });
}

const rows: Record<string, number[]> = {
  "tfjs and its webgpu backend": pairs.map(({ theirs }) => theirs),
  "tfjs, its webgpu backend and this module": pairs.map(({ withOurs }) => withOurs),
  "this module: the difference of a pair": pairs.map(({ theirs, withOurs }) => withOurs - theirs),
};
const lines = [
  "# Start-up: the import of this module",
  "",
  ...environment(await webgpu(), "deno task bench:startup"),
  `- milliseconds from the start of a process to its end; ${PAIRS} pairs of processes, in turns; all code cached`,
  "",
  "| imported | median | quartiles | least–most |",
  "|---|--:|--:|--:|",
  ...Object.entries(rows).map(([name, samples]) => {
    const [least, low, median, high, most] = [0, 0.25, 0.5, 0.75, 1].map((q) =>
      quantile(samples, q).toFixed(0)
    );
    return `| ${name} | ${median} | ${low}–${high} | ${least}–${most} |`;
  }),
];
console.log(lines.join("\n"));
Deno.writeTextFileSync(RESULTS, `${lines.join("\n")}\n`);
