/**
 * Labels counted by bin, the empty bins too.
 *
 * @module
 */
import { cutAxis } from "./cut_axis.ts";
import type { LabelAxis } from "./label_axis.ts";
import { type BinRule, MAX_BINS } from "./label_bins.ts";

/** Labels counted by bin. */
export interface CountedLabels {
  /** `[B + 1]`, increasing. */
  readonly edges: Float64Array;
  /** The bins' middles: `[B]`. */
  readonly centers: Float64Array;
  /** How many labels each bin holds: `[B]`. */
  readonly counts: Float64Array;
  /** Each label's bin: `[N]`. */
  readonly binOf: Uint32Array;
}

/**
 * Cuts the axis for labels and counts them, the i-th `times[i]` times, or once.
 *
 * @throws {RangeError} If the labels do not go with the rule, or there are too many bins.
 */
export function countLabels(
  labels: Float64Array,
  rule: BinRule,
  claim: string,
  times?: Float64Array,
): CountedLabels {
  const axis = cutAxis([labels], rule, claim);
  const bins = binsOf(axis, rule, claim);
  const counts = new Float64Array(bins);
  const binOf = new Uint32Array(labels.length);
  for (let i = 0; i < labels.length; i++) {
    const bin = axis.binOf(labels[i]!) - axis.first;
    binOf[i] = bin;
    counts[bin]! += times?.[i] ?? 1;
  }
  return {
    edges: Float64Array.from({ length: bins + 1 }, (_, b) => axis.edge(axis.first + b)),
    centers: Float64Array.from({ length: bins }, (_, b) => axis.center(axis.first + b)),
    counts,
    binOf,
  };
}

function binsOf({ first, last }: LabelAxis, rule: BinRule, claim: string): number {
  const bins = last - first + 1;
  if (rule.by === "width" && bins > MAX_BINS) {
    throw new RangeError(
      `${claim} as binWidth must give at most 1,000,000 bins: current value is ${rule.width}, ` +
        `which gives ${bins}`,
    );
  }
  return bins;
}
