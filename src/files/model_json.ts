/**
 * The JSON file of a tfjs model, checked: what it says decides what is read.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import { Refusal } from "./attempt.ts";
import { shown } from "../check/shown.ts";

/** V8 has no longer text. */
const MOST_BYTES = 2 ** 29 - 25;

const BYTES = { float32: 4, int32: 4, bool: 1, complex64: 8, string: 0 };
const QUANTIZED_BYTES = { uint8: 1, uint16: 2, float16: 2 };

/** Throws where the file cannot be a model's JSON. */
export function checkLength(bytes: number): void {
  if (bytes > MOST_BYTES) {
    throw new Refusal(`the file must have at most ${MOST_BYTES} bytes`, `length is ${bytes}`);
  }
}

/**
 * The model in a file's bytes, with or without a byte order mark.
 *
 * @throws {Refusal} If it is none.
 */
export function parseModel(bytes: Uint8Array): tf.io.ModelJSON {
  const model = parse(bytes) as Partial<tf.io.ModelJSON> | null;
  const { modelTopology, weightsManifest = [] } = model ?? {};
  if (!isObject(modelTopology) || !Array.isArray(weightsManifest)) refuse("");
  for (const group of weightsManifest as unknown[]) {
    const { paths, weights } = (group ?? {}) as Record<string, unknown>;
    if (!Array.isArray(paths) || !Array.isArray(weights)) {
      refuse(`, a group of which has { paths, weights }`, group);
    }
    const path = paths.find((name) => typeof name !== "string" || name === "");
    if (path !== undefined) refuse(", whose paths are names of files", path);
    weights.forEach(checkWeight);
  }
  return { ...model, weightsManifest } as tf.io.ModelJSON;
}

/** How many bytes the weights take; nothing if strings are among them, whose data alone tells. */
export function bytesOf(specs: readonly Spec[]): number | undefined {
  if (specs.some(({ dtype }) => dtype === "string")) return undefined;
  return specs.reduce((sum, spec) => sum + fixedBytes(spec), 0);
}

/** The same by the data: before each string stands its length, a uint32. */
export function bytesIn(specs: readonly Spec[], data: ArrayBuffer): number {
  const view = new DataView(data);
  let at = 0;
  for (const spec of specs) {
    at += fixedBytes(spec);
    if (spec.dtype !== "string") continue;
    for (let i = elements(spec.shape); i > 0 && at <= view.byteLength; i--) {
      at += 4 + (at + 4 <= view.byteLength ? view.getUint32(at, true) : 0);
    }
  }
  return at;
}

type Spec = tf.io.WeightsManifestEntry;

function fixedBytes({ shape, dtype, quantization }: Spec): number {
  return (quantization ? QUANTIZED_BYTES[quantization.dtype] : BYTES[dtype]) * elements(shape);
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw Object.assign(new Refusal("the file must hold JSON, whole"), { cause });
  }
}

function checkWeight(weight: unknown): void {
  const { name, shape, dtype, quantization } = (weight ?? {}) as Record<string, unknown>;
  const about = `, whose weight ${typeof name === "string" ? `${name} ` : ""}has`;
  if (typeof name !== "string") refuse(`${about} a name`, weight);
  const isShape = Array.isArray(shape) &&
    shape.every((size) => Number.isSafeInteger(size) && size >= 0) &&
    Number.isSafeInteger(8 * elements(shape));
  if (!isShape) refuse(`${about} a shape of whole numbers`, shape);
  if (!hasKey(BYTES, dtype)) refuse(`${about} a dtype of [${Object.keys(BYTES)}]`, dtype);
  if (quantization !== undefined) checkQuantization(quantization, dtype as string, about);
}

function checkQuantization(quantization: unknown, type: string, about: string): void {
  const { dtype, scale, min } = (quantization ?? {}) as Record<string, unknown>;
  if (!hasKey(QUANTIZED_BYTES, dtype)) {
    refuse(`${about} a quantization of [${Object.keys(QUANTIZED_BYTES)}]`, dtype ?? quantization);
  }
  const types = dtype === "float16" ? ["float32"] : ["float32", "int32"];
  if (!types.includes(type)) refuse(`${about} with ${dtype} a dtype of [${types}]`, type);
  const isScaled = typeof scale === "number" && typeof min === "number";
  if (dtype !== "float16" && !isScaled) {
    refuse(`${about} with ${dtype} numbers { scale, min }`, quantization);
  }
}

function refuse(what: string, value?: unknown): never {
  throw new Refusal(
    `the file must hold a tfjs model, { modelTopology, weightsManifest }${what}`,
    what === "" ? undefined : `value is ${shown(value)}`,
  );
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function hasKey(object: object, key: unknown): boolean {
  return typeof key === "string" && Object.hasOwn(object, key);
}
