/** What the demo computes on: WebGPU where the browser has a GPU for it, else the CPU. */
import "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs";
import type { Settings } from "./settings.ts";

tf.enableProdMode();

/** What adapters that compute on the CPU are called, where they do not say so themselves. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render/i;

/**
 * Makes tfjs use the wish, or the CPU where there is no WebGPU, and tells in a sentence what it is.
 *
 * Left to choose, it takes the CPU itself rather than a GPU that is made believe on it: a run of so
 * small steps is then about ten times as fast.
 */
export async function useBackend(wish: Settings["backend"]): Promise<string> {
  if (wish === "cpu") return await useCpu("Computes on the CPU, as chosen.");
  const adapter = await findAdapter();
  if (adapter === undefined) {
    return await useCpu("Computes on the CPU: this browser offers no WebGPU.");
  }
  if (wish === "auto" && adapter.software) {
    return await useCpu(`Computes on the CPU: WebGPU has no GPU here (${adapter.name}).`);
  }
  if (await tf.setBackend("webgpu")) return `Computes on WebGPU (${adapter.name}).`;
  return await useCpu("Computes on the CPU: WebGPU did not start.");
}

async function useCpu(sentence: string): Promise<string> {
  await tf.setBackend("cpu");
  return sentence;
}

async function findAdapter(): Promise<{ name: string; software: boolean } | undefined> {
  // Undefined in browsers without WebGPU and in pages from plain http.
  const gpu = navigator.gpu as GPU | undefined;
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (!adapter) return undefined;
  const { description, vendor, architecture, isFallbackAdapter } = adapter.info;
  const name = description || `${vendor} ${architecture}`.trim() || "unnamed adapter";
  return { name, software: isFallbackAdapter || SOFTWARE.test(`${name} ${architecture}`) };
}
