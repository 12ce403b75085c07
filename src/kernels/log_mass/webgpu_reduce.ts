/**
 * From the statistics of the log-mass kernel to the loss, on WebGPU.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { sizeOf } from "../../check/size_of.ts";
import {
  hasNoiseByRow,
  LOG_MASS_PURPOSE,
  type LogMassAttrs,
  type LogMassInputs,
  reductionFactor,
} from "./contract.ts";
import { reduceStat, scaledRows } from "./portable_reduce.ts";
import { runShaders, type Shader, shader } from "../../webgpu/run_shaders.ts";
import * as shaders from "../../webgpu/shaders.gen.ts";

/** What the loss is multiplied by, for shaders that scale. */
function scaleShader(
  { pred, noiseVar }: Pick<LogMassInputs, "pred" | "noiseVar">,
  { restoreScale, dimensions }: LogMassAttrs,
): Shader {
  const restored = restoreScale ? 1 : 0;
  if (dimensions !== "each" && !hasNoiseByRow({ noiseVar })) {
    return shader(shaders.log_mass_scale, {
      inputs: { noiseVar },
      integers: { noiseDim: noiseVar.shape[0] ?? 1, restoreScale: restored },
    });
  }
  return shader(shaders.log_mass_scale_each, {
    inputs: { noiseVar },
    integers: {
      ...noisePlaces(noiseVar, dimensions === "each" ? pred.shape[1] ?? 1 : 1),
      restoreScale: restored,
    },
  });
}

/**
 * Where an element's noise lies, of `width` elements a row: at `element / noiseSpan % noises`. Not
 * of joint dimensions with several noises.
 */
export function noisePlaces({ shape }: tf.TensorInfo, width: number) {
  return {
    noiseSpan: shape.length === 2 && shape[1] === 1 ? width : 1,
    noises: sizeOf(shape),
  };
}

/** See `reduceStat` in portable_reduce.ts, of which this is the fused form. */
export function reduceStatWebgpu(
  backend: WebGPUBackend,
  stats: tf.Tensor,
  statistic: number,
  inputs: Pick<LogMassInputs, "pred" | "noiseVar">,
  attrs: LogMassAttrs,
): tf.Tensor {
  const { reduction, dimensions } = attrs;
  const rows = inputs.pred.shape[0]!;
  const noiseVar = inputs.noiseVar as tf.Tensor;
  if (reduction === "none") return scaledRows(stats, statistic, noiseVar, rows, attrs);
  const isMeanByRow = dimensions !== "each" && hasNoiseByRow(inputs) && noiseVar.shape[1]! > 1;
  if (isMeanByRow) return reduceStat(stats, statistic, noiseVar, rows, attrs);
  const scale = scaleShader(inputs, attrs);
  const sum = runShaders(backend, {
    purpose: LOG_MASS_PURPOSE,
    key: `log_mass_reduce ${scale.name}`,
    shaders: [
      scale,
      shader(shaders.log_mass_reduce, {
        inputs: { stats },
        integers: { rows: stats.shape[1]!, statistic },
        floats: { factor: reductionFactor(reduction, rows) },
      }),
    ],
    shape: [1],
    threads: 1,
    workgroup: 256,
  });
  return tf.engine().makeTensorFromTensorInfo({ ...sum, shape: [] });
}
