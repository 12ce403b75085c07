/**
 * How does the linear method grow? One dimension, N = M from 4,096 to 1,048,576, on webgpu and cpu.
 *
 * Writes bench/linear.md.
 */
import * as tf from "@tensorflow/tfjs";
import { environment, peakBytes, webgpu } from "./support/adapter.ts";
import { digits, format } from "./support/format.ts";
import { repeat, time, type Timing } from "./support/time.ts";
import { bmcBy, lossAndGradient } from "./support/work.ts";

const SIZES = Array.from({ length: 9 }, (_, k) => 4096 << k);
const MOST_DIRECT = 65536;
const SIGMAS = [1, 0.1];
const FAR_SIZE = 262144;
const RESULTS = new URL("linear.md", import.meta.url);

type Name = "webgpu" | "cpu";

/** Times loss and gradient on a backend, on tensors of its own. */
async function timeOn(
  name: Name,
  method: "direct" | "linear",
  sigma: number,
  values: { pred: Float32Array; target: Float32Array; mask?: boolean[] },
): Promise<Timing & { bytes: number }> {
  await tf.setBackend(name);
  const size = values.pred.length;
  const pred = tf.tensor2d(values.pred, [size, 1]);
  const target = tf.tensor2d(values.target, [size, 1]);
  const mask = values.mask && tf.tensor1d(values.mask, "bool");
  const work = lossAndGradient(bmcBy(method, sigma ** 2, mask), pred, target);
  const timing = await time(work);
  const bytes = name === "webgpu" ? await peakBytes(backend, () => repeat(work, 1)) : NaN;
  tf.dispose([pred, target, mask ?? []]);
  return { ...timing, bytes };
}

function normal(size: number): Float32Array {
  const tensor = tf.randomNormal([size]);
  const values = tensor.dataSync() as Float32Array;
  tensor.dispose();
  return values;
}

const backend = await webgpu();
const lines = [
  "# The linear method",
  "",
  ...environment(backend, "deno task bench:linear"),
  "- loss and gradient of pred, one dimension, N = M, labels and predictions normal with deviation 1; milliseconds a",
  "  call, median (least–most) of 5 samples (3 above 2 s), repetitions enqueued and read once; x: times the size before,",
  "  half as large; bytes: the most GPU bytes in use at once beyond pred and target, a row",
  "",
  "| N | sigma | webgpu linear | x | bytes | cpu linear | x | webgpu direct | direct / linear |",
  "|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
];
console.log(lines.join("\n"));

for (const sigma of SIGMAS) {
  let before: Record<Name, number> | undefined;
  for (const size of SIZES) {
    await tf.setBackend("cpu");
    const values = { pred: normal(size), target: normal(size) };
    const gpu = await timeOn("webgpu", "linear", sigma, values);
    const cpu = await timeOn("cpu", "linear", sigma, values);
    const direct = sigma === SIGMAS[0] && size <= MOST_DIRECT
      ? await timeOn("webgpu", "direct", sigma, values)
      : undefined;
    const cells = [
      size,
      sigma,
      format(gpu),
      before ? digits(gpu.median / before.webgpu) : "–",
      (gpu.bytes / size).toFixed(0),
      format(cpu),
      before ? digits(cpu.median / before.cpu) : "–",
      direct ? format(direct) : "–",
      direct ? digits(direct.median / gpu.median) : "–",
    ];
    lines.push(`| ${cells.join(" | ")} |`);
    console.log(lines.at(-1));
    before = { webgpu: gpu.median, cpu: cpu.median };
  }
}

lines.push(
  "",
  `Far rows, N = M = ${FAR_SIZE}, labels uniform in [20, 80], sigma 1: all predictions 0 (far) against predictions normal`,
  "with deviation 1 about their labels (near).",
  "",
  "| backend | near | far | far / near |",
  "|---|--:|--:|--:|",
);
await tf.setBackend("cpu");
const target = Float32Array.from({ length: FAR_SIZE }, () => 20 + 60 * Math.random());
const noise = normal(FAR_SIZE);
const near = target.map((label, i) => label + noise[i]!);
for (const name of ["webgpu", "cpu"] as const) {
  const nearTime = await timeOn(name, "linear", 1, { pred: near, target });
  const farTime = await timeOn(name, "linear", 1, { pred: new Float32Array(FAR_SIZE), target });
  const ratio = digits(farTime.median / nearTime.median);
  lines.push(`| ${name} | ${format(nearTime)} | ${format(farTime)} | ${ratio} |`);
}

lines.push(
  "",
  `Masked rows are columns of weight 0: N = M = ${FAR_SIZE} as above, near, every second one masked, and all with a label`,
  "above 50.",
  "",
  "| backend | none masked | every second | above 50 | the slower / none |",
  "|---|--:|--:|--:|--:|",
);
const masks = [(_: number, i: number) => i % 2 === 0, (label: number) => label <= 50];
for (const name of ["webgpu", "cpu"] as const) {
  const all = await timeOn(name, "linear", 1, { pred: near, target });
  const masked = [];
  for (const keep of masks) {
    const mask = Array.from(target, keep);
    masked.push(await timeOn(name, "linear", 1, { pred: near, target, mask }));
  }
  const ratio = digits(Math.max(...masked.map(({ median }) => median)) / all.median);
  lines.push(`| ${[name, format(all), ...masked.map(format), ratio].join(" | ")} |`);
}
lines.push("");
console.log(lines.slice(-14).join("\n"));
Deno.writeTextFileSync(RESULTS, lines.join("\n"));
