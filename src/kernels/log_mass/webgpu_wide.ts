/**
 * The shader of the WebGPU pass for many dimensions: one for all of them.
 *
 * @module
 */
import { type LogMassInputs, logMassSize } from "./contract.ts";
import { type Tile, WIDE } from "./plan.ts";
import { SHADERS } from "../../webgpu/shaders.gen.ts";
import { unroll } from "../../webgpu/unroll.ts";
import { wgslConstants } from "../../webgpu/wgsl_constants.ts";

/** What a dispatch of the pass needs of its shader. */
export interface PassShader {
  key: string;
  code: () => string;
  /** Threads a split. */
  threads: number;
  /** Uniforms beside those of every pass. */
  integers: Record<string, number>;
}

/** For `rows` rows and `span` columns a split. */
export function wideShader(
  inputs: LogMassInputs,
  { workgroup, unrolled }: Tile,
  rows: number,
  span: number,
): PassShader {
  const { dim, noiseDim } = logMassSize(inputs);
  const weight = inputs.logWeight === undefined ? "log_weight_none" : "log_weight_given";
  const share = inputs.variance === undefined ? "log_mass_share_none" : "log_mass_share_given";
  const [spread, each] = [inputs.variance !== undefined, noiseDim > 1];
  const groups = Math.ceil(rows / WIDE);
  return {
    key: `log_mass_wide ${weight} ${share} ${each} ${unrolled}`,
    code: () => wideCode([SHADERS[weight], SHADERS[share]], unrolled, spread, each),
    threads: groups * workgroup,
    integers: { dim, noiseDim, groups, tiles: Math.ceil(span / WIDE) },
  };
}

function wideCode(parts: string[], unrolled: boolean, spread: boolean, each: boolean): string {
  const short = { LANES: 4, STEPS: unrolled ? 4 : 1 };
  const long = {
    LOADS: 4,
    SPREAD: spread ? 1 : 0,
    NOISE_EACH: each ? 1 : 0,
    SCALED: spread || each ? 1 : 0,
  };
  const code = unroll(SHADERS.log_mass_wide, unrolled ? { ...short, LOADS: long.LOADS } : short);
  return [wgslConstants({ ...short, ...long }), ...parts, code].join("\n");
}
