/** Errors of predicted ages as the authors evaluate them. */
import {
  balancedMeanAbsoluteError,
  geometricMeanError,
  meanAbsoluteError,
  type Metric,
  shotwise,
} from "@balanced/mse";

/** The groups of test pictures: all, and by how many training pictures are of exactly that age. */
export const GROUPS = ["all", "many", "medium", "few"] as const;

/** A number for each group, in years; NaN for a group without a picture. */
export type ByShot = Readonly<Record<typeof GROUPS[number], number>>;

/** What a network's predictions came to. */
export interface Scores {
  /** The mean over the group's ages of the mean absolute error of each. */
  readonly bMae: ByShot;
  /** The mean absolute error over the group's pictures. */
  readonly mae: ByShot;
  /** The geometric mean of the absolute errors: one exact hit makes it 0. */
  readonly gMean: ByShot;
}

/** The authors' thresholds where none are given. */
export interface Shots {
  readonly many: number;
  readonly few: number;
}

/**
 * Scores predictions. An age of more than `many` training pictures is many-shot, of fewer than
 * `few` or none few-shot. Nothing is clipped.
 *
 * @see Ren et al., CVPR 2022 (bMAE); Yang et al., ICML 2021 (MAE, G-mean).
 */
export async function scoresOf(
  trainAges: Float32Array,
  testAges: Float32Array,
  predictions: Float32Array,
  { many, few }: Shots = { many: 100, few: 20 },
): Promise<Scores> {
  const split = async (metric: Metric): Promise<ByShot> => {
    const { overall, ...shots } = await shotwise(
      metric,
      predictions,
      testAges,
      trainAges,
      { many, few },
    );
    return { all: overall, ...shots };
  };
  return {
    bMae: await split(balancedMeanAbsoluteError),
    mae: await split(meanAbsoluteError),
    gMean: await split(geometricMeanError),
  };
}
