/** The age experiment as a command, at sizes of seconds: drawn faces, a tiny network, the cpu. */
import { makeFaces } from "../../examples/imdb_wiki/made_faces.ts";
import { runExample } from "./run_example.ts";

/** What `deno task imdb-wiki` permits. */
export const PERMISSIONS = ["--allow-read", "--allow-write", "--allow-ffi", "--allow-env"];

const NUMBERS = {
  ...{ size: "8", width: "2", blocks: "1", padding: "1", batch: "32", "micro-batch": "16" },
  ...{ epochs: "3", rate: "0.01", drops: "2", "head-epochs": "2", "head-rate": "0.1", few: "2" },
  ...{ "head-batch": "32", sigma: "10", components: "3", many: "4", backend: "cpu" },
};

/** Flags of a network and numbers that take no time, but for these. */
export function tiny(changes: Readonly<Record<string, string>> = {}): string[] {
  return Object.entries({ ...NUMBERS, ...changes }).map(([flag, value]) => `--${flag}=${value}`);
}

/** Draws faces into a folder as a user's data. */
export async function drawnData(folder: string): Promise<void> {
  await makeFaces(folder, { count: 120, size: 16, seed: 0, cap: 3 });
}

/** Runs the command to its end. */
export function runAge(args: readonly string[]): ReturnType<typeof runExample> {
  return runExample("imdb_wiki", PERMISSIONS, args);
}
