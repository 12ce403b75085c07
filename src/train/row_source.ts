/**
 * Where a tensor's rows come from: from the device, or from the host where all of them exceed what
 * it binds at once.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import type { Tensor } from "../tensor.ts";
import { type Numbers, read } from "../webgpu/read.ts";
import { isOnDevice } from "./checkpoint/residence.ts";

/** Gives the rows of a tensor in an epoch's order, some at a time. */
export interface RowSource {
  /**
   * Begins an epoch; without an order the rows stay in theirs. The same order on the host and as a
   * tensor.
   */
  begin(order: Int32Array | undefined, indices: Tensor | undefined): void | Promise<void>;
  /** Rows of the epoch as a new tensor. */
  part(start: number, size: number): Tensor;
  /** Ends the epoch. */
  end(): void;
}

/**
 * Whether a tensor is larger than what a shader can bind: on WebGPU what computes with it is wrong
 * in silence.
 */
export function exceedsBinding(tensor: Tensor): boolean {
  return 4 * tensor.size > bindingLimit();
}

function bindingLimit(): number {
  if (tf.getBackend() !== "webgpu") return Infinity;
  return (tf.backend() as WebGPUBackend).device.limits.maxStorageBufferBindingSize;
}

/** Gives a tensor's rows from where they can be had. */
export function rowSource(tensor: Tensor, name: string, action: string): RowSource {
  return exceedsBinding(tensor) ? hostRows(tensor, name, action) : deviceRows(tensor);
}

/** By one gather an epoch, and a slice a batch. */
function deviceRows(tensor: Tensor): RowSource {
  let epoch: Tensor | undefined;
  return {
    begin(_, indices) {
      epoch = indices ? tf.gather(tensor, indices as tf.Tensor1D) : tensor.clone();
    },
    part(start, size) {
      if (size === epoch!.shape[0]) return epoch!.clone();
      const inner = epoch!.shape.slice(1);
      return tf.slice(epoch!, [start, ...inner.map(() => 0)], [size, ...inner]);
    },
    end: () => epoch?.dispose(),
  };
}

/**
 * By copies on the host, of which each batch is uploaded.
 *
 * @throws {RangeError} If the numbers are not on the host any more.
 */
function hostRows(tensor: Tensor, name: string, action: string): RowSource {
  const { shape, dtype, size } = tensor;
  if (isOnDevice(tensor)) {
    throw new RangeError(
      `Cannot ${action} as ${name} [${shape}] must be within the adapter's ` +
        `maxStorageBufferBindingSize of ${bindingLimit()} bytes once it is on the GPU: give it ` +
        "as tf.tensor has made it of an array (scale the array before), or yield batches: " +
        `current number of bytes is ${4 * size}`,
    );
  }
  const stride = size / shape[0]!;
  let values: Numbers;
  let rows: Int32Array | undefined;
  return {
    async begin(order) {
      rows = order;
      values = await read(tensor); // on the host: the device is not asked
    },
    part(start, count) {
      const Values = values.constructor as Float32ArrayConstructor;
      const copy = new Values(count * stride);
      for (let i = 0; i < count; i++) {
        const row = rows ? rows[start + i]! : start + i;
        copy.set(values.subarray(row * stride, (row + 1) * stride), i * stride);
      }
      return tf.tensor(copy, [count, ...shape.slice(1)], dtype);
    },
    end() {},
  };
}
