/**
 * Seeds for the layers of a network.
 *
 * @module
 */

/** The seed of the next layer; none where the network has none. */
export type Seeds = () => { readonly seed?: number };

/** Seeds for one layer after the other; those of two networks do not meet. */
export function seeds(seed: number | undefined): Seeds {
  let layers = 0;
  return () => seed === undefined ? {} : { seed: 2 ** 12 * seed + ++layers };
}
