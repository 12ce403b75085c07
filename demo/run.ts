/** One training run: started at once; it can pause, go on and end. */
import type { Split } from "../examples/synthetic/data.ts";
import { Frames } from "./frames.ts";
import { regress, type Snapshot } from "./regression.ts";

/** A run under way. */
export class Run {
  /** Resolves when all of it is over and freed: true at its natural end, false if it was ended. */
  readonly over: Promise<boolean>;
  readonly #frames = new Frames();
  readonly #ending = new AbortController();
  #paused = false;

  /** Starts to train; `onStep` is called with each step's lines, once a frame. */
  constructor(data: Split, learnNoise: boolean, onStep: (snapshot: Snapshot) => void) {
    const { signal } = this.#ending;
    const options = {
      learnNoise,
      signal,
      onStep: async (snapshot: Snapshot) => {
        if (!signal.aborted) onStep(snapshot);
        await this.#frames.next();
      },
    };
    this.over = regress(data, options).then(() => !signal.aborted);
  }

  get paused(): boolean {
    return this.#paused;
  }

  set paused(paused: boolean) {
    this.#paused = paused;
    if (paused) this.#frames.pause();
    else this.#frames.resume();
  }

  /** Ends it at the next step; no step is told of from now on. */
  end(): void {
    this.#ending.abort();
    this.#frames.resume();
  }
}
