/** Text in aligned columns, the first to the left, the others to the right. */

/**
 * Renders blocks of rows, whose first is the head, without a newline at the end. All blocks have
 * the same columns; a blank line parts them.
 */
export function alignedTable(...blocks: readonly (readonly string[])[][]): string {
  const rows = blocks.flat();
  const widths = rows[0]!.map((_, k) => Math.max(...rows.map((row) => row[k]!.length)));
  const rule = widths.map((width) => "-".repeat(width));
  const line = (row: readonly string[]) =>
    row.map((text, k) => k === 0 ? text.padEnd(widths[k]!) : text.padStart(widths[k]!)).join("  ");
  return blocks.map(([head, ...others]) => [head!, rule, ...others].map(line).join("\n"))
    .join("\n\n");
}
