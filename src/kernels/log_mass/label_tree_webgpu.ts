/**
 * The tree of the sorted labels (label_tree.ts) on WebGPU: a sort, then the nodes from the leaves up.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { LOG_MASS_PURPOSE } from "./contract.ts";
import { radixSortWebgpu } from "../radix_sort/webgpu.ts";
import { SHADERS } from "../../webgpu/shaders.gen.ts";
import { unroll } from "../../webgpu/unroll.ts";
import { dispatch } from "../../webgpu/dispatch.ts";
import { checkSize } from "../../webgpu/limits.ts";
import { wgslConstants } from "../../webgpu/wgsl_constants.ts";

const WORKGROUP = 64;

/** Labels a leaf, moments a node, and vec4s of a node's numbers up to these. */
const LEAF = 8;
export const MOMENTS = 13;
export const VECTORS = (3 + MOMENTS) / 4;

export interface LabelTreeWebgpu {
  /** `[width, M]`: the labels, ascending, and the logarithms of their weights where width is 2. */
  label: tf.TensorInfo;
  /** The greatest of the weights' logarithms, from which the nodes count their bits. */
  greatestWeight: tf.TensorInfo | undefined;
  /** `[2 leaves, numbers a node]` in heap order. */
  node: tf.TensorInfo;
  leaves: number;
  /** 2 with weights, else 1. */
  width: number;
}

/** Numbers a node: those of `VECTORS`, and with weights a vec4 that begins with the greatest one's bits. */
function stride(width: number): number {
  return 4 * (VECTORS + (width === 2 ? 1 : 0));
}

/** What stands in front of the shaders that know the nodes of a tree of this `width`. */
export function treeHeader(width: number): string {
  const sizes = { WIDTH: width, LEAF, MOMENTS, STRIDE: stride(width), VECTORS, TOP: 4 * VECTORS };
  return `${wgslConstants(sizes)}\n${SHADERS.label_tree_node}`;
}

/** How a shader reads the weights of the sorted labels. */
export function weightShader(width: number): string {
  return width === 2 ? SHADERS.label_weight_given : SHADERS.label_weight_none;
}

/** Builds the tree of `center` `[M]` or `[M, 1]`; the caller disposes its data. */
export function labelTreeWebgpu(
  backend: WebGPUBackend,
  center: tf.TensorInfo,
  logWeight: tf.TensorInfo | undefined,
): LabelTreeWebgpu {
  const columns = center.shape[0]!;
  const width = logWeight ? 2 : 1;
  const leaves = 2 ** Math.ceil(Math.log2(Math.ceil(columns / LEAF)));
  const shape = [2 * leaves, stride(width)];
  // Before anything is made that nobody would free.
  checkSize(backend, "the tree of the labels", { shape }, LOG_MASS_PURPOSE);
  const label = radixSortWebgpu(backend, center, logWeight);
  const greatestWeight = logWeight && tf.max(logWeight as tf.Tensor);
  const code = (shader: string) => `${treeHeader(width)}\n${unroll(shader, { MOMENTS })}`;
  const node = dispatch(backend, {
    purpose: LOG_MASS_PURPOSE,
    key: `label_tree_leaves ${width}`,
    code: () => `${weightShader(width)}\n${code(SHADERS.label_tree_leaves)}`,
    inputs: { label, ...(greatestWeight && { greatestWeight }) },
    shape,
    threads: leaves,
    workgroup: WORKGROUP,
    integers: { columns, leaves },
  });
  let nodes = leaves / 2;
  while (nodes >= 1) {
    const last = nodes <= WORKGROUP ? 1 : nodes;
    dispatch(backend, {
      purpose: LOG_MASS_PURPOSE,
      key: `label_tree_parents ${width}`,
      code: () => code(SHADERS.label_tree_parents),
      inputs: {},
      shape,
      threads: nodes,
      workgroup: WORKGROUP,
      integers: { nodes, last },
    }, node);
    nodes = last / 2;
  }
  return { label, greatestWeight, node, leaves, width };
}
