/**
 * The batch-norm kernels on WebGPU: three dispatches forward, three backward, one where the
 * statistics are given.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { batchPurpose } from "../../webgpu/micro_batch.ts";
import {
  type BatchNormAttrs,
  type BatchNormFixedInputs,
  type BatchNormGradAttrs,
  type BatchNormGradInputs,
  type BatchNormInputs,
  batchNormSize,
} from "./contract.ts";
import { batchNormPlan } from "./plan.ts";
import { apply, gradientSums, inputGradient, moments, type Pass } from "./webgpu_pass.ts";

/** See {@linkcode BatchNormInputs}. */
export const batchNormWebgpu: tf.KernelFunc = (params) => {
  const pass = passOf<BatchNormInputs>(params);
  const [mean, variance] = moments(pass);
  const normalized = apply({ ...pass, inputs: { ...pass.inputs, mean, variance } });
  const { shape } = (params.inputs as unknown as BatchNormInputs).x;
  return [{ ...normalized, shape }, mean, variance];
};

/** See {@linkcode BatchNormFixedInputs}. */
export const batchNormFixedWebgpu: tf.KernelFunc = (params) => {
  const { shape } = (params.inputs as unknown as BatchNormInputs).x;
  return { ...apply(passOf<BatchNormFixedInputs>(params)), shape };
};

/** See {@linkcode BatchNormGradInputs}. */
export const batchNormGradWebgpu: tf.KernelFunc = (params) => {
  const pass = passOf<BatchNormGradInputs>(params);
  const { fixed } = params.attrs as unknown as BatchNormGradAttrs;
  const [sums, scale, offset] = gradientSums(pass);
  const x = inputGradient(pass, sums, fixed);
  pass.backend.disposeData(sums.dataId);
  const { shape } = (params.inputs as unknown as BatchNormInputs).x;
  return [{ ...x, shape }, scale, offset];
};

function passOf<Inputs>({ inputs, backend, attrs }: Parameters<tf.KernelFunc>[0]): Pass<Inputs> {
  const webgpu = backend as WebGPUBackend;
  const { x } = inputs as unknown as BatchNormInputs;
  // As vectors, so that pictures of all ranks share one pipeline.
  const flat = Object.entries(inputs).map(([name, info]) => [name, {
    dataId: info!.dataId,
    dtype: info!.dtype,
    shape: [tf.util.sizeFromShape(info!.shape)],
  }]);
  return {
    backend: webgpu,
    purpose: batchPurpose(webgpu, "normalize a batch", { x }),
    inputs: Object.fromEntries(flat) as Inputs,
    attrs: attrs as unknown as BatchNormAttrs,
    plan: batchNormPlan(batchNormSize(x), webgpu.device.adapterInfo.isFallbackAdapter),
  };
}
