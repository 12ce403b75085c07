/** Numbers as people write them: decimal points or commas, and separators of thousands. */

/** What parts the whole from the fraction. */
export type DecimalMark = "." | ",";

/** A cell with nothing to tell decimal marks from: quick, as most are. */
const PLAIN = /^[+-]?\d+$/;
/** What may separate thousands besides the other mark: spaces and apostrophes. */
const SPACES = " \u00a0\u202f'’";

/** Numbers with the mark, plain or with thousands apart, whose first group is not 0. */
const SHAPES: Readonly<Record<DecimalMark, RegExp>> = {
  ".": shape(".", ","),
  ",": shape(",", "."),
};

function shape(mark: DecimalMark, other: DecimalMark): RegExp {
  const whole = `\\d+|[1-9]\\d{0,2}(?:([${other}${SPACES}])\\d{3})(?:\\1\\d{3})*`;
  return new RegExp(`^[+-]?(?=[${mark}]?\\d)(?:${whole})?(?:[${mark}]\\d*)?(?:e[+-]?\\d+)?$`, "i");
}

/** The finite number that a cell is with this decimal mark, else NaN. */
export function numberOf(cell: string, mark: DecimalMark): number {
  const text = cell.replace("\u2212", "-");
  if (PLAIN.test(text)) return Number(text);
  if (!SHAPES[mark].test(text)) return NaN;
  const spaces = text.replaceAll(/[\u00a0\u202f'’ ]/g, "");
  const value = Number(
    mark === "." ? spaces.replaceAll(",", "") : spaces.replaceAll(".", "").replace(",", "."),
  );
  return Number.isFinite(value) ? value : NaN;
}

/** What a cell tells of the decimal mark. */
export type Evidence = DecimalMark | "either" | "1,234" | "1.234";

/**
 * The mark by which alone a cell is a number; `"either"` if it is the same one by both; what it
 * looks like if it is another one by each; undefined if it is no number.
 */
export function evidenceOf(cell: string): Evidence | undefined {
  if (PLAIN.test(cell)) return "either";
  const [point, comma] = [numberOf(cell, "."), numberOf(cell, ",")];
  if (Number.isNaN(point)) return Number.isNaN(comma) ? undefined : ",";
  if (Number.isNaN(comma)) return ".";
  if (point === comma) return "either";
  return cell.includes(",") ? "1,234" : "1.234";
}

/** Whether a cell is a number by one of the marks. */
export function isNumber(cell: string): boolean {
  return evidenceOf(cell) !== undefined;
}
