/** The linear method against the direct one: accuracy, what spoils a row, gradients, options, dispatches. */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { balancedMse, bmcLoss, type Method } from "../../../mod.ts";
import { linearPairs } from "../../../src/kernels/log_mass/webgpu.ts";
import { type BackendName, read, testOnBackends, use } from "../../support/backends.ts";
import { LINEAR_CASES, type LinearCase } from "../../support/linear_cases.ts";
import { type Statistics, statistics } from "../../support/statistics.ts";
import { normals } from "../../support/cases.ts";

const LINEAR: readonly BackendName[] = ["webgpu", "cpu"];

/** Half a unit in the last place of a float32 near 1. */
const ROUNDING = 2 ** -24;

/** Worst `|value - truth| / (unit + |truth|)` of each statistic; NaN if any value is. */
function errors(found: Statistics, truth: Statistics, s: number): Record<keyof Statistics, number> {
  const worst = (values: Float32Array, truth: Float32Array, unit: number) =>
    truth.reduce((most, expected, i) => {
      const error = Math.abs(values[i]! - expected) / (unit + Math.abs(expected));
      return error > most || Number.isNaN(error) ? error : most;
    }, 0);
  return {
    logMass: worst(found.logMass, truth.logMass, 1),
    noiseScore: worst(found.noiseScore, truth.noiseScore, 1 / s),
    shift: worst(found.shift, truth.shift, Math.sqrt(s)),
  };
}

/** The cpu's direct method sums in float64; accuracy_test.ts holds it against the truth. */
async function truthOf(test: LinearCase, backend: BackendName): Promise<Statistics> {
  await use("cpu");
  const truth = await statistics(test, "direct");
  await use(backend);
  return truth;
}

for (const test of LINEAR_CASES) {
  testOnBackends(`linear: ${test.name}`, async (backend) => {
    const truth = await truthOf(test, backend);
    const found = errors(await statistics(test, "linear"), truth, test.noiseVar);
    // The cpu adds in float64 either way.
    const direct = backend === "cpu"
      ? errors(truth, truth, test.noiseVar)
      : errors(await statistics(test, "direct"), truth, test.noiseVar);
    for (const key of ["logMass", "noiseScore", "shift"] as const) {
      const limit = 2 * direct[key] + 16 * ROUNDING;
      assert(found[key] <= limit, `${key}: worst error ${found[key]}, limit ${limit}`);
    }
  }, LINEAR);
}

// The square of its distance, in sigmas, is infinite in float32, and 0 times that must not reach the sums.
testOnBackends("linear: a label 1e20 sigmas off spoils no other row", async (backend) => {
  for (const logWeight of [undefined, new Float32Array(100)]) {
    const { pred, center } = small();
    const test = {
      ...small({ noiseVar: 1e-12, center: put(center, 1e14, 37), target: pred.slice() }),
      ...(logWeight && { logWeight }),
    };
    const truth = await truthOf(test, backend);
    const found = errors(await statistics(test, "linear"), truth, test.noiseVar);
    for (const error of Object.values(found)) assert(error <= 32 * ROUNDING, `error ${error}`);
  }
}, LINEAR);

// On webgpu, four neighbors among the predictions share a walk: nodes that only the others sum must not reach its sums, where
// 0 times its distance in their terms would be NaN. Its mass is the greatest label's alone.
testOnBackends("linear: a row 1e40 sigmas off keeps its statistics beside near ones", async () => {
  const { pred, center } = small();
  const near = (values: Float32Array) => values.map((value) => 1e-4 * value);
  const labels = near(center);
  const test: LinearCase = {
    ...small({ noiseVar: 1e-6, center: labels, pred: put(near(pred), 1e37, 0, 50) }),
    target: new Float32Array(100).fill(Math.max(...labels)),
  };
  const found = await statistics(test, "linear");
  for (const values of Object.values(found)) {
    assertEquals([values[0], values[50]], [0, 0]);
    assert(values.every(Number.isFinite));
  }
}, LINEAR);

