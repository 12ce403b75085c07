/**
 * The options of the network for depths, checked.
 *
 * @module
 */
import { checkOptions } from "../check/check_options.ts";
import { checkSize } from "./check_size.ts";
import { checkResidual, type ResNet50Options } from "./resnet50_options.ts";

/** What {@linkcode depthNet} is made from: how wide and deep, and of which pictures. */
export interface DepthNetOptions extends Omit<ResNet50Options, "inputShape" | "units"> {
  /** Rows and columns of the pictures, in pixels. Default `[228, 304]`. */
  readonly size?: readonly [height: number, width: number] | undefined;
}

const CREATE = "Cannot create a network for depths";
const NAMES = ["size", "width", "blocks", "seed", "checkpointed", "frozenStatistics"];
const STAGES = 4;

/** The options with their defaults; throws where a value is wrong. */
export function checkDepthNet(options: DepthNetOptions) {
  checkOptions(options, NAMES, CREATE);
  const { size: given = [228, 304] } = options;
  const size = checkSize(given, "size", CREATE);
  const residual = checkResidual(options, CREATE, STAGES);
  if (residual.width % STAGES !== 0) {
    throw new RangeError(
      `${CREATE} as width must be a multiple of ${STAGES}, ` +
        `of which each stage has a share where they are fused: current value is ${residual.width}`,
    );
  }
  return { size, ...residual };
}
