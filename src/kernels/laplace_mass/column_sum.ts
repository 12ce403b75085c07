/**
 * Sums over columns of one dimension, each weighing `exp(logWeight - |x - center| / b)` as a place
 * x sees it.
 *
 * @module
 */

/** `|p - x| - |p - y|`, which does not cancel where p is on one side of both. */
export function farther(p: number, x: number, y: number): number {
  if (p >= x && p >= y) return y - x;
  if (p <= x && p <= y) return x - y;
  return Math.abs(p - x) - Math.abs(p - y);
}

/**
 * Sums over some columns, measured from that of them which weighs most, the anchor: weights are
 * divided by the anchor's, so that none overflows, and distances are less the anchor's, so that
 * none cancels.
 *
 * Neither changes with the place, as long as all columns are on one side of it.
 */
export class ColumnSum {
  /** The anchor; of logarithm -Infinity where no column has weight. */
  center = 0;
  logWeight = -Infinity;
  /** `sum_j w_j`. */
  mass = 0;
  /** `sum_j w_j v_j`, of any value v of the columns. */
  value = 0;
  /** `sum_j w_j (|x - center_j| - |x - center|)`. */
  gap = 0;

  /** Back to no column. */
  clear(): void {
    this.center =
      this.mass =
      this.value =
      this.gap =
        0;
    this.logWeight = -Infinity;
  }

  /** Adds other columns, given by their sums, as x sees both; b is the scale. */
  add(x: number, b: number, other: Readonly<Omit<ColumnSum, "clear" | "add">>): void {
    const isFirst = this.logWeight === -Infinity;
    const shift = isFirst ? 0 : farther(x, other.center, this.center);
    const logit = isFirst ? Infinity : other.logWeight - this.logWeight - shift / b;
    // By `!(<=)`, so that a NaN is taken over and spoils the sums.
    if (!(logit <= 0)) {
      const w = Math.exp(-logit);
      this.gap = w * (this.gap - shift * this.mass) + other.gap;
      this.value = w * this.value + other.value;
      this.mass = w * this.mass + other.mass;
      this.center = other.center;
      this.logWeight = other.logWeight;
      return;
    }
    const w = Math.exp(logit);
    this.gap += w * (other.gap + shift * other.mass);
    this.value += w * other.value;
    this.mass += w * other.mass;
  }
}
