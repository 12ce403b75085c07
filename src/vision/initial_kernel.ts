/**
 * What layers' weights start from.
 *
 * @module
 */
import * as tfl from "@tensorflow/tfjs-layers";
import type { Shape } from "../tensor.ts";

type Initializer = ReturnType<typeof tfl.initializers.randomNormal>;

/**
 * PyTorch's start of a linear layer or a convolution, kernel and bias: uniform within one over the
 * square root of the numbers from which an output is made.
 */
export function uniformStart(inputs: number, seed: number | undefined): Initializer {
  const most = 1 / Math.sqrt(inputs);
  return tfl.initializers.randomUniform({ minval: -most, maxval: most, ...seeded(seed) });
}

/** The start of a kernel `[K, L, I, O]`: see {@linkcode ConvBatchNormConfig}. */
export function initialKernel(
  shape: Shape,
  start: "normal" | "uniform",
  seed: number | undefined,
): Initializer {
  const [height, width, channels, filters] = shape as number[];
  if (start === "uniform") return uniformStart(height! * width! * channels!, seed);
  // He et al.'s, by what comes out, as torchvision and the authors have it.
  const stddev = Math.sqrt(2 / (height! * width! * filters!));
  return tfl.initializers.randomNormal({ mean: 0, stddev, ...seeded(seed) });
}

/** tfjs takes 0 for none. */
const seeded = (seed: number | undefined) => seed === undefined ? {} : { seed: seed || 0.5 };
