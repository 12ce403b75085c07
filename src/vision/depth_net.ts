/**
 * A network for depths as a tf.LayersModel.
 *
 * @module
 */
import * as tfl from "@tensorflow/tfjs-layers";
import type { LayersModel } from "../tensor.ts";
import { blockOf } from "./block_of.ts";
import { ConvBatchNorm } from "./conv_batch_norm.ts";
import type { ConvBatchNormConfig } from "./conv_batch_norm_config.ts";
import { Convolution } from "./convolution.ts";
import { checkDepthNet, type DepthNetOptions } from "./depth_net_options.ts";
import { residualStages } from "./residual_stages.ts";
import { seeds } from "./seeds.ts";
import { type UpProjection, upProjection } from "./up_projection.ts";

/**
 * A number for each pixel of half a picture's size: Hu et al.'s network, of NYUD2-DIR.
 *
 * ResNet-50 without its end (`E`); a decoder of up-projections (`D`), and one such block for each
 * stage, side by side (`MFF`), up to half the picture's size; convolutions of both (`R`). Of 67.6
 * million weights at full width. Resizes are PyTorch's, of half-pixel centers, and come after the
 * convolutions that follow them: the same numbers for a third of the work.
 *
 * The layers have the authors' names, so that {@linkcode importWeights} reads their checkpoints:
 * `E.conv1`, `E.layer1.0.conv1`, `D.conv`, `D.up1.conv1`, `MFF.up1.conv1_2`, `R.conv0`, `R.conv1`,
 * whose output are the features, and `R.conv2`. Checkpoints of runs with feature smoothing have more
 * and take `strict: false`; so do torchvision's weights, which become the encoder's by
 * `rename: (name) => "E." + name`. Without any it starts as the authors' code: the
 * encoder as {@linkcode resNet50}, the rest as PyTorch's convolutions.
 *
 * @param options How large pictures are; how wide and deep it is.
 * @returns From pictures `[N, H, W, 3]` to `[N, H', W', 1]`, where H' is twice a quarter of H,
 * rounded up twice; 114 x 152 for 228 x 304. In units of the label: no activation is at the end. A
 * loss takes them as rows, `tf.reshape(pred, [-1, 1])`. The caller's to dispose.
 * @throws {TypeError} If an option or its kind is wrong.
 * @throws {RangeError} If its value is.
 *
 * @example Narrow and shallow
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { depthNet } from "@balanced/mse/vision";
 * import { assertEquals } from "@std/assert";
 *
 * const model = depthNet({ size: [32, 48], width: 4, blocks: [1, 1, 1, 1] });
 * const depths = model.predict(tf.zeros([2, 32, 48, 3])) as tf.Tensor;
 * assertEquals(depths.shape, [2, 16, 24, 1]);
 *
 * const { output } = model.getLayer("R.conv1");
 * const features = tf.model({ inputs: model.inputs, outputs: output as tf.SymbolicTensor });
 * assertEquals(features.outputShape, [null, 16, 24, 8]);
 * ```
 *
 * @see Hu et al., Revisiting Single Image Depth Estimation, WACV 2019; Yang et al., Delving into
 * Deep Imbalanced Regression, ICML 2021.
 */
export function depthNet(options: DepthNetOptions = {}): LayersModel {
  const { size, width, frozenStatistics, ...checked } = checkDepthNet(options);
  const seed = seeds(checked.seed);
  const seeded = (config: ConvBatchNormConfig) => ({ ...config, ...seed(), frozenStatistics });
  const input = tfl.input({ shape: [...size, 3] });
  const stages = residualStages(input, { ...checked, prefix: "E.", width, seeded });
  const decoding = { ...checked, width, seeded: startedUniform(seeded) };
  const both = concatenated([decoded(stages, decoding), fused(stages, decoding)], "R.concat");
  let x = both;
  for (const k of [0, 1]) {
    x = convolved(x, `R.conv${k}`, `R.bn${k}`, { filters: 2 * width, kernelSize: 5 }, decoding);
  }
  const last = new Convolution({ name: "R.conv2", filters: 1, kernelSize: 5, ...seed() });
  return tfl.model({ inputs: input, outputs: last.apply(x) as tfl.SymbolicTensor });
}

interface Decoding extends Pick<UpProjection, "seeded"> {
  readonly width: number;
  readonly checkpointed: boolean;
}

/** D: the last stage's channels halved, with the sizes of the stages from the last to the first. */
function decoded(stages: readonly tfl.SymbolicTensor[], decoding: Decoding) {
  const { width } = decoding;
  const config = { filters: 16 * width, kernelSize: 1 };
  let x = convolved(stages.at(-1)!, "D.conv", "D.bn", config, decoding);
  const sizes = [...stages.slice(0, -1).toReversed().map(sizeOf), halfOf(stages)];
  for (const [k, size] of sizes.entries()) {
    x = enlarged(x, { name: `D.up${k + 1}`, filters: 8 * width / 2 ** k, size }, decoding);
  }
  return x;
}

/** MFF: each stage in half the picture's size. */
function fused(stages: readonly tfl.SymbolicTensor[], decoding: Decoding) {
  const { width } = decoding;
  const size = halfOf(stages);
  const parts = stages.map((x, k) =>
    enlarged(x, { name: `MFF.up${k + 1}`, filters: width / stages.length, size }, decoding)
  );
  const config = { filters: width, kernelSize: 5 };
  return convolved(concatenated(parts, "MFF.concat"), "MFF.conv", "MFF.bn", config, decoding);
}

function enlarged(
  x: tfl.SymbolicTensor,
  block: Omit<UpProjection, "seeded">,
  { checkpointed, seeded }: Decoding,
) {
  return blockOf(x, block.name, checkpointed, (x) => upProjection(x, { ...block, seeded }));
}

function convolved(
  x: tfl.SymbolicTensor,
  name: string,
  norm: string,
  config: ConvBatchNormConfig,
  { seeded }: Decoding,
) {
  return new ConvBatchNorm(seeded({ name, norm, ...config })).apply(x) as tfl.SymbolicTensor;
}

function concatenated(parts: tfl.SymbolicTensor[], name: string) {
  return tfl.layers.concatenate({ name }).apply(parts) as tfl.SymbolicTensor;
}

function startedUniform(seeded: UpProjection["seeded"]): UpProjection["seeded"] {
  return (config) => seeded({ start: "uniform", ...config });
}

const sizeOf = ({ shape }: tfl.SymbolicTensor) => [shape[1]!, shape[2]!] as const;

/** Half the picture's size: the first stage has a quarter. */
function halfOf(stages: readonly tfl.SymbolicTensor[]) {
  const [height, width] = sizeOf(stages[0]!);
  return [2 * height, 2 * width] as const;
}
