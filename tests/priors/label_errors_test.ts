/** Bad input to labels, bins and weights: errors by class and message. */
import * as tf from "@tensorflow/tfjs";
import {
  fitLabelMixture,
  labelHistogram,
  type LabelHistogramOptions,
  type Labels,
  labelWeights,
  type LabelWeightsOptions,
  referenceSample,
} from "../../mod.ts";
import { assertRejections } from "../support/rejections.ts";

Deno.test("label errors: labels that are none, by every function", async () => {
  const ways: [string, (labels: Labels) => Promise<unknown>][] = [
    ["Cannot make label histogram", (labels) => labelHistogram(labels, { bins: 3 })],
    ["Cannot weigh labels", (labels) => labelWeights(labels, { bins: 3 })],
    ["Cannot fit label mixture", (labels) => fitLabelMixture(labels, { components: 1 })],
    ["Cannot draw reference sample", (labels) => referenceSample(labels, 1)],
  ];
  const gone = tf.zeros([3]);
  gone.dispose();
  const kept = [
    tf.zeros([2, 2, 2]),
    tf.scalar(1),
    tf.tensor1d(["24", "31"]),
    tf.zeros([0]),
  ];
  const [cube, scalar, words, none] = kept as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  for (const [prefix, run] of ways) {
    const bad = (labels: unknown) => () => run(labels as Labels);
    await assertRejections(prefix, [
      [bad([]), RangeError, "labels must not be empty: current shape is [0]"],
      [bad(new Float32Array(0)), RangeError, "must not be empty: current shape is [0]"],
      [bad([[], []]), RangeError, "must not be empty: current shape is [2,0]"],
      [bad(none), RangeError, "must not be empty: current shape is [0]"],
      [
        bad([1, NaN, 2, NaN, -Infinity, 3.5e38]),
        RangeError,
        "labels must be finite float32 numbers: of 6 labels currently 2 are NaN and 2 infinite",
      ],
      [bad([[NaN, 1], [NaN, NaN]]), RangeError, "of 2 labels currently 2 are NaN and 0 infinite"],
      [bad(undefined), TypeError, "labels must be numbers, rows of numbers, counts or a tensor"],
      [bad("12"), TypeError, 'current value is "12"'],
      [bad(7), TypeError, "current value is 7"],
      [bad([1, "2"]), TypeError, 'labels must be numbers: current label 1 is "2"'],
      [bad([1, , 2]), TypeError, "current label 1 is undefined"],
      [bad([1, [2]]), TypeError, "current label 1 is [2]"],
      [bad(new BigInt64Array(2)), TypeError, "current label 0 is 0n"],
      [bad([[1, 2], [3]]), TypeError, "of the same length, 2: current row 1 is of length 1"],
      [bad([[1], 2]), TypeError, "current row 1 is 2"],
      [bad(cube), TypeError, "labels must be [N] or [N, D]: current shape is [2,2,2]"],
      [bad(scalar), TypeError, "current shape is []"],
      [bad(words), TypeError, "labels must be float32, int32 or bool: current dtype is string"],
      [bad([scalar]), TypeError, "current label 0 is a float32 tensor of shape []"],
      [bad(gone), TypeError, "labels must not be disposed"],
    ]);
  }
  tf.dispose(kept);
});

