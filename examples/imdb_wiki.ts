/**
 * Age from a face on IMDB-WIKI-DIR or AgeDB-DIR, by the two stages of Balanced MSE; or on drawn
 * faces.
 *
 *     deno task imdb-wiki --made --quick
 *     deno task imdb-wiki --help
 *
 * @see docs/age.md
 *
 * @module
 */
import { IMDB_WIKI } from "./imdb_wiki/backend.ts";
import { type Outcome, runExperiment } from "./imdb_wiki/experiment.ts";
import { figureAge } from "./imdb_wiki/figure.ts";
import { type GivenData, givenData } from "./imdb_wiki/given_data.ts";
import { reportOf } from "./imdb_wiki/json_report.ts";
import { HELP, type Options, parseOptions } from "./imdb_wiki/options.ts";
import { PUBLISHED } from "./imdb_wiki/published.ts";
import { openRun } from "./imdb_wiki/run_folder.ts";
import { settingsOf } from "./imdb_wiki/settings.ts";
import { fingerprintOf } from "./imdb_wiki/start.ts";
import { scoresTables } from "./imdb_wiki/table.ts";
import { userError } from "./imdb_wiki/user_error.ts";
import { type Choice, useBackend } from "./support/backend.ts";
import { runCommand } from "./support/run_command.ts";
import { renderSpec, writeSvg } from "./synthetic/figure.ts";

/**
 * Runs the experiment. What is said along the way goes to standard error, the result to standard
 * output.
 */
async function main(options: Options): Promise<void> {
  const start = performance.now();
  const choice = await useBackend(options.backend, IMDB_WIKI);
  console.error(`Backend ${choice.backend}: ${choice.reason}.`);
  const data = await givenData(options, console.error);
  sayData(data);
  const from = options.from === undefined ? undefined : await fingerprintOf(options.from);
  const fingerprints = { data: data.fingerprint, ...(from !== undefined && { from }) };
  await openRun(options.out, settingsOf(options, fingerprints), options.anew);
  sayPlan(options);
  const outcome = await runExperiment(options, data).catch((error) => {
    throw userError(error);
  });
  const seconds = (performance.now() - start) / 1000;
  if (options.json) console.log(JSON.stringify(jsonOf(options, data, choice, outcome, seconds)));
  else console.log(textOf(options, data, choice, outcome, seconds));
  const figure = `${options.out}/figure.svg`;
  await writeSvg(figure, await renderSpec(await figureAge(outcome)));
  console.error(`Figure: ${figure}; predictions: ${options.out}/predictions`);
}

function sayData({ title, train, val, test, missing }: GivenData): void {
  const ages = train.map(({ label }) => label as number);
  const [least, most] = [Math.min, Math.max].map((of) => ages.reduce((a, b) => of(a, b)));
  console.error(
    `${title}: ${train.length} pictures for training, aged ${least} to ${most}, ` +
      `${val.length} for validation, ${test.length} for the test.`,
  );
  if (missing > 0) console.error(`Left out, as they are not there: ${missing} pictures.`);
}

function sayPlan({ stages, augment, batchStatistics, fds }: Options): void {
  if (stages.includes(2) && !augment) {
    console.error("Stage 2 trains on features that are computed once: without augmentation.");
  }
  if (batchStatistics) console.error("Frozen layers normalize by the batch, as the authors' do.");
  if (fds && stages.includes(1)) console.error("Features are smoothed over ages (FDS).");
}

function jsonOf(
  { stages }: Options,
  { title: data }: GivenData,
  { backend, adapter }: Choice,
  { results, picturesPerSecond }: Outcome,
  seconds: number,
) {
  const stage = stages.includes(2) ? 2 : 1;
  return reportOf({ data, stage, seconds, backend, adapter, picturesPerSecond }, results);
}

function textOf(
  { protocol: { many, few } }: Options,
  { title }: GivenData,
  { backend, adapter }: Choice,
  { results, picturesPerSecond }: Outcome,
  seconds: number,
): string {
  const published = title === "imdb-wiki" || title === "agedb" ? PUBLISHED[title] : [];
  const speed = picturesPerSecond === null ? "" : `, ${picturesPerSecond.toFixed(0)} pictures/s`;
  return `\nmany: more than ${many} training pictures of an age; few: fewer than ${few}.\n\n` +
    `${scoresTables(results, published)}\n\n` +
    `${seconds.toFixed(1)} s in all${speed}, on ${adapter ?? backend}.`;
}

if (import.meta.main) await runCommand(HELP, parseOptions, main);
