/**
 * What must be the same for a run to be resumed.
 *
 * @module
 */
import { isTensor } from "../../check/is_tensor.ts";
import { MomentsOptimizer } from "../../optimizers/fused_optimizer.ts";
import type { Optimizer, Tensor, Variable } from "../../tensor.ts";
import type { Batch, Data } from "../data.ts";
import { groupOption } from "../ranks/group_option.ts";
import { isTensors, tensorList, type Tensors } from "../tensors.ts";
import type { AnyTrainOptions } from "../train_options.ts";

/** Settings by name, as a reader of a message understands them. */
export type Settings = Readonly<Record<string, string>>;

/** What options amount to, as far as a run depends on it. */
export interface Resolved {
  /** All weights, those of the noise last. */
  readonly weights: readonly Variable[];
  /** Those of them that are trained. */
  readonly trained: readonly Variable[];
  /** At their base rates. */
  readonly optimizers: readonly Optimizer[];
  readonly restoreBest: boolean;
}

/**
 * The settings of a run. Neither names of weights, which tfjs counts up within a process, nor
 * `epochs` and `patience`, which may be raised.
 */
export function settingsOf(options: AnyTrainOptions, resolved: Resolved): Settings {
  const { data, batchSize = 32, shuffle = true, seed = 0, validation } = options;
  const { accumulate = 1, dropLast = false, clipNorm = "none" } = options;
  const { weights, trained, optimizers, restoreBest } = resolved;
  const settings: Record<string, string> = {};
  weights.forEach((weight, i) => settings[`weight ${i}`] = describe(weight));
  settings.trainable = `weights ${trained.map((variable) => weights.indexOf(variable))}`;
  const [own, noise] = optimizers.map(describeOptimizer);
  settings.optimizer = own!;
  settings.noise = noise ?? "none";
  settings.accumulate = `${accumulate}`;
  // Ranks that share each step come to what one does, however many they are; these do not.
  const group = options.group && groupOption(options.group);
  if (group?.every && group.ranks.size > 1) {
    settings["group.every"] = `${group.every} on ${group.ranks.size} ranks`;
  }
  settings.clipNorm = `${clipNorm}`;
  if (isRows(data)) {
    const carried = [data.weights && "weights", data.mask && "a mask"].filter(Boolean);
    settings.data = [describeAll(data.x), describeAll(data.y), ...carried].join(" and ");
    settings.batchSize = `${batchSize}`;
    settings.dropLast = `${dropLast}`;
    settings.seed = shuffle ? `${seed}` : "none, not shuffled";
  } else {
    settings.data = "batches";
  }
  const names = Object.keys(validation?.metrics ?? {});
  const { every = 1, monitor = names[0], mode = "min" } = validation ?? {};
  settings.validation = validation ? `[${names}] every ${every}, ${mode} ${monitor}` : "none";
  settings.restoreBest = `${restoreBest}`;
  return settings;
}

/**
 * @throws {TypeError} If weights or data are of another shape.
 * @throws {RangeError} If another setting differs.
 */
export function checkSettings(saved: Settings, current: Settings, path: string): void {
  for (const name of Object.keys({ ...saved, ...current })) {
    const [before, now] = [saved[name] ?? "none", current[name] ?? "none"];
    if (before === now) continue;
    const Kind = /^(weight \d+|data)$/.test(name) ? TypeError : RangeError;
    throw new Kind(
      `Cannot resume training as ${name} must be that of the checkpoint ${path}, ${before}: ` +
        `current value is ${now}`,
    );
  }
}

/** The tensors of data that are given as such. */
export function tensorsOf(data: Data<Tensors, Tensors> | undefined): Tensor[] {
  if (!data || !isRows(data)) return [];
  const carried = [data.weights, data.mask].filter((value) => isTensor(value));
  return [...tensorList(data.x), ...tensorList(data.y), ...carried];
}

function isRows(data: Data<Tensors, Tensors>): data is Batch<Tensors, Tensors> {
  return "x" in data && isTensors(data.x);
}

function describeAll(value: Tensors): string {
  return tensorList(value).map(describe).join(", ");
}

/** Our Adam bears tfjs's name and takes its numbers, but rounds otherwise. */
function describeOptimizer(optimizer: Optimizer): string {
  // Of tfjs's optimizers instanceof says that they are of any class: they have its functions.
  const isOurs = Object.prototype.isPrototypeOf.call(MomentsOptimizer.prototype, optimizer);
  const owner = isOurs ? "@balanced/mse's" : "tf.train's";
  return `${owner} ${optimizer.getClassName()} ${JSON.stringify(optimizer.getConfig())}`;
}

function describe({ dtype, shape }: Tensor): string {
  return `${dtype} [${shape}]`;
}
