/** Where the age experiment computes: on any WebGPU adapter before the cpu. */
import type { BackendPolicy } from "../support/backend.ts";

/** See docs/age.md for what a step takes. */
export const IMDB_WIKI: BackendPolicy = {
  name: "imdb-wiki",
  takesSoftware: true,
  withoutAdapter: "there is no WebGPU adapter, which would be many times as fast",
};
