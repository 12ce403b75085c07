/**
 * The history of a run as a file that grows with it.
 *
 * @module
 */
import { shown } from "../check/shown.ts";
import { attempt, codeOf, Refusal } from "../files/attempt.ts";
import { checkPath } from "../files/check_path.ts";
import type { Host } from "../files/host.ts";
import { withFile } from "../files/read_file.ts";
import { writeWhole } from "../files/write_whole.ts";
import type { EpochRecord } from "./epoch_record.ts";

/** Where epochs are written. */
export interface HistoryLog {
  /** Adds a line; calls come one after the other, whether they are awaited or not. */
  write(record: EpochRecord): Promise<void>;
  /** Waits for what is being written. */
  close(): Promise<void>;
}

/** How a line is written. */
interface Format {
  /** How a file of it begins. */
  readonly start: string;
  /** What stands above the lines. */
  header(columns: readonly string[]): string;
  line(values: ReadonlyMap<string, number>, columns: readonly string[]): string;
}

const FIRST = ["epoch", "loss", "learningRate"];

const CSV: Format = {
  start: FIRST.join(","),
  header: csvLine,
  // A number that is not finite is one for most readers: NaN, Infinity. A metric without value is
  // empty.
  line: (values, columns) => csvLine(columns.map((column) => `${values.get(column) ?? ""}`)),
};

const JSON_LINES: Format = {
  start: '{"epoch":',
  header: () => "",
  // JSON has no numbers that are not finite: null.
  line: (values) => `${JSON.stringify(Object.fromEntries(values))}\n`,
};

const FORMATS: Readonly<Record<string, Format>> = {
  csv: CSV,
  jsonl: JSON_LINES,
  ndjson: JSON_LINES,
};

/**
 * Throws unless a log can have this path.
 *
 * @throws {TypeError} If it is no path.
 * @throws {RangeError} If its extension tells no format.
 */
export function checkLogPath(path: unknown): asserts path is string {
  checkPath(path, "Cannot train as log");
  if (formatOf(path) !== undefined) return;
  const remedy = /\.json$/i.test(path) ? `, did you mean ${shown(`${path}l`)}` : "";
  throw new RangeError(
    `Cannot train as log must end in .csv, .jsonl or .ndjson${remedy}: ` +
      `current value is ${shown(path)}`,
  );
}

/**
 * Opens a log: one line an epoch with its number, loss, learning rate and metrics, as CSV or as
 * JSON lines, as the extension says. A metric that is called as another column is `metrics.loss`,
 * say.
 *
 * The file is written anew, with the epochs that a resumed run has had already, so that none is in
 * it twice; a file that is no log is left as it is. After that each epoch is appended as a whole
 * line. Where a metric comes that no epoch before had, a CSV is written anew with one column more.
 *
 * @param resume The epochs before.
 * @throws {Error} If the file system fails, or the file is no log; so do writes.
 */
export async function openHistoryLog(
  path: string,
  { resume = [] }: { readonly resume?: readonly EpochRecord[] } = {},
): Promise<HistoryLog> {
  checkLogPath(path);
  const format = formatOf(path)!;
  const columns = [...FIRST];
  const rows: ReadonlyMap<string, number>[] = [];
  const take = (record: EpochRecord) => {
    const row = rowOf(record);
    rows.push(row);
    const strange = [...row.keys()].filter((name) => !columns.includes(name));
    columns.push(...strange);
    return { row, isWider: strange.length > 0 };
  };
  const writeAll = (host: Host) => {
    const text = format.header(columns) + rows.map((row) => format.line(row, columns)).join("");
    return writeWhole(host, path, new TextEncoder().encode(text));
  };
  const append = async (record: EpochRecord) => {
    const { row, isWider } = take(record);
    await attempt("Cannot log an epoch", path, async (host) => {
      if (isWider && format === CSV) await writeAll(host);
      else await host.fs.appendFile(path, format.line(row, columns));
    });
  };

  resume.forEach(take);
  await attempt("Cannot open a log", path, async (host) => {
    await host.fs.mkdir(host.path.dirname(path), { recursive: true });
    await refuseOthers(host, path, format);
    await writeAll(host);
  });
  let last: Promise<unknown> = Promise.resolve();
  return {
    write(record) {
      const written = last.then(() => append(record));
      last = written.catch(() => {});
      return written;
    },
    close: async () => void await last,
  };
}

/** A line of RFC 4180; no library, since npm has none of std's under its name. */
function csvLine(cells: readonly string[]): string {
  const quoted = cells.map((cell) =>
    /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
  );
  return `${quoted.join(",")}\r\n`;
}

function formatOf(path: string): Format | undefined {
  return FORMATS[/\.([a-z]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ""];
}

/** An epoch by columns. */
function rowOf({ epoch, loss, learningRate, metrics = {} }: EpochRecord): Map<string, number> {
  const own = Object.entries(metrics).map(([name, value]) =>
    [FIRST.includes(name) ? `metrics.${name}` : name, value] as const
  );
  return new Map([["epoch", epoch], ["loss", loss], ["learningRate", learningRate], ...own]);
}

/** Throws where the path has something that is no log: training data, say. */
async function refuseOthers(host: Host, path: string, { start }: Format): Promise<void> {
  try {
    await withFile(host, path, async ({ size, read }) => {
      const text = new TextDecoder().decode(await read(0, Math.min(size, start.length)));
      if (text === start || size === 0) return;
      throw new Refusal("a file that is there already must be a log of a run, or be removed");
    });
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}
