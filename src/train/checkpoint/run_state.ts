/**
 * All that the rest of a run depends on, as a file and back.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from "../../files/safetensors.ts";
import type { Optimizer, Tensor, Variable } from "../../tensor.ts";
import type { BestWeights } from "../best_weights.ts";
import { freeCopies, optimizerState, restoreOptimizer } from "../../optimizers/optimizer_state.ts";
import { isOnDevice, toDevice } from "./residence.ts";
import {
  checkSettings,
  type Resolved,
  type Settings,
  settingsOf,
  tensorsOf,
} from "./run_settings.ts";
import type { EpochRecord } from "../epoch_record.ts";
import type { AnyTrainOptions } from "../train_options.ts";

/** A run between two epochs; how many it has had, its history tells. */
export interface Run {
  /** The model's and the noise's weights, trained or not. */
  readonly weights: readonly Variable[];
  /** The model's and the noise's. */
  readonly optimizers: readonly Optimizer[];
  readonly best: BestWeights;
  readonly history: EpochRecord[];
  readonly settings: Settings;
  /** Training and validation data, as far as they are tensors: not saved, but where they are. */
  readonly data: readonly Tensor[];
  /** Throws where what has been trained does not go together with how it is to go on. */
  readonly check: (history: readonly EpochRecord[], path: string) => void;
}

/** The JSON part of a file. */
interface Saved {
  readonly format: string;
  readonly settings: Settings;
  readonly history: readonly EpochRecord[];
  readonly best: { readonly epoch: number; readonly score: number };
  /** Of each of the tensors and the data: whether it was on the device. */
  readonly onDevice: { readonly tensors: readonly boolean[]; readonly data: readonly boolean[] };
}

/** A run of these options and parts. */
export function runOf(
  options: AnyTrainOptions,
  parts: Resolved & Pick<Run, "best" | "history" | "check">,
): Run {
  const { weights, optimizers, best, history, check } = parts;
  const settings = settingsOf(options, parts);
  const data = [...tensorsOf(options.data), ...tensorsOf(options.validation?.data)];
  return { weights, optimizers, best, history, settings, data, check };
}

const FORMAT = "@balanced/mse run 1";

/** The run as it is now. */
export async function encodeRun(run: Run): Promise<Uint8Array> {
  const { best, settings, history } = run;
  const states = await Promise.all(run.optimizers.map(optimizerState));
  try {
    const tensors = [
      ...run.weights.map((tensor, i) => ({ name: `weights/${i}/${tensor.name}`, tensor })),
      ...best.values.map((tensor, i) => ({ name: `best/${i}/`, tensor })),
      ...states.flatMap(({ weights, fields }, k) => [
        ...weights.map((w, i) => ({ name: `optimizer ${k}/${i}/${w.name}`, tensor: w.tensor })),
        ...fields.map((f, i) => ({ name: `fields ${k}/${i}/${f.name}`, tensor: f.tensor })),
      ]),
    ];
    const saved: Saved = {
      format: FORMAT,
      settings,
      history,
      best: { epoch: best.epoch, score: best.score },
      onDevice: {
        tensors: tensors.map(({ tensor }) => isOnDevice(tensor)),
        data: run.data.map(isOnDevice),
      },
    };
    return await encodeSafetensors(tensors, exactly(saved));
  } finally {
    states.forEach(freeCopies);
  }
}

/**
 * Brings a run to where the file says; a file that does not fit leaves it as it is.
 *
 * @throws {TypeError | RangeError} If its settings are others.
 * @throws {Damaged} If the file is not whole.
 */
export async function restoreRun(run: Run, file: Uint8Array<ArrayBuffer>, path: string) {
  const { tensors, value } = await decodeSafetensors(file).catch((cause) => {
    throw new Damaged(`${path} is not a whole checkpoint: ${cause.message}`, { cause });
  });
  try {
    const { format, settings, history, best, onDevice } = value as Saved;
    if (format !== FORMAT) {
      throw new RangeError(
        `Cannot resume training as ${path} must have the format "${FORMAT}": current format is "${format}"`,
      );
    }
    checkSettings(settings, run.settings, path);
    const past = history.map(numbers);
    run.check(past, path);
    tensors.forEach(({ tensor }, i) => onDevice.tensors[i] && toDevice(tensor));
    run.data.forEach((tensor, i) => onDevice.data[i] && toDevice(tensor));
    const of = (group: string) => groupOf(tensors, group);
    of("weights").forEach(({ tensor }, i) => run.weights[i]!.assign(tensor));
    const values = of("best").map(({ tensor }) => tensor);
    run.best.resume(values, Number(best.score), best.epoch);
    for (const [k, optimizer] of run.optimizers.entries()) {
      await restoreOptimizer(optimizer, {
        weights: of(`optimizer ${k}`),
        fields: of(`fields ${k}`),
      });
    }
    run.history.push(...past);
  } finally {
    tf.dispose(tensors.map(({ tensor }) => tensor));
  }
}

/** A file that was not written to its end, or has changed since. */
export class Damaged extends Error {}

/** The tensors of a group, in their order, by the names that they had. */
function groupOf(tensors: readonly NamedTensor[], group: string): NamedTensor[] {
  return tensors.filter(({ name }) => name.startsWith(`${group}/`))
    .map(({ name, tensor }) => ({ name: name.split("/").slice(2).join("/"), tensor }));
}

/** The same with the numbers as text that JSON has none for. */
function exactly(saved: Saved): unknown {
  const text = (_: string, value: unknown) =>
    typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))
      ? Object.is(value, -0) ? "-0" : `${value}`
      : value;
  return JSON.parse(JSON.stringify(saved, text));
}

/** An epoch as it was. */
function numbers({ metrics, ...record }: EpochRecord): EpochRecord {
  const own = { ...record, loss: Number(record.loss), learningRate: Number(record.learningRate) };
  if (!metrics) return own;
  const values = Object.entries(metrics).map(([name, value]) => [name, Number(value)]);
  return { ...own, metrics: Object.fromEntries(values) };
}
