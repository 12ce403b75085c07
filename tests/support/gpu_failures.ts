/** What fails on a GPU without a word. */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { dispatch } from "../../src/webgpu/dispatch.ts";

/** More than CPU forwarding takes, and on the device. */
export const many = (value = 1) => tf.tidy(() => tf.relu(tf.fill([2000], value)));

/** What fails without a word, each disposed: what it computes nobody reads. */
export const FAILURES: Record<string, [run: () => void, message: RegExp]> = {
  "a shader that cannot compile": [() => {
    const backend = tf.backend() as WebGPUBackend;
    const { dataId } = dispatch(backend, {
      purpose: { action: "fail", advice: "do not" },
      key: "a shader that cannot compile",
      code: () => "fn main(index: i32) { result[index] = nothing; }",
      inputs: {},
      shape: [2000],
      threads: 2000,
      workgroup: 64,
      integers: {},
    });
    backend.disposeData(dataId);
  }, /nothing/],
  "more tensors than a shader binds": [() => {
    tf.tidy(() => void tf.addN(Array.from({ length: 9 }, () => many())));
  }, /Too many bindings|AddN/],
  "a masked recurrent network": [() => {
    tf.tidy(() => {
      const layer = tf.layers.lstm({ units: 3, recurrentInitializer: "zeros" });
      const model = tf.sequential({
        layers: [tf.layers.masking({ inputShape: [5, 3] }), layer],
      });
      model.predict(tf.ones([7, 5, 3]));
      model.dispose();
    });
  }, /./],
  "a binding beyond the limit": [() => {
    tf.tidy(() => void tf.fill([2 ** 25 + 1], 1));
  }, /limit/],
  "a buffer beyond what there is": [() => {
    tf.tidy(() => void tf.fill([2 ** 26 + 1], 1));
  }, /maximum buffer size/],
};
