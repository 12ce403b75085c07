/** Counts what a call sends to the GPU. */
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";

/** The dispatches of a call. */
export function dispatches(backend: WebGPUBackend, run: () => void): number {
  const { runWebGPUProgram } = backend;
  let count = 0;
  backend.runWebGPUProgram = (...args) => {
    count++;
    return runWebGPUProgram.apply(backend, args);
  };
  try {
    run();
  } finally {
    backend.runWebGPUProgram = runWebGPUProgram;
  }
  return count;
}
