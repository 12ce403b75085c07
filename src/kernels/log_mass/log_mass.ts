/**
 * The log mass of predictions under a label prior, as a tfjs kernel with its one registered
 * gradient.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { logMassCpu, logMassGradCpu } from "./cpu.ts";
import {
  type Dimensions,
  LOG_MASS,
  LOG_MASS_GRAD,
  LOG_MASS_PURPOSE,
  type LogMassAttrs,
  type LogMassGradAttrs,
  type LogMassInputs,
  logMassSize,
} from "./contract.ts";
import { logMassPortable } from "./portable.ts";
import { logMassGradPortable } from "./portable_grad.ts";
import { checkSize } from "../../webgpu/limits.ts";
import { logMassWebgpu } from "./webgpu.ts";
import { logMassGradWebgpu } from "./webgpu_grad.ts";

/**
 * Computes `logMass_i = log sum_j w_j N(pred_i; center_j, variance_j + noiseVar) - log N(target_i;
 * pred_i, noiseVar)`, reduced over the rows, of all dimensions together or of each for itself;
 * differentiable in `pred` and `noiseVar`. The losses check its inputs: see
 * {@linkcode LogMassInputs} for their shapes.
 */
export function logMass(inputs: LogMassInputs<tf.Tensor>, attrs: LogMassAttrs): tf.Tensor {
  checkLogMassFits(inputs, attrs.dimensions);
  const backendName = tf.getBackend();
  if (tf.getKernel(LOG_MASS, backendName) === undefined) {
    register(backendName, logMassPortable, logMassGradPortable);
  }
  return tf.tidy(() => {
    const [value] = tf.engine().runKernel<tf.Tensor[]>(
      LOG_MASS,
      inputs as unknown as tf.NamedTensorMap,
      attrs as unknown as tf.NamedAttrMap,
    );
    return value!;
  });
}

/** Throws where an input or the statistics exceed what the device can bind. */
export function checkLogMassFits(
  inputs: LogMassInputs<{ shape: number[] }>,
  dimensions?: Dimensions,
): void {
  const { rows, dim, noiseDim, problems } = logMassSize(inputs, dimensions);
  const result = { shape: [1 + noiseDim + dim, rows * problems] };
  for (const [name, tensor] of [...Object.entries(inputs), ["the result", result] as const]) {
    checkSize(tf.backend(), name, tensor, LOG_MASS_PURPOSE);
  }
}

function register(backendName: string, kernelFunc: tf.KernelFunc, gradFunc: tf.KernelFunc): void {
  tf.registerKernel({ kernelName: LOG_MASS, backendName, kernelFunc });
  tf.registerKernel({ kernelName: LOG_MASS_GRAD, backendName, kernelFunc: gradFunc });
}

register("webgpu", logMassWebgpu, logMassGradWebgpu);
register("cpu", logMassCpu, logMassGradCpu);

function refuse(action: string): () => tf.Tensor {
  return () => {
    throw new Error(
      `Cannot differentiate log mass ${action}: only pred and noiseVar, and only once`,
    );
  };
}

tf.registerGradient({
  kernelName: LOG_MASS,
  inputsToSave: ["pred", "noiseVar"],
  outputsToSave: [false, true],
  gradFunc: (dy, saved, attrs) => {
    const [pred, noiseVar, stats] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
    // The second output is this file's own and has no consumer: its gradient is zeros.
    const [upstream] = dy as tf.Tensor[];
    const gradient = (of: LogMassGradAttrs["of"]) =>
      tf.engine().runKernel<tf.Tensor>(
        LOG_MASS_GRAD,
        { upstream: upstream!, stats, pred, noiseVar },
        { ...attrs, of },
      );
    return {
      pred: () => gradient("pred"),
      noiseVar: () => gradient("noiseVar"),
      target: refuse("in target"),
      center: refuse("in the prior's center"),
      logWeight: refuse("in the prior's logWeight"),
      variance: refuse("in the prior's variance"),
      rotation: refuse("in the prior's rotation"),
    };
  },
});

// Without this a second derivative would be a silent zero: the statistics are data to the first.
// They do not lead back to pred on tfjs's tape, which is why the kernel takes pred as well.
tf.registerGradient({
  kernelName: LOG_MASS_GRAD,
  gradFunc: () => ({
    upstream: refuse("a second time"),
    stats: refuse("a second time"),
    pred: refuse("a second time"),
    noiseVar: refuse("a second time"),
  }),
});
