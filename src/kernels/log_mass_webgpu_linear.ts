/**
 * The WebGPU pass over a point prior of one dimension in linear time.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import {
  labelTreeWebgpu,
  MOMENTS,
  treeHeader,
  VECTORS,
  weightShader,
} from "./label_tree_webgpu.ts";
import { LOG_MASS_PURPOSE, type LogMassInputs } from "./log_mass_kernel.ts";
import { SHADERS } from "./shaders.gen.ts";
import { unroll } from "./unroll.ts";
import { dispatch } from "./webgpu_dispatch.ts";
import { wgslConstants } from "./wgsl_constants.ts";

/** Threads a workgroup. */
const WORKGROUP = 64;

/** The last term of the series over a node's moments, which looks two moments ahead. */
const ORDER = MOMENTS - 2;

/** The statistics `[3, N]`. */
export function linearPass(backend: WebGPUBackend, inputs: LogMassInputs): tf.TensorInfo {
  const { pred, target, noiseVar, center, logWeight } = inputs;
  const rows = pred.shape[0]!;
  const tree = labelTreeWebgpu(backend, center, logWeight);
  const { label, greatestWeight, node, leaves, width } = tree;
  const stats = dispatch(backend, {
    purpose: LOG_MASS_PURPOSE,
    key: `log_mass_linear ${width}`,
    code: () =>
      [
        treeHeader(width),
        weightShader(width),
        wgslConstants({ ORDER }),
        unroll(SHADERS.log_mass_linear, { ORDER, VECTORS }),
      ].join("\n"),
    inputs: {
      pred,
      expected: target,
      noiseVar,
      label,
      ...(greatestWeight && { greatestWeight }),
      node,
    },
    vectors: ["node"],
    shape: [3, rows],
    threads: rows,
    workgroup: WORKGROUP,
    integers: { rows, columns: center.shape[0]!, leaves },
  });
  backend.disposeData(label.dataId);
  backend.disposeData(node.dataId);
  return stats;
}
