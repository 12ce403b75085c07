/** The result as JSON. */
import type { ByShot } from "./evaluation.ts";
import type { Result } from "./result.ts";

/** What is told beside the results. */
export interface Run {
  /** What the pictures are: `imdb-wiki`, `agedb` or `made`. */
  readonly data: string;
  /** The last stage. */
  readonly stage: 1 | 2;
  /** Of this call. */
  readonly seconds: number;
  readonly backend: string;
  readonly adapter: string | null;
  /** Trained and looked at in this call, a second; null where there was none to look at. */
  readonly picturesPerSecond: number | null;
}

/** The object that `--json` prints; a shot without a picture is null. */
export function reportOf(
  { data, stage, seconds, backend, adapter, picturesPerSecond }: Run,
  results: readonly Result[],
) {
  return {
    ...{ data, stage, seconds },
    criteria: results.map(({ name, scores: { bMae, mae, gMean }, sigma, seconds }) => (
      { name, bMae: plain(bMae), mae: plain(mae), gMean: plain(gMean), sigma, seconds }
    )),
    ...{ backend, adapter, picturesPerSecond },
  };
}

function plain({ all, many, medium, few }: ByShot): Record<keyof ByShot, number | null> {
  const orNull = (value: number) => Number.isNaN(value) ? null : value;
  return { all: orNull(all), many: orNull(many), medium: orNull(medium), few: orNull(few) };
}
