/**
 * Tells on standard error how fast pictures go by, and how long a run will take: a bar on a
 * terminal, plain lines elsewhere.
 */
import * as tf from "@tensorflow/tfjs";
import cliProgress from "cli-progress";
import { duration } from "./duration.ts";

/** What is counted. */
export interface PictureCount {
  /** What is under way, such as "Stage 1". */
  readonly name: string;
  /** Pictures of an epoch. */
  readonly pictures: number;
  /** Default 1, which is not told. */
  readonly epochs?: number;
}

/** What was measured after an epoch, such as the loss. */
type Numbers = Readonly<Record<string, number>>;

/** A bar moves, and a line comes, at most so often. */
const [BAR_MS, LINE_MS] = [500, 5000];

/** Counts pictures and tells. */
export class PictureProgress {
  readonly #count: Required<PictureCount>;
  readonly #bar: InstanceType<typeof cliProgress.SingleBar> | undefined;
  readonly #start = performance.now();
  #told = performance.now();
  /** Where the count began: a resumed run does not begin at 0. */
  #first: number | undefined;
  #done = 0;
  #numbers: Numbers = {};

  constructor({ epochs = 1, ...count }: PictureCount) {
    this.#count = { epochs, ...count };
    if (!Deno.stderr.isTerminal()) return;
    const format = { format: "{bar} {text}", hideCursor: true };
    this.#bar = new cliProgress.SingleBar(format, cliProgress.Presets.shades_grey);
    this.#bar.start(epochs * count.pictures, 0, { text: count.name });
  }

  /** Pictures of this call. */
  get pictures(): number {
    return this.#done - (this.#first ?? 0);
  }

  /** Since the start. */
  get seconds(): number {
    return (performance.now() - this.#start) / 1000;
  }

  /**
   * Takes note that `done` pictures of an epoch, from 0, are done, `step` of them just now. Now and
   * then it waits for the device, which may lag behind: what is told is then true, and the host
   * never runs far ahead.
   */
  async update(done: number, step: number, epoch = 0): Promise<void> {
    const { pictures } = this.#count;
    this.#done = epoch * pictures + Math.min(done, pictures);
    this.#first ??= this.#done - step;
    if (performance.now() - this.#told < (this.#bar ? BAR_MS : LINE_MS)) return;
    await deviceDone();
    this.#tell(epoch);
  }

  /** Takes note of an epoch's numbers. */
  epochEnd(epoch: number, numbers: Numbers): void {
    this.#numbers = numbers;
    const isLast = epoch + 1 === this.#count.epochs;
    if (this.#bar || isLast || performance.now() - this.#told >= LINE_MS) this.#tell(epoch);
  }

  /** Frees the terminal. */
  stop(): void {
    this.#bar?.stop();
  }

  #tell(epoch: number): void {
    this.#told = performance.now();
    const text = this.#text(epoch);
    if (this.#bar) this.#bar.update(this.#done, { text });
    else console.error(text);
  }

  #text(epoch: number): string {
    const { name, pictures, epochs } = this.#count;
    const rate = this.pictures / this.seconds;
    const left = (epochs * pictures - this.#done) / rate;
    return [
      epochs > 1 ? `${name}, epoch ${epoch + 1}/${epochs}` : name,
      `${this.#done - epoch * pictures}/${pictures}`,
      `${rate >= 100 ? rate.toFixed(0) : rate.toPrecision(3)} pictures/s`,
      ...(left > 0 && Number.isFinite(left) ? [`${duration(left)} left`] : []),
      ...Object.entries(this.#numbers).map(([key, value]) => `${key} ${value.toPrecision(4)}`),
    ].join(" | ");
  }
}

/** Waits until the device has done what was sent to it; other backends have none. */
async function deviceDone(): Promise<void> {
  const { device } = tf.backend() as { device?: GPUDevice };
  await device?.queue.onSubmittedWorkDone();
}
