/**
 * Rows far from every column, and columns that weigh nothing: what float32 can tell is told, and
 * nothing is NaN.
 */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { balancedMse, bmcLoss } from "../../../mod.ts";
import { directPass } from "../../../src/kernels/log_mass/webgpu_direct.ts";
import type { FuzzProblem } from "../../fuzz/problem.ts";
import { faultOf } from "../../fuzz/run.ts";
import { read, testOnBackends } from "../../support/backends.ts";
import { normals } from "../../support/cases.ts";

const f = Math.fround;
const list = (count: number, of: (i: number) => number[]) =>
  Array.from({ length: count }, (_, i) => of(i).map(f));
const direct = { options: { method: "direct" } } as const;

const YEARS = list(64, (i) => [2020 + .1 * (i % 7), 2021 - .13 * (i % 5)]);
const GRID = list(4096, (j) => [j / 512]);
const PLANE = list(4096, (j) => [j / 512, 1]);
/** Weight 1 but for the first `count` columns. */
const zeros = (count: number) => GRID.map((_, j) => j < count ? -Infinity : 0);

const PROBLEMS: Record<string, FuzzProblem> = {
  "years, and a fresh network": {
    pred: list(64, () => [0, 0]),
    target: YEARS,
    noise: [1.6e-5, 2.5e-5].map(f),
    options: {},
  },
  "years in 3-D, one noise": {
    pred: list(30, () => [0, 0, 0]),
    target: YEARS.slice(0, 30).map(([x, y], i) => [x!, y!, f(i / 9)]),
    noise: [f(1e-5)],
    options: {},
  },
  "years, weighted columns": {
    pred: list(2, () => [0, 0]),
    target: YEARS.slice(0, 2),
    center: YEARS,
    logWeight: YEARS.map((_, j) => f(-j / 3)),
    noise: [1.6e-5, 2.5e-5].map(f),
    options: {},
  },
  "one row and its own label, 4e4 sigmas off": {
    pred: [[0, 0]],
    target: [[2020, 2021]],
    noise: [.0025, .0036].map(f),
    options: {},
  },
  "a log weight of -236, 3e7 sigmas off": {
    pred: [[384821312]],
    target: [[0]],
    center: [[0]],
    logWeight: [f(-235.67)],
    noise: [f(124.65)],
    ...direct,
  },
  "1e19 above the labels": {
    pred: list(3, () => [1e19]),
    target: [[0], [1], [2]],
    noise: [1],
    ...direct,
  },
  "1e20 below the labels, whose squares are infinite": {
    pred: list(3, () => [-1e20]),
    target: [[0], [1], [2]],
    noise: [1e3],
    ...direct,
  },
  "the heaviest column far from the first": {
    pred: [[372968.78125, 186460.296875, -3.3363184928894043]],
    target: [[372968.6875, 186460.15625, -3.2789201736450195]],
    center: list(
      2,
      (j) =>
        j ? [373013.9375, -12.7130022, -31.027021] : [372974.96875, 186504.3125, 186492.484375],
    ),
    noise: [f(.0047942)],
    options: {},
  },
  "between columns 1e4 sigmas apart": {
    pred: list(40, (i) => [i * 1e4 + 3e3]),
    target: list(40, (i) => [i * 1e4]),
    noise: [1],
    ...direct,
  },
  "the first 1,500 columns weigh 0": {
    pred: [[.5], [1]],
    target: [[0], [1]],
    center: GRID,
    logWeight: zeros(1500),
    noise: [1],
    ...direct,
  },
  "all but 7 columns weigh 0, in 2-D": {
    pred: [[.5, 1], [1, 1]],
    target: [[0, 0], [1, 1]],
    center: PLANE,
    logWeight: zeros(4089),
    noise: [1],
    ...direct,
  },
  "the first 1,500 components weigh 0": {
    pred: [[.5], [1]],
    target: [[0], [1]],
    center: GRID,
    variance: GRID.map(() => [1]),
    logWeight: zeros(1500),
    noise: [1],
    ...direct,
  },
};

/**
 * Rows among columns far apart: whether the two walks' logits differ is luck of rounding, so there
 * are many.
 */
function scattered(dim: number, number: number): FuzzProblem {
  const next = normals(100 * dim + number);
  const size = 10 ** (2 + Math.abs(next()));
  const point = () => Array.from({ length: dim }, () => f(size * next() ** 5));
  const [rows, columns] = [1 + number % 5, 1 + number % 9];
  return {
    pred: list(rows, point),
    target: list(rows, point),
    noise: Array.from({ length: number % 2 ? dim : 1 }, () => f(10 ** (-5 - 2 * next()))),
    center: list(columns, point),
    ...(number % 3 && {
      logWeight: Array.from(
        { length: columns },
        (_, j) => j > 0 && j % 4 === 0 ? -Infinity : f(100 * next()),
      ),
    }),
    ...direct,
  };
}

for (const dim of [1, 2, 3]) {
  testOnBackends(`far rows: 60 problems of scattered columns in ${dim}-D`, async () => {
    for (let number = 0; number < 60; number++) {
      assertEquals(await faultOf(scattered(dim, number)), undefined, `number ${number}`);
    }
  });
}

for (const [name, problem] of Object.entries(PROBLEMS)) {
  testOnBackends(`far rows: ${name}`, async () => {
    assertEquals(await faultOf(problem), undefined);
  });
}

testOnBackends("far rows: the figures that were NaN, 0.27 and 0", async () => {
  const [years, one, gradient] = await read(() => [
    bmcLoss(tf.zeros([64, 2]), tf.tensor2d(YEARS), [1.6e-5, 2.5e-5]),
    bmcLoss(tf.zeros([1, 2]), tf.tensor2d([[2020, 2021]]), [.0025, .0036]),
    tf.grad((p) => bmcLoss(p, tf.tensor1d([0, 1, 2]), 1, direct.options) as tf.Scalar)(
      tf.fill([3], 1e19),
    ),
  ]);
  assertAlmostEquals(years![0]!, 2403.87, 0.005);
  assertEquals(one![0], 0);
  assertAlmostEquals(gradient![0]!, 4 / 3, 1e-6);
});

// A GPU splits the columns of a batch among many threads: the splits without a row's own label
// weigh nothing beside it.
testOnBackends(
  "far rows: a batch of labels far apart, its columns split as a GPU does",
  async () => {
    const rows = 3001;
    const [stats] = await read(() => {
      const target = tf.tensor2d(list(rows, (i) => [1000 * i, 1]));
      const inputs = { pred: tf.add(target, .25), target, noiseVar: tf.scalar(1), center: target };
      const info = directPass(tf.backend() as WebGPUBackend, inputs, { software: false });
      return tf.engine().makeTensorFromTensorInfo(info);
    });
    // The loss is 0, and so are its derivatives.
    assertEquals(Math.max(...stats!.map(Math.abs)), 0);
  },
  ["webgpu"],
);

// No number stands for a prior of no columns at all.
testOnBackends("far rows: where all columns weigh 0 the loss is NaN", async () => {
  for (const logWeight of [[-Infinity], zeros(4096)]) {
    const center = GRID.slice(0, logWeight.length);
    const [loss] = await read(() =>
      balancedMse(tf.tensor1d([.5]), tf.tensor1d([1]), 1, {
        center: tf.tensor2d(center),
        logWeight: tf.tensor1d(logWeight),
      }, direct.options)
    );
    assertEquals(loss![0], NaN);
  }
});
