/**
 * One optimizer step of one variable, as a tfjs kernel.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { optimizerStepCpu } from "./cpu.ts";
import { OPTIMIZER_STEP, type OptimizerStepAttrs, type OptimizerStepInputs } from "./contract.ts";
import { optimizerStepPortable } from "./portable.ts";
import { optimizerStepWebgpu } from "./webgpu.ts";

/** Computes a variable's new value and its new moments: see {@linkcode OptimizerStepInputs}. */
export function optimizerStep(
  inputs: OptimizerStepInputs<tf.Tensor>,
  attrs: OptimizerStepAttrs,
): tf.Tensor[] {
  const backendName = tf.getBackend();
  if (tf.getKernel(OPTIMIZER_STEP, backendName) === undefined) {
    register(backendName, optimizerStepPortable);
  }
  return tf.engine().runKernel<tf.Tensor[]>(
    OPTIMIZER_STEP,
    inputs as unknown as tf.NamedTensorMap,
    attrs as unknown as tf.NamedAttrMap,
  );
}

function register(backendName: string, kernelFunc: tf.KernelFunc): void {
  tf.registerKernel({ kernelName: OPTIMIZER_STEP, backendName, kernelFunc });
}

register("webgpu", optimizerStepWebgpu);
register("cpu", optimizerStepCpu);
