/** What the demo computes on: WebGPU where the browser has it, else the CPU. */
import "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs";
import type { Settings } from "./settings.ts";

tf.enableProdMode();

/** Makes tfjs use the wish, or the CPU where there is no WebGPU, and tells in a sentence what it is. */
export async function useBackend(wish: Settings["backend"]): Promise<string> {
  if (wish === "cpu") return await useCpu("Computes on the CPU, as chosen.");
  const adapter = await adapterName();
  if (adapter === undefined) {
    return await useCpu("Computes on the CPU: this browser offers no WebGPU.");
  }
  if (await tf.setBackend("webgpu")) return `Computes on WebGPU (${adapter}).`;
  return await useCpu("Computes on the CPU: WebGPU did not start.");
}

async function useCpu(sentence: string): Promise<string> {
  await tf.setBackend("cpu");
  return sentence;
}

async function adapterName(): Promise<string | undefined> {
  // Undefined in browsers without WebGPU and in pages from plain http.
  const gpu = navigator.gpu as GPU | undefined;
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (!adapter) return undefined;
  const { description, vendor, architecture } = adapter.info;
  return description || `${vendor} ${architecture}`.trim() || "unnamed adapter";
}
