/** The folder of a run, which belongs to one run alone: what it was asked for is kept in it. */
import { readJson, writeJson } from "../support/json_file.ts";
import { OptionError } from "../support/option_error.ts";

/** What decides a run's results, by stage and by flag; a stage that is not run is missing. */
export type RunSettings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What a run leaves in its folder. */
const PARTS = ["run.json", "stage1", "features", "stage2", "predictions", "figure.svg"];

/**
 * Opens a folder: empty, or with a run of the same settings, which then goes on.
 *
 * @param anew Whether what the folder holds of a run is thrown away first.
 * @throws {OptionError} If it holds a run of other settings, or cannot be written.
 */
export async function openRun(out: string, settings: RunSettings, anew: boolean): Promise<void> {
  const path = `${out}/run.json`;
  try {
    const before = await readJson(path) as RunSettings | undefined;
    if (before !== undefined && anew) await removeRun(out);
    const kept = anew ? {} : before ?? {};
    for (const [stage, now] of Object.entries(settings)) checkSame(out, kept[stage] ?? now, now);
    await writeJson(path, { ...kept, ...settings });
  } catch (error) {
    if (error instanceof OptionError) throw error;
    throw new OptionError(`Cannot keep a run in ${out}: ${(error as Error).message}`);
  }
}

function checkSame(
  out: string,
  before: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
): void {
  for (const name of Object.keys({ ...before, ...now })) {
    const [was, is] = [before[name], now[name]].map((value) => JSON.stringify(value) ?? "none");
    if (was === is) continue;
    throw new OptionError(
      `Cannot go on in ${out} as ${name} must be that of the run there, ${was} (another --out, ` +
        `or --anew, begins another run): current value is ${is}`,
    );
  }
}

async function removeRun(out: string): Promise<void> {
  for (const part of PARTS) {
    try {
      await Deno.remove(`${out}/${part}`, { recursive: true });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
