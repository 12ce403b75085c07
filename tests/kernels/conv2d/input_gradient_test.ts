/** The gradient of a convolution in its pictures: written everywhere, whatever the memory held before. */
import * as tf from "@tensorflow/tfjs";
import { assertNear } from "../../support/near.ts";
import { conv2dInputGrad } from "../../../src/kernels/conv2d/conv2d.ts";
import { testOnBackends, use } from "../../support/backends.ts";

/** Pictures, side, kernel, stride, channels, filters: few pixels a phase of the stride, many channels. */
const CASES = [
  [8, 2, 1, 2, 64, 128],
  [8, 2, 3, 2, 40, 33],
  [2, 3, 3, 2, 64, 8],
  [3, 5, 5, 3, 33, 4],
  [16, 4, 1, 2, 48, 7],
] as const;

testOnBackends("conv2d: the input's gradient is written everywhere", async () => {
  for (const [count, size, kernel, stride, channels, filters] of CASES) {
    const pad = (kernel - 1) / 2;
    const out = Math.ceil(size / stride);
    const filter = tf.randomNormal([kernel, kernel, channels, filters], 0, 1, "float32", 1);
    const dy = tf.randomNormal([count, out, out, filters], 0, 1, "float32", 2);
    const shape: [number, number, number, number] = [count, size, size, channels];
    const gradient = async () => {
      const tensor = conv2dInputGrad(shape, dy as tf.Tensor4D, filter as tf.Tensor4D, stride, pad);
      const values = await tensor.data();
      tensor.dispose();
      return values;
    };
    await use("cpu");
    const truth = await gradient();
    await use("webgpu");
    // tfjs hands buffers on as they are.
    const [a, b] = [tf.fill(shape, 1e6), tf.fill(shape, 2e6)];
    await Promise.all([a.data(), b.data()]);
    tf.dispose([a, b]);
    assertNear(await gradient(), truth, 1e-4, `${[count, size, kernel, stride, channels]}`);
    tf.dispose([filter, dy]);
  }
}, ["webgpu"]);
