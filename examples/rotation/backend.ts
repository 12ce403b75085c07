/** Where the rotation benchmark computes: on any WebGPU adapter before the cpu. */
import type { BackendPolicy } from "../support/backend.ts";

/**
 * Unlike a linear layer, convolutions pay on a software adapter too: on 2 cores a step of 256
 * pictures took 142 ms on webgpu (lavapipe) and 782 ms on cpu.
 */
export const ROTATION: BackendPolicy = {
  name: "rotation",
  takesSoftware: true,
  withoutAdapter: "there is no WebGPU adapter, which would be about five times as fast",
};
