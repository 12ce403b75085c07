/** The WebGPU backend of a bench: set up, named and watched. */
import "@tensorflow/tfjs-backend-webgpu";
import type { WebGPUBackend } from "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs";
import { cpus } from "node:os";

/** Makes `webgpu` current and returns its backend, or throws: a bench without it measures nothing. */
export async function webgpu(): Promise<WebGPUBackend> {
  tf.enableProdMode();
  if (!(await tf.setBackend("webgpu"))) {
    throw new Error("Cannot bench as there is no WebGPU adapter: run `deno task test` once");
  }
  return tf.backend() as WebGPUBackend;
}

/** What every result must name. */
export function environment({ device }: WebGPUBackend, command: string): string[] {
  const { description, vendor, isFallbackAdapter } = device.adapterInfo;
  const cores = cpus();
  return [
    `- adapter: ${description || vendor}${isFallbackAdapter ? ", a software adapter" : ""}`,
    `- ${cores.length} cores (${cores[0]?.model}), ${Deno.build.os} ${Deno.build.arch}`,
    `- Deno ${Deno.version.deno}, tfjs ${tf.version.tfjs}`,
    `- ${new Date().toISOString().slice(0, 10)}, by \`${command}\``,
  ];
}

/** The most GPU bytes in use at once while `run` runs, beyond what was in use before. */
export async function peakBytes(backend: WebGPUBackend, run: () => Promise<void>): Promise<number> {
  const manager = backend.bufferManager;
  const used = () => (tf.memory() as unknown as { numBytesInGPU: number }).numBytesInGPU;
  const acquire = manager.acquireBuffer;
  const before = used();
  let most = before;
  manager.acquireBuffer = (...args) => {
    const buffer = acquire.apply(manager, args);
    most = Math.max(most, used());
    return buffer;
  };
  await run();
  manager.acquireBuffer = acquire;
  return most - before;
}
