/**
 * Tells on standard error how far a run is: a bar on a terminal, plain lines elsewhere.
 *
 * @module
 */
import type { EpochRecord } from "./epoch_record.ts";

/** Where epochs are reported. */
export interface Progress {
  update(record: EpochRecord): void;
  stop(): void;
}

/** A line in a pipe comes at most so often. */
const LINE_MS = 2000;

/** Opens the progress of a run; the bar's library is loaded only here, and only on a terminal. */
export async function openProgress(epochs: number): Promise<Progress> {
  if (!onTerminal()) return lines(epochs);
  const { default: cliProgress } = await import("cli-progress");
  const bar = new cliProgress.SingleBar({
    format: "{bar} epoch {value}/{total} | {eta_formatted} left | {status}",
    hideCursor: true,
  }, cliProgress.Presets.shades_grey);
  bar.start(epochs, 0, { status: "" });
  return {
    update: (record) => bar.update(record.epoch + 1, { status: describe(record) }),
    stop: () => bar.stop(),
  };
}

function lines(epochs: number): Progress {
  let last = 0;
  return {
    update(record) {
      const now = performance.now();
      if (record.epoch + 1 < epochs && now - last < LINE_MS) return;
      last = now;
      console.error(`epoch ${record.epoch + 1}/${epochs} | ${describe(record)}`);
    },
    stop() {},
  };
}

function describe({ loss, metrics = {} }: EpochRecord): string {
  return Object.entries({ loss, ...metrics })
    .map(([name, value]) => `${name} ${value.toPrecision(4)}`).join(" | ");
}

function onTerminal(): boolean {
  return typeof Deno !== "undefined" && Deno.stderr.isTerminal();
}
