/** `dimensions: "each"`: a call is as many calls as there are dimensions, whatever the options. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import {
  type BalancedMseOptions,
  bmcLoss,
  type BmcOptions,
  bniLoss,
  gaiLoss,
  type Tensor,
} from "../../mod.ts";
import { read, testOnBackends } from "../support/backends.ts";
import { normals } from "../support/cases.ts";
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
