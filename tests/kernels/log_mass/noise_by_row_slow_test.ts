/** A noise a row of several dimensions: shaders that take long to compile. */
import { testOnBackends } from "../../support/backends.ts";
import { problem } from "../../support/cases.ts";
import { accurateByRow } from "../../support/noise_by_row.ts";

const CASES = [
  problem("3-D", { rows: 99, dim: 3, sigma: 0.3 }),
  problem("far off in 3-D", { rows: 100, dim: 3, sigma: 0.1, far: 30 }),
  problem("mixture in 7-D", { rows: 30, dim: 7, sigma: 1, columns: 5, spread: true }),
  problem("17-D", { rows: 35, dim: 17, sigma: 1, columns: 33, weights: true }),
  problem("129-D", { rows: 35, dim: 129, sigma: 8, columns: 33 }),
  problem("mixture in 131-D", { rows: 9, dim: 131, sigma: 1, columns: 35, spread: true }),
];

for (const test of CASES) {
  const check = accurateByRow(test);
  testOnBackends(`noise by row: ${test.name}`, () => check("direct"));
}
