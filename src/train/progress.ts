/**
 * Tells on standard error how far a run is: a bar on a terminal, plain lines elsewhere.
 *
 * @module
 */
import { progressText } from "./progress_text.ts";
import type { EpochRecord } from "./epoch_record.ts";

/** Where epochs are reported. */
export interface Progress {
  /**
   * Tells of the newest epoch, at its end or when its loss has been read; of epochs that are read
   * at once only the last, else the time would seem to be that of the first. `steps` is how many
   * optimizer steps there were since the opening.
   */
  update(record: EpochRecord, steps?: number): void;
  stop(): void;
}

/** A line in a pipe comes at most so often. */
const LINE_MS = 2000;

/**
 * Opens the progress of a run that has had `resumed` of its epochs. The bar's library is loaded
 * only here, and only on a terminal.
 */
export async function openProgress(epochs: number, resumed = 0): Promise<Progress> {
  const start = performance.now();
  const text = (record: EpochRecord, steps: number | undefined) =>
    progressText(record, { epochs, resumed, steps, seconds: (performance.now() - start) / 1000 });
  if (!onTerminal()) return lines(epochs, text);
  const { default: cliProgress } = await import("cli-progress");
  const format = "{bar} {text}";
  const bar = new cliProgress.SingleBar(
    { format, hideCursor: true },
    cliProgress.Presets.shades_grey,
  );
  bar.start(epochs, resumed, { text: "" });
  return {
    update: (record, steps) => bar.update(record.epoch + 1, { text: text(record, steps) }),
    stop: () => bar.stop(),
  };
}

function lines(
  epochs: number,
  text: (record: EpochRecord, steps: number | undefined) => string,
): Progress {
  let last = -Infinity;
  return {
    update(record, steps) {
      const now = performance.now();
      if (record.epoch + 1 < epochs && now - last < LINE_MS) return;
      last = now;
      console.error(text(record, steps));
    },
    stop() {},
  };
}

/** Deno's standard error, or that of Node. */
function onTerminal(): boolean {
  if (typeof Deno !== "undefined") return Deno.stderr.isTerminal();
  const { process } = globalThis as { process?: { stderr?: { isTTY?: boolean } } };
  return process?.stderr?.isTTY === true;
}
