/** Where the synthetic benchmark computes: on a real GPU, else on the cpu. */
import type { BackendPolicy } from "../support/backend.ts";

/**
 * A training step of this size, 256 rows through one linear layer, is all overhead on a software
 * adapter: on 2 busy cores it took 2.5 ms on webgpu (lavapipe) and 0.8 ms on cpu with MSE, 3.0 and
 * 1.9 ms with BMC.
 */
export const SYNTHETIC: BackendPolicy = {
  name: "synthetic",
  takesSoftware: false,
  withoutAdapter: "there is no WebGPU adapter",
};
