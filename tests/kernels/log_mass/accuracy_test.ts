/** Every backend against float64 truth: at most twice the worst error of the naive float32 program. */
import * as tf from "@tensorflow/tfjs";
import { assert } from "@std/assert";
import { read, testOnBackends, use } from "../../support/backends.ts";
import { CASES, problem } from "../../support/cases.ts";
import { naiveFloat32, reference, type Truth } from "../../support/reference.ts";
import type { Method } from "../../../mod.ts";
import { lossOf, predTensor } from "../../support/tensors.ts";
import { ROUNDING, worst } from "../../support/worst.ts";

function errors(
  values: [ArrayLike<number>, ArrayLike<number>, ArrayLike<number>],
  truth: Truth,
  s: number,
) {
  return {
    nats: worst(values[0], truth.nats, 1),
    gradPred: worst(values[1], truth.gradPred.flat(), 1 / Math.sqrt(s)),
    gradNoise: worst(values[2], truth.gradNoise, 1 / s),
  };
}

for (const test of CASES) {
  const truth = reference(test);
  const naive = naiveFloat32(test);
  const bound = errors([naive.nats, naive.gradPred.flat(), naive.gradNoise], truth, test.noiseVar);

  const run = async (method: Method) => {
    const [nats, gradPred, gradNoise] = await read(() => {
      const rows = lossOf(test, { reduction: "none", restoreScale: false, method });
      const pred = predTensor(test);
      const noise = tf.scalar(test.noiseVar);
      const gradPred = tf.grad((p) => rows(p, noise))(pred);
      // The score of each row alone needs an incoming gradient that picks it; the weighted sum of all
      // is checked in gradients_test.ts. Here: the first row's.
      const first = tf.tensor1d(test.pred.map((_, i) => i === 0 ? 1 : 0));
      const gradNoise = tf.grad((s) => rows(pred, s))(noise, first);
      return [rows(pred, noise), gradPred, gradNoise];
    });
    const found = errors([nats!, gradPred!, gradNoise!], {
      ...truth,
      gradNoise: truth.gradNoise.slice(0, 1),
    }, test.noiseVar);
    for (const key of ["nats", "gradPred", "gradNoise"] as const) {
      const limit = 2 * bound[key] + 16 * ROUNDING;
      assert(found[key] <= limit, `${key}: worst error ${found[key]}, limit ${limit}`);
    }
  };
  testOnBackends(`accuracy: ${test.name}`, () => run("direct"));
  if (test.pred[0]!.length === 1 && !test.prior.variance) {
    testOnBackends(`accuracy: ${test.name}, linear`, () => run("linear"), ["webgpu", "cpu"]);
  }
}

// Positions instead of differences: one row, label 30, noise 14.6 left 3e-5 of MSE's gradient.
testOnBackends("accuracy: the gradient of a row and its own label alone is exactly 0", async () => {
  const [loss, grad] = await read(() => {
    const { value, grad } = tf.valueAndGrad((p) =>
      lossOf({ pred: [[3]], target: [[30]], noiseVar: 213.16, prior: { center: [[30]] } })(
        p,
        213.16,
      )
    )(tf.tensor2d([[3]]));
    return [value, grad];
  });
  assert(loss![0] === 0 && grad![0] === 0, `loss ${loss}, gradient ${grad}`);
});

testOnBackends("accuracy: blocks of rows are as good as one", async (backend) => {
  // 3,001 x 2,003 pairs: more than the portable implementation holds at once.
  const test = problem("blocks", { rows: 3001, dim: 1, sigma: 0.3, columns: 2003, weights: true });
  const run = () => lossOf(test, { reduction: "none" })(predTensor(test), test.noiseVar);
  const [nats] = await read(run);
  await use("cpu");
  const [expected] = await read(run);
  await use(backend);
  assert(worst(nats!, [...expected!], test.noiseVar) < 1e-6);
}, ["portable"]);
