/**
 * The program of the WebGPU pass whose threads each have rows of their own, by code that is made
 * for the dimensions.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { sizeOf } from "../../check/size_of.ts";
import { hasNoiseByRow, type LogMassInputs, logMassSize } from "./contract.ts";
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
  const { pred, target } = inputs;
  const { dim, noiseDim, problems } = logMassSize(inputs, block.dimensions);
  const weight = weightOf(inputs.logWeight);
  const [place, noise] = [placeShader(inputs, block), noiseShader(inputs)];
  const threads = Math.ceil((block.end - block.start) / (4 * quads)) * problems;
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
  const names = [passOf(inputs), weight.name, place.name, noise.name].join(" ");
  return {
    key: `log_mass_${names} ${dim} ${noiseDim} ${quads} ${columns}`,
    shaders: [
      place,
      noise,
      shader(shaders.log_mass_rows, {
        inputs: { pred, expected: target },
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

/** Where the numbers of a problem lie. */
function placeShader({ center, noiseVar, pred }: LogMassInputs, { dimensions }: PassBlock): Shader {
  if (dimensions === "joint") return shader(shaders.log_mass_joint, {});
  return shader(shaders.log_mass_each, {
    integers: {
      problems: pred.shape[1] ?? 1,
      centerWidth: center.shape[1] ?? 1,
      noiseWidth: noiseVar.shape.at(-1) ?? 1,
    },
  });
}

/** What a noise is. */
function noiseShader({ noiseVar }: LogMassInputs): Shader {
  if (!hasNoiseByRow({ noiseVar })) return shader(shaders.log_mass_noise, { inputs: { noiseVar } });
  return shader(shaders.log_mass_noise_rows, {
    inputs: { noiseVar },
    integers: { rowNoises: noiseVar.shape[1]! },
  });
}

/** The pass itself, of points or of columns with variances. */
function passShaders(
  inputs: LogMassInputs,
  columnsAStep: number,
  threads: number,
  { columns, start, span, dimensions }: PassBlock,
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
    logMassSize(inputs, dimensions).dim <= FAR_DIM
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
