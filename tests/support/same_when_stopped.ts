/** A run that is stopped after some epoch, and resumed, against one that is not. */
import { assert, assertEquals } from "@std/assert";
import { inCheckpointFolder } from "./checkpoint_folder.ts";
import { result, resumable } from "./resumable.ts";

/** Fails unless a run that is stopped after any of these epochs ends with the bits of a whole one. */
export async function sameWhenStopped(stops: readonly number[]): Promise<void> {
  const whole = await resumable();
  assert(whole.bestEpoch > 2 && whole.bestEpoch < 12, `best epoch ${whole.bestEpoch}`);
  for (const stopAfter of stops) {
    for (const every of [1, 4]) {
      await inCheckpointFolder(async (dir) => {
        const stopped = await resumable({ checkpoint: { dir, every } }, { stopAfter });
        assertEquals(stopped.stopped, "signal");
        const resumed = await resumable({ checkpoint: { dir, every, resume: true } });
        // The stop comes within the next epoch, after the save.
        const from = Math.floor((stopAfter + 1) / every) * every;
        assertEquals(resumed.trained[0], from);
        assertEquals(result(resumed), result(whole));
      });
    }
  }
}