// Rounding may say by thousands of bits that another label is heavier than the heaviest.
testOnBackends("linear: between weighted clusters, 1e7 sigmas off, all is finite", async () => {
  const normal = normals(8);
  const center = Float32Array.from({ length: 1000 }, (_, j) => (j % 2 ? -1e7 : 1e7) + normal());
  const logWeight = center.map(() => 5 * normal());
  const pred = center.map(() => 10 * normal());
  const found = await statistics(
    { center, logWeight, pred, target: center, noiseVar: 1 },
    "linear",
  );
  assert(Object.values(found).every((values) => values.every(Number.isFinite)));
}, LINEAR);

/** A small problem; `change` spoils it. */
function small(change: Partial<LinearCase> = {}): LinearCase {
  const normal = normals(11);
  const column = () => Float32Array.from({ length: 100 }, () => normal());
  const [center, pred, target] = [column(), column(), column()];
  return { name: "small", center, pred, target, noiseVar: 0.25, ...change };
}

/** `values` with `value` at the places. */
function put(values: Float32Array, value: number, ...places: number[]): Float32Array {
  return values.map((x, i) => places.includes(i) ? value : x);
}

testOnBackends("linear: what is not finite gives NaN in the rows where direct does", async () => {
  const { pred, target, center } = small();
  const flat = new Float32Array(100);
  for (const value of [NaN, Infinity, -Infinity]) {
    const spoiled: [string, Partial<LinearCase>][] = [
      ["center", { center: put(center, value, 37) }],
      ["weighted center", { center: put(center, value, 37), logWeight: flat }],
      ["pred", { pred: put(pred, value, 0, 63, 99) }],
      ["weighted pred", { pred: put(pred, value, 0, 63, 99), logWeight: flat }],
      ["target", { target: put(target, value, 0, 63, 99) }],
      ["weighted target", { target: put(target, value, 0, 63, 99), logWeight: flat }],
      ["weight", { logWeight: put(flat, value, 37) }],
      ["all weights", { logWeight: flat.map(() => value) }],
    ];
    for (const [name, change] of spoiled) {
      const direct = await statistics(small(change), "direct");
      const linear = await statistics(small(change), "linear");
      for (const key of ["logMass", "shift"] as const) {
        const nan = (values: Float32Array) => [...values.keys()].filter((i) => isNaN(values[i]!));
        const expected = nan(direct.logMass);
        assertEquals(nan(linear.logMass), expected, `${key} of ${name} ${value}`);
        assert(
          expected.every((i) => !Number.isFinite(linear[key][i]!)),
          `${key} of ${name} ${value}`,
        );
      }
    }
  }
}, LINEAR);

testOnBackends("linear: a noise that is not above 0 gives NaN", async () => {
  for (const noiseVar of [0, -1, NaN, -Infinity]) {
    for (const logWeight of [undefined, new Float32Array(100)]) {
      const found = await statistics(
        small({ noiseVar, ...(logWeight && { logWeight }) }),
        "linear",
      );
      assert(Object.values(found).every((values) => values.every(isNaN)), `${noiseVar}`);
    }
  }
}, LINEAR);

testOnBackends(
  "linear: the same bits from run to run, whatever the order of the columns",
  async () => {
    for (const weights of [false, true]) {
      const { center, pred, target, noiseVar } = LINEAR_CASES[2]!;
      const normal = normals(5);
      const logWeight = center.map(() => 5 * normal());
      const first: LinearCase = { name: "", center, pred, target, noiseVar };
      // 7919 and 20,000 have no common factor. Equal labels of different weights would keep the order they come in.
      const turn = (values: Float32Array) => values.map((_, j) => values[j * 7919 % 20_000]!);
      const second = { ...first, center: turn(center) };
      if (weights) {
        const heavier = new Map<number, number>();
        center.forEach((x, j) => heavier.set(x, logWeight[j]!));
        first.logWeight = center.map((x) => heavier.get(x)!);
        second.logWeight = turn(first.logWeight);
      }
      const expected = await statistics(first, "linear");
      assertEquals(await statistics(first, "linear"), expected);
      assertEquals(await statistics(second, "linear"), expected);
    }
  },
  LINEAR,
);

