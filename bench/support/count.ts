/** Counts what a call sends to the GPU. */
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";

/** The dispatches of a call. */
export function dispatches(backend: WebGPUBackend, run: () => void): number {
  return dispatched(backend, run).length;
}

/** The shader keys of a call's dispatches, in order. */
export function dispatched(backend: WebGPUBackend, run: () => void): string[] {
  const { runWebGPUProgram } = backend;
  const keys: string[] = [];
  backend.runWebGPUProgram = (...args) => {
    keys.push(args[0].shaderKey);
    return runWebGPUProgram.apply(backend, args);
  };
  try {
    run();
  } finally {
    backend.runWebGPUProgram = runWebGPUProgram;
  }
  return keys;
}

/** Milliseconds that each of a call's submits takes to return. */
export function submits(backend: WebGPUBackend, run: () => void): number[] {
  const { submitQueue } = backend;
  const times: number[] = [];
  backend.submitQueue = () => {
    const start = performance.now();
    submitQueue.call(backend);
    times.push(performance.now() - start);
  };
  try {
    run();
  } finally {
    backend.submitQueue = submitQueue;
  }
  return times;
}
