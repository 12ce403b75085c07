/** A folder of checkpoints, and what is in it. */
import { inFolder } from "./in_folder.ts";

/** Runs a test with the path of a folder for checkpoints, which is yet to be made. */
export function inCheckpointFolder(run: (dir: string) => Promise<void>): Promise<void> {
  return inFolder((root) => run(`${root}/run`));
}

/** The names of the checkpoints in a folder, the oldest first. */
export function checkpoints(dir: string): string[] {
  return [...Deno.readDirSync(dir)].map(({ name }) => name).filter((name) => name !== "lock")
    .sort();
}

/** The name of the checkpoint of a run that has had so many epochs. */
export function checkpointName(epochs: number): string {
  return `epochs-${`${epochs}`.padStart(6, "0")}.safetensors`;
}
