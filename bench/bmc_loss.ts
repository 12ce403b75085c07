/**
 * How fast is bmcLoss by the direct method, and how much does it hold? Fused against composed against cpu.
 *
 * Composed: the same loss in tfjs operations on the same adapter. Writes bench/results.md. For the linear method see
 * bench/linear.ts.
 */
import * as tf from "@tensorflow/tfjs";
import { bmcLoss } from "../mod.ts";
import { environment, peakBytes, webgpu } from "./support/adapter.ts";
import { composedBmc } from "./support/composed.ts";
import { roofline } from "./support/roofline.ts";
import { repeat, time, type Timing } from "./support/time.ts";

const SIZES = [256, 1024, 4096, 16384];
const DIMS = [1, 3, 16];
const NOISE_VAR = 1;
/** Pair operations beyond which the cpu is not timed: some 4 s. */
const MOST_CPU_PAIRS = 2 ** 29;
const RESULTS = new URL("results.md", import.meta.url);

type Loss = (pred: tf.Tensor2D, target: tf.Tensor2D) => tf.Scalar;
const fused: Loss = (pred, target) =>
  bmcLoss(pred, target, NOISE_VAR, { method: "direct" }) as tf.Scalar;
const composed: Loss = (pred, target) => composedBmc(pred, target, NOISE_VAR);

/** The loss alone, or the gradient of pred, which needs the loss. */
function work(loss: Loss, gradient: boolean, pred: tf.Tensor2D, target: tf.Tensor2D) {
  return gradient
    ? () => tf.tidy(() => tf.grad((p) => loss(p as tf.Tensor2D, target))(pred))
    : () => loss(pred, target);
}

const backend = await webgpu();
const limit = backend.device.limits.maxStorageBufferBindingSize;
const format = ({ median, least, most }: Timing) =>
  `${median.toPrecision(3)} (${least.toPrecision(3)}–${most.toPrecision(3)})`;
const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(2);

const lines = [
  "# bmcLoss by the direct method: fused, composed, cpu",
  "",
  ...environment(backend, "deno task bench"),
  "- milliseconds a call, median (least–most) of 5 samples (3 above 2 s); repetitions are enqueued and read once, so that",
  "  the readback of about 11 ms is spread over a sample of about 400 ms",
  "- fused and composed on webgpu, cpu: our kernel on tfjs's cpu backend; MiB: the most GPU bytes in use",
  "  at once beyond pred and target; –: an intermediate exceeds the adapter's " +
  `${limit / 2 ** 20} MiB a binding, or the cpu takes seconds`,
  "",
  "| N | D | work | fused | composed | cpu | composed / fused | cpu / fused | MiB fused | MiB composed |",
  "|--:|--:|---|--:|--:|--:|--:|--:|--:|--:|",
];
console.log(lines.join("\n"));

for (const dim of DIMS) {
  for (const size of SIZES) {
    const [pred, target] = [tf.randomNormal([size, dim]), tf.randomNormal([size, dim])] as [
      tf.Tensor2D,
      tf.Tensor2D,
    ];
    const values = [await pred.data(), await target.data()];
    for (const gradient of [false, true]) {
      await tf.setBackend("webgpu");
      const ours = work(fused, gradient, pred, target);
      const fusedTime = await time(ours);
      const fusedBytes = await peakBytes(backend, () => repeat(ours, 1));
      let composedTime: Timing | undefined;
      let composedBytes: number | undefined;
      if (4 * size * size * dim <= limit) {
        const theirs = work(composed, gradient, pred, target);
        composedTime = await time(theirs);
        composedBytes = await peakBytes(backend, () => repeat(theirs, 1));
      }
      let cpuTime: Timing | undefined;
      if (size * size * dim <= MOST_CPU_PAIRS) {
        await tf.setBackend("cpu");
        const [p, t] = values.map((v) => tf.tensor2d(v, [size, dim])) as [tf.Tensor2D, tf.Tensor2D];
        cpuTime = await time(work(fused, gradient, p, t));
        tf.dispose([p, t]);
      }
      const ratio = (timing?: Timing) =>
        timing ? (timing.median / fusedTime.median).toPrecision(3) : "–";
      const cells = [
        size,
        dim,
        gradient ? "loss + gradient" : "loss",
        format(fusedTime),
        composedTime ? format(composedTime) : "–",
        cpuTime ? format(cpuTime) : "–",
        ratio(composedTime),
        ratio(cpuTime),
        mib(fusedBytes),
        composedBytes === undefined ? "–" : mib(composedBytes),
      ];
      lines.push(`| ${cells.join(" | ")} |`);
      console.log(lines.at(-1));
    }
    tf.dispose([pred, target]);
  }
}

await tf.setBackend("webgpu");
const size = 16384;
const start = tf.tensor1d([0.1, 0.2, 0.3, 0.4, 0.5, 1e-4]);
const limitTime = await time(() => roofline(backend, start, size, 1));
const [pred, target] = [tf.randomNormal([size, 1]), tf.randomNormal([size, 1])];
const noise = tf.scalar(NOISE_VAR);
const passTime = await time(() =>
  tf.tidy(() => {
    const loss = (p: tf.Tensor, s: tf.Tensor) => bmcLoss(p, target, s, { method: "direct" });
    const [ofPred, ofNoise] = tf.grads(loss as (...args: tf.Tensor[]) => tf.Tensor)([pred, noise]);
    return tf.add(ofPred!, ofNoise!); // one tensor to wait for
  })
);
const pair = (timing: Timing) => (timing.median * 1e6 / size ** 2).toFixed(3);
lines.push(
  "",
  `Roofline of the loop body in one dimension (difference, square, exp2, two sums; no memory): ` +
    `${pair(limitTime)} ns a pair; loss + gradients of pred and noise at N = ${size}: ${
      pair(passTime)
    } ns, ` +
    `${(passTime.median / limitTime.median).toFixed(2)} times the roofline.`,
  "",
);
console.log(lines.slice(-3).join("\n"));
Deno.writeTextFileSync(RESULTS, lines.join("\n"));
