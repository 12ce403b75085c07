/**
 * Labels of whole numbers: int32, bool, and float32 tensors over a buffer of integers, which
 * webgpu's cast leaves.
 */
import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { adam, bmcLoss, mseLoss, type Tensor, train } from "../../mod.ts";
import { BACKENDS, read, testOnBackends } from "../support/backends.ts";
import {
  CALLS,
  degrees,
  flags,
  type Maker,
  MAKERS,
  plain,
  predictions,
  ROWS,
  shares,
  VARIANCE,
} from "../support/whole_labels.ts";

/** On `portable`, where all pairs are tfjs operations and take long, one call of each kind. */
const PORTABLE = ["target of 3 rows", "mixture with covariances", "mask", "mse, weights and mask"];

/**
 * A call of the same shapes: what it leaves on the device is what a shader that fails would hand
 * out.
 */
async function spoil(call: (make: Maker) => Tensor | Tensor[]): Promise<void> {
  await read(() => call((values, shape) => plain(values.map((x) => x / 2 + 1), shape)));
}

for (const [name, call] of Object.entries(CALLS)) {
  testOnBackends(`whole labels: ${name}`, async () => {
    for (const [kind, make] of Object.entries(MAKERS)) {
      await spoil(call);
      const found = await read(() => call(make));
      assertEquals(found, await read(() => call(plain)), kind);
    }
  }, BACKENDS.filter((backend) => backend !== "portable" || PORTABLE.includes(name)));
}

testOnBackends("whole labels: bool, and what is cast of it", async () => {
  const whole = (dtype: "bool" | "float32") =>
    tf.cast(tf.greater(tf.tensor1d(degrees), 0), dtype) as Tensor;
  const calls: ((labels: Tensor) => Tensor)[] = [
    (labels) => bmcLoss(shares(), labels, 0.25),
    (labels) => bmcLoss(shares(), tf.tensor1d(flags), 0.25, { reference: labels }),
    (labels) => mseLoss(shares(), labels),
    (labels) => bmcLoss(shares(), tf.tensor1d(flags), 0.25, { weights: labels, mask: labels }),
  ];
  for (const [i, call] of calls.entries()) {
    const [right] = await read(() => call(tf.tensor1d(flags)));
    for (const dtype of ["bool", "float32"] as const) {
      await read(() => call(tf.ones([ROWS])));
      const [found] = await read(() => call(whole(dtype)));
      assertEquals(found, right, `${i}, ${dtype}`);
    }
  }
});

const CASTS: Record<string, (make: Maker) => Tensor | Tensor[]> = {
  "a prediction": (make) => {
    const loss = (p: tf.Tensor) => bmcLoss(p, plain(degrees), VARIANCE) as tf.Scalar;
    const { value, grad } = tf.valueAndGrad(loss)(make(degrees.toReversed()));
    return [value, grad];
  },
  "a noise": (make) => bmcLoss(predictions(), plain(degrees), make([VARIANCE], [])),
  "a noise and its gradient": (make) => {
    const loss = (s: tf.Tensor) => bmcLoss(predictions(), plain(degrees), s) as tf.Scalar;
    return tf.grad(loss)(make([VARIANCE], []));
  },
  "a noise a dimension": (make) => {
    const pred = tf.stack([predictions(), shares()], 1);
    const loss = (p: tf.Tensor, s: tf.Tensor) =>
      bmcLoss(p, plain(degrees.concat(degrees), [ROWS, 2]), s) as tf.Scalar;
    return tf.grads(loss)([pred, make([16, 9])]);
  },
  "an incoming gradient": (make) => {
    const loss = (p: tf.Tensor) => bmcLoss(p, plain(degrees), VARIANCE, { reduction: "none" });
    return tf.grad(loss)(predictions(), make(degrees));
  },
};

for (const [name, call] of Object.entries(CASTS)) {
  testOnBackends(`whole labels: ${name} that was cast`, async () => {
    await spoil(call);
    const found = await read(() => call(MAKERS["int32, cast"]!));
    assertEquals(found, await read(() => call(plain)));
  }, ["webgpu", "cpu"]);
}

for (const name of ["float32", "int32"] as const) {
  testOnBackends(
    `whole labels: train with labels of ${name}, cast in the loss or not`,
    async () => {
      const losses: number[][] = [];
      for (const cast of [true, false]) {
        const layer = tf.layers.dense({ units: 1, inputShape: [1], kernelInitializer: "zeros" });
        const model = tf.sequential({ layers: [layer] });
        const optimizer = adam(0.5);
        const x = tf.tensor2d(degrees.map((degree) => degree / 50), [ROWS, 1]);
        const y = tf.tensor2d(degrees, [ROWS, 1], cast ? "int32" : "float32");
        const { history } = await train({
          model,
          data: { x, y },
          loss: (p, t) => bmcLoss(p, cast ? tf.cast(t, name) : t, VARIANCE),
          epochs: 2,
          batchSize: 64,
          optimizer,
        });
        losses.push(history.map(({ loss }) => loss));
        tf.dispose([x, y]);
        model.dispose();
        optimizer.dispose();
      }
      assertEquals(losses[0], losses[1]);
    },
  );
}

testOnBackends(
  "whole labels: their gradient is refused, predictions and noises are float32",
  () => {
    tf.tidy(() => {
      const [pred, whole] = [predictions(), MAKERS.int32!(degrees)];
      for (const make of Object.values(MAKERS)) {
        assertThrows(
          () => tf.grad((t: tf.Tensor) => bmcLoss(pred, t, 1) as tf.Scalar)(make(degrees)),
          Error,
          "Cannot differentiate log mass in",
        );
        assertThrows(
          () =>
            tf.grad((w: tf.Tensor) => mseLoss(pred, whole, { weights: w }) as tf.Scalar)(
              make(degrees),
            ),
          Error,
          "Cannot differentiate a loss in its weights",
        );
      }
      const [complex, text] = [
        tf.complex(degrees, degrees),
        tf.tensor1d(degrees.map(String), "string"),
      ];
      for (const loss of [mseLoss, (p: Tensor, t: Tensor) => bmcLoss(p, t, 1)]) {
        assertThrows(
          () => loss(whole, whole),
          TypeError,
          "pred must be float32: current dtype is int",
        );
        for (const labels of [complex, text]) {
          const message = `target must be float32, int32 or bool: current dtype is ${labels.dtype}`;
          assertThrows(() => loss(pred, labels), TypeError, message);
        }
      }
      const noise = tf.scalar(1, "int32");
      assertThrows(
        () => bmcLoss(pred, whole, noise),
        TypeError,
        "noiseVar must be float32: current",
      );
      for (const option of ["weights", "mask"]) {
        assertThrows(
          () => mseLoss(pred, whole, { [option]: complex }),
          TypeError,
          `${option} must be float32, int32 or bool: current dtype is complex64`,
        );
      }
    });
  },
  undefined,
  { leaky: "tfjs frees nothing of a gradient that throws" },
);
