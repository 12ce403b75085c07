/**
 * Backward passes that free as they go.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";

/**
 * Has the backward pass over what has been computed so far free each gradient and each saved tensor
 * when it has been used. tfjs holds them all to the end: beside what the forward pass saved as much
 * again.
 *
 * To be called at the end of the function whose gradients tfjs takes. Where these are taken for a
 * second derivative nothing is done: the tape is walked more than once then.
 */
export function freeAsUsed(): void {
  const { activeTape, gradientDepth } = tf.engine().state;
  if (gradientDepth !== 1) return;
  let used: readonly (tf.Tensor | null)[] = [];
  for (const node of activeTape) {
    const { gradient, saved = [] } = node;
    if (gradient === undefined) continue;
    // The nodes are asked one after the other, the last one first.
    node.gradient = (upstream) => {
      free(used);
      // No gradient comes for an output of which the loss is independent.
      used = [...saved, ...upstream as (tf.Tensor | null)[]];
      return apart(gradient(upstream), used);
    };
  }
}

function free(tensors: readonly (tf.Tensor | null)[]): void {
  for (const tensor of tensors) tensor?.dispose();
}

/** Of a node's inputs, by their names. */
type Gradients = Readonly<Record<string, () => tf.Tensor>>;

/** The same gradients, none of which is a tensor that is freed with others. */
function apart(
  gradients: Gradients,
  others: readonly (tf.Tensor | null)[],
): Record<string, () => tf.Tensor> {
  const known = new Set(others);
  const entries = Object.entries(gradients).map(([name, compute]) => {
    const own = () => {
      const gradient = compute();
      if (known.has(gradient)) return tf.clone(gradient);
      known.add(gradient);
      return gradient;
    };
    return [name, own] as const;
  });
  return Object.fromEntries(entries);
}
