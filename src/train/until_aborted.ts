/**
 * An iteration that a signal ends, even while it waits.
 *
 * @module
 */
import type { StopSignal } from "./stop_signal.ts";

/**
 * Yields the items until the signal fires. One that is waited for then is waited for no longer: a
 * generator that never yields would keep the run for ever. It is asked to clean up as soon as it
 * can.
 */
export async function* untilAborted<T>(
  items: AsyncIterable<T>,
  signal: StopSignal | undefined,
): AsyncGenerator<T> {
  if (!signal) return yield* items;
  if (signal.aborted) return;
  const iterator = items[Symbol.asyncIterator]();
  const aborted = Promise.withResolvers<undefined>();
  const abort = () => aborted.resolve(undefined);
  signal.addEventListener("abort", abort);
  let waits = false;
  try {
    while (!signal.aborted) {
      waits = true;
      const next = iterator.next();
      next.catch(() => {}); // nobody hears of it after an abort
      const found = await Promise.race([next, aborted.promise]);
      if (found === undefined) return;
      waits = false;
      if (found.done) return;
      yield found.value;
    }
  } finally {
    signal.removeEventListener("abort", abort);
    const end = iterator.return?.();
    end?.catch(() => {});
    if (!waits) await end;
  }
}
