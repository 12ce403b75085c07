/** The truth of feature smoothing: the paper's algorithm 2 and `fds.py`, plain loops, float64. */
import type { FeatureSmoothingConfig } from "../../mod.ts";
import type { Complete } from "../../src/check/complete.ts";

/** The window as the authors' code prints it: scipy's gaussian_filter1d of an impulse, size 5, sigma 2. */
const GAUSSIAN_5_2 = [
  0.1862506916801559,
  0.20524768002468574,
  0.21700325659031675,
  0.20524768002468574,
  0.1862506916801559,
];

export class ReferenceSmoothing {
  readonly mean: number[][];
  readonly variance: number[][];
  readonly smoothedMean: number[][];
  readonly smoothedVariance: number[][];
  readonly count: number[];
  epoch = 0;
  readonly #config: Complete<Omit<FeatureSmoothingConfig, "name" | "collect" | "edges">>;
  #rows: { features: number[]; bin: number }[] = [];

  constructor(config: FeatureSmoothingConfig, dim: number) {
    this.#config = {
      start: 0,
      binWidth: 1,
      kernel: "gaussian",
      size: 5,
      sigma: 2,
      momentum: 0.9,
      clip: [0.1, 10],
      startUpdate: 0,
      startSmooth: 1,
      bins: 1,
      ...(config as Partial<Complete<FeatureSmoothingConfig>>),
    };
    const table = (value: number) =>
      Array.from({ length: this.#config.bins }, () => new Array<number>(dim).fill(value));
    [this.mean, this.smoothedMean] = [table(0), table(0)];
    [this.variance, this.smoothedVariance] = [table(1), table(1)];
    this.count = new Array(this.#config.bins).fill(0);
  }

  /** Remembers the rows and returns them calibrated. */
  step(features: number[][], labels: number[]): number[][] {
    const { start, binWidth, bins, startSmooth, clip: [least, greatest] } = this.#config;
    return features.map((row, i) => {
      const place = Math.floor((labels[i]! - start) / binWidth);
      const bin = Math.min(Math.max(place, 0), bins - 1);
      this.#rows.push({ features: row, bin });
      if (this.epoch < startSmooth || this.count[bin] === 0) return row;
      const [m1, v1] = [this.mean[bin]!, this.variance[bin]!];
      if (v1.reduce((a, b) => a + b) < 1e-10) return row;
      return row.map((x, d) => {
        if (v1[d] === 0) return x;
        const ratio = this.smoothedVariance[bin]![d]! / v1[d]!;
        const factor = Math.min(Math.max(ratio, least), greatest);
        return (x - m1[d]!) * Math.sqrt(factor) + this.smoothedMean[bin]![d]!;
      });
    });
  }

  endEpoch(): void {
    const { bins, startUpdate } = this.#config;
    if (this.epoch >= startUpdate) { for (let b = 0; b < bins; b++) this.#updateBin(b); }
    this.#smooth(this.mean, this.smoothedMean);
    this.#smooth(this.variance, this.smoothedVariance);
    this.#rows = [];
    this.epoch++;
  }

  #updateBin(b: number): void {
    const rows = this.#rows.filter(({ bin }) => bin === b).map(({ features }) => features);
    if (rows.length === 0) return;
    const isFirst = this.count[b] === 0;
    this.count[b]! += rows.length;
    const { momentum } = this.#config;
    const factor = isFirst ? 0 : momentum ?? 1 - rows.length / this.count[b]!;
    for (let d = 0; d < rows[0]!.length; d++) {
      const mean = rows.reduce((sum, row) => sum + row[d]!, 0) / rows.length;
      const squares = rows.reduce((sum, row) => sum + (row[d]! - mean) ** 2, 0);
      const variance = squares / Math.max(rows.length - 1, 1);
      this.mean[b]![d] = (1 - factor) * mean + factor * this.mean[b]![d]!;
      this.variance[b]![d] = (1 - factor) * variance + factor * this.variance[b]![d]!;
    }
  }

  /** A convolution with reflected ends, over the bins that have been seen. */
  #smooth(values: number[][], result: number[][]): void {
    const window = this.#window();
    const { bins, size } = this.#config;
    const half = (size - 1) / 2;
    for (let b = 0; b < bins; b++) {
      const sums = values[b]!.map(() => 0);
      let mass = 0;
      for (let i = 0; i < size; i++) {
        let place = b + i - half;
        while (bins > 1 && (place < 0 || place >= bins)) {
          place = place < 0 ? -place : 2 * (bins - 1) - place;
        }
        if (bins === 1) place = 0;
        if (this.count[place] === 0) continue;
        mass += window[i]!;
        values[place]!.forEach((value, d) => sums[d]! += window[i]! * value);
      }
      result[b] = sums.map((sum) => mass > 0 ? sum / mass : 0);
    }
  }

  #window(): number[] {
    const { kernel, size, sigma } = this.#config;
    if (kernel === "gaussian") return size === 1 ? [1] : GAUSSIAN_5_2;
    const values = Array.from({ length: size }, (_, i) => {
      const distance = Math.abs(i - (size - 1) / 2);
      if (kernel === "laplace") return Math.exp(-distance / sigma) / (2 * sigma);
      return (2 * ((size + 1) / 2 - distance)) / (size + 1); // scipy's triang of an odd size
    });
    const sum = values.reduce((a, b) => a + b);
    return values.map((value) => value / sum);
  }
}
