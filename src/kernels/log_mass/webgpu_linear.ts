/**
 * The WebGPU pass over a point prior of one dimension in linear time.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { labelTreeWebgpu, MOMENTS, treeSizes, VECTORS, weightShader } from "./label_tree_webgpu.ts";
import { LOG_MASS_PURPOSE, type LogMassInputs } from "./contract.ts";
import type { Adapter } from "./tile.ts";
import { radixSortWebgpu } from "../radix_sort/webgpu.ts";
import { checkSize } from "../../webgpu/limits.ts";
import { runShaders, shader } from "../../webgpu/run_shaders.ts";
import * as shaders from "../../webgpu/shaders.gen.ts";

/** Threads a workgroup. */
const WORKGROUP = 64;

/** Rows a vec4. */
const LANES = 4;

/**
 * Rows a thread, in fours. Neighbors share a node's load, which is what a software adapter's time
 * goes to.
 */
const quadsOf = ({ software }: Adapter) => software ? 4 : 1;

/** The last term of the series over a node's moments, which looks two moments ahead. */
const ORDER = MOMENTS - 2;

/** The statistics `[3, N]`. */
export function linearPass(
  backend: WebGPUBackend,
  inputs: LogMassInputs,
  adapter: Adapter,
): tf.TensorInfo {
  const { pred, target, noiseVar, center, logWeight } = inputs;
  const rows = pred.shape[0]!;
  // Before anything is made that nobody would free.
  checkSize(backend, "the result", { shape: [3, rows] }, LOG_MASS_PURPOSE);
  const quads = quadsOf(adapter);
  const sizes = { ORDER, QUADS: quads, LANES, MORE_VECTORS: VECTORS - 1 };
  const tree = labelTreeWebgpu(backend, center, logWeight);
  const { label, node, leaves, width } = tree;
  const sorted = radixSortWebgpu(backend, pred, "place");
  const integers = { rows, columns: center.shape[0]!, leaves };
  const stats = runShaders(backend, {
    purpose: LOG_MASS_PURPOSE,
    key: `log_mass_linear ${width} ${quads}`,
    shaders: [
      shader(shaders.label_tree_node, {}),
      weightShader(tree, integers.columns),
      shader(shaders.log_mass_linear_rows, {
        inputs: { pred: sorted, expected: target, label, node },
        integers,
      }),
      shader(shaders.log_mass_linear, { inputs: { noiseVar, label, node }, integers }),
    ],
    constants: { ...treeSizes(width), ...sizes },
    unrolled: sizes,
    shape: [3, rows],
    threads: Math.ceil(rows / (LANES * quads)),
    workgroup: WORKGROUP,
  });
  backend.disposeData(sorted.dataId);
  backend.disposeData(label.dataId);
  backend.disposeData(node.dataId);
  return stats;
}

/**
 * The statistics `[3, N D]` of dimensions that are for themselves, one after the other: where the
 * linear method is the faster one, a dimension is enough work for an adapter.
 */
export function linearPasses(
  backend: WebGPUBackend,
  inputs: LogMassInputs,
  adapter: Adapter,
): tf.Tensor {
  const tensors = inputs as LogMassInputs<tf.Tensor>;
  const { pred, target, noiseVar, center, logWeight } = tensors;
  const [rows, problems] = [pred.shape[0]!, pred.shape[1] ?? 1];
  checkSize(backend, "the result", { shape: [3, rows * problems] }, LOG_MASS_PURPOSE);
  return tf.tidy(() => {
    const stats = Array.from({ length: problems }, (_, d) => {
      const of = (tensor: tf.Tensor) => {
        const [count, width = 1] = tensor.shape as [number, number?];
        const matrix = tf.reshape(tensor, [count, width]);
        return tf.reshape(tf.slice(matrix, [0, Math.min(d, width - 1)], [count, 1]), [count]);
      };
      const noise = noiseVar.rank === 0 || noiseVar.size === 1 ? 0 : d;
      const info = linearPass(backend, {
        pred: of(pred),
        target: of(target),
        noiseVar: tf.slice(tf.reshape(noiseVar, [noiseVar.size]), noise, 1),
        center: of(center),
        ...(logWeight && { logWeight: of(logWeight) }),
      }, adapter);
      return tf.engine().makeTensorFromTensorInfo(info);
    });
    return tf.reshape(tf.stack(stats, 2), [3, rows * problems]);
  });
}
