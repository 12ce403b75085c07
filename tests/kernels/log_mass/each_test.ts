/** Dimensions that are for themselves against float64 truth, each by the bound of its own problem. */
import * as tf from "@tensorflow/tfjs";
import { assert } from "@std/assert";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { Method } from "../../../mod.ts";
import { logMassSize } from "../../../src/kernels/log_mass/contract.ts";
import { logMass } from "../../../src/kernels/log_mass/log_mass.ts";
import { type Plan, planOf } from "../../../src/kernels/log_mass/plan.ts";
import { tileOf } from "../../../src/kernels/log_mass/tile.ts";
import { directPass } from "../../../src/kernels/log_mass/webgpu_direct.ts";
import { read, testOnBackends } from "../../support/backends.ts";
import { type Case, problem } from "../../support/cases.ts";
import { naiveFloat32, reference } from "../../support/reference.ts";
import { ROUNDING, worst } from "../../support/worst.ts";

const ROWS = 61;

/** Problems of every kind, which one call has side by side. */
const OPTIONS = [
  { sigma: 0.3 },
  { sigma: 1e-3 },
  { sigma: 1e3 },
  { sigma: 0.3, offset: 2000 },
  { sigma: 0.3, far: 50 },
  { sigma: 0.01, far: -50 },
  { sigma: 1, equal: true },
];

const KINDS = {
  batch: {},
  "weighted columns": { columns: 35, weights: true },
  components: { columns: 9, weights: true, spread: true },
};

/** From `[D][N][1]` to `[N][D]`. */
const across = (dimensions: number[][][]) =>
  dimensions[0]!.map((_, i) => dimensions.map((rows) => rows[i]![0]!));

function inputsOf(parts: Case[], noiseVar: tf.Tensor) {
  const matrix = (of: (part: Case) => number[][]) => tf.tensor2d(across(parts.map(of)));
  const { logWeight, variance } = parts[0]!.prior;
  const target = matrix((part) => part.target);
  const isBatch = parts[0]!.prior.center === parts[0]!.target;
  return {
    pred: matrix((part) => part.pred),
    target,
    noiseVar,
    center: isBatch ? target : matrix((part) => part.prior.center),
    ...(logWeight && { logWeight: matrix(({ prior }) => prior.logWeight!.map((x) => [x])) }),
    ...(variance && { variance: matrix(({ prior }) => prior.variance!) }),
  };
}

/** `[N][D]` nats, gradients of pred and of noises, an element each. */
function results(parts: Case[], method: Method): Promise<Float32Array[]> {
  return read(() => {
    const noises = parts.map(({ noiseVar }) => noiseVar);
    const attrs = { reduction: "none", restoreScale: false, method, dimensions: "each" } as const;
    const loss = (inputs: ReturnType<typeof inputsOf>) => (pred: tf.Tensor, noiseVar: tf.Tensor) =>
      logMass({ ...inputs, pred, noiseVar }, attrs) as tf.Scalar;
    const common = inputsOf(parts, tf.tensor1d(noises));
    const byRow = inputsOf(parts, tf.tensor2d(Array.from({ length: ROWS }, () => noises)));
    const [rows, more] = [loss(common), loss(byRow)];
    const byPred = tf.grad((p) => rows(p, common.noiseVar))(common.pred);
    const both = tf.grads(more)([byRow.pred, byRow.noiseVar]);
    return [
      rows(common.pred, common.noiseVar),
      byPred,
      more(byRow.pred, byRow.noiseVar),
      ...both,
    ];
  });
}

for (const [kind, columns] of Object.entries(KINDS)) {
  const parts = OPTIONS.map((options, d) =>
    problem(kind, { rows: ROWS, dim: 1, ...columns, ...options }, d + 1)
  );
  const bounds = parts.map((part) => {
    const [truth, naive] = [reference(part), naiveFloat32(part)];
    const s = part.noiseVar;
    const kinds = {
      nats: [truth.nats, naive.nats, 1],
      gradPred: [truth.gradPred.flat(), naive.gradPred.flat(), 1 / Math.sqrt(s)],
      gradNoise: [truth.gradNoise, naive.gradNoise, 1 / s],
    } as const;
    return Object.entries(kinds).map(([name, [expected, values, unit]]) => {
      const limit = 2 * worst(values, expected as number[], unit) + 16 * ROUNDING;
      return { name, expected: expected as number[], unit, limit };
    });
  });

  const check = async (method: Method) => {
    const [nats, byPred, more, byPredToo, byNoise] = await results(parts, method);
    const found = { nats: [nats!, more!], gradPred: [byPred!, byPredToo!], gradNoise: [byNoise!] };
    bounds.forEach((bound, d) => {
      for (const { name, expected, unit, limit } of bound) {
        for (const values of found[name as keyof typeof found]) {
          const own = values.filter((_, k) => k % parts.length === d);
          // As in accuracy_test.ts: of the noises' gradients, the first row's.
          const some = name === "gradNoise" ? expected.slice(0, 1) : expected;
          const error = worst(own, some, unit);
          assert(error <= limit, `${name} of dimension ${d}: worst error ${error}, limit ${limit}`);
        }
      }
    });
  };
  testOnBackends(`each: ${kind}, as accurate as alone`, () => check("direct"));
  if (kind === "components") continue;
  testOnBackends(`each: ${kind}, linear, likewise`, () => check("linear"), ["webgpu", "cpu"]);
}

testOnBackends("each: every cut by rows and columns gives the same", async () => {
  const parts = [1, 2, 3].map((seed) =>
    problem("cut", { rows: ROWS, dim: 1, sigma: 0.3, columns: 301 }, seed)
  );
  const adapter = { software: true };
  const run = async (cut: (plan: Plan) => Plan) => {
    const [stats] = await read(() => {
      const inputs = inputsOf(parts, tf.tensor1d([0.5, 1, 2]));
      const size = logMassSize(inputs, "each");
      const tile = tileOf(size, "points", adapter);
      const plan = cut(planOf(size, tile));
      const backend = tf.backend() as WebGPUBackend;
      const info = directPass(backend, inputs, adapter, "each", tile, plan);
      return tf.engine().makeTensorFromTensorInfo(info);
    });
    return stats!;
  };
  const expected = [...await run((plan) => plan)];
  const blocks = [{ start: 0, end: 13 }, { start: 13, end: 40 }, { start: 40, end: ROWS }];
  const split = { span: 64, splits: 5 };
  for (const cut of [{ blocks }, split, { ...split, blocks }]) {
    const found = await run((plan) => ({ ...plan, ...cut }));
    assert(worst(found, expected, 1) < 2e-6, JSON.stringify(cut));
  }
}, ["webgpu"]);
