/** Dispatches of the current WebGPU backend, counted. */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";

/** How many a call makes. */
export function dispatchesOf(run: () => void): number {
  const backend = tf.backend() as WebGPUBackend;
  const { runWebGPUProgram } = backend;
  let dispatches = 0;
  backend.runWebGPUProgram = (...args) => {
    dispatches++;
    return runWebGPUProgram.apply(backend, args);
  };
  try {
    run();
  } finally {
    backend.runWebGPUProgram = runWebGPUProgram;
  }
  return dispatches;
}
