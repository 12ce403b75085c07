/**
 * The checkpoints of a run of one rank or of several.
 *
 * @module
 */
import type { Complete } from "../../check/complete.ts";
import { decodeSafetensors } from "../../files/safetensors.ts";
import type { Ranks } from "../ranks/ranks.ts";
import { Checkpoints } from "./checkpoints.ts";
import type { CheckpointOptions } from "./checkpoint_options.ts";
import { encodeRun, restoreRun, type Run } from "./run_state.ts";

/** What a run does with its checkpoints. */
export type RunCheckpoints = Pick<Checkpoints, "last" | "due" | "save" | "close">;

/**
 * Opens them, and resumes the run where asked. Of several ranks the first has the files, and gives
 * the others what it has resumed from; its errors are everyone's.
 */
export async function openCheckpoints(
  options: Complete<CheckpointOptions>,
  run: Run,
  ranks: Ranks | undefined,
): Promise<RunCheckpoints> {
  if (!ranks) return await Checkpoints.open(options, run);
  let own: Checkpoints | undefined;
  const found = await ranks.onFirst(async () => {
    own = await Checkpoints.open(options, run);
    return { path: own.last ?? null, epochs: run.history.length };
  });
  try {
    if (found.path !== null) await resumeOthers(run, ranks, found.path, found.epochs);
  } catch (error) {
    own?.close();
    throw error;
  }
  const checkpoints: RunCheckpoints = {
    last: found.path ?? undefined,
    due: (epochs) => epochs % options.every === 0,
    async save() {
      checkpoints.last = await ranks.onFirst(async () => {
        await own!.save();
        return own!.last;
      });
    },
    close: () => own?.close(),
  };
  return checkpoints;
}

async function resumeOthers(run: Run, ranks: Ranks, path: string, epochs: number): Promise<void> {
  const bytes = await ranks.bytesOfFirst(() => encodeRun(run));
  if (ranks.isFirst) return;
  const file = await decodeSafetensors(bytes.slice());
  await restoreRun(run, file, path, epochs);
}
