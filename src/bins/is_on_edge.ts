/**
 * Labels that are an edge but for rounding.
 *
 * @module
 */

/**
 * Whether a label beside an edge is that edge, rounded.
 *
 * To float32: `label` is the float32 number nearest to it, as `numpy.histogram` has it for float32
 * labels and edges; not where bins are so narrow that float32 does not tell their edges apart. Or
 * by a few operations of float64, as 0.1 + 0.7 is 0.8 less a last digit.
 *
 * @param before The edge before, or -Infinity.
 * @param after The edge after, or Infinity.
 */
export function isOnEdge(label: number, before: number, edge: number, after: number): boolean {
  const nearest = Math.fround(edge);
  if (label === nearest) return Math.fround(before) < nearest && nearest < Math.fround(after);
  const gap = Math.min(edge - before, after - edge);
  // 4 to 8 of float64's last digits; near 0 those of the bins' width. Never much of a bin.
  const rounding = Math.min(Math.max(Math.abs(edge), gap) * 2 ** -50, gap * 2 ** -10);
  return Math.abs(edge - label) <= rounding;
}
