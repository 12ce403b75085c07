/** One row of a benchmark's comparison: what is prepared for the labels of a training set. */
export interface CriterionOf<Labels, Objective> {
  /** As given to `--criteria`. */
  readonly id: string;
  /** As shown. */
  readonly name: string;
  /**
   * The line's color, from Okabe and Ito's palette, and its dashes, where lines may lie on each
   * other.
   */
  readonly color: string;
  readonly dash: readonly number[];
  /** Prepares it for one training run. */
  prepare(labels: Labels): Objective | Promise<Objective>;
}
