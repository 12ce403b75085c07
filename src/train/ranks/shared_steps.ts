/**
 * Steps that ranks take together: each has some of the rows, and the labels of all.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "../../tensor.ts";
import { isSameKind, shapesOf } from "../row_join.ts";
import type { RowBatch } from "../row_batch.ts";
import type { Step, WholeStep } from "../step_parts.ts";
import { joinRows, mapTensors, rowCount, tensorList, type Tensors } from "../tensors.ts";
import { type Gathered, gatherTensors } from "./gather_tensors.ts";
import type { Ranks } from "./ranks.ts";

/** What a rank tells of its part of a step: nothing where its data has ended. */
interface Told {
  readonly masked: boolean;
}

/**
 * Adds to each step's batches what all ranks have of it. Of tensors every rank has all labels;
 * where data comes in parts, each rank's own, they are gathered.
 *
 * @throws {RangeError} On all ranks, if the data of one has fewer steps.
 * @throws {TypeError} On all ranks, if their labels are not of one kind.
 */
export async function* sharedSteps(
  steps: AsyncIterable<Step>,
  ranks: Ranks,
  { epoch, inParts }: { readonly epoch: number; readonly inParts: boolean },
): AsyncGenerator<Step> {
  const { isFirst: penalized } = ranks;
  let count = 0;
  for await (const { batches } of steps) {
    const made: Tensor[] = [];
    try {
      const { y, mask } = inParts
        ? await gathered(batches, ranks, { epoch, count }, made)
        : joined(batches.map(({ whole }) => whole!), made);
      const whole: WholeStep = { labels: y, ...(mask && { mask }), penalized };
      yield { batches, whole };
    } finally {
      tf.dispose(made);
    }
    count++;
  }
  if (inParts) checkEnds(await gatherTensors<Told | null>(ranks.group, null, []), epoch, count);
}

interface Rows {
  readonly y: Tensors;
  readonly mask?: Tensor | undefined;
}

/** The labels of all ranks, in their order. */
async function gathered(
  batches: readonly RowBatch[],
  ranks: Ranks,
  { epoch, count }: { readonly epoch: number; readonly count: number },
  made: Tensor[],
): Promise<Rows> {
  const own = joined(batches, made);
  const told: Told = { masked: own.mask !== undefined };
  const sent = [...tensorList(own.y), ...(own.mask ? [own.mask] : [])];
  const all = await gatherTensors<Told | null>(ranks.group, told, sent);
  checkEnds(all, epoch, count);
  const parts = all.map((part): Rows => {
    const list = part.tensors();
    made.push(...list);
    const mask = part.value!.masked ? list.pop() : undefined;
    const isLike = list.length === tensorList(own.y).length;
    return { y: isLike ? mapTensors(own.y, (_, i) => list[i]!) : list, mask };
  });
  checkKinds(parts.map(({ y }) => y));
  return joined(parts, made);
}

/** Rows of parts as one; what is new goes to `made`. */
function joined(parts: readonly Rows[], made: Tensor[]): Rows {
  if (parts.length === 1) return parts[0]!;
  const y = joinRows(parts.map(({ y }) => y));
  made.push(...tensorList(y));
  if (!parts.some(({ mask }) => mask)) return { y };
  const mask = tf.tidy(() =>
    tf.concat(parts.map(({ y, mask }) => mask ?? tf.ones([rowCount(y)], "bool")))
  );
  made.push(mask);
  return { y, mask };
}

function checkEnds(all: readonly Gathered<Told | null>[], epoch: number, count: number): void {
  const ended = all.findIndex(({ value }) => value === null);
  if (ended < 0 || all.every(({ value }) => value === null)) return;
  throw new RangeError(
    "Cannot train as data must have as many steps on every rank: current number in epoch " +
      `${epoch} is ${count} on rank ${ended}, and more on another`,
  );
}

function checkKinds(labels: readonly Tensors[]): void {
  const other = labels.findIndex((y) => !isSameKind(y, labels[0]!));
  if (other < 0) return;
  throw new TypeError(
    "Cannot train as labels must be of one kind on all ranks: current shapes are " +
      `${shapesOf(labels[0]!, "y")} on rank 0 and ${
        shapesOf(labels[other]!, "y")
      } on rank ${other}`,
  );
}
