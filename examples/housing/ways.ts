/**
 * The ways to learn that the tutorial compares: L1, three weights, Balanced MSE with two sigmas.
 */
import { bmcLoss, LabelNoise, labelWeights, maeLoss } from "@balanced/mse";
import type { LabelBins, LabelWeightsOptions } from "@balanced/mse";
import type { Objective } from "../support/objective.ts";
import { OptionError } from "../support/option_error.ts";

/** What a way is prepared for. */
export interface Task {
  /** The training labels. */
  readonly labels: Float64Array;
  /** The bins in which labels are counted. */
  readonly bins: LabelBins;
  /** The sigma that Balanced MSE is held at, in units of the label. */
  readonly sigma?: number | undefined;
}

/** One row of the comparison. */
export interface Way {
  /** As given to `--ways`. */
  readonly id: string;
  /** As shown. */
  readonly name: string;
  /** Whether it needs a sigma to hold. */
  readonly held?: true;
  /** Prepares it for a training set. */
  prepare(task: Task): Promise<Objective>;
}

/** A learnable noise starts at the labels' standard deviation over this. */
const START = 4;

/** All ways, in the order in which they are trained and shown. */
export const WAYS: readonly Way[] = [
  {
    id: "l1",
    name: "L1",
    prepare: () => Promise.resolve({ loss: maeLoss }),
  },
  { id: "inverse", name: "inverse", prepare: weighted({ scheme: "inverse" }) },
  { id: "sqrt-inverse", name: "sqrt-inverse", prepare: weighted({ scheme: "sqrt-inverse" }) },
  { id: "lds", name: "LDS", prepare: weighted({ scheme: "sqrt-inverse", lds: {} }) },
  {
    id: "balanced",
    name: "Balanced MSE",
    prepare: ({ labels }) => {
      const noise = new LabelNoise({ sigma: deviationOf(labels) / START });
      return Promise.resolve({
        noise,
        loss: (pred, target) => bmcLoss(pred, target, noise.variance()),
      });
    },
  },
  {
    id: "balanced-held",
    name: "Balanced MSE, held",
    held: true,
    prepare: ({ sigma }) =>
      Promise.resolve({ loss: (pred, target) => bmcLoss(pred, target, sigma! ** 2) }),
  },
];

/**
 * The ways that were asked for, or all; what needs a sigma to hold is left out, or refused, without
 * one.
 */
export function waysFor(asked: readonly Way[] | undefined, sigma: number | undefined) {
  if (sigma !== undefined) return asked ?? WAYS;
  const held = asked?.find((way) => way.held);
  if (held) {
    throw new OptionError(
      `Cannot run the comparison as --sigma must be given for ${held.id}: current value is none`,
    );
  }
  return asked ?? WAYS.filter((way) => !way.held);
}

/** L1, each row weighed by how rare labels like its own are in training. */
function weighted(options: Omit<LabelWeightsOptions, keyof LabelBins>): Way["prepare"] {
  return async ({ labels, bins }) => ({
    loss: maeLoss, // which takes the rows' weights
    weights: await labelWeights(labels, { ...options, ...bins }),
  });
}

function deviationOf(labels: Float64Array): number {
  const mean = labels.reduce((a, b) => a + b, 0) / labels.length;
  return Math.sqrt(labels.reduce((sum, y) => sum + (y - mean) ** 2, 0) / labels.length);
}
