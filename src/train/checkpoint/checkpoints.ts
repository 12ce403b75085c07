/**
 * A run's checkpoints in their folder.
 *
 * @module
 */
import { attempt } from "../../files/attempt.ts";
import { removeParts, writeWhole } from "../../files/write_whole.ts";
import type { CheckpointOptions } from "./checkpoint_options.ts";
import { freeCopies, optimizerState } from "../../optimizers/optimizer_state.ts";
import { Damaged, encodeRun, restoreRun, type Run } from "./run_state.ts";

/** A checkpoint is named by the epochs that it has had. */
const NAME = /^epochs-(\d+)\.safetensors$/;

/** Saves a run, and brings it to where it was. One process has a folder at a time. */
export class Checkpoints {
  /** The path of the newest whole one, if there is one. */
  last: string | undefined;
  readonly #options: Required<CheckpointOptions>;
  readonly #run: Run;
  readonly #lock: Deno.FsFile;

  private constructor(options: Required<CheckpointOptions>, run: Run, lock: Deno.FsFile) {
    this.#options = options;
    this.#run = run;
    this.#lock = lock;
  }

  /** Takes the folder, clears what a killed run has left unfinished in it, and resumes the run where asked. */
  static async open(options: Required<CheckpointOptions>, run: Run): Promise<Checkpoints> {
    const { dir } = options;
    // An optimizer that cannot be saved is better refused now than after the first epochs.
    for (const optimizer of run.optimizers) freeCopies(await optimizerState(optimizer));
    const lock = await attempt("Cannot use a checkpoint folder", dir, async () => {
      await Deno.mkdir(dir, { recursive: true });
      return await Deno.open(`${dir}/lock`, { create: true, write: true });
    });
    const checkpoints = new Checkpoints(options, run, lock);
    try {
      // The system frees it when the process ends, however that happens.
      if (!await lock.tryLock(true)) {
        throw new Error(
          `Cannot train as checkpoint.dir must not be in use by another run: current value is ${dir}`,
        );
      }
      await removeParts(dir, (name) => NAME.test(name));
      await checkpoints.#resume();
    } catch (error) {
      checkpoints.close();
      throw error;
    }
    return checkpoints;
  }

  /** Whether to save after so many epochs. */
  due(epochs: number): boolean {
    return epochs % this.#options.every === 0;
  }

  /** Saves the run; only then removes checkpoints that are no longer kept. */
  async save(): Promise<void> {
    const { keep } = this.#options;
    const epochs = this.#run.history.length;
    const path = this.#path(epochs);
    const bytes = await encodeRun(this.#run);
    await attempt("Cannot save a checkpoint", path, async () => {
      await writeWhole(path, bytes);
      const all = await this.#list();
      // Newer ones are damaged: else the run had gone on from there.
      const newer = all.filter((other) => other > epochs);
      const old = all.filter((other) => other <= epochs).slice(keep);
      for (const other of [...newer, ...old]) await Deno.remove(this.#path(other));
    });
    this.last = path;
  }

  /** Leaves the folder to others. */
  close(): void {
    this.#lock.close();
  }

  async #resume(): Promise<void> {
    const { dir, resume } = this.#options;
    const all = await this.#list();
    if (all.length > 0 && !resume) {
      throw new RangeError(
        "Cannot train as checkpoint.dir must be without checkpoints where checkpoint.resume is false: " +
          `current value is ${dir}, with ${all.length}`,
      );
    }
    const damages: string[] = [];
    for (const epochs of all) {
      const path = this.#path(epochs);
      try {
        const bytes = await attempt("Cannot resume training", path, () => Deno.readFile(path));
        await restoreRun(this.#run, bytes, path);
        this.last = path;
        for (const damage of damages) console.warn(`Passed over a checkpoint: ${damage}`);
        return;
      } catch (error) {
        if (!(error instanceof Damaged)) throw error;
        damages.push(error.message);
      }
    }
    if (damages.length === 0) return;
    throw new Error(
      `Cannot resume training as a checkpoint of ${dir} must be whole: current ones are ${all.length}, ` +
        `the newest: ${damages[0]}`,
    );
  }

  /** The epochs of the checkpoints that there are, the newest first. */
  async #list(): Promise<number[]> {
    const found: number[] = [];
    for await (const { name } of Deno.readDir(this.#options.dir)) {
      const epochs = NAME.exec(name)?.[1];
      if (epochs !== undefined) found.push(Number(epochs));
    }
    return found.sort((a, b) => b - a);
  }

  #path(epochs: number): string {
    return `${this.#options.dir}/epochs-${`${epochs}`.padStart(6, "0")}.safetensors`;
  }
}
