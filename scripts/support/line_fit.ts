/** Fits a line under a loss and a way of drawing batches, and says how it does on uniform labels. */
import { cosine, type LabelNoise, type Tensor, train } from "@balanced/mse";
import * as tf from "@tensorflow/tfjs";
import type { Loss } from "../../examples/support/objective.ts";
import { median } from "../../examples/synthetic/figure_noise.ts";
import { type Random, randomFrom } from "../../examples/synthetic/random.ts";

/** Inputs and labels, one number each. */
export interface Rows {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
}

/** Which rows are the next batch. */
export type Draw = (random: Random) => number[];

/** The line `y = bias + slope (x - 5)`, and the noise where it was learned. */
export interface Line {
  readonly slope: number;
  readonly bias: number;
  readonly sigma: number | undefined;
}

const [EPOCHS, STEPS] = [30, 100];
/** Labels are scored from 0 to 10, where the true line is `y = x`. */
const [MIDDLE, SPAN] = [5, 10];

/** 3,000 steps of Adam from a line that is half as steep as the true one. */
export async function fitLine(
  rows: Rows,
  draw: Draw,
  loss: Loss,
  seed: number,
  noise?: LabelNoise,
): Promise<Line> {
  const random = randomFrom(1000 + seed);
  const [slope, bias] = [tf.variable(tf.scalar(0.5)), tf.variable(tf.scalar(MIDDLE))];
  await train({
    model: {
      variables: [slope, bias],
      predict: (x: Tensor) => tf.add(tf.mul(tf.sub(x, MIDDLE), slope), bias),
    },
    loss,
    data: function* () {
      for (let step = 0; step < STEPS; step++) {
        const batch = draw(random);
        const column = (of: ArrayLike<number>) => tf.tensor1d(batch.map((i) => of[i]!));
        const [x, y] = [column(rows.x), column(rows.y)];
        yield { x, y };
        tf.dispose([x, y]);
      }
    },
    epochs: EPOCHS,
    optimizer: tf.train.adam(0.02),
    ...(noise && { noise: { model: noise, optimizer: tf.train.adam(0.01) } }),
    schedule: cosine(),
  });
  const sigma = await noise?.sigma();
  const line = { slope: (await slope.data())[0]!, bias: (await bias.data())[0]!, sigma };
  tf.dispose([slope, bias]);
  noise?.dispose();
  return line;
}

/** One row of a table: medians of the test MSE, the slope, the prediction at 0, and sigma. */
export function lineRow(name: string, lines: readonly Line[]): string {
  const mse = median(lines.map(({ slope, bias }) => (
    (slope - 1) ** 2 * SPAN ** 2 / 12 + (bias - MIDDLE) ** 2
  )));
  const sigmas = lines.flatMap(({ sigma }) => sigma ?? []);
  return [
    name.padEnd(48),
    mse.toPrecision(2).padStart(8),
    median(lines.map(({ slope }) => slope)).toFixed(2).padStart(6),
    median(lines.map(({ slope, bias }) => bias - slope * MIDDLE)).toFixed(2).padStart(6),
    ...sigmas.length > 0 ? [median(sigmas).toFixed(2)] : [],
  ].join("  ");
}
