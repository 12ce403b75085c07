/** Options and arguments of the losses: what is refused in which words, and what must not be. */
import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  balancedMse,
  type BalancedMseOptions,
  bmcLoss,
  bniLoss,
  gaiLoss,
  mseLoss,
  type Tensor,
} from "../../mod.ts";
import { read, readScalar, testOnBackends } from "../support/backends.ts";
import { reference } from "../support/reference.ts";

testOnBackends("losses: labels of more axes are refused with the reshape that helps", () => {
  tf.tidy(() => {
    const cases: [number[], string][] = [
      [[2, 3, 1], "reshape pred and target to [-1, 1]: current shape is [2,3,1]"],
      [[2, 3, 4, 1], "reshape pred and target to [-1, 1]: current shape is [2,3,4,1]"],
      [[2, 3, 4], "reshape pred and target to [-1, 4]: current shape is [2,3,4]"],
    ];
    for (const [shape, words] of cases) {
      const x = tf.zeros(shape);
      assertThrows(() => mseLoss(x, x), TypeError, words);
      assertThrows(() => bmcLoss(x, x, 1), TypeError, words);
      // What the message says is taken.
      const rows = tf.reshape(x, [-1, shape.at(-1)!]);
      mseLoss(rows, rows);
    }
  });
}, ["cpu"]);

testOnBackends("losses: a message neither reads nor prints a tensor", () => {
  tf.tidy(() => {
    const y = tf.zeros([2048, 1]); // more than tfjs keeps on the host
    const kept: unknown[] = [y, y];
    assertThrows(
      () => mseLoss(kept as unknown as Tensor, y),
      TypeError,
      "Cannot compute MSE as pred must be a tensor: current value is " +
        "[a float32 tensor of shape [2048,1], a float32 tensor of shape [2048,1]]",
    );
  });
});

testOnBackends("losses: kinds of options are refused with their value", () => {
  tf.tidy(() => {
    const x = tf.ones([2]);
    const run = (options: object) => () => bmcLoss(x, x, 1, options as BalancedMseOptions);
    const cases: [() => unknown, typeof TypeError | typeof RangeError, string][] = [
      [
        run({ restoreScale: "false" }),
        TypeError,
        'restoreScale must be true or false: current value is "false"',
      ],
      [
        run({ mseWeight: "1" }),
        TypeError,
        'mseWeight must be a finite float32 number >= 0: current value is "1"',
      ],
      [run({ priorWeight: 1e39 }), RangeError, "current value is 1e+39"],
      [
        run({ weights: [1e-50, 1] }),
        RangeError,
        "weights must be finite float32 numbers >= 0: current value of row 0",
      ],
      [
        run({ reductions: "sum" }),
        TypeError,
        'did you mean reduction: current value has "reductions"',
      ],
      [run({ ownLabel: true }), TypeError, 'current value has "ownLabel"'],
      [
        run(null as unknown as object),
        TypeError,
        "options must be an object: current value is null",
      ],
      [() => bmcLoss(x, x, 1e-50), RangeError, "noiseVar must be a positive finite float32"],
      [() => bmcLoss(x, x, [1e39]), RangeError, "noiseVar must be a positive finite float32"],
      [
        () => balancedMse(x, x, 1, { center: x, logWeights: x } as { center: Tensor }),
        TypeError,
        'did you mean logWeight: current value has "logWeights"',
      ],
      [
        () => bniLoss(x, x, 1, { centers: [1e39], weights: [1] }),
        RangeError,
        "centers must be finite float32 numbers: current value of column 0 is 1e+39",
      ],
      [
        () => gaiLoss(x, x, 1, { means: [0], weights: [1], variances: [1e-50] }),
        RangeError,
        "variances must be finite float32 numbers > 0: current value of column 0 is 1e-50",
      ],
      [
        () => gaiLoss(x, x, 1, { means: [0], weights: [1], covariances: [[["1" as never]]] }),
        TypeError,
        'matrices of numbers, alike and square: current component 0 is [["1"]]',
      ],
      [
        () => gaiLoss(x, x, 1, { means: [0], weights: [1], covariances: [[[1e-50]]] }),
        RangeError,
        "symmetric positive definite, in float32",
      ],
    ];
    for (const [call, kind, words] of cases) assertThrows(call, kind, words);
  });
}, ["cpu"]);

testOnBackends(
  "losses: a prior's weight that float32 cannot hold counts by its logarithm",
  async () => {
    const [pred, target, noiseVar] = [[[0.5], [9]], [[0], [10]], 1];
    const weights = [1e-50, 1e-60];
    const centers = [0, 10];
    const truth = reference({
      pred,
      target,
      noiseVar,
      prior: { center: centers.map((c) => [c]), logWeight: weights.map(Math.log) },
    }).nats;
    const [rows] = await read(() =>
      bniLoss(tf.tensor2d(pred), tf.tensor2d(target), noiseVar, { centers, weights }, {
        reduction: "none",
        restoreScale: false,
      })
    );
    rows!.forEach((row, i) => assertAlmostEquals(row, truth[i]!, 1e-4));
  },
);

testOnBackends("losses: in one dimension a rotation changes nothing", async () => {
  const loss = (rotation?: Tensor) => {
    const prior = { center: tf.tensor1d([0, 4]), variance: tf.tensor2d([[1], [2]]) };
    const pred = tf.tensor1d([1, 2, 3]);
    return balancedMse(pred, tf.zeros([3]), 1, { ...prior, ...(rotation && { rotation }) });
  };
  const turned = await readScalar(() => loss(tf.tensor3d([[[1]], [[-1]]])));
  assertEquals(turned, await readScalar(() => loss()));
});
