/**
 * The stages of ResNet-50.
 *
 * @module
 */
import type * as tfl from "@tensorflow/tfjs-layers";
import { blockOf } from "./block_of.ts";
import { bottleneck } from "./bottleneck.ts";
import { ConvBatchNorm } from "./conv_batch_norm.ts";
import type { ConvBatchNormConfig } from "./conv_batch_norm_config.ts";
import { PaddedMaxPool } from "./padded_max_pool.ts";

/** How wide and deep the network is, and what its convolutions have in common. */
export interface ResidualStages {
  /** What all names begin with, as "E.". */
  readonly prefix?: string;
  readonly width: number;
  readonly blocks: readonly number[];
  /** Whether the backward pass computes each block anew. */
  readonly checkpointed: boolean;
  /** Gives a layer of the network its seed. */
  readonly seeded: (config: ConvBatchNormConfig) => ConvBatchNormConfig;
}

/** What each stage makes of pictures, from a quarter of their size on, each time half of it. */
export function residualStages(
  input: tfl.SymbolicTensor,
  { prefix = "", width, blocks, checkpointed, seeded }: ResidualStages,
): tfl.SymbolicTensor[] {
  const [name, norm] = [`${prefix}conv1`, `${prefix}bn1`];
  const stem = seeded({ name, norm, filters: width, kernelSize: 7, strides: 2 });
  let x = new ConvBatchNorm(stem).apply(input) as tfl.SymbolicTensor;
  const pool = { name: `${prefix}maxpool`, poolSize: 3, strides: 2 };
  x = new PaddedMaxPool(pool).apply(x) as typeof x;
  return blocks.map((count, stage) => {
    for (let b = 0; b < count; b++) {
      const name = `${prefix}layer${stage + 1}.${b}`;
      const strides = b === 0 && stage > 0 ? 2 : 1;
      const own = { name, planes: width * 2 ** stage, strides, projects: b === 0, seeded };
      x = blockOf(x, name, checkpointed, (x) => bottleneck(x, own));
    }
    return x;
  });
}
