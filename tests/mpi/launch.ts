/** Jobs of the MPI tests, each under a time limit. */
import { engines } from "../../scripts/support/mpi.ts";

/** What became of a job. */
export interface Job {
  readonly code: number;
  /** The lines of its ranks, by rank, as far as they are JSON. */
  readonly found: readonly Record<string, unknown>[];
  /** All that was written. */
  readonly text: string;
  readonly seconds: number;
}

/** How a job is launched. */
export interface JobOptions {
  readonly ranks?: number;
  /** More flags of the launcher. */
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const PROGRAM = new URL("program.ts", import.meta.url).pathname;
/** A job that hangs would hold the suite. */
const LIMIT = ["timeout", "-k", "5", "60"];

/** The engines; without both the tests fail. */
export const ENGINES = await engines();

/** Runs a case of program.ts by one of the engines. */
export async function launch(
  engine: string,
  args: readonly string[],
  { ranks = 2, flags = [], env = {} }: JobOptions = {},
): Promise<Job> {
  const [command, ...rest] = ENGINES.find(({ name }) => name === engine)!.launch(ranks);
  const own = [
    "run",
    "-q",
    "--no-check",
    "--allow-ffi",
    "--allow-env",
    "--allow-read",
    "--allow-write",
    "--allow-run",
  ];
  const all = [...LIMIT, command!, ...flags, ...rest, Deno.execPath(), ...own, PROGRAM, ...args];
  const start = performance.now();
  const output = await new Deno.Command(all[0]!, {
    args: all.slice(1),
    env: { ...env, NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const seconds = (performance.now() - start) / 1000;
  const [out, err] = [output.stdout, output.stderr].map((bytes) => new TextDecoder().decode(bytes));
  const found = out!.split("\n").filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .sort((a, b) => Number(a.rank) - Number(b.rank));
  return { code: output.code, found, text: out! + err!, seconds };
}
