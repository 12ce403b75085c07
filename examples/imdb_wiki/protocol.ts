/** The numbers of a run: the authors', and those of `--made --quick`. */

/** Every number that a run depends on, each a flag of its name. */
export interface Protocol {
  /** Pixels a side of what the network sees. */
  readonly size: number;
  /** Channels of its first convolution, and the blocks of its stages. */
  readonly width: number;
  readonly blocks: readonly number[];
  /** Black pixels around a training picture before the crop. */
  readonly padding: number;
  /** Pictures a step, and at once: batch normalization sees the latter. */
  readonly batch: number;
  readonly microBatch: number;
  /** The first stage: epochs, Adam's rate, the epochs at which it is multiplied, by what. */
  readonly epochs: number;
  readonly rate: number;
  readonly drops: readonly number[];
  readonly dropFactor: number;
  /** The second stage: the regressor alone. */
  readonly headEpochs: number;
  readonly headRate: number;
  /** Rows a step where it learns from features. */
  readonly headBatch: number;
  /** Where the noise starts, and Adam's rate for it, both in years. */
  readonly sigma: number;
  readonly sigmaRate: number;
  /** Components of GAI's mixture. */
  readonly components: number;
  /** The kernel of LDS and FDS, in ages, and what the statistics so far weigh in FDS. */
  readonly kernelSize: number;
  readonly kernelSigma: number;
  readonly fdsMomentum: number;
  /** The least and the greatest count that inverse weights take an age to have. */
  readonly clip: readonly number[];
  /** Above and below how many training pictures an age is many- and few-shot. */
  readonly many: number;
  readonly few: number;
  /** Pictures that `--made` draws. */
  readonly faces: number;
  /** The most of an age in validation, and in the test, where faces are drawn. */
  readonly cap: number;
}

/** The authors' protocol. */
export const FULL: Protocol = {
  size: 224,
  width: 64,
  blocks: [3, 4, 6, 3],
  padding: 16,
  batch: 256,
  microBatch: 64,
  epochs: 90,
  rate: 1e-3,
  drops: [60, 80],
  dropFactor: 0.1,
  headEpochs: 10,
  headRate: 1e-4,
  headBatch: 256,
  sigma: 10,
  sigmaRate: 0.01,
  components: 8,
  kernelSize: 5,
  kernelSigma: 2,
  fdsMomentum: 0.9,
  clip: [5, 1000],
  many: 100,
  few: 20,
  faces: 20_000,
  cap: 150,
};

/**
 * Another protocol, for two cores without a GPU: a narrow network on small pictures, and fewer,
 * longer steps.
 */
export const QUICK: Protocol = {
  ...FULL,
  size: 32,
  width: 8,
  blocks: [1, 1, 1],
  padding: 2,
  batch: 64,
  epochs: 10,
  rate: 3e-3,
  drops: [7, 9],
  headEpochs: 30,
  headRate: 1e-2,
  sigma: 7,
  faces: 4000,
  cap: 10,
  many: 40,
  few: 8,
};
