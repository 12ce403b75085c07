/** The decimal mark of a table: one for all of its numbers. */
import type { DecimalMark } from "./numbers.ts";
import type { Refuse } from "./read_table.ts";
import type { Cell, Survey } from "./survey.ts";

/**
 * The mark that the cells tell. Where none tells, 1,234 may be a thousand or a bit more than one,
 * and so may 1.234 where commas do not separate cells: that is refused.
 */
export function decimalMark(
  marks: Survey["marks"],
  separator: string,
  refuse: Refuse,
): DecimalMark {
  const { ".": point, ",": comma } = marks;
  if (point && comma) {
    refuse(
      "all numbers must have the same decimal mark (--ignore leaves a column out)",
      `${placed(point)} and ${placed(comma)}`,
    );
  }
  if (point || comma) return point ? "." : ",";
  const open = marks["1,234"] ?? (separator === "," ? undefined : marks["1.234"]);
  if (open) {
    const [decimal, thousands] = open.text.includes(",") ? ["comma", "point"] : ["point", "comma"];
    refuse(
      `numbers must tell a decimal ${decimal} (--decimal ${decimal}) from a separator of ` +
        `thousands (--decimal ${thousands})`,
      placed(open),
    );
  }
  return ".";
}

function placed({ text, row, column }: Cell): string {
  return `"${text}" in row ${row}, column "${column}"`;
}
