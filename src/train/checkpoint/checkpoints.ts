/**
 * A run's checkpoints in their folder.
 *
 * @module
 */
import type { Complete } from "../../check/complete.ts";
import { attempt, codeOf, Refusal } from "../../files/attempt.ts";
import type { Host } from "../../files/host.ts";
import { type Lock, takeLock } from "../../files/lock.ts";
import { readSafetensors } from "../../files/safetensors.ts";
import { removeFile, removeParts, writeWhole } from "../../files/write_whole.ts";
import type { CheckpointOptions } from "./checkpoint_options.ts";
import { freeCopies, optimizerState } from "../../optimizers/optimizer_state.ts";
import { encodeRun, restoreRun, type Run } from "./run_state.ts";
import type { SavedRun } from "./saved_run.ts";

/** A checkpoint is named by the epochs that it has had. */
const NAME = /^epochs-(\d+)\.safetensors$/;

const USE = "Cannot use a checkpoint folder";

/** What is named like a checkpoint. */
interface Found {
  readonly name: string;
  readonly epochs: number;
  readonly isFolder: boolean;
}

/** Saves a run, and brings it to where it was. One process has a folder at a time. */
export class Checkpoints {
  /** The path of the newest whole one, if there is one. */
  last: string | undefined;
  readonly #options: Complete<CheckpointOptions>;
  readonly #run: Run;
  readonly #lock: Lock;
  #resumed: SavedRun | undefined;

  private constructor(options: Complete<CheckpointOptions>, run: Run, lock: Lock) {
    this.#options = options;
    this.#run = run;
    this.#lock = lock;
  }

  /**
   * Takes the folder, clears what a killed run has left unfinished in it, and resumes the run where
   * asked.
   */
  static async open(options: Complete<CheckpointOptions>, run: Run): Promise<Checkpoints> {
    const { dir } = options;
    // An optimizer that cannot be saved is better refused now than after the first epochs.
    for (const optimizer of run.optimizers) freeCopies(await optimizerState(optimizer));
    const lock = await attempt(USE, `${dir}/lock`, async (host) => {
      await host.fs.mkdir(dir, { recursive: true });
      return await takeLock(host, host.path.join(dir, "lock"));
    });
    if (!lock) {
      throw new Error(
        "Cannot train as checkpoint.dir must not be in use by another run: " +
          `current value is ${dir}`,
      );
    }
    const checkpoints = new Checkpoints(options, run, lock);
    try {
      await attempt(USE, dir, (host) => removeParts(host, dir, (name) => NAME.test(name)));
      await checkpoints.#resume();
    } catch (error) {
      checkpoints.close();
      throw error;
    }
    return checkpoints;
  }

  /** What the run was resumed from: its `epochs` are those of then. Nothing if it began anew. */
  get resumed(): SavedRun | undefined {
    return this.#resumed;
  }

  /** Whether to save after so many epochs. */
  due(epochs: number): boolean {
    return epochs % this.#options.every === 0;
  }

  /** Saves the run; only then removes checkpoints that are no longer kept. */
  async save(): Promise<void> {
    const { dir, keep } = this.#options;
    const epochs = this.#run.history.length;
    const path = `${dir}/${nameOf(epochs)}`;
    const bytes = await encodeRun(this.#run);
    await attempt("Cannot save a checkpoint", path, async (host) => {
      await writeWhole(host, path, bytes);
      const all = (await list(host, dir)).filter((other) => !damageOf(other));
      // Newer ones are damaged: else the run had gone on from there.
      const newer = all.filter((other) => other.epochs > epochs);
      const old = all.filter((other) => other.epochs <= epochs).slice(keep);
      for (const { name } of [...newer, ...old]) await removeFile(host, `${dir}/${name}`);
    });
    this.last = path;
  }

  /** Leaves the folder to others. */
  close(): void {
    this.#lock.release();
  }

  async #resume(): Promise<void> {
    const { dir, resume } = this.#options;
    const all = await attempt(USE, dir, (host) => list(host, dir));
    if (all.length > 0 && !resume) {
      throw new RangeError(
        "Cannot train as checkpoint.dir must be without checkpoints where checkpoint.resume is " +
          `false: current value is ${dir}, with ${all.length}`,
      );
    }
    const damages: string[] = [];
    for (const found of all) {
      const damage = await this.#restore(found);
      if (damage === undefined) {
        this.last = `${dir}/${found.name}`;
        break;
      }
      damages.push(`${dir}/${found.name} is not a whole checkpoint: ${damage}`);
    }
    if (damages.length > 0 && damages.length === all.length) {
      throw new Error(
        `Cannot resume training as a checkpoint of ${dir} must be whole: ` +
          `current ones are ${all.length}, the newest: ${damages[0]}`,
      );
    }
    for (const damage of damages) console.warn(`Passed over a checkpoint: ${damage}`);
    await attempt(USE, dir, (host) => clearWay(host, dir, all.slice(0, damages.length)));
  }

  /** Brings the run to a checkpoint, or says why it is none. */
  async #restore(found: Found): Promise<string | undefined> {
    const path = `${this.#options.dir}/${found.name}`;
    const damage = damageOf(found);
    if (damage) return damage;
    const file = await attempt(
      "Cannot resume training",
      path,
      (host) => readSafetensors(host, path).catch(damageBy),
    );
    if (typeof file === "string") return file;
    try {
      this.#resumed = await restoreRun(this.#run, file, path, found.epochs);
      this.last = path;
    } catch (error) {
      return damageBy(error);
    }
  }
}

function nameOf(epochs: number): string {
  return `epochs-${`${epochs}`.padStart(6, "0")}.safetensors`;
}

/** What a folder has that is named like a checkpoint, the newest first. */
async function list({ fs }: Host, dir: string): Promise<Found[]> {
  const found: Found[] = [];
  for (const entry of await fs.readdir(dir, { withFileTypes: true })) {
    const { name } = entry;
    const epochs = NAME.exec(name)?.[1];
    if (epochs === undefined) continue;
    found.push({ name, epochs: Number(epochs), isFolder: entry.isDirectory() });
  }
  return found.sort((a, b) => b.epochs - a.epochs);
}

/** Why it is no checkpoint, as far as its name tells. */
function damageOf({ name, epochs, isFolder }: Found): string | undefined {
  if (isFolder) return "it must be a file: current one is a folder";
  const right = nameOf(epochs);
  return name === right ? undefined : `its name must be ${right}: current name is ${name}`;
}

/** Why what was read is no checkpoint; throws where the reason lies elsewhere. */
function damageBy(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  const code = codeOf(error);
  if (code !== "ENOENT" && code !== "ELOOP") throw error;
  return `it must be a file, or lead to one: current error is ${code}`;
}

/** Renames folders that stand where the run will save to. */
async function clearWay({ fs }: Host, dir: string, passed: readonly Found[]): Promise<void> {
  for (const { name, isFolder } of passed) {
    if (isFolder) await fs.rename(`${dir}/${name}`, `${dir}/${name}.${crypto.randomUUID()}.aside`);
  }
}
