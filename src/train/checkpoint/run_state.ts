/**
 * All that the rest of a run depends on, as a file and back.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { Refusal } from "../../files/attempt.ts";
import { type Decoded, encodeSafetensors, type NamedTensor } from "../../files/safetensors.ts";
import type { Optimizer, Tensor, Variable } from "../../tensor.ts";
import type { BestWeights } from "../best_weights.ts";
import { freeCopies, optimizerState } from "../../optimizers/optimizer_state.ts";
import { isOnDevice, toDevice } from "./residence.ts";
import { restoreOptimizers } from "./restore_optimizers.ts";
import {
  checkSettings,
  type Resolved,
  type Settings,
  settingsOf,
  tensorsOf,
} from "./run_settings.ts";
import { fromJson, type SavedRun, toJson } from "./saved_run.ts";
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
  /** How many epochs it is to have. */
  readonly epochs: number;
  /** Training and validation data, as far as they are tensors: not saved, but where they are. */
  readonly data: readonly Tensor[];
  /** Throws where what has been trained does not go together with how it is to go on. */
  readonly check: (history: readonly EpochRecord[], path: string) => void;
}

/** A run of these options and parts. */
export function runOf(
  options: AnyTrainOptions,
  parts: Resolved & Pick<Run, "best" | "history" | "check">,
): Run {
  const { weights, optimizers, best, history, check } = parts;
  const settings = settingsOf(options, parts);
  const data = [...tensorsOf(options.data), ...tensorsOf(options.validation?.data)];
  return { weights, optimizers, best, history, settings, epochs: options.epochs, data, check };
}

/** The run as it is now. */
export async function encodeRun(run: Run): Promise<Uint8Array> {
  const { best, settings, epochs, history } = run;
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
    const onDevice = {
      tensors: Object.fromEntries(tensors.map(({ name, tensor }) => [name, isOnDevice(tensor)])),
      data: run.data.map(isOnDevice),
    };
    const { epoch, score } = best;
    const saved = { settings, epochs, history, best: { epoch, score }, onDevice };
    return await encodeSafetensors(tensors, toJson(saved));
  } finally {
    states.forEach(freeCopies);
  }
}

/**
 * Brings a run to where a file says, and frees the file's tensors. A file that does not fit leaves
 * the run as it is: all is checked, then what others may refuse is done, then what cannot fail.
 *
 * @param had The epochs that the run has had, by the file's name.
 * @returns What was saved, beside tensors.
 * @throws {TypeError | RangeError} If its settings are others.
 * @throws {Refusal} If it is not whole.
 */
export async function restoreRun(
  run: Run,
  file: Decoded,
  path: string,
  had: number,
): Promise<SavedRun> {
  try {
    const saved = fromJson(file.value, path);
    if (saved.history.length !== had) {
      throw new Refusal(`its history must have ${had} epochs`, `number is ${saved.history.length}`);
    }
    checkSettings(saved.settings, run.settings, path);
    run.check(saved.history, path);
    const of = (group: string) => groupOf(file.tensors, group);
    const [weights, values] = [of("weights"), of("best")];
    checkLike("weights", weights, run.weights);
    checkLike("best weights", values, run.weights);
    const states = run.optimizers.map((_, k) => ({
      weights: of(`optimizer ${k}`),
      fields: of(`fields ${k}`),
    }));
    for (const { name, tensor } of file.tensors) {
      if (saved.onDevice.tensors[name] === true) toDevice(tensor);
    }
    await restoreOptimizers(run.optimizers, states);
    run.data.forEach((tensor, i) => saved.onDevice.data[i] === true && toDevice(tensor));
    weights.forEach(({ tensor }, i) => run.weights[i]!.assign(tensor));
    const { score, epoch } = saved.best;
    run.best.resume(values.map(({ tensor }) => tensor), score, epoch);
    run.history.push(...saved.history);
    return saved;
  } finally {
    tf.dispose(file.tensors.map(({ tensor }) => tensor));
  }
}

/** The tensors of a group by the indices in their names, with the names that they had. */
function groupOf(tensors: readonly NamedTensor[], group: string): NamedTensor[] {
  const members = tensors.filter(({ name }) => name.startsWith(`${group}/`))
    .map(({ name, tensor }) => ({ name: name.split("/"), tensor }))
    .sort((a, b) => Number(a.name[1]) - Number(b.name[1]));
  members.forEach(({ name }, i) => {
    if (name[1] === `${i}`) return;
    throw new Refusal(`its ${group} must be numbered from 0 on`, `name is ${name.join("/")}`);
  });
  return members.map(({ name, tensor }) => ({ name: name.slice(2).join("/"), tensor }));
}

function checkLike(
  what: string,
  found: readonly NamedTensor[],
  variables: readonly Variable[],
): void {
  const describe = (list: readonly Tensor[]) =>
    list.map(({ dtype, shape }) => `${dtype} [${shape}]`).join(", ");
  const [now, expected] = [describe(found.map(({ tensor }) => tensor)), describe(variables)];
  if (now !== expected) {
    throw new Refusal(`its ${what} must be those of the run, ${expected}`, `ones are ${now}`);
  }
}
