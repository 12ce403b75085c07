/** The demo's state: which data there is, which run is under way, and what the page tells of both. */
import { type Dataset, drawDataset } from "../examples/synthetic/data.ts";
import type { LabelSource } from "../examples/synthetic/distributions.ts";
import { randomFrom } from "../examples/synthetic/random.ts";
import { useBackend } from "./backend.ts";
import type { Chart, Lines } from "./chart.ts";
import { segmentLabels } from "./labels.ts";
import { find, say } from "./page.ts";
import { ORACLE, type Snapshot, start, STEPS } from "./regression.ts";
import { fixed, showResults } from "./results.ts";
import { Run } from "./run.ts";
import type { Settings } from "./settings.ts";

/** Numbers are told to screen readers no more often than this. */
const TELL_MS = 5000;
/** Lines jump this many steps where the visitor wants little motion. */
const CALM_STEPS = 50;

/** Prepares, trains, pauses and resets. */
export class Demo {
  readonly #chart: Chart;
  readonly #button = find("start", HTMLButtonElement);
  readonly #progress = find("progress", HTMLProgressElement);
  readonly #status = find("status", HTMLElement);
  readonly #calm = matchMedia("(prefers-reduced-motion: reduce)");
  #data!: Dataset<LabelSource>;
  #run: Run | undefined;
  /** What must be over before tfjs may be given other work: backends starting, runs ending. */
  #before: Promise<unknown> = Promise.resolve();
  /** Counts what takes the lines back: a start that waits for the backend gives up if there was another. */
  #turn = 0;
  #toldAt = 0;
  #sentence = "";

  constructor(chart: Chart) {
    this.#chart = chart;
    this.#progress.max = STEPS;
  }

  /** Draws new data; false, and a sentence on the page, where the shares leave none. */
  prepare({ shares, seed, learnNoise }: Settings): boolean {
    if (shares.every((share) => share === 0)) {
      say(this.#status, "No data: every share is 0. Raise one, then prepare the data again.");
      return false;
    }
    this.#data = drawDataset(segmentLabels(shares), randomFrom(seed));
    this.#chart.data = this.#data.train;
    this.reset(learnNoise);
    const rows = this.#data.train.y.length.toLocaleString("en");
    say(this.#status, `${rows} points drawn with seed ${seed}. Ready to start.`);
    return true;
  }

  /** Ends a run and takes the lines back to where they start. */
  reset(learnNoise: boolean): void {
    this.#turn++;
    this.#run?.end();
    this.#run = undefined;
    this.#show(start(learnNoise));
    this.#name("Start regressing");
    say(this.#status, "Lines are back at the start.");
  }

  /** The main button: starts a run, or pauses it, or lets it go on. */
  async startOrPause(settings: Settings): Promise<void> {
    if (this.#run) {
      this.#run.paused = !this.#run.paused;
      this.#name(this.#run.paused ? "Resume" : "Pause");
      say(this.#status, this.#run.paused ? `Paused. ${this.#sentence}` : "Training goes on.");
      return;
    }
    this.reset(settings.learnNoise);
    const turn = this.#turn;
    await this.announceBackend(settings.backend);
    if (turn !== this.#turn) return;
    const run = this.#run = new Run(
      this.#data.train,
      settings.learnNoise,
      (now) => this.#step(now),
    );
    this.#name("Pause");
    say(this.#status, "Training.");
    this.#toldAt = performance.now();
    this.#before = run.over.catch(() => {});
    try {
      if (await run.over) this.#finish(`Done. ${this.#sentence}`);
    } catch (error) {
      if (this.#run === run) this.#finish(`Training stopped: ${(error as Error).message}.`);
    }
  }

  /** Starts the backend and says on the page which it is. */
  async announceBackend(wish: Settings["backend"]): Promise<void> {
    const choice = this.#before.then(() => useBackend(wish));
    this.#before = choice.catch(() => {});
    say(find("computes-on", HTMLElement), await choice);
  }

  #step(now: Snapshot): void {
    const last = now.step === STEPS;
    if (this.#calm.matches && !last && now.step % CALM_STEPS !== 0) return;
    this.#show(now);
    // A pause lets the step under way come to its end.
    if (this.#run?.paused) say(this.#status, `Paused. ${this.#sentence}`);
    const time = performance.now();
    if (last || this.#run?.paused || time - this.#toldAt < TELL_MS) return;
    this.#toldAt = time;
    say(this.#status, `Step ${now.step}. ${this.#sentence}`);
  }

  #show(now: Snapshot): void {
    const lines: Lines = { oracle: ORACLE, ...now };
    this.#chart.lines = lines;
    showResults(lines, now.sigma, this.#data.test);
    this.#progress.value = now.step;
    say(find("step", HTMLElement), `step ${now.step} of ${STEPS}`);
    const [mse, reweight, balanced] = [now.mse, now.reweight, now.balanced].map(({ slope }) =>
      fixed(slope)
    );
    this.#sentence =
      `Slopes: MSE ${mse}, Reweight ${reweight}, Balanced MSE ${balanced}, oracle 1.00.`;
  }

  #finish(sentence: string): void {
    this.#run = undefined;
    this.#name("Start regressing");
    say(this.#status, sentence);
  }

  #name(action: string): void {
    say(this.#button, action);
  }
}
