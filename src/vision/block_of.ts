/**
 * Blocks of a network, each for itself or as a model that the backward pass computes anew.
 *
 * @module
 */
import * as tfl from "@tensorflow/tfjs-layers";
import { checkpointed } from "./checkpointed.ts";

/** What a block makes of its input. */
export type Block = (x: tfl.SymbolicTensor) => tfl.SymbolicTensor;

/** A block's output; where it is computed anew, by a model of that name. */
export function blockOf(
  x: tfl.SymbolicTensor,
  name: string,
  anew: boolean,
  block: Block,
): tfl.SymbolicTensor {
  if (!anew) return block(x);
  const inputs = tfl.input({ shape: x.shape.slice(1) });
  const model = tfl.model({ inputs, outputs: block(inputs), name });
  return checkpointed(model).apply(x) as tfl.SymbolicTensor;
}
