/**
 * The program of the WebGPU pass whose threads each have rows of their own, by code that is made
 * for the dimensions.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { sizeOf } from "../../check/size_of.ts";
import { type LogMassInputs, logMassSize } from "./contract.ts";
import type { Tile } from "./tile.ts";
import { type PassBlock, passOf, type PassProgram, weightOf } from "./webgpu_pass.ts";
import { type Shader, shader } from "../../webgpu/run_shaders.ts";
import * as shaders from "../../webgpu/shaders.gen.ts";

/**
 * Up to so many dimensions rows far from every column are summed apart; more take many seconds to
 * compile.
 */
const FAR_DIM = 16;

/** The program for a block. */
export function threadProgram(
  inputs: LogMassInputs,
  { quads, columns, unrolled }: Tile,
  block: PassBlock,
): PassProgram {
  const { pred, target, noiseVar } = inputs;
  const { dim, noiseDim } = logMassSize(inputs);
  const weight = weightOf(inputs.logWeight);
  const threads = Math.ceil((block.end - block.start) / (4 * quads));
  const { rows, stored, firstStored, end, splits } = block;
  const short = { QUADS: quads, COLUMNS: columns, LANES: 4 };
  const long = {
    DIM: dim,
    NOISE_DIM: noiseDim,
    COLUMN_VECTORS: Math.floor(columns * dim / 4),
    COLUMN_VALUES: columns * dim,
    ORIGINS: dim * quads,
    SCORES: noiseDim * quads,
  };
  return {
    key: `log_mass_${passOf(inputs)} ${weight.name} ${dim} ${noiseDim} ${quads} ${columns}`,
    shaders: [
      shader(shaders.log_mass_rows, {
        inputs: { pred, expected: target, noiseVar },
        integers: { rows, stored, firstStored, end, splits },
        floats: { zero: 0 },
      }),
      weight,
      ...passShaders(inputs, columns, threads, block),
    ],
    constants: { ...short, ...long },
    unrolled: unrolled ? { ...short, ...long } : short,
    threads,
  };
}

/** The pass itself, of points or of columns with variances. */
function passShaders(
  inputs: LogMassInputs,
  columnsAStep: number,
  threads: number,
  { columns, start, span }: PassBlock,
): Shader[] {
  const { target, center, logWeight, variance } = inputs;
  const integers = { columns, start, span, threads };
  const centerValue = center;
  if (variance) {
    return [shader(shaders.log_mass_spread, { inputs: { centerValue, variance }, integers })];
  }
  // At least two steps are scanned. All, where weights leave logits without an upper bound.
  const some = Math.max(1, Math.min(16, Math.floor(span / (2 * columnsAStep))));
  const isOwn = center.dataId === target.dataId && logWeight === undefined;
  return [
    shader(shaders.log_mass_points, {
      inputs: { center: wholeVector(center), centerValue },
      integers: { ...integers, stride: logWeight ? 1 : some, ownLabel: isOwn ? 1 : 0 },
      floats: { zero: 0 },
    }),
    logMassSize(inputs).dim <= FAR_DIM
      ? shader(shaders.log_mass_far, { inputs: { centerValue }, floats: { zero: 0 } })
      : shader(shaders.log_mass_far_none, {}),
  ];
}

/** A binding of `vec4` wants 16 bytes: the values of `info`, and zeros behind fewer. */
function wholeVector(info: tf.TensorInfo): tf.TensorInfo {
  const size = sizeOf(info.shape);
  if (size >= 4) return info;
  return tf.pad(tf.reshape(info as tf.Tensor, [size]), [[0, 4 - size]]);
}
