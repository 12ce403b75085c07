/**
 * The backends that every suite runs on, and the way to a tensor's numbers.
 *
 * `portable` is tfjs's cpu backend under another name, without the kernels that we wrote for it: the
 * implementation for every other backend. WebGPU is never skipped in silence: no adapter is a failure,
 * unless the caller says NO_WEBGPU=1; then its tests count as ignored and a last line says so.
 */
import "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs";
import "../../mod.ts";
import "./gpu_errors.ts";
import { LAPLACE_MASS, LAPLACE_MASS_GRAD } from "../../src/kernels/laplace_mass/contract.ts";
import { LOG_MASS, LOG_MASS_GRAD } from "../../src/kernels/log_mass/contract.ts";
import { OPTIMIZER_STEP } from "../../src/kernels/optimizer_step/contract.ts";

tf.enableProdMode();

export type BackendName = "webgpu" | "cpu" | "portable";
export const BACKENDS: readonly BackendName[] = ["webgpu", "cpu", "portable"];

const WITHOUT_WEBGPU = Deno.env.get("NO_WEBGPU") === "1";
if (WITHOUT_WEBGPU) {
  addEventListener("unload", () => console.log("left out, as NO_WEBGPU=1: every test on webgpu"));
}

tf.registerBackend("portable", () => tf.findBackendFactory("cpu")() as tf.KernelBackend, 0);
tf.copyRegisteredKernels("cpu", "portable");
const KERNELS = [LOG_MASS, LOG_MASS_GRAD, LAPLACE_MASS, LAPLACE_MASS_GRAD, OPTIMIZER_STEP];
for (const kernel of KERNELS) {
  tf.unregisterKernel(kernel, "portable");
}

/** Makes a backend the current one, or throws. */
export async function use(backend: BackendName): Promise<void> {
  if (!(await tf.setBackend(backend))) {
    throw new Error(
      `Cannot test on ${backend} as there is no adapter: install a Vulkan driver, or say NO_WEBGPU=1`,
    );
  }
}

/** Registers a test on each backend; `leaky` says why tfjs itself may leave tensors behind in it. */
export function testOnBackends(
  name: string,
  run: (backend: BackendName) => void | Promise<void>,
  backends: readonly BackendName[] = BACKENDS,
  { leaky = "" } = {},
): void {
  for (const backend of backends) {
    Deno.test({
      name: `${name} [${backend}]`,
      ignore: WITHOUT_WEBGPU && backend === "webgpu",
      fn: async () => {
        await use(backend);
        const before = tf.memory().numTensors;
        await run(backend);
        // What a test forgets to dispose would hide a leak of the module's.
        const leaked = tf.memory().numTensors - before;
        if (leaked !== 0 && leaky === "") throw new Error(`${leaked} tensors leaked`);
      },
    });
  }
}

/** Runs `compute` in a tidy, reads its tensors in one go and disposes them. */
export async function read(compute: () => tf.Tensor | tf.Tensor[]): Promise<Float32Array[]> {
  const result = tf.tidy(compute);
  const tensors = Array.isArray(result) ? result : [result];
  const values = await Promise.all(tensors.map((tensor) => tensor.data<"float32">()));
  tf.dispose(tensors);
  return values;
}

/** The one number of a scalar result. */
export async function readScalar(compute: () => tf.Tensor): Promise<number> {
  return (await read(compute))[0]![0]!;
}
