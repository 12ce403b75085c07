/**
 * The part of a checkpoint that is not tensors, as JSON and back.
 *
 * @module
 */
import { Refusal } from "../../files/attempt.ts";
import { shown } from "../../check/shown.ts";
import { fromWords, toWords } from "./json_words.ts";
import type { Settings } from "./run_settings.ts";
import type { EpochRecord } from "../epoch_record.ts";

/** What a run is, beside its tensors. */
export interface SavedRun {
  readonly settings: Settings;
  /** How many epochs the run was to have. */
  readonly epochs: number;
  readonly history: readonly EpochRecord[];
  readonly best: { readonly epoch: number; readonly score: number };
  /** Whether a tensor was on the device: those saved by their names, data in its order. */
  readonly onDevice: {
    readonly tensors: Readonly<Record<string, boolean>>;
    readonly data: readonly boolean[];
  };
}

const FORMAT = "@balanced/mse run 2";

/** As JSON can be written of it: numbers that it has no word for are text. */
export function toJson(saved: SavedRun): unknown {
  const { history, best, ...rest } = saved;
  return { format: FORMAT, ...rest, history: toWords(history), best: toWords(best) };
}

/**
 * What {@linkcode toJson} was given.
 *
 * @throws {RangeError} If it is of another version.
 * @throws {Refusal} If it is not whole.
 */
export function fromJson(value: unknown, path: string): SavedRun {
  const saved = (value ?? {}) as Record<keyof SavedRun | "format", unknown>;
  if (saved.format !== FORMAT) {
    throw new RangeError(
      `Cannot resume training as ${path} must have the format "${FORMAT}": ` +
        `current format is ${shown(saved.format)}`,
    );
  }
  const { settings, epochs, onDevice } = saved;
  const history = fromWords(saved.history);
  const best = fromWords(saved.best);
  const { tensors, data } = (onDevice ?? {}) as Record<string, unknown>;
  const parts = {
    settings: isRecord(settings) &&
      Object.values(settings).every((text) => typeof text === "string"),
    epochs: Number.isSafeInteger(epochs),
    history: Array.isArray(history) && history.every(isEpoch),
    best: isRecord(best) && Number.isSafeInteger(best.epoch) && typeof best.score === "number",
    onDevice: isRecord(tensors) && Array.isArray(data),
  };
  for (const [name, isWhole] of Object.entries(parts)) {
    if (!isWhole) {
      const part = shown(saved[name as keyof SavedRun]);
      throw new Refusal(`its ${name} must be those of a run`, `value is ${part}`);
    }
  }
  return { settings, epochs, history, best, onDevice } as SavedRun;
}

function isEpoch(record: unknown, epoch: number): boolean {
  if (!isRecord(record)) return false;
  const { loss, learningRate } = record;
  return record.epoch === epoch && typeof loss === "number" && typeof learningRate === "number";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
