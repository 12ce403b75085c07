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
  tile: Tile,
  rows: number,
  span: number,
): PassShader {
  const { dim, noiseDim } = logMassSize(inputs);
  const weight = inputs.logWeight === undefined ? "log_weight_none" : "log_weight_given";
  const share = inputs.variance === undefined ? "log_mass_share_none" : "log_mass_share_given";
  const spread = inputs.variance !== undefined;
  const each = noiseDim > 1;
  const groups = Math.ceil(rows / WIDE);
  return {
    key: `log_mass_wide ${weight} ${share} ${each} ${tile.quads}`,
    code: () => wideCode([SHADERS[weight], SHADERS[share]], tile, spread, each),
    threads: groups * tile.workgroup,
    integers: { dim, noiseDim, groups, tiles: Math.ceil(span / WIDE) },
  };
}

function wideCode(
  parts: string[],
  { quads, workgroup }: Tile,
  spread: boolean,
  each: boolean,
): string {
  const short = { QUADS: quads, COLUMNS: 4 * quads, PAIRS: 4 * quads ** 2, LANES: 4 };
  const long = {
    SIDE: WIDE / (4 * quads),
    THREADS: workgroup,
    ITEMS: WIDE * WIDE / (4 * workgroup),
    SPREAD: spread ? 1 : 0,
    NOISE_EACH: each ? 1 : 0,
    SCALED: spread || each ? 1 : 0,
  };
  const constants = { ...short, ...long };
  // Few loads are in flight at once; many would take long to compile.
  const unrolled = quads === 1 ? { ...short, ITEMS: long.ITEMS } : short;
  return [wgslConstants(constants), ...parts, unroll(SHADERS.log_mass_wide, unrolled)].join("\n");
}
