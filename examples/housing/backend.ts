/** Choice of the tfjs backend for the tutorial's comparison. */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";
import { createRequire } from "node:module";
import { type Adapter, findAdapter } from "../support/adapter.ts";
import { OptionError } from "../support/option_error.ts";

/** The backends that may be asked for. */
export const BACKENDS = ["auto", "webgpu", "wasm", "cpu"] as const;

/** What the choice depends on. */
export interface Machine {
  /** The WebGPU adapter, if any. */
  readonly adapter?: Adapter;
  /** Whether tfjs's WebAssembly, which lies in Deno's cache, may be read. */
  readonly read: boolean;
}

/**
 * Chooses: a real GPU, else `wasm`, else a software adapter, else `cpu`. With layers of 256 and 64
 * rows a step, two cores took 64, 25 and 14 steps a second on wasm, webgpu (llvmpipe) and cpu.
 */
export function chooseBackend(
  wish: typeof BACKENDS[number],
  { adapter, read }: Machine,
): "webgpu" | "wasm" | "cpu" {
  const refuse = (rule: string) => {
    throw new OptionError(
      `Cannot run the comparison as --backend must not be ${rule}: current value is ${wish}`,
    );
  };
  if (wish === "webgpu" && !adapter) {
    refuse("webgpu without a WebGPU adapter (`deno task housing` installs one or says how)");
  }
  if (wish === "wasm" && !read) refuse("wasm without --allow-read");
  if (wish !== "auto") return wish;
  if (adapter?.software === false) return "webgpu";
  return read ? "wasm" : adapter ? "webgpu" : "cpu";
}

/** Makes tfjs use the choice; tells it, and the adapter's name where that computes. */
export async function useBackend(
  wish: typeof BACKENDS[number],
): Promise<{ backend: "webgpu" | "wasm" | "cpu"; adapter: string | null }> {
  tf.enableProdMode();
  const machine = await thisMachine();
  const backend = chooseBackend(wish, machine);
  if (backend === "wasm") {
    const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
    const module = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm");
    setWasmPaths(module.replace(/[^/\\]*$/, ""));
  }
  if (!await tf.setBackend(backend)) {
    throw new OptionError(`Cannot run the comparison as tfjs could not start: ${backend}`);
  }
  await tf.ready();
  return { backend, adapter: backend === "webgpu" ? machine.adapter!.name : null };
}

async function thisMachine(): Promise<Machine> {
  const { state } = await Deno.permissions.query({ name: "read" });
  const adapter = await findAdapter();
  return { read: state === "granted", ...(adapter && { adapter }) };
}
