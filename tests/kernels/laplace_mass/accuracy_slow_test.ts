/** Every backend against float64 truth: at most twice the worst error of the naive float32 program. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { bmaeLoss } from "../../../mod.ts";
import type { LaplaceMassAttrs } from "../../../src/kernels/laplace_mass/contract.ts";
import { read, testOnBackends, use } from "../../support/backends.ts";
import { LAPLACE_CASES, laplaceOf } from "../../support/laplace_cases.ts";
import { problem } from "../../support/cases.ts";
import {
  type LaplaceTruth,
  naiveLaplace,
  referenceLaplace,
} from "../../support/reference_laplace.ts";
import { sum } from "../../support/near.ts";
import { ROUNDING, worst } from "../../support/worst.ts";

/** Worst errors, in nats and their change by a scale; by the dimensions' scales. */
function errors(
  nats: ArrayLike<number>,
  gradPred: number[][],
  gradScale: number[][],
  truth: LaplaceTruth,
  scale: number[],
) {
  const column = (rows: number[][], d: number) => rows.map((row) => row[d]!);
  const each = (rows: number[][], expected: number[][]) =>
    Math.max(...scale.map((b, d) => worst(column(rows, d), column(expected, d), 1 / b)));
  return {
    nats: worst(nats, truth.nats.map(sum), scale.length),
    gradPred: each(gradPred, truth.gradPred),
    gradScale: each(gradScale, truth.gradScale.slice(0, gradScale.length)),
  };
}

for (const test of LAPLACE_CASES) {
  const truth = referenceLaplace(test);
  const naive = naiveLaplace(test);
  const { scale } = test;
  const bound = errors(naive.nats.map(sum), naive.gradPred, naive.gradScale, truth, scale);

  const run = async (attrs: Pick<LaplaceMassAttrs, "method"> = {}) => {
    const [nats, gradPred, gradScale] = await read(() => {
      const rows = laplaceOf(test, attrs);
      const [pred, b] = [tf.tensor2d(test.pred), tf.tensor1d(scale)];
      // The score of each row alone needs an incoming gradient that picks it: the first row's. The sum of all is checked
      // in gradients_test.ts.
      const first = tf.tensor1d(test.pred.map((_, i) => i === 0 ? 1 : 0));
      const of = (s: tf.Tensor) => rows(pred, s);
      return [rows(pred, b), tf.grad((p: tf.Tensor) => rows(p, b))(pred), tf.grad(of)(b, first)];
    });
    const dim = scale.length;
    const byRow = test.pred.map((_, i) => [...gradPred!.slice(i * dim, (i + 1) * dim)]);
    const found = errors(nats!, byRow, [[...gradScale!]], truth, scale);
    for (const key of ["nats", "gradPred", "gradScale"] as const) {
      const limit = 2 * bound[key] + 16 * ROUNDING;
      assert(found[key] <= limit, `${key}: worst error ${found[key]}, limit ${limit}`);
    }
  };
  testOnBackends(`laplace accuracy: ${test.name}`, () => run());
  if (scale.length > 20) continue; // a sort each, and nothing new
  testOnBackends(`laplace accuracy: ${test.name}, linear`, () => run({ method: "linear" }), [
    "webgpu",
  ]);
}

// Positions instead of differences would leave a rounding of 3000 / 0.001.
testOnBackends("laplace accuracy: a row and its own label alone is exactly 0", async () => {
  const [loss, grad, byScale] = await read(() => {
    const [p, t] = [tf.tensor1d([3000.25]), tf.tensor1d([0.1])];
    const of = (p: tf.Tensor, b: tf.Tensor) => bmaeLoss(p, t, b) as tf.Scalar;
    const { value, grads: [byPred, byScale] } = tf.valueAndGrads(of)([p, tf.scalar(1e-3)]);
    return [value, byPred!, byScale!];
  });
  assertEquals([...loss!, ...grad!, ...byScale!], [0, 0, 0]);
});

// A millionth of the distance to the labels is what float32 keeps of it, and all that counts here.
const far = async (attrs: Pick<LaplaceMassAttrs, "method"> = {}) => {
  const near = { target: [[0.5]], scale: [0.25], center: [[0], [0.1], [0.7], [1]] };
  // Outside of all labels the loss is what it is nearer to them.
  for (const at of [1e3, 1e6, 1e9, 1e13, 1e30, -1e9, -1e13]) {
    const truth = referenceLaplace({ ...near, pred: [[10 * Math.sign(at)]] });
    const test = { ...near, pred: [[at]] };
    const [nats, byScale] = await read(() => {
      const [p, b] = [tf.tensor2d(test.pred), tf.tensor1d(test.scale)];
      const rows = laplaceOf(test, attrs);
      return [rows(p, b), tf.grad((b: tf.Tensor) => rows(p, b))(b)];
    });
    assert(worst(nats!, truth.nats.flat(), 1) < 1e-6, `${at}: ${nats}, ${truth.nats}`);
    assert(worst(byScale!, truth.gradScale.flat(), 4) < 1e-6, `${at}: ${byScale}`);
  }
};
const FAR = "laplace accuracy: far predictions keep their digits";
testOnBackends(FAR, () => far());
testOnBackends(`${FAR}, linear`, () => far({ method: "linear" }), ["webgpu"]);

testOnBackends("laplace accuracy: blocks of rows are as good as one", async (backend) => {
  // 3,001 x 2,003 pairs: more than the portable implementation holds at once.
  const { pred, target, prior } = problem("blocks", {
    rows: 3001,
    dim: 1,
    sigma: 1,
    columns: 2003,
  });
  const test = { pred, target, scale: [1], center: prior.center };
  const run = () => laplaceOf(test)(tf.tensor2d(pred), tf.tensor1d(test.scale));
  const [nats] = await read(run);
  await use("cpu");
  const [expected] = await read(run);
  await use(backend);
  assert(worst(nats!, [...expected!], 1) < 1e-6);
}, ["portable"]);
