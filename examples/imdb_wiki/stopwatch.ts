/** The time that a run takes, however often it is killed: kept in a file beside its checkpoints. */
import { readJson, writeJson } from "../support/json_file.ts";

/** Goes on from the time of the calls before. */
export class Stopwatch {
  readonly #path: string;
  readonly #before: number;
  readonly #start = performance.now();

  private constructor(path: string, before: number) {
    this.#path = path;
    this.#before = before;
  }

  /** Starts; what an earlier call has noted counts. */
  static async open(path: string): Promise<Stopwatch> {
    const before = await readJson(path);
    return new Stopwatch(path, typeof before === "number" ? before : 0);
  }

  /** All calls' time up to their last notes, and this one's. */
  get seconds(): number {
    return this.#before + (performance.now() - this.#start) / 1000;
  }

  /** Notes the time so far: what comes after it is lost if the process is killed. */
  async note(): Promise<void> {
    await writeJson(this.#path, this.seconds);
  }
}
