/** Choice of the tfjs backend for the rotation benchmark: any WebGPU adapter before the cpu. */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";
import { type AdapterInfo, type Choice, findAdapter } from "../synthetic/backend.ts";
import { OptionError } from "../support/option_error.ts";

/**
 * Chooses. Unlike a linear layer, convolutions pay on a software adapter too: on 2 cores a step of 256 pictures took
 * 142 ms on webgpu (lavapipe) and 782 ms on cpu.
 */
export function chooseBackend(
  wish: "auto" | "webgpu" | "cpu",
  adapter: AdapterInfo | undefined,
): Choice {
  if (wish === "cpu") return { backend: "cpu", adapter: null, reason: "as asked for" };
  if (adapter !== undefined) {
    return { backend: "webgpu", adapter: adapter.name, reason: `on ${adapter.name}` };
  }
  if (wish === "auto") {
    const reason = "there is no WebGPU adapter, which would be about five times as fast";
    return { backend: "cpu", adapter: null, reason };
  }
  throw new OptionError(
    "Cannot run the rotation benchmark as --backend must be auto or cpu without a WebGPU adapter " +
      "(`deno task rotation` installs one or says how): current value is webgpu",
  );
}

/** Looks for an adapter, chooses, and makes tfjs use the choice. */
export async function useBackend(wish: "auto" | "webgpu" | "cpu"): Promise<Choice> {
  tf.enableProdMode();
  const choice = chooseBackend(wish, wish === "cpu" ? undefined : await findAdapter());
  if (!await tf.setBackend(choice.backend)) {
    throw new OptionError(
      "Cannot run the rotation benchmark as tfjs could not start its webgpu backend: " +
        `current adapter is ${choice.adapter}`,
    );
  }
  await tf.ready();
  return choice;
}
