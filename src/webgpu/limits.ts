/**
 * What a device can take, checked before anything is encoded: afterwards it is reported to nobody
 * who waits.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import { sizeOf } from "../check/size_of.ts";
import { reportsOf, submitPending } from "./device_reports.ts";

/** What work is for, as an error tells it. */
export interface Purpose {
  /** What could not be done. */
  action: string;
  /** What may help. */
  advice: string;
}

/** What is checked of a tensor. */
type Sized = Pick<tf.TensorInfo, "shape">;

/** Limits in bytes of one buffer. */
const BYTES = ["maxStorageBufferBindingSize", "maxBufferSize"] as const;

/** Throws where the backend's device is lost; backends without a device have none to lose. */
export function checkDevice(backend: unknown, { action }: Pick<Purpose, "action">): void {
  const lost = reportsOf(backend)?.lost;
  if (lost === undefined) return;
  throw new Error(
    `Cannot ${action} as the GPU must not be lost, set up the backend anew: ` +
      `current error is "${lost}"`,
  );
}

/** Throws where a tensor is too large for the backend's device to bind. */
export function checkSize(backend: unknown, name: string, tensor: Sized, purpose: Purpose): void {
  const limits = (backend as { device?: GPUDevice }).device?.limits;
  if (limits === undefined) return;
  const bytes = 4 * sizeOf(tensor.shape);
  for (const limit of BYTES) {
    if (!(bytes > limits[limit])) continue;
    refuse(
      backend,
      purpose,
      `${name} [${tensor.shape}] exceeds`,
      limit,
      `${limits[limit]} bytes`,
      bytes,
    );
  }
}

/** Throws where a shader wants more buffers or threads than the backend's device has. */
export function checkShader(
  backend: { readonly device: GPUDevice },
  purpose: Purpose,
  { buffers, threads, workgroup }: { buffers: number; threads: number; workgroup: number },
): void {
  const { limits } = backend.device;
  // Beyond one dimension's most, tfjs spreads workgroups over all three.
  const groups = Math.ceil(Math.cbrt(Math.ceil(threads / workgroup)));
  const wanted = [
    ["maxStorageBuffersPerShaderStage", buffers, "buffers"],
    ["maxComputeInvocationsPerWorkgroup", workgroup, "threads a workgroup"],
    ["maxComputeWorkgroupSizeX", workgroup, "threads a workgroup"],
    ["maxComputeWorkgroupsPerDimension", groups, "workgroups a dimension"],
  ] as const;
  for (const [limit, value, what] of wanted) {
    if (value > limits[limit]) {
      refuse(backend, purpose, `the shader's ${what} exceed`, limit, `${limits[limit]}`, value);
    }
  }
}

function refuse(
  backend: unknown,
  { action, advice }: Purpose,
  excess: string,
  limit: string,
  most: string,
  value: number,
): never {
  // What was encoded for the same tensors before may exceed limits as well. A pass that fails takes
  // its whole submit with it: alone, it does not take what comes next.
  submitPending(backend);
  throw new RangeError(
    `Cannot ${action} as ${excess} the adapter's ${limit} of ${most}, ${advice}: ` +
      `current value is ${value}`,
  );
}
