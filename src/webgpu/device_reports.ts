/**
 * The reports of GPUs, by device.
 *
 * WebGPU throws nowhere: a shader that does not compile, a binding beyond a limit or memory that is
 * not there end as zeros or as what an earlier call left, and so do the right results of the same
 * submit. All that there is are events of the device. Here they are heard; `read` rejects where it
 * finds some.
 *
 * No error scope is pushed around allocations or dispatches: that would cost two calls and a
 * promise each, and tell no more than the event does.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";

/** What is used of tfjs's WebGPU backend, some of it private there. */
interface DeviceBackend {
  readonly device: GPUDevice;
  readonly commandEncoder: GPUCommandEncoder | null;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

/** Texts that are kept of a device; of the same text only the count goes on. */
const MOST_TEXTS = 100;

/** Letters of a GPU's text in an error. */
const MOST_LETTERS = 300;

/** Reports are numbered over all devices. */
let latest = 0;
/** The latest report that `gpuErrors` has told of. */
let asked = 0;
let printed = false;

/** Listens to one device. */
export class DeviceReports {
  /** Why the device is gone, once it is. */
  lost: string | undefined;
  /** The number of the latest report of each text, in the order of the first ones. */
  readonly #texts = new Map<string, number>();
  readonly #waiting = new Set<() => void>();
  /** The latest report that a read has told of. */
  #told = 0;

  constructor(device: GPUDevice) {
    device.addEventListener("uncapturederror", (event) => {
      this.#take((event as GPUUncapturedErrorEvent).error.message.trim());
    });
    device.lost.then(({ reason, message }) => {
      this.lost = `the device was lost (${reason}): ${message}`;
      // Who destroys a device knows.
      if (reason !== "destroyed") this.#take(this.lost);
      for (const giveUp of this.#waiting) giveUp();
    });
  }

  /** From here on nothing has been told yet. */
  get mark(): number {
    return Math.max(this.#told, asked);
  }

  /** The different texts of reports after a mark, the first first. */
  after(mark: number): string[] {
    return [...this.#texts].filter(([, last]) => last > mark).map(([text]) => text);
  }

  /** Throws where the device is lost or has reported something after the mark. */
  check(mark: number, claim: string, cause?: unknown, advice?: string): void {
    const texts = this.lost === undefined ? this.after(mark) : [this.lost];
    if (texts.length === 0) return;
    this.#told = latest;
    const more = texts.length > 1 ? ` (and ${texts.length - 1} more, see gpuErrors)` : "";
    const text = texts[0]!.replaceAll(/\s+/g, " ");
    const shown = text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS)}...` : text;
    throw new Error(
      `${claim} as the GPU must not have reported an error, ${
        [adviceFor(text), ...(advice ? [advice] : [])].join(", ")
      }: current error is ` +
        `"${shown}"${more}`,
      { cause },
    );
  }

  /**
   * The same promise, which rejects if the device is lost meanwhile: nothing may ever come then.
   */
  async orLost<T>(promise: Promise<T>): Promise<T> {
    let giveUp = () => {};
    const lost = new Promise<never>((_, reject) => giveUp = () => reject(new Error(this.lost)));
    this.#waiting.add(giveUp);
    try {
      return await Promise.race([promise, lost]);
    } finally {
      this.#waiting.delete(giveUp);
    }
  }

  #take(text: string): void {
    const last = this.#texts.get(text);
    // What has been told is no cause of what comes now: it goes to the end.
    if (last !== undefined && last <= this.mark) this.#texts.delete(text);
    if (last === undefined && this.#texts.size >= MOST_TEXTS) {
      this.#texts.delete(this.#texts.keys().next().value!);
    }
    this.#texts.set(text, ++latest);
    if (printed) return;
    printed = true;
    console.error(
      `The GPU reported an error, and numbers that were computed near it may be wrong: ${text}\n` +
        "Further errors are not printed: gpuErrors() of @balanced/mse lists them.",
    );
  }
}

function adviceFor(text: string): string {
  if (/device was lost/i.test(text)) {
    return "set up the backend anew and go on from what was saved";
  }
  if (/memory/i.test(text)) return "free tensors or use smaller batches";
  if (/limit|exceed|greater than|maximum|too (large|many|big)/i.test(text)) {
    return "numbers may be wrong, use smaller tensors or batches";
  }
  return "numbers may be wrong, try another backend or batch size";
}

const listened = new WeakMap<GPUDevice, DeviceReports>();
const all = new Set<DeviceReports>();

/**
 * The reports of a backend's device, to which it listens from now on at the latest; none without a
 * device.
 */
export function reportsOf(backend: unknown): DeviceReports | undefined {
  const device = (backend as Partial<DeviceBackend> | null)?.device;
  if (typeof device?.addEventListener !== "function") return undefined;
  let reports = listened.get(device);
  if (reports === undefined) {
    reports = new DeviceReports(device);
    listened.set(device, reports);
    all.add(reports);
  }
  return reports;
}

/**
 * Submits what tfjs has encoded and holds back: what fails in it cannot take later work with it.
 */
export function submitPending(backend: unknown): void {
  const gpu = backend as DeviceBackend;
  if (!gpu.commandEncoder) return;
  gpu.endComputePassEncoder();
  gpu.submitQueue();
}

/** Waits until a device has reported on all work that it has been given. Costs 11 ms in Deno. */
export async function settle(backend: unknown): Promise<void> {
  const reports = reportsOf(backend);
  if (!reports) return;
  if (reports.lost === undefined) {
    submitPending(backend);
    const done = (backend as DeviceBackend).device.queue.onSubmittedWorkDone();
    // Whatever it ends by: that is not what was asked.
    await reports.orLost(done).catch(() => {});
  }
  await new Promise((resolve) => setTimeout(resolve));
}

/** Reports that `gpuErrors` has not told of yet. */
export function unasked(): string[] {
  return [...all].flatMap((reports) => reports.after(asked));
}

/** What {@linkcode unasked} told is told. */
export function markAsked(): void {
  asked = latest;
}

// tfjs calls this for each backend that becomes the current one, today's or one that is registered
// later.
tf.registerKernel({
  kernelName: "BalancedMseGpuErrors",
  backendName: "webgpu",
  setupFunc: (backend) => reportsOf(backend),
  kernelFunc: () => [],
});
Object.values(tf.engine().registry).forEach(reportsOf);