testOnBackends("linear: options and gradients are those of the direct method", async () => {
  const { center, pred, target, noiseVar } = LINEAR_CASES[2]!;
  const normal = normals(6);
  const size = 1000;
  const [reference, row, label] = [center, pred, target].map((x) => x.subarray(0, size));
  const mask = Array.from({ length: size }, (_, i) => i % 3 > 0);
  const weights = Array.from({ length: size }, () => Math.abs(normal()));
  const spoiled = put(row!, NaN, 0, 3, 6);
  type Loss = (pred: tf.Tensor, s: tf.Tensor, method: Method) => tf.Tensor;
  const t = () => tf.tensor2d(label!, [size, 1]);
  const losses: Record<string, Loss> = {
    plain: (p, s, method) => bmcLoss(p, t(), s, { method }),
    sum: (p, s, method) => bmcLoss(p, t(), s, { method, reduction: "sum", restoreScale: false }),
    weights: (p, s, method) => bmcLoss(p, t(), s, { method, weights }),
    mask: (p, s, method) => bmcLoss(p, t(), s, { method, mask }),
    "own label": (p, s, method) =>
      balancedMse(p, t(), s, { center: tf.tensor1d(reference!) }, { method, ownLabel: true }),
    reference: (p, s, method) => bmcLoss(p, t(), s, { method, reference: tf.tensor1d(center) }),
    terms: (p, s, method) => bmcLoss(p, t(), s, { method, mseWeight: 0.5, priorWeight: 2 }),
  };
  for (const [name, loss] of Object.entries(losses)) {
    const [direct, linear] = await Promise.all(
      (["direct", "linear"] as const).map((method) =>
        read(() => {
          const p = tf.tensor2d(name === "mask" ? spoiled : row!, [size, 1]);
          const { value, grads } = tf.valueAndGrads((p: tf.Tensor, s: tf.Tensor) =>
            loss(p, s, method) as tf.Scalar
          )([p, tf.scalar(noiseVar)]);
          return [value, ...grads];
        })
      ),
    );
    direct!.forEach((values, k) => {
      // The noise's gradient is a sum of terms of both signs, some 1 each.
      const scale = Math.max(...values.map(Math.abs));
      assert(Number.isFinite(scale) && scale > 0, `${name}: gradient ${k} is ${scale}`);
      values.forEach((x, i) => {
        const error = Math.abs(linear![k]![i]! - x);
        assert(
          error <= 32 * ROUNDING * (k === 2 ? 1 + scale : scale),
          `${name}: ${k}, ${i}: ${linear![k]![i]} against ${x}`,
        );
      });
    });
  }
}, LINEAR);

testOnBackends("linear: what it cannot do is said", () => {
  const [row, rows] = [tf.zeros([4]), tf.zeros([4, 3])];
  assertThrows(
    () => bmcLoss(rows, rows, 1, { method: "linear" }),
    RangeError,
    'Cannot compute balanced MSE as method "linear" wants labels of one dimension and a prior without variance: ' +
      "current value is 3 dimensions",
  );
  const prior = { center: row, variance: row };
  assertThrows(
    () => balancedMse(row, row, 1, prior, { method: "linear" }),
    RangeError,
    "current value is 1 dimension and a variance",
  );
  assertThrows(
    () => bmcLoss(row, row, 1, { method: "fast" as Method }),
    RangeError,
    'Cannot compute balanced MSE as method must be "auto", "direct" or "linear": current value is "fast"',
  );
  tf.dispose([row, rows]);
});

testOnBackends("linear: auto chooses it by the pairs, and never for few columns", () => {
  const backend = tf.backend() as WebGPUBackend;
  const run = backend.runWebGPUProgram;
  /** Whether a call sorts labels and predictions. */
  const sorts = (rows: number, columns: number, method: Method) => {
    let found = false;
    backend.runWebGPUProgram = (...args) => {
      found ||= args[0].shaderKey.startsWith("radix_sort");
      return run.apply(backend, args);
    };
    try {
      tf.tidy(() => {
        const row = tf.zeros([rows]);
        balancedMse(row, row, 1, { center: tf.zeros([columns]) }, { method });
      });
    } finally {
      backend.runWebGPUProgram = run;
    }
    return found;
  };
  const rows = linearPairs({ software: backend.device.adapterInfo.isFallbackAdapter }) / 4096;
  assert(sorts(rows, 4096, "auto"));
  assert(!sorts(rows - 1, 4096, "auto"));
  assert(!sorts(rows + 1000, 4095, "auto"));
  assert(!sorts(rows, 4096, "direct"));
  assert(sorts(1, 1, "linear"));
}, ["webgpu"]);
