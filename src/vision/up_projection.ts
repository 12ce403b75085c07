/**
 * The block by which the network for depths enlarges.
 *
 * @module
 */
import type * as tfl from "@tensorflow/tfjs-layers";
import { ConvBatchNorm } from "./conv_batch_norm.ts";
import type { ConvBatchNormConfig } from "./conv_batch_norm_config.ts";
import { ResidualSum } from "./residual_sum.ts";

/** A block, and what its convolutions have in common with all others. */
export interface UpProjection {
  /** "D.up1": what the names of its layers begin with. */
  readonly name: string;
  readonly filters: number;
  /** Rows and columns of the result. */
  readonly size: readonly [height: number, width: number];
  /** Gives a layer of the network its seed. */
  readonly seeded: (config: ConvBatchNormConfig) => ConvBatchNormConfig;
}

/** Resized: the convolutions 5 x 5 and 3 x 3, and past them one of 5 x 5. */
export function upProjection(
  x: tfl.SymbolicTensor,
  { name, filters, size: resizeTo, seeded }: UpProjection,
): tfl.SymbolicTensor {
  const convolved = (x: tfl.SymbolicTensor, part: string, config: object) => {
    const own = { name: `${name}.conv${part}`, norm: `${name}.bn${part}`, filters };
    const layer = new ConvBatchNorm(seeded({ ...own, kernelSize: 5, relu: false, ...config }));
    return layer.apply(x) as typeof x;
  };
  const inside = convolved(x, "1", { resizeTo, relu: true });
  const through = convolved(inside, "1_2", { kernelSize: 3 });
  const past = convolved(x, "2", { resizeTo });
  return new ResidualSum({ name: `${name}.relu` }).apply([through, past]) as typeof x;
}
