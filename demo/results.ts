/** The table of the lines as numbers, and the noise. */
import type { Split } from "../examples/synthetic/data.ts";
import { LINE_NAMES, type Lines } from "./chart.ts";
import { find, say } from "./page.ts";
import { errorOf } from "./regression.ts";

/** Fills the table's cells and the noise's value. */
export function showResults(lines: Lines, sigma: number, test: Split): void {
  for (const name of LINE_NAMES) {
    const row = find(`row-${name}`, HTMLTableRowElement);
    const { slope, intercept } = lines[name];
    [slope, intercept, errorOf(lines[name], test)].forEach((value, k) =>
      say(row.cells[k + 1]!, fixed(value))
    );
  }
  say(find("sigma", HTMLElement), fixed(sigma));
}

/** Two digits, with a true minus, and no minus before zero. */
export function fixed(value: number): string {
  const text = value.toFixed(2);
  return text === "-0.00" ? "0.00" : text.replace("-", "\u2212");
}
