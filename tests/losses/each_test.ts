/** `dimensions: "each"` at its edges: noises of rows, masks, what is not finite, dispatches, memory, errors. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { balancedMse, bmcLoss, type BmcOptions, bniLoss, type Tensor } from "../../mod.ts";
import { read, testOnBackends } from "../support/backends.ts";
import { normals } from "../support/cases.ts";
import { dispatchesOf } from "../support/dispatches.ts";
import { worst } from "../support/worst.ts";

const [ROWS, DIM] = [13, 3];
const next = normals(3);
const matrix = (of = (x: number) => 2 * x) =>
  Array.from({ length: ROWS }, () => Array.from({ length: DIM }, () => Math.fround(of(next()))));
const DATA = {
  pred: matrix(),
  target: matrix(),
  labels: matrix(),
  noises: matrix((x) => x * x + 0.1),
};
const mask = Array.from({ length: ROWS }, (_, i) => i % 4 !== 1);

testOnBackends(
  "each: as many rows as dimensions, a noise a row is no noise a dimension",
  async () => {
    const noises = [0.2, 0.9, 3];
    const values = await read(() => {
      const [pred, target] = [DATA.pred, DATA.target].map((m) => tf.tensor2d(m.slice(0, DIM)));
      const options = { dimensions: "each", reduction: "none" } as const;
      const of = (noise: Tensor | number[]) => bmcLoss(pred!, target!, noise, options);
      const rows = noises.map((s, i) => tf.slice(bmcLoss(pred!, target!, s, options), i, 1));
      const byRow = of(tf.tensor2d(noises, [DIM, 1]));
      return [tf.concat(rows), byRow, of(noises), of(tf.tensor1d(noises))];
    });
    const [expected, byRow, byDimension, likewise] = values.map((x) => [...x]);
    assert(worst(byRow!, expected!, 1) < 1e-6);
    assertEquals(byDimension, likewise);
    assert(worst(byRow!, byDimension!, 1) > 0.1);
  },
);

testOnBackends("each: masked rows may hold NaN, as predictions and as noises", async () => {
  const run = (bad: number) => {
    const rows = (matrix: number[][]) =>
      tf.tensor2d(matrix.map((row, i) => mask[i] ? row : row.map(() => bad)));
    const loss = (p: Tensor, s: Tensor) =>
      bmcLoss(p, rows(DATA.target), s, { mask, dimensions: "each" }) as tf.Scalar;
    const { value, grads } = tf.valueAndGrads(loss)([rows(DATA.pred), rows(DATA.noises)]);
    return [value, ...grads];
  };
  const [expected, found] = [await read(() => run(1)), await read(() => run(NaN))];
  assertEquals(found, expected);
  assert(found.every((values) => values.every(Number.isFinite)));
});

testOnBackends("each: what is not finite, or no noise, spoils its rows", async () => {
  const [byLabel, byPred, byNoise, byWeight] = await read(() => {
    const bad = (rows: number[][], i: number, x: number) =>
      tf.tensor2d(rows.map((row, k) => k === i ? [row[0]!, x, row[2]!] : row));
    const [pred, target] = [tf.tensor2d(DATA.pred), tf.tensor2d(DATA.target)];
    const options = { dimensions: "each", reduction: "none" } as const;
    const logWeight = bad(DATA.labels, 2, NaN);
    const prior = { center: tf.tensor2d(DATA.labels), logWeight };
    return [
      bmcLoss(pred, bad(DATA.target, 4, Infinity), 1, options),
      bmcLoss(bad(DATA.pred, 4, NaN), target, 1, options),
      bmcLoss(pred, target, bad(DATA.noises, 4, 0), options),
      balancedMse(pred, target, 1, prior, options),
    ];
  });
  for (const rows of [byLabel!, byWeight!]) assert(rows.every(Number.isNaN));
  for (const rows of [byPred!, byNoise!]) {
    assertEquals([...rows].map(Number.isNaN), DATA.pred.map((_, i) => i === 4));
  }
});

for (const dim of [1, 60, 216]) {
  testOnBackends(`each: loss and gradient of ${dim} dimensions are 4 dispatches`, () => {
    tf.tidy(() => {
      const [pred, target] = [tf.ones([64, dim]), tf.zeros([64, dim])];
      const loss = (p: Tensor) => bmcLoss(p, target, 1, { dimensions: "each" }) as tf.Scalar;
      // The pass, the mean, the gradient, and tfjs's ones for the incoming gradient.
      assert(dispatchesOf(() => tf.valueAndGrad(loss)(pred)) <= 4);
    });
  }, ["webgpu"]);
}

testOnBackends("each: 50 steps leave nothing", async (backend) => {
  const bytes = () => (tf.memory() as unknown as { numBytesInGPU?: number }).numBytesInGPU;
  const [pred, target] = [tf.tensor2d(DATA.pred), tf.tensor2d(DATA.target)];
  const noises = [tf.scalar(1), tf.tensor1d([1, 2, 3]), tf.tensor2d(DATA.noises)];
  const step = async (noise: Tensor, method: "direct" | "linear") => {
    const options: BmcOptions = { dimensions: "each", method };
    const loss = (p: Tensor, s: Tensor) => bmcLoss(p, target, s, options) as tf.Scalar;
    const { value, grads } = tf.valueAndGrads(loss)([pred, noise]);
    await grads[1]!.data();
    await value.data();
    tf.dispose([value, grads]);
  };
  const steps = async (count: number) => {
    for (let i = 0; i < count; i++) {
      for (const noise of noises) await step(noise, i % 5 === 0 ? "linear" : "direct");
    }
  };
  await steps(2);
  const before = [tf.memory().numTensors, bytes()];
  await steps(backend === "webgpu" ? 16 : 5);
  assertEquals([tf.memory().numTensors, bytes()], before);
  tf.dispose([pred, target, noises]);
});

testOnBackends("each: what does not go together is refused", () => {
  tf.tidy(() => {
    const [rows, center] = [tf.ones([3, 2]), tf.ones([4, 2])];
    const eye = tf.tile(tf.expandDims(tf.eye(2), 0), [4, 1, 1]);
    const run =
      (prior: object, options: object = { dimensions: "each" }, noise: unknown = 1) => () =>
        balancedMse(rows, rows, noise as number, { center, ...prior }, options);
    const bins = (weights: unknown, dimensions = "each") => () =>
      bniLoss(rows, rows, 1, { centers: [[0, 1], [2, 3]], weights: weights as number[] }, {
        dimensions: dimensions as "each",
      });
    const rules: [() => unknown, typeof TypeError | typeof RangeError, string][] = [
      [run({}, { dimensions: "every" }), RangeError, "dimensions must be"],
      [run({}, { dimension: "each" }), TypeError, "did you mean dimensions"],
      [
        run({ variance: tf.ones([4, 2]), rotation: eye }),
        TypeError,
        "a prior with a rotation is of joint dimensions",
      ],
      [run({ center: tf.ones([4, 3]) }), TypeError, "center must be [4, 2] or [4, 1] or [4]"],
      [run({ center: tf.ones([4, 1]) }, {}), TypeError, "center must be [4, 2]: "],
      [run({ logWeight: tf.ones([4, 3]) }), TypeError, "logWeight must be [4] or [4, 2]"],
      [run({ logWeight: tf.ones([4, 2]) }, {}), TypeError, "logWeight must be [4]: "],
      [
        run({ variance: tf.ones([4]) }, { dimensions: "each", method: "linear" }),
        RangeError,
        'method "linear" wants',
      ],
      [
        run({}, {}, tf.ones([3])),
        TypeError,
        "or [2], or by row [3, 1] or [3, 2]: current shape is [3]",
      ],
      [run({}, {}, tf.ones([2, 1])), TypeError, "by row [3, 1] or [3, 2]: current shape is [2,1]"],
      [run({}, {}, [[1], [1], [1]]), TypeError, "noiseVar must be a number, 2 numbers or a tensor"],
      [bins([[1, 0], [2, 0]]), RangeError, "weights of dimension 1 must not all be 0"],
      [bins([[1, -1], [2, 1]]), RangeError, "weights must be finite numbers >= 0"],
      [bins(tf.ones([2, 2]), "joint"), TypeError, "weights must be [M]: current shape is [2,2]"],
      [bins(tf.ones([])), TypeError, "weights must be [M] or [M, D]: current shape is []"],
      [bins([[1, 1], [2, 1]], "joint"), TypeError, "weights must be [2]: current shape is [2,2]"],
    ];
    for (const [call, errorClass, message] of rules) {
      const error = assertThrows(call, errorClass, message);
      assert(/^Cannot compute (balanced MSE|BNI loss) as /.test(error.message), error.message);
    }
  });
}, ["cpu"]);
