/**
 * The one way in which this module reads tensors back.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "../tensor.ts";
import { reportsOf, settle } from "./device_reports.ts";

const CLAIM = "Cannot read a tensor back";

/** A point in the reports of the backend that was the current one then. */
export interface ReadMark {
  readonly backend: unknown;
  readonly at: number;
}

/** Numbers as tfjs keeps them, by the tensor's dtype. */
export type Numbers = Float32Array | Int32Array | Uint8Array;

/**
 * Reads a tensor's numbers.
 *
 * It waits no longer than `tensor.data()` does: events of the device come before the numbers that
 * were asked for after them.
 *
 * @throws {Error} If the GPU has reported an error that no read has told of yet, or the device is
 * lost.
 */
export async function read(tensor: Tensor): Promise<Numbers> {
  return await readSince(tensor, undefined);
}

/**
 * Reads like {@linkcode read}; it is reports after a mark that count, whether others have told of
 * them or not.
 */
export async function readSince(tensor: Tensor, mark: ReadMark | undefined): Promise<Numbers> {
  const backend = backendOf(tensor);
  const reports = reportsOf(backend);
  if (!reports) return numbersOf(tensor.dtype, await tensor.data());
  const from = mark?.at ?? reports.mark;
  if (reports.lost !== undefined) reports.check(from, CLAIM);
  let values;
  try {
    values = await reports.orLost(tensor.data());
  } catch (cause) {
    // A lost device makes tfjs throw before it says that it is lost.
    await settle(backend);
    reports.check(from, CLAIM, cause);
    throw cause;
  }
  reports.check(from, CLAIM);
  return numbersOf(tensor.dtype, values);
}

/** From here on reports count for those who read by this mark. */
export function readMark(): ReadMark {
  const backend = tf.backend();
  return { backend, at: reportsOf(backend)?.mark ?? 0 };
}

/**
 * Throws where the GPU has reported what no read has told of yet: for numbers that tfjs itself has
 * read back.
 */
export function checkReads(claim: string): void {
  const reports = reportsOf(tf.backend());
  reports?.check(reports.mark, claim);
}

/**
 * The error by which something failed, or what the GPU has reported since the mark: then that is
 * the reason.
 *
 * @param claim What cannot be done: "Cannot train on".
 * @param advice What helps beyond the advice that the report has.
 */
export async function failureOf(
  error: unknown,
  { backend, at }: ReadMark,
  claim: string,
  advice: string,
): Promise<unknown> {
  // A backend that an error has left unusable shall not hide that error.
  await settle(backend).catch(() => {});
  try {
    reportsOf(backend)?.check(at, claim, error, advice);
  } catch (reported) {
    return reported;
  }
  return error;
}

/** Where a tensor's numbers are; none where it is disposed. */
function backendOf({ dataId }: Tensor): unknown {
  return tf.engine().state.tensorInfo.get(dataId)?.backend;
}

/** A float32 tensor that was cast may hold the integers that it was made of. */
function numbersOf(dtype: string, values: Numbers): Numbers {
  return dtype === "float32" && !(values instanceof Float32Array)
    ? Float32Array.from(values)
    : values;
}
