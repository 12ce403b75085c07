/**
 * The mass of predictions under a label prior seen through Laplace noise, as a tfjs kernel with its
 * one registered gradient.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import {
  LAPLACE_MASS,
  LAPLACE_MASS_GRAD,
  type LaplaceMassAttrs,
  type LaplaceMassGradAttrs,
  type LaplaceMassInputs,
} from "./contract.ts";
import { laplaceMassCpu, laplaceMassGradCpu } from "./cpu.ts";
import { laplaceMassGradPortable, laplaceMassPortable } from "./portable.ts";
import { laplaceMassGradWebgpu, laplaceMassWebgpu } from "./webgpu.ts";

/**
 * Computes `|pred_i - target_i| / b + log sum_j w_j exp(-|pred_i - center_j| / b)`, dimension by
 * dimension, summed over these and reduced over the rows; differentiable in `pred` and the scale b.
 * The losses check its inputs: see {@linkcode LaplaceMassInputs} for their shapes.
 */
export function laplaceMass(
  inputs: LaplaceMassInputs<tf.Tensor>,
  attrs: LaplaceMassAttrs,
): tf.Tensor {
  const backendName = tf.getBackend();
  if (tf.getKernel(LAPLACE_MASS, backendName) === undefined) {
    register(backendName, laplaceMassPortable, laplaceMassGradPortable);
  }
  return tf.tidy(() => {
    const [value] = tf.engine().runKernel<tf.Tensor[]>(
      LAPLACE_MASS,
      inputs as unknown as tf.NamedTensorMap,
      attrs as unknown as tf.NamedAttrMap,
    );
    return value!;
  });
}

function register(backendName: string, kernelFunc: tf.KernelFunc, gradFunc: tf.KernelFunc): void {
  tf.registerKernel({ kernelName: LAPLACE_MASS, backendName, kernelFunc });
  tf.registerKernel({ kernelName: LAPLACE_MASS_GRAD, backendName, kernelFunc: gradFunc });
}

register("webgpu", laplaceMassWebgpu, laplaceMassGradWebgpu);
register("cpu", laplaceMassCpu, laplaceMassGradCpu);

function refuse(action: string): () => tf.Tensor {
  return () => {
    throw new Error(
      `Cannot differentiate balanced MAE ${action}: only pred and scale, and only once`,
    );
  };
}

tf.registerGradient({
  kernelName: LAPLACE_MASS,
  inputsToSave: ["pred", "scale"],
  outputsToSave: [false, true],
  gradFunc: (dy, saved, attrs) => {
    const [pred, scale, stats] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
    // The second output is this file's own and has no consumer: its gradient is zeros.
    const [upstream] = dy as tf.Tensor[];
    const gradient = (of: LaplaceMassGradAttrs["of"]) =>
      tf.engine().runKernel<tf.Tensor>(
        LAPLACE_MASS_GRAD,
        { upstream: upstream!, stats, pred, scale },
        { ...attrs, of },
      );
    return {
      pred: () => gradient("pred"),
      scale: () => gradient("scale"),
      target: refuse("in target"),
      center: refuse("in the prior's center"),
      logWeight: refuse("in the prior's logWeight"),
    };
  },
});

// Without this a second derivative would be a silent zero: see log_mass.ts.
tf.registerGradient({
  kernelName: LAPLACE_MASS_GRAD,
  gradFunc: () => ({
    upstream: refuse("a second time"),
    stats: refuse("a second time"),
    pred: refuse("a second time"),
    scale: refuse("a second time"),
  }),
});
