/** `dimensions: "each"`: a call is as many calls as there are dimensions, whatever the options. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  balancedMse,
  type BalancedMseOptions,
  bmcLoss,
  type BmcOptions,
  bniLoss,
  gaiLoss,
  type Tensor,
} from "../../mod.ts";
import { read, testOnBackends } from "../support/backends.ts";
import { normals } from "../support/cases.ts";
import { dispatchesOf } from "../support/dispatches.ts";
import { worst } from "../support/worst.ts";

const [ROWS, DIM, COLUMNS] = [13, 3, 9];

type Loss = (pred: Tensor, target: Tensor, noise: Tensor, options: BmcOptions) => Tensor;

/** A matrix, or one of its columns. */
type Of = (matrix: number[][]) => number[][];

function matrices(seed: number) {
  const next = normals(seed);
  const matrix = (rows: number, width = DIM, of = (x: number) => 2 * x) =>
    Array.from(
      { length: rows },
      () => Array.from({ length: width }, () => Math.fround(of(next()))),
    );
  const positive = (x: number) => x * x + 0.1;
  return {
    pred: matrix(ROWS),
    target: matrix(ROWS),
    labels: matrix(COLUMNS),
    shared: matrix(COLUMNS, 1),
    weights: matrix(COLUMNS, DIM, positive),
    variances: matrix(COLUMNS, DIM, positive),
    noises: matrix(ROWS, DIM, positive),
    rowNoises: matrix(ROWS, 1, positive),
  };
}

const DATA = matrices(3);
const flat = (matrix: number[][]) => matrix.map(([x]) => x!);

/** Losses of all dimensions, or of those that `of` picks. */
const LOSSES: Record<string, (of: Of) => Loss> = {
  bmcLoss: () => bmcLoss,
  "bmcLoss, all labels": (of) => (p, t, s, options) =>
    bmcLoss(p, t, s, { ...options, labels: tf.tensor2d(of(DATA.labels)) }),
  "bmcLoss, a reference": (of) => (p, t, s, options) =>
    bmcLoss(p, t, s, { ...options, reference: tf.tensor2d(of(DATA.labels)) }),
  "bmcLoss, a reference for all": () => (p, t, s, options) =>
    bmcLoss(p, t, s, { ...options, reference: tf.tensor1d(flat(DATA.shared)) }),
  "bniLoss, weights for all": (of) => (p, t, s, options) =>
    bniLoss(p, t, s, { centers: of(DATA.labels), weights: flat(DATA.weights) }, options),
  "bniLoss, histograms of their own": (of) => (p, t, s, options) => {
    const weights = of(DATA.weights);
    const centers = of(DATA.labels);
    const bins = { centers, weights: weights[0]!.length > 1 ? weights : flat(weights) };
    return bniLoss(p, t, s, bins, options);
  },
  "gaiLoss, variances": (of) => (p, t, s, options) => {
    const mixture = {
      means: of(DATA.labels),
      variances: of(DATA.variances),
      weights: flat(DATA.weights),
    };
    return gaiLoss(p, t, s, mixture, options);
  },
  "gaiLoss, covariances": (of) => (p, t, s, options) => {
    const [means, variances] = [of(DATA.labels), of(DATA.variances)];
    const weights = flat(DATA.weights);
    if (variances[0]!.length === 1) return gaiLoss(p, t, s, { means, weights, variances }, options);
    const covariances = variances.map((row) =>
      row.map((v, d) => row.map((_, e) => e === d ? v : 0.01))
    );
    return gaiLoss(p, t, s, { means, weights, covariances }, options);
  },
};

const NOISES: Record<string, () => Tensor> = {
  one: () => tf.scalar(0.7),
  "one a dimension": () => tf.tensor1d([0.2, 0.9, 3]),
  "one a row": () => tf.tensor2d(DATA.rowNoises),
  "one a row and dimension": () => tf.tensor2d(DATA.noises),
};

const mask = Array.from({ length: ROWS }, (_, i) => i % 4 !== 1);
const weights = Array.from({ length: ROWS }, (_, i) => 0.5 + i % 3);
const OPTIONS: BalancedMseOptions[] = [
  {},
  { reduction: "sum", restoreScale: false },
  { reduction: "none", mask, weights },
  { mseWeight: 0.3 },
  { mseWeight: 2, priorWeight: 0.5, restoreScale: false, method: "direct" },
];

/** Value, gradient of pred and of the noise, the incoming gradient not 1. */
function worth(loss: (pred: Tensor, noise: Tensor) => Tensor, noise: Tensor): Tensor[] {
  const pred = tf.tensor2d(DATA.pred);
  const incoming = (value: Tensor) =>
    value.rank === 0 ? tf.scalar(3) : tf.add(1, tf.mod(tf.range(0, ROWS), 5));
  const sum = (p: Tensor, s: Tensor) => {
    const value = loss(p, s);
    return tf.sum(tf.mul(value, incoming(value))) as tf.Scalar;
  };
  return [loss(pred, noise), ...tf.grads(sum)([pred, noise])];
}

function oneByOne(make: (of: Of) => Loss, options: BalancedMseOptions) {
  const target = tf.tensor2d(DATA.target);
  const column = (t: Tensor, d: number) => tf.slice(t, [0, d], [ROWS, 1]);
  return (pred: Tensor, noise: Tensor) =>
    tf.addN(Array.from({ length: DIM }, (_, d) => {
      const noiseOf = noise.rank === 1
        ? tf.reshape(tf.slice(noise, d, 1), [])
        : noise.shape[1] === DIM
        ? column(noise, d)
        : noise;
      const of: Of = (matrix) => matrix.map((row) => [row[d]!]);
      return make(of)(column(pred, d), column(target, d), noiseOf, options);
    }));
}

for (const [name, make] of Object.entries(LOSSES)) {
  testOnBackends(`each: ${name} is the sum of a call a dimension`, async () => {
    for (const [noise, noiseOf] of Object.entries(NOISES)) {
      for (const options of OPTIONS) {
        const all = make((matrix) => matrix);
        const each = (pred: Tensor, s: Tensor) =>
          all(pred, tf.tensor2d(DATA.target), s, { ...options, dimensions: "each" });
        const found = await read(() => worth(each, noiseOf()));
        const expected = await read(() => worth(oneByOne(make, options), noiseOf()));
        found.forEach((values, k) => {
          assertEquals(values.length, expected[k]!.length);
          const size = Math.max(...expected[k]!.map(Math.abs));
          const error = worst(values, [...expected[k]!], size);
          assert(error < 2e-6, `noise ${noise}, ${JSON.stringify(options)}, ${k}: ${error}`);
        });
      }
    }
  });
}

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
