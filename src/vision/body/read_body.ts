/**
 * Bodies of files.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { checkNumber } from "../../check/check_number.ts";
import { checkOptions } from "../../check/check_options.ts";
import { attempt, Refusal } from "../../files/attempt.ts";
import { checkPath } from "../../files/check_path.ts";
import { withFile } from "../../files/read_file.ts";
import type { BodyData } from "./body_data.ts";
import { type NpyArray, readNpz } from "./npz.ts";

/** What is read of a body. */
export interface ReadBodyOptions {
  /** How many of the shape directions, the first ones. Default 10, or as many as there are. */
  readonly shapes?: number | undefined;
}

const READ = "Cannot read a body";
const SHAPES = 10;
const KEYS = [
  "v_template",
  "shapedirs",
  "posedirs",
  "J_regressor",
  "weights",
  "kintree_table",
] as const;

type Arrays = Readonly<Record<typeof KEYS[number], NpyArray>>;

/**
 * Reads the body of an `.npz` file with the arrays of SMPL.
 *
 * Choose it for a body that you have: `v_template [V, 3]`, `shapedirs [V, 3, S]`, `posedirs [V, 3,
 * 9 (J - 1)]`, `J_regressor [J, V]`, `weights [V, J]` and `kintree_table [2, J]`, the parents in its
 * first row; numbers of any type, in either order, compressed or not. Other arrays of the file are
 * left alone. A `.pkl` of SMPL, which holds Python objects, is to be stored so before. In Deno, and
 * in Node from 20.16 on; Deno needs `--allow-read`.
 *
 * @param path The file. No URL.
 * @param options How many shapes.
 * @returns What {@linkcode bodyModel} takes; dispose its tensors after that.
 * @throws {TypeError} If an argument is of the wrong kind.
 * @throws {RangeError} If `shapes` is not a whole number above 0.
 * @throws {Error} If the file cannot be read, misses an array, or they do not go together.
 *
 * @example What is no body is refused
 * ```ts
 * import { readBody } from "@balanced/mse/vision";
 * import { assertRejects } from "@std/assert";
 *
 * const path = await Deno.makeTempFile({ suffix: ".npz" });
 * await assertRejects(() => readBody(path), Error, "a whole archive of NumPy arrays");
 * await Deno.remove(path);
 * ```
 */
export async function readBody(path: string, options: ReadBodyOptions = {}): Promise<BodyData> {
  checkOptions(options, ["shapes"], READ);
  const { shapes } = options;
  if (shapes !== undefined) checkNumber(shapes, "shapes", READ, { whole: true, least: 1 });
  checkPath(path, `${READ} as path`);
  return await attempt(READ, path, async (host) => {
    const file = await withFile(host, path, ({ size, read }) => read(0, size));
    const found = readNpz(file, KEYS);
    const missing = KEYS.filter((key) => !found.has(key));
    if (missing.length > 0) {
      throw new Refusal(`a body has arrays [${KEYS}]`, `file has no ${missing}`);
    }
    return bodyOf(Object.fromEntries(found) as Arrays, shapes);
  });
}

/** Throws unless the arrays go together. */
function checkShapes({ v_template, shapedirs, posedirs, ...rest }: Arrays) {
  const { weights, J_regressor, kintree_table } = rest;
  const [size, joints, all] = [v_template.shape[0] ?? 0, weights.shape[1] ?? 0, shapedirs.shape[2]];
  const rules: [keyof Arrays, NpyArray, number[]][] = [
    ["v_template", v_template, [size, 3]],
    ["weights", weights, [size, joints]],
    ["J_regressor", J_regressor, [joints, size]],
    ["kintree_table", kintree_table, [2, joints]],
    ["posedirs", posedirs, [size, 3, 9 * (joints - 1)]],
    ["shapedirs", shapedirs, [size, 3, all ?? 1]],
  ];
  for (const [name, { shape, values }, expected] of rules) {
    if (`${shape}` !== `${expected}` || values.length === 0) {
      throw new Refusal(
        `${name} must have the shape that goes with ${size} vertices and ${joints} joints, ` +
          `[${expected}], and not be empty`,
        `shape is [${shape}]`,
      );
    }
    const wrong = values.find((value) => !Number.isFinite(Math.fround(value)));
    if (wrong !== undefined) {
      throw new Refusal(`${name} must have finite float32 numbers`, `one is ${wrong}`);
    }
  }
  return { size, joints, all: all! };
}

function bodyOf(arrays: Arrays, wanted: number | undefined): BodyData {
  const { size, joints, all } = checkShapes(arrays);
  const shapes = wanted ?? Math.min(SHAPES, all);
  if (shapes > all) {
    throw new Refusal(`shapes must be at most the file's ${all}`, `value is ${shapes}`);
  }
  const parents = [-1, ...arrays.kintree_table.values.slice(1, joints)]; // the root's is 2^32 - 1
  const wrong = parents.findIndex((p, j) => j > 0 && !(Number.isInteger(p) && p >= 0 && p < j));
  if (wrong > 0) {
    throw new Refusal(
      `kintree_table must have parents before their joints`,
      `parent of joint ${wrong} is ${parents[wrong]}`,
    );
  }
  const tensor = ({ values, shape }: NpyArray) =>
    tf.tensor(Float32Array.from(values), [...shape], "float32");
  return tf.tidy(() => ({
    template: tensor(arrays.v_template),
    shapeDirections: tf.slice(tensor(arrays.shapedirs), [0, 0, 0], [size, 3, shapes]),
    poseDirections: tensor(arrays.posedirs),
    jointRegressor: tensor(arrays.J_regressor),
    weights: tensor(arrays.weights),
    parents,
  })) as unknown as BodyData;
}
