/**
 * Training on several processes or machines by MPI, in Deno on Linux.
 *
 * Open MPI or MPICH launches the processes and moves the numbers; nothing of them is part of this
 * module. Give the group to `train`, and launch the program by `mpirun -n 4 deno run --allow-ffi
 * --allow-env program.ts`; docs/ranks.md has the whole.
 *
 * @module
 */
import { checkNumber } from "../check/check_number.ts";
import { checkOptions } from "../check/check_options.ts";
import { checkPath } from "../files/check_path.ts";
import type { Group } from "./group.ts";
import { localGroups } from "./local_groups.ts";
import { launcherOf, VARIABLES } from "./mpi_launcher.ts";
import { type MpiLibrary, openLibrary } from "./mpi_library.ts";
import { MpiWorld } from "./mpi_world.ts";

export type { Group };

/** Options of {@linkcode mpiGroup}. */
export interface MpiGroupOptions {
  /**
   * The MPI library, by name or path. Default the launcher's: `libmpi.so.40` of Open MPI,
   * `libmpich.so.12` of MPICH, or `libmpi_abi.so`, the standard ABI of either.
   */
  readonly library?: string | undefined;
  /**
   * How long a rank waits for the others before it ends the job, in milliseconds. Default 600,000:
   * ten minutes.
   */
  readonly timeoutMs?: number | undefined;
}

/** The ranks of an MPI job. */
export interface MpiGroup extends Group {
  /** The engine and its version, as it calls itself; `"none"` without a launcher. */
  readonly engine: string;
  /**
   * Ends MPI, once all ranks call it; the last thing that a rank does with the group. Not in a
   * `finally`: a rank that fails must end by its error, which ends the job; a call here would leave
   * it waiting for the others, who wait for it.
   */
  close(): Promise<void>;
}

const CLAIM = "Cannot start MPI";
let started = false;

/**
 * Starts MPI, and gives this process its place among those that the launcher has started: `mpirun`
 * of Open MPI, `mpiexec` of MPICH, or a scheduler's. Without a launcher it is a group of one, and
 * no library is needed.
 *
 * Needs `--allow-ffi` and `--allow-env=OMPI_COMM_WORLD_SIZE,PMI_SIZE,PMIX_RANK`. A process that
 * ends without `close()`, by an error or a signal, ends the whole job, and its exit code is not 0.
 *
 * @param options See {@linkcode MpiGroupOptions}.
 * @returns The group; calls of it run one after the other.
 * @throws {TypeError} If an option is unknown or of the wrong kind.
 * @throws {RangeError} If an option's value is wrong.
 * @throws {Error} If the host is not Deno on Linux, the library is missing or is no MPI, the
 * launcher is another engine's, or MPI was started before.
 *
 * @example A program for any number of ranks
 * ```ts
 * import { mpiGroup } from "@balanced/mse/mpi";
 * import { assertEquals } from "@std/assert";
 *
 * const group = await mpiGroup();
 * const sum = Float32Array.of(1);
 * await group.allReduceSum(sum);
 * assertEquals(sum[0], group.size);
 * await group.close();
 * ```
 */
export function mpiGroup(options: MpiGroupOptions = {}): Promise<MpiGroup> {
  // Whatever is wrong rejects.
  return new Promise((resolve) => resolve(start(options)));
}

function start(options: MpiGroupOptions): MpiGroup {
  checkOptions(options, ["library", "timeoutMs"], CLAIM);
  const { library: given, timeoutMs = 600_000 } = options;
  if (given !== undefined) checkPath(given, `${CLAIM} as library`);
  checkNumber(timeoutMs, "timeoutMs", CLAIM, { above: 0 });
  if (typeof Deno === "undefined" || Deno.build.os !== "linux") {
    const host = typeof Deno === "undefined" ? "not Deno" : Deno.build.os;
    throw new Error(`${CLAIM} as the host must be Deno on Linux: current host is ${host}`);
  }
  const launcher = permitted(() => launcherOf((name) => Deno.env.get(name)));
  if (!launcher && given === undefined) return alone();
  if (started) {
    throw new Error(`${CLAIM} as a process must start it once: current number of starts is 1`);
  }
  const library = opened(given === undefined ? launcher!.libraries : [given]);
  started = true;
  const world = new MpiWorld(library, timeoutMs);
  const size = launcher?.size ?? world.size;
  if (size === world.size) return world;
  // Each process would train alone, without a word. The error ends the job.
  throw new Error(
    `${CLAIM} as library must be of the launcher's engine: current one is ${world.engine}, ` +
      `with ${world.size} rank of ${size}`,
  );
}

/** Opens the first of some libraries that is there. */
function opened(names: readonly string[]): MpiLibrary {
  const failures: string[] = [];
  for (const name of names) {
    try {
      return permitted(() => openLibrary(name));
    } catch (error) {
      const { message } = error as Error;
      if (message.startsWith(CLAIM)) throw error;
      failures.push(message.split("\n")[0]!);
    }
  }
  throw new Error(
    `${CLAIM} as library must be an MPI that is installed, the one that launches (on Debian by ` +
      `apt-get install openmpi-bin or mpich): current errors are ${failures.join("; ")}`,
  );
}

function permitted<T>(ask: () => T): T {
  try {
    return ask();
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotCapable)) throw cause;
    throw new Error(
      `${CLAIM} as Deno must be allowed it by --allow-ffi and --allow-env=${VARIABLES}: ` +
        `current error is ${cause.message}`,
      { cause },
    );
  }
}

/** A process that no launcher has started. */
function alone(): MpiGroup {
  const [group] = localGroups(1) as [Group];
  let state = "open";
  const check = (call: string) => {
    if (state === "open") return;
    throw new Error(`Cannot ${call} as the group must be open: current state is ${state}`);
  };
  return {
    rank: 0,
    size: 1,
    engine: "none",
    async allReduceSum(values) {
      check("allReduceSum");
      await group.allReduceSum(values);
    },
    async allGather(bytes) {
      check("allGather");
      return await group.allGather(bytes);
    },
    close() {
      return new Promise((resolve) => {
        check("close");
        state = "closed";
        resolve();
      });
    },
  };
}
