/** Watches the event loop. */

const TICK_MS = 5;

/** The most milliseconds between two ticks of a timer of TICK_MS while `run` runs. */
export async function longestGap(run: () => Promise<void>): Promise<number> {
  let [last, longest] = [performance.now(), 0];
  const tick = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const timer = setInterval(tick, TICK_MS);
  try {
    await run();
  } finally {
    clearInterval(timer);
  }
  tick();
  return longest;
}
