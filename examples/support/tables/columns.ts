/** Which columns of a table are used: the target, and the features. */
import Papa from "papaparse";
import { SEPARATORS } from "./csv_rows.ts";
import type { Refuse, TableOptions } from "./read_table.ts";

/** A column by its name and its place in a row. */
export interface Column {
  readonly name: string;
  readonly place: number;
}

/** What pandas calls a column without a name: as a rule the index of a saved frame. */
const NAMELESS = /^(unnamed: \d+.*)?$/i;

/** The columns to use, checked, and the places of those that are left out as they have no name. */
export function columnsOf(
  header: readonly string[],
  { target, ignore = [] }: Pick<TableOptions, "target" | "ignore">,
  refuse: Refuse,
): { used: readonly Column[]; nameless: readonly number[] } {
  const all = header.map((name, place) => ({ name, place }));
  const [nameless = [], named = []] = [true, false].map((without) =>
    all.filter(({ name }) => NAMELESS.test(name) === without)
  );
  const names = named.map(({ name }) => name);
  const columns = names.join(", ");
  const twice = names.find((name, k) => names.indexOf(name) !== k);
  if (twice !== undefined) refuse("each column must have a name of its own", `"${twice}" twice`);
  if (!names.includes(target)) {
    const hint = header.length === 1
      ? ` (they must be separated by ${Object.values(SEPARATORS).join(", ")})`
      : "";
    refuse(`the target must be one of its columns, ${columns}${hint}`, `"${target}"`);
  }
  const unknown = ignore.find((column) => !header.includes(column));
  if (unknown !== undefined) {
    const commas = names.filter((name) => name.includes(","));
    const hint = commas.length > 0 ? ` (quoted where they have a comma: ${flagOf(commas)})` : "";
    refuse(`the ignored must be of its columns, ${columns}${hint}`, `"${unknown}"`);
  }
  if (ignore.includes(target)) refuse("the target must not be ignored", `"${target}"`);
  const used = named.filter(({ name }) => !ignore.includes(name));
  if (used.length < 2) refuse("there must be a column beside the target", columns);
  return { used, nameless: nameless.map(({ place }) => place) };
}

/** The names that a flag lists: separated by commas, quoted where they have one. */
export function namesOf(flag: string): string[] {
  const { data: [names = []] } = Papa.parse(flag, { delimiter: "," });
  return names.map((name) => name.trim()).filter((name) => name !== "");
}

/** Names as a flag takes them, quoted for a shell: `'pool,"size, old"'`. */
export function flagOf(names: readonly string[]): string {
  const cell = (name: string) => /[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
  return `'${names.map(cell).join(",").replaceAll("'", "'\\''")}'`;
}
