/** The data that a run is asked for: drawn first, or split first, then read like any other. */
import { readJson, writeJson } from "../support/json_file.ts";
import { OptionError } from "../support/option_error.ts";
import { sha256 } from "../support/sha256.ts";
import { type AgeData, makeSplit, readAgeData } from "./age_data.ts";
import { CSV, makeFaces } from "./made_faces.ts";
import type { Options } from "./options.ts";

/** Data, what they are called, and what tells them from others. */
export interface GivenData extends AgeData {
  /** `imdb-wiki`, `agedb`, `made`, or the name of the CSV. */
  readonly title: string;
  readonly fingerprint: string;
}

/** Pixels a side of a drawn face, in those that the network sees; at most 128: 20 ms a face. */
const [OVERSIZE, MOST_SIDE] = [2, 128];

/** Draws or splits where asked, then reads; every picture is looked for. */
export async function givenData(
  options: Options,
  say: (text: string) => void,
): Promise<GivenData> {
  const { data: folder, made, makeSplit: from, csv, skipUnreadable, seed } = options;
  if (made) await drawFaces(options, say);
  if (from !== undefined) {
    const cap = options.capGiven ? options.protocol.cap : undefined;
    const counts = await makeSplit(folder, from, { csv, seed, ...(cap && { cap }) });
    const sizes = Object.entries(counts).map(([split, count]) => `${split} ${count}`).join(", ");
    say(`Split by the authors' rule: ${sizes}.`);
  }
  const data = await readAgeData(folder, { csv, skipMissing: skipUnreadable });
  const title = made ? "made" : data.name.replace(/\.csv$/, "").replaceAll("_", "-");
  const fingerprint = await sha256(await Deno.readFile(`${folder}/${data.name}`));
  return { ...data, title, fingerprint };
}

/** Draws faces into the folder unless they are there already. */
async function drawFaces(
  { data: folder, protocol, seed }: Options,
  say: (text: string) => void,
): Promise<void> {
  const { faces: count, size, cap } = protocol;
  const asked = { count, size: Math.min(OVERSIZE * size, MOST_SIDE), seed, cap };
  const there = await readJson(`${folder}/made.json`);
  const isSame = JSON.stringify(there) === JSON.stringify(asked);
  const isDone = await exists(`${folder}/${CSV}`); // it is written last
  if (isSame && isDone) return;
  if (there === undefined ? isDone : !isSame) {
    throw new OptionError(
      `Cannot draw faces into ${folder} as it must be without other pictures (--data names ` +
        `another folder): current one has ${there ? JSON.stringify(there) : CSV}`,
    );
  }
  say(`Drawing ${count} faces into ${folder}`);
  await writeJson(`${folder}/made.json`, asked);
  await makeFaces(folder, asked, (done, of) => say(`Drawn: ${done} of ${of}`));
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
