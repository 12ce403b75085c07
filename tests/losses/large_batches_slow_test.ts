/**
 * Batches of millions of rows: sums keep their digits, and what a device cannot bind is refused
 * before anything runs.
 */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  balancedMse,
  bmcLoss,
  focalMaeLoss,
  focalMseLoss,
  gaiLoss,
  huberLoss,
  maeLoss,
  mseLoss,
} from "../../mod.ts";
import { read, testOnBackends } from "../support/backends.ts";
import { withBindingLimit } from "../support/binding_limit.ts";

/** Runs with the sizes of what tfjs's backend makes on the device. */
function sizesOf(run: () => void): number[] {
  const backend = tf.backend() as WebGPUBackend;
  const program = backend.runWebGPUProgram;
  const sizes: number[] = [];
  backend.runWebGPUProgram = (...args) => {
    sizes.push(tf.util.sizeFromShape(args[0].outputShape));
    return program.apply(backend, args);
  };
  try {
    run();
  } finally {
    backend.runWebGPUProgram = program;
  }
  return sizes;
}

testOnBackends(
  "large batches: sums of millions of like rows are off by a few roundings",
  async () => {
    const rows = 2_000_003;
    const [p, t, w] = [0.3, 1.1, 0.7].map(Math.fround) as [number, number, number];
    const nats = ((p - t) ** 2 - p * p) / 2; // one column, at 0
    const found = await read(() => {
      const [pred, target, weights] = [p, t, w].map((x) => tf.fill([rows], x)) as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
      ];
      const prior = { center: tf.tensor1d([0]) };
      const scale = { restoreScale: false };
      const weighted = (s: tf.Tensor) => balancedMse(pred, target, s, prior, { ...scale, weights });
      return [
        balancedMse(pred, target, 1, prior, scale),
        tf.grad((s) => balancedMse(pred, target, s, prior, scale) as tf.Scalar)(tf.scalar(1)),
        weighted(tf.scalar(1)),
        tf.grad((s) => weighted(s) as tf.Scalar)(tf.scalar(1)),
        mseLoss(pred, target),
        maeLoss(pred, target, { weights }),
        tf.grad((x) => mseLoss(x, target, { reduction: "sum" }) as tf.Scalar)(pred).slice(rows - 1),
      ];
    });
    const expected = [nats, -nats, w * nats, -w * nats, (t - p) ** 2, w * (t - p), 2 * (p - t)];
    found.forEach((values, n) => {
      assertAlmostEquals(values[0]! / expected[n]!, 1, 1e-6, `result ${n}`);
    });
  },
);

testOnBackends("large batches: comparison losses over the limit are refused by name", () => {
  tf.tidy(() => {
    const pred = tf.zeros([500]);
    const losses = {
      MSE: mseLoss,
      MAE: maeLoss,
      "Huber loss": huberLoss,
      "focal MSE": focalMseLoss,
      "focal MAE": focalMaeLoss,
    };
    withBindingLimit(1600, () => {
      for (const [action, loss] of Object.entries(losses)) {
        const sizes = sizesOf(() => {
          assertThrows(
            () => loss(pred, pred),
            RangeError,
            `Cannot compute ${action} as pred [500] exceeds the adapter's maxStorageBufferBindingSize of ` +
              "1600 bytes, use a smaller batch: current value is 2000",
          );
        });
        assertEquals(sizes, []);
      }
    });
  });
}, ["webgpu"]);

testOnBackends("large batches: Balanced MSE is refused before anything has run", () => {
  tf.tidy(() => {
    const [pred, mask] = [tf.zeros([100, 3]), tf.ones([100], "bool")];
    const center = tf.zeros([200, 3]);
    withBindingLimit(1600, () => {
      const refused: [string, () => tf.Tensor][] = [
        [
          "log mass as the result [5,100]",
          () => balancedMse(pred, pred, 1, { center: pred }, { mask }),
        ],
        ["log mass as the result [5,100]", () => bmcLoss(pred, pred, 1, { mseWeight: 2 })],
        ["log mass as the result [5,100]", () => bmcLoss(pred, pred, 1, { mask })],
        [
          "balanced MSE as reference [200,3]",
          () => bmcLoss(pred, pred, 1, { mask, reference: center }),
        ],
        [
          "balanced MSE as the prior's center [200,3]",
          () => balancedMse(pred, pred, 1, { center, variance: tf.ones([200]) }),
        ],
      ];
      for (const [name, run] of refused) {
        tf.ones([200]); // so that sizes are those of the loss alone
        const sizes = sizesOf(() => {
          assertThrows(run, RangeError, `Cannot compute ${name} exceeds`);
        });
        assertEquals(sizes.filter((size) => size > 200), [], name);
      }
    });
  });
}, ["webgpu"]);

// [K, N, D] in one piece was over the limit from N = 65,537 on, D = 8 and K = 64, and the loss what
// was left in a buffer.
testOnBackends("large batches: full covariances go by blocks of rows", async () => {
  const [rows, dim, components] = [9001, 8, 64];
  const covariance = Array.from(
    { length: dim },
    (_, i) => Array.from({ length: dim }, (_, j) => i === j ? 2 : 0.5),
  );
  const mixture = {
    weights: Array(components).fill(1 / components),
    means: Array.from({ length: components }, () => Array(dim).fill(0)),
    covariances: Array(components).fill(covariance),
  };
  let found!: tf.Tensor[];
  const sizes = sizesOf(() => {
    found = tf.tidy(() => {
      const target = tf.zeros([rows, dim]);
      const loss = (p: tf.Tensor) => gaiLoss(p, target, 1, mixture) as tf.Scalar;
      const { value, grad } = tf.valueAndGrad(loss)(tf.ones([rows, dim]));
      return [value, grad];
    });
  });
  assert(Math.max(...sizes) <= 2 ** 22, `${Math.max(...sizes)} numbers`);
  // All components are one, of variance 5.5 along the prediction and 1.5 across.
  const logDensity = -(Math.log(1 + 5.5) + 7 * Math.log(1 + 1.5)) / 2 - dim / 6.5 / 2;
  const [loss, grad] = await Promise.all(found.map((tensor) => tensor.data()));
  tf.dispose(found);
  assertAlmostEquals(loss![0]!, 2 * (logDensity + dim / 2), 1e-5);
  // d loss / d pred = 2 s (pred / s - pred / 6.5) / N
  for (const i of [0, rows * dim - 1]) {
    assertAlmostEquals(grad![i]! * rows, 2 * (1 - 1 / 6.5), 1e-5);
  }
}, ["webgpu"]);
