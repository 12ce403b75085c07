/**
 * Data of the rotation benchmark: pictures turned by angles that are imbalanced in training,
 * uniform in the test.
 */
import { type Random, randomFrom } from "../synthetic/random.ts";
import { type Fashion, type Pictures, SIDE } from "./fashion.ts";
import { DataError } from "./idx.ts";
import { rotatePicture } from "./rotate.ts";

/** The greatest angle either way, in degrees. */
export const LIMIT = 90;
/** Standard deviation of the training angles, in degrees. */
export const SPREAD = 20;

/** Turned pictures and by how much. */
export interface Split {
  /** Brightness, picture by picture, row by row: from 0 to 1, and beyond where grain is added. */
  readonly pictures: Float32Array;
  /** Degrees, counterclockwise. */
  readonly angles: Float32Array;
}

/** What one run trains and scores on. */
export interface Dataset {
  readonly train: Split;
  readonly test: Split;
}

/** How many pictures a dataset takes, and how they look. */
export interface DatasetOptions {
  readonly train: number;
  readonly test: number;
  /** Standard deviation of the noise on every pixel's brightness. */
  readonly grain: number;
}

/** An angle of the training set: normal around 0, drawn again beyond the limit. */
export function drawTrainAngle(random: Random): number {
  for (;;) {
    const angle = SPREAD * random.normal();
    if (Math.abs(angle) <= LIMIT) return angle;
  }
}

/**
 * Draws a dataset: pictures without replacement, each turned by an angle of its own, then grained.
 * Test angles lie evenly on the range, each within its own slice, so that no test set has a gap.
 * The same seed gives the same pictures and angles whatever the grain.
 */
export function drawDataset(
  fashion: Fashion,
  { train, test, grain }: DatasetOptions,
  seed: number,
): Dataset {
  const random = randomFrom(seed);
  const noise = () => grain * random.normal();
  const slice = 2 * LIMIT / test;
  const evenly = (i: number) => -LIMIT + slice * (i + random.uniform(0, 1));
  const trainPictures = draw(fashion.train, train, "train", random);
  const testPictures = draw(fashion.test, test, "test", random);
  return {
    train: turn(trainPictures, () => drawTrainAngle(random), noise),
    test: turn(testPictures, evenly, noise),
  };
}

/** Some of the pictures, in random order. */
function draw(pictures: Pictures, count: number, set: string, random: Random): Pictures {
  if (count > pictures.length) {
    throw new DataError(
      `Cannot draw ${count} ${set} pictures as there must be as many of these garments: ` +
        `current count is ${pictures.length}`,
    );
  }
  const order = Array.from(pictures.keys());
  for (let i = 0; i < count; i++) {
    const j = i + Math.floor(random.uniform(0, order.length - i));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order.slice(0, count).map((i) => pictures[i]!);
}

function turn(
  pictures: Pictures,
  angle: (index: number) => number,
  grain: () => number,
): Split {
  const angles = Float32Array.from(pictures, (_, i) => angle(i));
  const pixels = new Float32Array(pictures.length * SIDE * SIDE);
  pictures.forEach((picture, i) => {
    const rotated = rotatePicture(picture, SIDE, angles[i]!);
    pixels.set(rotated.map((byte) => byte / 255 + grain()), i * SIDE * SIDE);
  });
  return { pictures: pixels, angles };
}
