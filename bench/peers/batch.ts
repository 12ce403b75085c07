/** The batch of the peers: formulas, so that every language has the same numbers (see bmc_torch.py). */
export function peerBatch(
  size: number,
): { pred: Float32Array<ArrayBuffer>; target: Float32Array<ArrayBuffer> } {
  return {
    pred: Float32Array.from({ length: size }, (_, i) => 2 * Math.cos(0.7 * i)),
    target: Float32Array.from({ length: size }, (_, i) => 3 * Math.sin(i)),
  };
}

/** What a peer says of a size: milliseconds a call, and what its loss and its gradient's square sum to. */
export interface PeerResult {
  size: number;
  median: number;
  least: number;
  most: number;
  loss: number;
  /** The sum of the squares of the gradient times the size. */
  gradient: number;
  /** The most memory in use at once beyond the inputs, where it can be told. */
  bytes?: number;
}
