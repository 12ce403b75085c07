/** Chromium's software adapter, which cannot compile our products, gets tfjs's convolutions. */
import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { conv2d } from "../../../src/kernels/conv2d/conv2d.ts";
import { read, testOnBackends } from "../../support/backends.ts";

testOnBackends("conv2d: SwiftShader gets no product of ours, and the same numbers", async () => {
  const backend = tf.backend() as WebGPUBackend;
  const run = backend.runWebGPUProgram;
  let own = 0;
  backend.runWebGPUProgram = (...args) => {
    own += args[0].shaderKey.startsWith("conv ") ? 1 : 0;
    return run.apply(backend, args);
  };
  const numbers = (shape: [number, number, number, number]) =>
    tf.reshape(tf.range(0, tf.util.sizeFromShape(shape)), shape) as tf.Tensor4D;
  const results = () =>
    read(() => {
      const [x, filter] = [numbers([1, 4, 4, 2]), numbers([3, 3, 2, 3])];
      const grads = tf.grads((x: tf.Tensor, filter: tf.Tensor) =>
        conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 1, 1)
      );
      return [conv2d(x, filter, 1, 1), ...grads([x, filter])];
    });
  const asIs = await results();
  assert(own >= 3);
  own = 0;
  const info = { vendor: "google", architecture: "swiftshader", description: "" };
  Object.defineProperty(backend.device, "adapterInfo", { value: info, configurable: true });
  try {
    assertEquals(await results(), asIs);
    assertEquals(own, 0);
  } finally {
    delete (backend.device as unknown as Record<string, unknown>).adapterInfo;
    backend.runWebGPUProgram = run;
  }
}, ["webgpu"]);
