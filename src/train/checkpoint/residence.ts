/**
 * Where a tensor's numbers are.
 *
 * tfjs's webgpu backend computes with small tensors on the host while they are there, and not
 * always with the bits of the device. So for the same bits a tensor has to be where it was.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "../../tensor.ts";

interface DeviceBackend {
  readonly tensorMap: { get(id: object): { readonly resource?: unknown } | undefined };
  uploadToGPU(id: object): void;
}

/** Whether the numbers are on the device; never on a backend that has none. */
export function isOnDevice({ dataId }: Tensor): boolean {
  return deviceBackend()?.tensorMap.get(dataId)?.resource != null;
}

/** Brings the numbers to the device, if the backend has one. */
export function toDevice({ dataId }: Tensor): void {
  deviceBackend()?.uploadToGPU(dataId);
}

function deviceBackend(): DeviceBackend | undefined {
  return tf.getBackend() === "webgpu" ? tf.backend() as unknown as DeviceBackend : undefined;
}
