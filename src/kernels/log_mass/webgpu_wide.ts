/**
 * The shader of the WebGPU pass for many dimensions: one for all of them.
 *
 * @module
 */
import { hasNoiseByRow, type LogMassInputs, logMassSize } from "./contract.ts";
import { type Tile, WIDE } from "./tile.ts";
import { type PassBlock, type PassProgram, weightOf } from "./webgpu_pass.ts";
import { shader } from "../../webgpu/run_shaders.ts";
import * as shaders from "../../webgpu/shaders.gen.ts";

/** The program for a block. */
export function wideProgram(
  inputs: LogMassInputs,
  { workgroup, unrolled }: Tile,
  block: PassBlock,
): PassProgram {
  const { pred, target, noiseVar, center, variance } = inputs;
  const { dim, noiseDim } = logMassSize(inputs);
  const weight = weightOf(inputs.logWeight);
  const share = variance === undefined
    ? shader(shaders.log_mass_share_none, {})
    : shader(shaders.log_mass_share_given, { inputs: { variance } });
  const noise = shader(
    hasNoiseByRow(inputs) ? shaders.log_mass_wide_noise_rows : shaders.log_mass_wide_noise,
    {},
  );
  const [spread, each] = [variance !== undefined, noiseDim > 1];
  const { rows, columns, start, end, stored, firstStored, span, splits } = block;
  const groups = Math.ceil((end - start) / WIDE);
  const short = { LANES: 4, STEPS: unrolled ? 4 : 1 };
  const long = {
    LOADS: 4,
    SPREAD: spread ? 1 : 0,
    NOISE_EACH: each ? 1 : 0,
    SCALED: spread || each ? 1 : 0,
    // Of workgroup memory: the less, the more workgroups a GPU runs at once.
    SHARES: spread || each ? 288 : 1,
    LOG_SHARES: spread ? 64 : 1,
  };
  return {
    key: `log_mass_wide ${weight.name} ${share.name} ${noise.name} ${each} ${unrolled}`,
    shaders: [
      weight,
      share,
      noise,
      shader(shaders.log_mass_wide_tiles, {
        inputs: { pred, expected: target, noiseVar, centerValue: center },
        integers: { rows, columns, noiseDim },
      }),
      shader(shaders.log_mass_wide_weights, {}),
      shader(shaders.log_mass_wide_shifts, { integers: { stored, firstStored, splits, noiseDim } }),
      shader(shaders.log_mass_wide, {
        integers: { start, end, columns, span, dim, groups, tiles: Math.ceil(span / WIDE) },
      }),
    ],
    constants: { ...short, ...long },
    unrolled: unrolled ? { ...short, LOADS: long.LOADS } : short,
    threads: groups * workgroup,
  };
}
