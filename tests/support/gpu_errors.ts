/**
 * Every test fails in which the GPU reported an error. What a test provokes on purpose it has to
 * ask for by `gpuErrors()`.
 *
 * Imported by backends.ts, and so by every file that uses WebGPU.
 */
import * as tf from "@tensorflow/tfjs";
import { gpuErrors } from "../../mod.ts";
import { submitPending, unasked } from "../../src/webgpu/device_reports.ts";

/** Throws where the GPU has reported what nobody has asked for. */
export async function checkGpuErrors(): Promise<void> {
  Object.values(tf.engine().registry).forEach(submitPending);
  // Deno tells of errors within a turn of its event loop; gpuErrors() would cost each test 11 ms.
  await new Promise((resolve) => setTimeout(resolve));
  if (unasked().length > 0) {
    throw new Error(`The GPU reported errors: ${(await gpuErrors()).join("; ")}`);
  }
}

Deno.test.afterEach(checkGpuErrors);
