/** Choice of the tfjs backend for a benchmark, webgpu or cpu. */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";
import { type Adapter, findAdapter } from "./adapter.ts";
import { OptionError } from "./option_error.ts";

/** What may be asked for. */
export const BACKENDS = ["auto", "webgpu", "cpu"] as const;

/** The backend in use and why. */
export interface Choice {
  readonly backend: "webgpu" | "cpu";
  /** Name of the adapter that computes, or null on `cpu`. */
  readonly adapter: string | null;
  /** One sentence for the user. */
  readonly reason: string;
}

/** What a benchmark says about itself. */
export interface BackendPolicy {
  /** The name of the benchmark and of its task. */
  readonly name: string;
  /** Whether `auto` takes a software adapter, too, where that is faster than `cpu`. */
  readonly takesSoftware: boolean;
  /** The reason for `cpu` where there is no adapter. */
  readonly withoutAdapter: string;
}

/** Chooses: a real GPU before `cpu`, a software adapter as the benchmark says. */
export function chooseBackend(
  wish: typeof BACKENDS[number],
  adapter: Adapter | undefined,
  { name, takesSoftware, withoutAdapter }: BackendPolicy,
): Choice {
  const cpu = (reason: string): Choice => ({ backend: "cpu", adapter: null, reason });
  if (wish === "cpu") return cpu("as asked for");
  if (adapter === undefined && wish === "webgpu") {
    throw new OptionError(
      `Cannot run the ${name} benchmark as --backend must be auto or cpu without a WebGPU ` +
        `adapter ` +
        `(\`deno task ${name}\` installs one or says how): current value is webgpu`,
    );
  }
  if (adapter === undefined) return cpu(withoutAdapter);
  if (wish === "auto" && adapter.software && !takesSoftware) {
    return cpu(`faster at this size than the software adapter ${adapter.name}`);
  }
  return { backend: "webgpu", adapter: adapter.name, reason: `on ${adapter.name}` };
}

/** Looks for an adapter, chooses, and makes tfjs use the choice. */
export async function useBackend(
  wish: typeof BACKENDS[number],
  policy: BackendPolicy,
): Promise<Choice> {
  tf.enableProdMode();
  const choice = chooseBackend(wish, wish === "cpu" ? undefined : await findAdapter(), policy);
  if (!await tf.setBackend(choice.backend)) {
    throw new OptionError(
      `Cannot run the ${policy.name} benchmark as tfjs could not start its webgpu backend: ` +
        `current adapter is ${choice.adapter}`,
    );
  }
  await tf.ready();
  return choice;
}
