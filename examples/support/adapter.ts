/** The WebGPU adapter of this machine. */

/** What the choice of a backend depends on. */
export interface Adapter {
  readonly name: string;
  /** Whether it is software on the CPU. */
  readonly software: boolean;
}

/** Finds the adapter, if there is any. */
export async function findAdapter(): Promise<Adapter | undefined> {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) return undefined;
  const { description, vendor, architecture, isFallbackAdapter } = adapter.info;
  return {
    name: description || `${vendor} ${architecture}`.trim() || "unnamed",
    software: isFallbackAdapter,
  };
}