Deno.test("label errors: bins and smoothing", async () => {
  const labels = [1, 2, 2, 7];
  const bin = (options: unknown) => () => labelHistogram(labels, options as LabelHistogramOptions);
  const smoothing = (smoothing: unknown) => bin({ bins: 3, smoothing });
  const range = "bins must be an integer >= 1 and <= 1000000: current value is ";
  await assertRejections("Cannot make label histogram", [
    [bin(undefined), TypeError, "options must be an object: current value is undefined"],
    [
      bin({}),
      TypeError,
      "exactly one of binWidth, bins and edges must be given: current number is 0",
    ],
    [bin({ bins: 2, binWidth: 1 }), TypeError, "current number is 2"],
    [bin({ binWidth: 0 }), RangeError, "binWidth must be a finite number > 0: current value is 0"],
    [bin({ binWidth: NaN }), RangeError, "current value is NaN"],
    [bin({ binWidth: "1" }), TypeError, "binWidth must be a finite number > 0"],
    [bin({ binWidth: 1e-6 }), RangeError, "at most 1,000,000 bins: current value is 0.000001"],
    [bin({ binWidth: 1e-20 }), RangeError, "must be resolved by a float64 at the largest label, 7"],
    [bin({ bins: 0 }), RangeError, range + "0"],
    [bin({ bins: 2.5 }), RangeError, range + "2.5"],
    [bin({ bins: 1e7 }), RangeError, range + "10000000"],
    [bin({ bins: "3" }), TypeError, range + '"3"'],
    [
      () => labelHistogram([1, 1 + 2 ** -52], { bins: 9 }),
      RangeError,
      "bins must be resolved by a float64 between the lowest label, 1, and the highest",
    ],
    [bin({ edges: [1] }), TypeError, "edges must be two numbers or more: current value is [1]"],
    [bin({ edges: 5 }), TypeError, "edges must be two numbers or more: current value is 5"],
    [bin({ edges: [0, NaN] }), RangeError, "edge 1 must be a finite number: current value is NaN"],
    [bin({ edges: [0, 5, 5, 9] }), RangeError, "must increase: current edges 1 and 2 are 5 and 5"],
    [bin({ edges: [9, 0] }), RangeError, "current edges 0 and 1 are 9 and 0"],
    [
      bin({ edges: [2, 3, 6.5] }),
      RangeError,
      "labels must lie within the edges, 2 to 6.5: of 4 labels currently 1 lie below and 1 above",
    ],
    [
      () => labelHistogram([[1, 2]], { bins: 2 }),
      TypeError,
      "labels must be [N] or [N, 1]: current shape is [1,2]",
    ],
    [smoothing(true), TypeError, "smoothing must be an object: current value is true"],
    [smoothing(null), TypeError, "smoothing must be an object: current value is null"],
    [
      smoothing({ kernel: "triang" }),
      RangeError,
      'kernel must be "gaussian", "triangular" or "laplace": current value is "triang"',
    ],
    [
      smoothing({ size: 4 }),
      RangeError,
      "smoothing's size must be odd: current value is 4",
    ],
    [smoothing({ size: 0 }), RangeError, "an integer >= 1 and <= 999999: current value is 0"],
    [smoothing({ size: "5" }), TypeError, 'current value is "5"'],
    [
      smoothing({ sigma: 0 }),
      RangeError,
      "sigma must be a finite number > 0 and <= 1000000: current value is 0",
    ],
    [
      smoothing({ sigma: 1e9 }),
      RangeError,
      "a finite number > 0 and <= 1000000: current value is 1000000000",
    ],
  ]);
});

Deno.test("label errors: weights", async () => {
  const weigh = (options: unknown) => () =>
    labelWeights([1, 2], { bins: 2, ...options as LabelWeightsOptions });
  const counts = "clip's counts must be 0 <= least <= greatest, greatest >= 1: current value is ";
  await assertRejections("Cannot weigh labels", [
    [
      weigh({ scheme: "none" }),
      RangeError,
      'scheme must be "inverse", "sqrt-inverse" or "dense": current value is "none"',
    ],
    [weigh({ clip: [5, 1] }), RangeError, counts + "[5, 1]"],
    [weigh({ clip: [-1, 5] }), RangeError, counts + "[-1, 5]"],
    [weigh({ clip: [0, 0.5] }), RangeError, counts + "[0, 0.5]"],
    [weigh({ clip: [NaN, 5] }), RangeError, counts + "[NaN, 5]"],
    [
      weigh({ clip: 5 }),
      TypeError,
      "clip must be [least, greatest], two numbers, or false: current",
    ],
    [
      weigh({ clip: [1] }),
      TypeError,
      "clip must be [least, greatest], two numbers, or false: current value is [1]",
    ],
    [weigh({ clip: ["1", 5] }), TypeError, 'two numbers, or false: current value is ["1", 5]'],
    [weigh({ lds: { size: 2 } }), RangeError, "lds's size must be odd: current value is 2"],
    [() => labelWeights([[1, 2]], { bins: 2 }), TypeError, "current shape is [1,2]"],
    [() => labelWeights([1], {}), TypeError, "exactly one of binWidth, bins and edges"],
    [() => labelWeights([1, 9], { edges: [0, 5] }), RangeError, "0 lie below and 1 above"],
  ]);
});
