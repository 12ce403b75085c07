/**
 * Epochs whose losses have not been read yet.
 *
 * @module
 */
import type { Tensor, Variable } from "../tensor.ts";
import type { ReadMark } from "../webgpu/read.ts";
import { DeviceLog } from "./device_log.ts";
import type { EpochRecord } from "./epoch_record.ts";
import { zeroIfFinite } from "./finite.ts";
import type { Measures } from "./validator.ts";

/** What has been read. */
export interface ReadEpochs {
  /** The finished epochs, in order. */
  readonly records: readonly EpochRecord[];
  /** Whether the last of them has the weights of now. */
  readonly failure?: Error;
}

/** Keeps epochs' losses on the device and reads them in bulk. */
export class PendingEpochs {
  readonly #log = new DeviceLog();
  readonly #waiting: Omit<EpochRecord, "loss" | "metrics">[] = [];
  #lastRead = performance.now();

  /** See {@linkcode DeviceLog.mark}. */
  get mark(): ReadMark {
    return this.#log.mark;
  }

  /** How many wait. */
  get length(): number {
    return this.#waiting.length;
  }

  /** How long ago the last read was, in milliseconds. */
  get age(): number {
    return performance.now() - this.#lastRead;
  }

  /** Adds an epoch; its loss is then this object's to free. */
  push(loss: Tensor, epoch: Omit<EpochRecord, "loss" | "metrics">): void {
    this.#log.push(loss);
    this.#waiting.push(epoch);
  }

  /**
   * Reads in one go: the epochs' losses, the last one's metrics (which are then this object's to
   * free), and whether the weights are finite. The records end where a loss is not; then there is a
   * failure.
   */
  async read(weights: readonly Variable[], measures: Measures = []): Promise<ReadEpochs> {
    const waiting = this.#waiting.splice(0);
    const onDevice = measures.filter(([, value]) => typeof value !== "number");
    for (const [, value] of onDevice) this.#log.push(value as Tensor);
    this.#log.push(zeroIfFinite(weights));
    const values = await this.#log.read();
    this.#lastRead = performance.now();
    const metricValues = values.slice(waiting.length);
    const metrics = measures.map(([name, value]) =>
      [name, typeof value === "number" ? value : metricValues.shift()!] as const
    );
    const records: EpochRecord[] = [];
    for (const [i, { epoch, learningRate }] of waiting.entries()) {
      const loss = values[i]!;
      if (!Number.isFinite(loss)) {
        return { records, failure: failed(`the loss became ${loss}`, epoch) };
      }
      const isLast = i === waiting.length - 1;
      // The last step may spoil weights whose loss nobody has seen yet.
      if (isLast && values.at(-1) !== 0) {
        return { records, failure: failed("weights became infinite or NaN", epoch) };
      }
      const record = { epoch, loss, learningRate };
      const isMeasured = isLast && measures.length > 0;
      records.push(isMeasured ? { ...record, metrics: Object.fromEntries(metrics) } : record);
    }
    return { records };
  }

  /** Frees what waits. */
  dispose(): void {
    this.#log.dispose();
  }
}

function failed(what: string, epoch: number): Error {
  return new Error(
    `Cannot train on as ${what} in epoch ${epoch}: lower the learning rate; where labels are ` +
      "missing (NaN), leave their rows out by data.mask",
  );
}
