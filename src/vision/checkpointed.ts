/**
 * Blocks that the backward pass computes anew.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { shown } from "../check/shown.ts";
import type { Layer, LayersModel, Tensor, Variable } from "../tensor.ts";
import { recomputed } from "./recomputed.ts";

const WRAP = "Cannot make a block that is computed anew";

/** Layers of tfjs and of ours whose second call has another value, or changes them once more. */
const CHANGING = [
  ...["Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "AlphaDropout"],
  ...["BatchNormalization", "FeatureSmoothing"],
];

/** A model of layers that keeps nothing but its inputs for the backward pass. */
class Checkpointed extends tfl.LayersModel {
  static override className = "Checkpointed";

  override call(inputs: Tensor | Tensor[], kwargs: Record<string, unknown>): Tensor {
    const variables = this.trainableWeights.map((weight) => weight.read() as Variable);
    const asNow = keepCalls(leaves(this));
    const compute = (own: Tensor[], again: boolean) =>
      again
        ? asNow(() => super.call(own, { ...kwargs, recomputed: true }))
        : super.call(own, kwargs);
    return tf.tidy(() =>
      recomputed((own, again) => [compute(own, again)].flat()[0]!, [inputs].flat(), variables)
    );
  }
}

tf.serialization.registerClass(
  Checkpointed as unknown as tf.serialization.SerializableConstructor<Checkpointed>,
);

/**
 * A block of a network whose inside the backward pass computes anew, for want of memory.
 *
 * Between the passes it keeps its inputs and its output alone: of a deep network the ends of its
 * blocks, and the inside of one at a time. It costs a second forward pass of the block. The numbers
 * are the same, bit for bit; running statistics of {@linkcode ConvBatchNorm} have each batch once.
 * {@linkcode resNet50} has it as an option.
 *
 * Layers of your own in it must have the same value at both calls; the second one gets
 * `recomputed: true` among its arguments.
 *
 * @param block A model of one output, whose layers the result has. Refused are layers that draw
 * random numbers (dropout, noise) or keep a state, also within other layers, and
 * `tf.layers.batchNormalization`: its running statistics would have each batch twice.
 * @returns The same model, to be applied as a layer of another. It is saved and loaded with that.
 * @throws {TypeError} If the block is no model of layers, or one of these is refused.
 *
 * @example A block
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { checkpointed, ConvBatchNorm } from "@balanced/mse/vision";
 * import { assertEquals } from "@std/assert";
 *
 * const block = tf.sequential({
 *   layers: [
 *     new ConvBatchNorm({ filters: 4, kernelSize: 3, inputShape: [8, 8, 3] }),
 *     new ConvBatchNorm({ filters: 4, kernelSize: 3 }),
 *   ],
 * });
 * const input = tf.input({ shape: [8, 8, 3] });
 * const output = checkpointed(block).apply(input) as tf.SymbolicTensor;
 * const model = tf.model({ inputs: input, outputs: output });
 * assertEquals(model.outputShape, [null, 8, 8, 4]);
 * ```
 *
 * @see Chen et al., Training Deep Nets with Sublinear Memory Cost, 2016;
 * `torch.utils.checkpoint`.
 */
export function checkpointed(block: LayersModel): LayersModel {
  if (!(block instanceof tfl.LayersModel)) {
    throw new TypeError(
      `${WRAP} as block must be a tf.LayersModel: current value is ${shown(block)}`,
    );
  }
  if (block.outputs.length !== 1) {
    throw new TypeError(
      `${WRAP} as block must have one output: current number is ${block.outputs.length}`,
    );
  }
  const changing = leaves(block).find((layer) => changes(layer.getClassName(), layer.getConfig()));
  if (changing) {
    throw new TypeError(
      `${WRAP} as each layer of block must be the same when it is called again: ` +
        `current ones have ${shown(changing.name)}, a ${changing.getClassName()}`,
    );
  }
  return new Checkpointed({ inputs: block.inputs, outputs: block.outputs, name: block.name });
}

/** Whether a layer is one of {@linkcode CHANGING}, has one within, or a cell's dropout or state. */
function changes(className: string, config: object): boolean {
  const within = (value: unknown): boolean => {
    if (typeof value !== "object" || value === null) return false;
    const { className, config } = value as { className?: unknown; config?: unknown };
    return typeof className === "string" && typeof config === "object" && config !== null
      ? changes(className, config)
      : Object.values(value).some(within);
  };
  const { dropout, recurrentDropout, stateful } = config as Record<string, unknown>;
  return CHANGING.includes(className) || Boolean(dropout || recurrentDropout || stateful) ||
    within(Object.values(config));
}

function leaves(model: LayersModel): Layer[] {
  return model.layers.flatMap((layer) =>
    layer instanceof tfl.LayersModel ? leaves(layer) : [layer]
  );
}

/**
 * What calls layers as they are called now: `train` covers the `call` of frozen layers for a
 * forward pass, which is over when the backward pass begins.
 */
function keepCalls(layers: readonly Layer[]): <T>(work: () => T) => T {
  const covered = layers.filter((layer) => Object.hasOwn(layer, "call"));
  const calls = covered.map(({ call }) => call);
  return (work) => {
    const before = covered.map((layer) => Object.getOwnPropertyDescriptor(layer, "call"));
    covered.forEach((layer, i) => layer.call = calls[i]!);
    try {
      return work();
    } finally {
      covered.forEach((layer, i) => {
        delete (layer as Partial<Pick<Layer, "call">>).call;
        if (before[i]) Object.defineProperty(layer, "call", before[i]);
      });
    }
  };
}
