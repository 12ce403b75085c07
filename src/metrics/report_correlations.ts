/** The correlations of all rows and of those of each shot, each column sorted once. */
import { ranksInGroups } from "./average_ranks.ts";
import { correlation, groupCorrelations } from "./correlation.ts";
import { type Shot, SHOTS } from "./shots.ts";

/** Both coefficients; NaN where one is not defined. */
export interface Correlations {
  readonly pearson: number;
  readonly spearman: number;
}

/** Correlates predictions and labels; `shotOfRow` has each row's number in SHOTS. */
export function reportCorrelations(
  pred: Float64Array,
  target: Float64Array,
  shotOfRow: Uint8Array,
): Record<Shot | "overall", Correlations> {
  const shots = SHOTS.length;
  const [ofPred, ofTarget] = [pred, target].map((x) => ranksInGroups(x, shotOfRow, shots));
  const overall = {
    pearson: correlation(pred, target),
    spearman: correlation(ofPred!.overall, ofTarget!.overall),
  };
  const pearson = groupCorrelations(pred, target, shotOfRow, shots);
  const spearman = groupCorrelations(ofPred!.inGroup, ofTarget!.inGroup, shotOfRow, shots);
  const [many, medium, few] = SHOTS.map((_, s) => ({
    pearson: pearson[s]!,
    spearman: spearman[s]!,
  }));
  return { overall, many: many!, medium: medium!, few: few! };
}
