/** The rows that the papers and their repositories print, to stand beside ours. */
import type { ByShot } from "./evaluation.ts";

/** A published row; what was not printed is missing. In years. */
export interface Published {
  readonly name: string;
  readonly bMae?: Partial<ByShot>;
  readonly mae?: Partial<ByShot>;
}

const rowOf = (all: number, many: number, medium: number, few: number): ByShot => (
  { all, many, medium, few }
);

/**
 * By data set. Balanced MSE is of Ren et al. (CVPR 2022), repository or paper; its README calls
 * "MAE" what is bMAE. SQINV, LDS and FDS are of Yang et al. (ICML 2021), repository. Vanilla's
 * plain MAE of many-shot ages, and all of it on AgeDB, is recalled, not looked up again. Balanced
 * MSE on AgeDB is not published in this protocol.
 */
export const PUBLISHED: Readonly<Record<"imdb-wiki" | "agedb", readonly Published[]>> = {
  "imdb-wiki": [
    {
      name: "vanilla",
      bMae: rowOf(13.923, 7.323, 15.925, 32.778),
      mae: rowOf(8.06, 7.23, 15.12, 26.33),
    },
    { name: "RRT + LDS, paper", bMae: { all: 13.09, few: 30.26 }, mae: { all: 7.79 } },
    { name: "GAI", bMae: rowOf(12.69, 7.589, 12.88, 28.307), mae: { all: 8.12 } },
    { name: "BMC", bMae: rowOf(12.654, 7.649, 12.689, 28.097), mae: { all: 8.08 } },
    { name: "BNI", bMae: rowOf(12.65, 7.647, 12.696, 28.077) },
    { name: "SQINV + LDS", mae: rowOf(7.87, 7.31, 12.45, 22.6) },
    { name: "SQINV + FDS", mae: rowOf(7.66, 7.06, 12.6, 22.37) },
    { name: "SQINV + LDS + FDS", mae: rowOf(7.68, 7.07, 12.79, 21.85) },
  ],
  agedb: [
    { name: "vanilla", mae: rowOf(7.77, 6.62, 9.55, 13.67) },
    { name: "SQINV + LDS", mae: rowOf(7.67, 6.98, 8.86, 10.89) },
    { name: "SQINV + FDS", mae: rowOf(7.69, 7.11, 8.86, 9.98) },
    { name: "SQINV + LDS + FDS", mae: rowOf(7.47, 6.91, 8.26, 10.55) },
  ],
};
