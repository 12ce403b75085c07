/** Choice of the tfjs backend for the synthetic benchmark. */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";
import { OptionError } from "../support/option_error.ts";

/** The backend in use and why. */
export interface Choice {
  readonly backend: "webgpu" | "cpu";
  /** Name of the adapter that computes, or null on `cpu`. */
  readonly adapter: string | null;
  /** One sentence for the user. */
  readonly reason: string;
}

/** What the choice depends on. */
export interface AdapterInfo {
  readonly name: string;
  /** Whether it is software on the CPU. */
  readonly software: boolean;
}

/**
 * Chooses: a real GPU, else the `cpu` backend. A training step of this size, 256 rows through one linear
 * layer, is all overhead on a software adapter: on 2 busy cores it took 2.5 ms on webgpu (lavapipe) and
 * 0.8 ms on cpu with MSE, 3.0 and 1.9 ms with BMC.
 */
export function chooseBackend(
  wish: "auto" | "webgpu" | "cpu",
  adapter: AdapterInfo | undefined,
): Choice {
  if (wish === "webgpu" && adapter === undefined) {
    throw new OptionError(
      "Cannot run the synthetic benchmark as --backend must be auto or cpu without a WebGPU adapter " +
        "(`deno task synthetic` installs one or says how): current value is webgpu",
    );
  }
  if (wish === "cpu") return { backend: "cpu", adapter: null, reason: "as asked for" };
  if (adapter === undefined) {
    return { backend: "cpu", adapter: null, reason: "there is no WebGPU adapter" };
  }
  if (wish === "auto" && adapter.software) {
    const reason = `faster at this size than the software adapter ${adapter.name}`;
    return { backend: "cpu", adapter: null, reason };
  }
  return { backend: "webgpu", adapter: adapter.name, reason: `on ${adapter.name}` };
}

/** Looks for an adapter, chooses, and makes tfjs use the choice. */
export async function useBackend(wish: "auto" | "webgpu" | "cpu"): Promise<Choice> {
  tf.enableProdMode();
  const choice = chooseBackend(wish, wish === "cpu" ? undefined : await findAdapter());
  if (!await tf.setBackend(choice.backend)) {
    throw new OptionError(
      "Cannot run the synthetic benchmark as tfjs could not start its webgpu backend: " +
        `current adapter is ${choice.adapter}`,
    );
  }
  await tf.ready();
  return choice;
}

/** The WebGPU adapter of this machine, if any. */
export async function findAdapter(): Promise<AdapterInfo | undefined> {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) return undefined;
  const { description, vendor, architecture, isFallbackAdapter } = adapter.info;
  return {
    name: description || `${vendor} ${architecture}`.trim() || "unnamed",
    software: isFallbackAdapter,
  };
}
