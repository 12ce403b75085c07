/**
 * Kernels of ours: one implementation for webgpu, one for every other backend.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";

/** Registers the implementations; what it returns runs the kernel on the backend that there is. */
export function own(
  kernelName: string,
  webgpu: tf.KernelFunc,
  portable: tf.KernelFunc,
): (inputs: tf.NamedTensorMap, attrs?: tf.NamedAttrMap) => tf.Tensor {
  const register = (backendName: string, kernelFunc: tf.KernelFunc) =>
    tf.registerKernel({ kernelName, backendName, kernelFunc });
  register("webgpu", webgpu);
  return (inputs, attrs) => {
    const backendName = tf.getBackend();
    if (tf.getKernel(kernelName, backendName) === undefined) register(backendName, portable);
    return tf.engine().runKernel<tf.Tensor>(kernelName, inputs, attrs);
  };
}
