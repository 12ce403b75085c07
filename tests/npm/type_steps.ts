/**
 * The tarball's types in the strictest project, which has no DOM, and its package.json as publint and
 * "are the types wrong" see it.
 */
import { assert, assertEquals } from "@std/assert";

/** Compiles only if the types are there: a misuse must be an error. */
const TYPED = `
import * as tf from "@tensorflow/tfjs-core";
import { bmcLoss, type LabelPrior, labelHistogram, type Tensor, train } from "@balanced/mse";
import { huberLoss, type LossValue, mseLoss } from "@balanced/mse/losses";
import { meanAbsoluteError } from "@balanced/mse/metrics";
import { referenceSample } from "@balanced/mse/priors";
import { adam, cosine } from "@balanced/mse/train";
import { FeatureSmoothing } from "@balanced/mse/layers";
const loss: Tensor = bmcLoss(tf.zeros([2]), tf.zeros([2]), 1);
const prior: LabelPrior = { center: loss, logWeight: undefined };
const bins: { centers: readonly number[] } = await labelHistogram([1, 2], { binWidth: 1, smoothing: undefined });
const epochs: Promise<{ history: readonly { loss: number }[] }> = train({
  model: { predict: (x: Tensor) => x, variables: [] }, loss: mseLoss, data: { x: loss, y: loss, mask: undefined },
  epochs: 1, batchSize: undefined, optimizer: adam(0.1), schedule: cosine(), validation: undefined });
// What a caller leaves undefined is the default.
bmcLoss(tf.zeros([2]), tf.zeros([2]), 1, { mask: undefined, weights: undefined, reduction: undefined });
new FeatureSmoothing({ edges: [0, 1], name: undefined, momentum: undefined });
// No casts: an optimizer takes a loss, any of them, and a sample has its labels' form.
tf.train.sgd(0.1).minimize(() => bmcLoss(tf.zeros([2]), tf.zeros([2]), 1));
const either: LossValue = (bins.centers.length > 1 ? mseLoss : huberLoss)(loss, loss);
const flat: number[] = await referenceSample([1, 2, 3], 2);
const rows: number[][] = await referenceSample([[1, 2], [3, 4]], 2);
const error: number = await meanAbsoluteError([1], [2]);
// @ts-expect-error: no number is a prediction
bmcLoss(1, tf.zeros([2]), 1);
// @ts-expect-error: no such option
bmcLoss(loss, loss, 1, { masks: [true] });
export { bins, either, epochs, error, flat, prior, rows };
`;

const CONFIG = {
  compilerOptions: {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    skipLibCheck: false,
    target: "es2022",
    lib: ["es2023"],
    types: [],
    module: "nodenext",
  },
  files: ["typed.ts"],
};

type Run = (command: string, args: string[], cwd: string) => Promise<string>;

/** Compiles and lints what is installed in a folder from a tarball. */
export async function typeSteps(
  t: Deno.TestContext,
  folder: string,
  tarball: string,
  run: Run,
): Promise<void> {
  await t.step("the types compile in a strict project without the DOM", async () => {
    await Deno.writeTextFile(`${folder}/typed.ts`, TYPED);
    await Deno.writeTextFile(`${folder}/tsconfig.json`, JSON.stringify(CONFIG));
    const tsc = new Deno.Command("npx", { args: ["tsc", "-p", "."], cwd: folder, stdin: "null" });
    const { stdout } = await tsc.output();
    const errors = new TextDecoder().decode(stdout).split("\n").filter((line) =>
      /error TS/.test(line)
    );
    // tfjs's own types name the DOM; nothing of ours may.
    assert(errors.some((line) => line.includes("@tensorflow/tfjs-core")), "the compiler ran");
    assertEquals(
      errors.filter((line) => !/^node_modules\/@(tensorflow|types|webgpu)\//.test(line)),
      [],
    );
  });

  await t.step("publint and attw find nothing", async () => {
    const lint = await run(
      "npx",
      ["publint", "run", tarball, "--strict", "--level", "warning"],
      folder,
    );
    assert(/All good/.test(lint), lint);
    // No require() of ES modules before Node 22, and we are one.
    await run("npx", ["attw", tarball, "--profile", "esm-only"], folder);
  });
}
