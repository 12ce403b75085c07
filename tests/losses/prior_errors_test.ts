/** Priors, weights and noises that are none: errors by class and message. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertThrows } from "@std/assert";
import { bmcLoss, bniLoss, gaiLoss } from "../../mod.ts";
import { testOnBackends } from "../support/backends.ts";

testOnBackends("losses: a prior that is none is refused by name and value", () => {
  tf.tidy(() => {
    const [flat, plane] = [tf.zeros([3]), tf.zeros([3, 2])];
    const bni = (centers: unknown, weights: unknown) => () =>
      bniLoss(flat, flat, 1, { centers: centers as number[], weights: weights as number[] });
    const gai = (mixture: object) => () =>
      gaiLoss(plane, plane, 1, { weights: [1], means: [[0, 0]], ...mixture });
    const rules: [() => unknown, typeof TypeError | typeof RangeError, string][] = [
      [bni([], []), RangeError, "the prior must not be empty: current number of centers is 0"],
      [
        bni([0, 1], [1, -1]),
        RangeError,
        "weights must be finite numbers >= 0: current value of column 1 is -1",
      ],
      [bni([0, 1], [1, NaN]), RangeError, "current value of column 1 is NaN"],
      [
        bni([0, 1], [0, 0]),
        RangeError,
        "weights must not all be 0: current number of columns is 2",
      ],
      [
        bni([0, Infinity], [1, 1]),
        RangeError,
        "centers must be finite float32 numbers: current value of column 1 is Infinity",
      ],
      [bni([0, 1], [1]), TypeError, "BNI loss as weights must be [2]: current shape is [1]"],
      [
        bni([[0, 1]], [1]),
        TypeError,
        "BNI loss as centers must be [1, 1] or [1]: current shape is [1,2]",
      ],
      [bni("a", [1]), TypeError, 'centers must be numbers or a tensor: current value is "a"'],
      [bni(["a"], [1]), TypeError, 'centers must be numbers: current value of column 0 is "a"'],
      [
        bni([[0], 1], [1, 1]),
        TypeError,
        "rows of centers must have one length, 1: current row 1 is 1",
      ],
      [gai({}), TypeError, "must have variances or covariances: current keys are weights,means"],
      [gai({ variances: [[1, 1]], covariances: [] }), TypeError, "variances or covariances"],
      [
        gai({ variances: [[1, 0]] }),
        RangeError,
        "variances must be finite float32 numbers > 0: current value of column 0 is 0",
      ],
      [
        gai({ variances: [[1]] }),
        TypeError,
        "GAI loss as variances must be [1, 2] or [1]: current shape is [1,1]",
      ],
      [gai({ covariances: [] }), RangeError, "current number of covariances is 0"],
      [
        gai({ covariances: [[[1, 2], [2, 1]]] }),
        RangeError,
        "symmetric positive definite, in float32: current component 0 is [[1, 2], [2, 1]]",
      ],
      [
        gai({ covariances: [[[1, 0.5], [0, 1]]] }),
        RangeError,
        "current component 0 is [[1, 0.5], [0, 1]]",
      ],
      [
        gai({ covariances: [[[1, 0]]] }),
        TypeError,
        "alike and square: current component 0 is [[1, 0]]",
      ],
      [
        () =>
          gaiLoss(plane, plane, [1, 2], {
            weights: [1],
            means: [[0, 0]],
            covariances: [[[1, 0], [0, 1]]],
          }),
        TypeError,
        "takes a single noiseVar: current value is [1, 2]",
      ],
      [
        () => bmcLoss(flat, flat, 1, { mseWeight: -1 }),
        RangeError,
        "mseWeight must be a finite float32 number >= 0: current value is -1",
      ],
      [
        () => bmcLoss(flat, flat, 1, { priorWeight: NaN }),
        RangeError,
        "priorWeight must be a finite float32 number >= 0",
      ],
      [
        () => bmcLoss(flat, flat, 1, { weights: [1, 2] }),
        TypeError,
        "one value a row, 3: current length is 2",
      ],
      [() => bmcLoss(flat, flat, 1, { reference: tf.zeros([0]) }), RangeError, "must not be empty"],
      [
        () => bmcLoss(flat, flat, 1, { reference: plane }),
        TypeError,
        "reference must be [3, 1] or [3]: current shape is [3,2]",
      ],
      [
        () => bmcLoss(plane, plane, [1, 2, 3]),
        TypeError,
        "noiseVar must be a number, 2 numbers or a tensor",
      ],
      [
        () => bmcLoss(plane, plane, [1, 0]),
        RangeError,
        "positive finite float32: current value is 0",
      ],
    ];
    for (const [run, errorClass, message] of rules) {
      const error = assertThrows(run, errorClass, message);
      assert(error.message.startsWith("Cannot compute "), error.message);
    }
  });
});
