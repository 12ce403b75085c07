/** Says which pictures were left out in reading, and that they were. */

/** How many are named. */
const NAMED = 3;

/** Says it on standard error; nothing where none was left out. */
export function saySkipped(...skipped: readonly ReadonlyMap<string, string>[]): void {
  const paths = skipped.flatMap((some) => [...some.keys()]);
  if (paths.length === 0) return;
  const pictures = `${paths.length} ${paths.length === 1 ? "picture" : "pictures"}`;
  const first = paths.slice(0, NAMED).join(", ");
  console.error(`Left out, as they cannot be read: ${pictures}, first ${first}.`);
}
