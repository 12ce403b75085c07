/**
 * A block of ResNet-50.
 *
 * @module
 */
import type * as tfl from "@tensorflow/tfjs-layers";
import { ConvBatchNorm } from "./conv_batch_norm.ts";
import type { ConvBatchNormConfig } from "./conv_batch_norm_config.ts";
import { ResidualSum } from "./residual_sum.ts";

/** A block, and what its convolutions have in common with all others. */
export interface Bottleneck {
  /** "layer1.0": what the names of its layers begin with. */
  readonly name: string;
  /** The channels inside; four times as many come out. */
  readonly planes: number;
  readonly strides: number;
  /** Whether what goes past the block is convolved: its size or its channels change. */
  readonly projects: boolean;
  /** Gives a layer of the network its seed. */
  readonly seeded: (config: ConvBatchNormConfig) => ConvBatchNormConfig;
}

/** The convolutions 1 x 1, 3 x 3, which has the stride, and 1 x 1, and what goes past them. */
export function bottleneck(
  x: tfl.SymbolicTensor,
  { name, planes, strides, projects, seeded }: Bottleneck,
): tfl.SymbolicTensor {
  const convolved = (x: tfl.SymbolicTensor, part: string, config: ConvBatchNormConfig) =>
    new ConvBatchNorm(seeded({ ...config, name: `${name}.${part}` })).apply(x) as typeof x;
  const outside = { filters: 4 * planes, kernelSize: 1, relu: false };
  let y = convolved(x, "conv1", { filters: planes, kernelSize: 1, norm: `${name}.bn1` });
  y = convolved(y, "conv2", { filters: planes, kernelSize: 3, strides, norm: `${name}.bn2` });
  y = convolved(y, "conv3", { ...outside, norm: `${name}.bn3` });
  const past = projects
    ? convolved(x, "downsample.0", { ...outside, strides, norm: `${name}.downsample.1` })
    : x;
  return new ResidualSum({ name: `${name}.relu` }).apply([y, past]) as typeof x;
}
