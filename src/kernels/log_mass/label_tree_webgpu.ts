/**
 * The tree of the sorted labels (label_tree.ts) on WebGPU: a sort, then the nodes from the leaves
 * up.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import { LOG_MASS_PURPOSE } from "./contract.ts";
import { radixSortWebgpu } from "../radix_sort/webgpu.ts";
import { checkSize } from "../../webgpu/limits.ts";
import { runShaders, type Shader, shader } from "../../webgpu/run_shaders.ts";
import * as shaders from "../../webgpu/shaders.gen.ts";

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

/**
 * Numbers a node: those of `VECTORS`, and with weights a vec4 that begins with the greatest one's
 * bits.
 */
function stride(width: number): number {
  return 4 * (VECTORS + (width === 2 ? 1 : 0));
}

/** The sizes that shaders which know the nodes of a tree of this `width` are made for. */
export function treeSizes(width: number): Record<string, number> {
  return { WIDTH: width, LEAF, MOMENTS, STRIDE: stride(width), VECTORS, TOP: 4 * VECTORS };
}

/** How a shader reads the weights of the sorted labels. */
export function weightShader(
  { label, greatestWeight }: Pick<LabelTreeWebgpu, "label" | "greatestWeight">,
  columns: number,
): Shader {
  if (greatestWeight === undefined) return shader(shaders.label_weight_none, {});
  return shader(shaders.label_weight_given, {
    inputs: { label, greatestWeight },
    integers: { columns },
  });
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
  const common = { constants: treeSizes(width), purpose: LOG_MASS_PURPOSE, shape };
  const nodeShader = shader(shaders.label_tree_node, {});
  const node = runShaders(backend, {
    ...common,
    key: `label_tree_leaves ${width}`,
    shaders: [
      nodeShader,
      weightShader({ label, greatestWeight }, columns),
      shader(shaders.label_tree_leaves, { inputs: { label }, integers: { columns, leaves } }),
    ],
    threads: leaves,
    workgroup: WORKGROUP,
  });
  let nodes = leaves / 2;
  while (nodes >= 1) {
    const last = nodes <= WORKGROUP ? 1 : nodes;
    runShaders(backend, {
      ...common,
      key: `label_tree_parents ${width}`,
      shaders: [nodeShader, shader(shaders.label_tree_parents, { integers: { nodes, last } })],
      threads: nodes,
      workgroup: WORKGROUP,
    }, node);
    nodes = last / 2;
  }
  return { label, greatestWeight, node, leaves, width };
}
