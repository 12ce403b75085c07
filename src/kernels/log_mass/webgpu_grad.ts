/**
 * The gradients of the log-mass kernel on WebGPU: one dispatch for that of the predictions.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import {
  hasNoiseByRow,
  LOG_MASS_PURPOSE,
  type LogMassGradAttrs,
  type LogMassGradInputs,
  reductionFactor,
} from "./contract.ts";
import { longSum } from "../long_sum.ts";
import { logMassGradPortable, noiseGradient } from "./portable_grad.ts";
import { noisePlaces, reduceStatWebgpu } from "./webgpu_reduce.ts";
import { runShaders, shader } from "../../webgpu/run_shaders.ts";
import * as shaders from "../../webgpu/shaders.gen.ts";

/** Threads a workgroup. */
const WORKGROUP = 64;

/** See {@linkcode LogMassGradInputs}. */
export const logMassGradWebgpu: tf.KernelFunc = (params) => {
  const tensors = params.inputs as unknown as LogMassGradInputs<tf.Tensor>;
  const attrs = params.attrs as unknown as LogMassGradAttrs;
  const { upstream, stats, pred, noiseVar } = tensors;
  const { reduction, restoreScale, of, dimensions } = attrs;
  const backend = params.backend as WebGPUBackend;
  if (of === "noiseVar") {
    if (noiseVar.size > 1 || noiseVar.rank === 2) return noiseGradient(tensors, attrs);
    return tf.tidy(() => {
      const sum = reduceStatWebgpu(backend, stats, 1, tensors, attrs);
      const product = tf.mul(upstream, sum);
      return tf.reshape(reduction === "none" ? longSum(product) : product, noiseVar.shape);
    });
  }
  const width = pred.shape[1] ?? 1;
  const [dim, noiseDim] = dimensions === "each" ? [1, 1] : [width, noiseVar.shape.at(-1) ?? 1];
  if (hasNoiseByRow({ noiseVar }) && noiseDim > 1) return logMassGradPortable(params);
  return runShaders(backend, {
    purpose: LOG_MASS_PURPOSE,
    key: "log_mass_grad",
    shaders: [
      shader(shaders.log_mass_scale, {
        inputs: { noiseVar },
        integers: { noiseDim, restoreScale: restoreScale ? 1 : 0 },
      }),
      shader(shaders.log_mass_grad, {
        inputs: { upstream, stats, noiseVar },
        integers: {
          rows: stats.shape[1]!,
          dim,
          noiseDim,
          ...noisePlaces(noiseVar, width),
          restoreScale: restoreScale ? 1 : 0,
          upstreamRows: reduction === "none" ? 1 : 0,
        },
        floats: { factor: reductionFactor(reduction, pred.shape[0]!) },
      }),
    ],
    shape: pred.shape,
    threads: pred.size,
    workgroup: WORKGROUP,
  });
};
