/** Cells without a value, as programs and people mark them. */
import { type DecimalMark, numberOf } from "./numbers.ts";

/** Nothing, dashes, a point, question marks, and the words of R, Python, SQL and Excel. */
const MARKS = new RegExp(
  "^(|[.?]+|[-–—]+|n/?a|n\\.a\\.?|#n/?a( n/a)?|<na>|-?nan|null|none|nil|-?1\\.#(ind|qnan)|" +
    "#(null|value|ref|div/0|num|name)[!?])$",
  "i",
);
const BOTH: readonly DecimalMark[] = [".", ","];

/** Tells whether a cell has no value; the user's own marks count as texts and as numbers. */
export function missingRule(own: readonly string[] = []): (cell: string) => boolean {
  if (own.length === 0) return (cell) => MARKS.test(cell);
  const texts = new Set(own);
  const numbers = new Set(own.map((mark) => numberOf(mark, ".")).filter(Number.isFinite));
  return (cell) => MARKS.test(cell) || texts.has(cell) || isOneOf(numbers, cell);
}

/** Whether a cell is one of the numbers, whatever its decimal mark may be. */
function isOneOf(numbers: ReadonlySet<number>, cell: string): boolean {
  if (numbers.size === 0) return false;
  const readings = BOTH.map((mark) => numberOf(cell, mark)).filter(Number.isFinite);
  return readings.length > 0 && readings.every((value) => numbers.has(value));
}
