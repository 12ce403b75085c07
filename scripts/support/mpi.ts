/** The MPI engines of this machine: which there are, how they are installed, how they launch. */

/** An engine whose launcher was found. */
export interface Engine {
  readonly name: "Open MPI" | "MPICH";
  /** The command and its flags, up to the program; Open MPI's for a machine of any size, as anyone. */
  launch(ranks: number): string[];
}

/** Commands that may be an engine's launcher, flags that it needs, and how `--version` begins. */
const KNOWN = {
  "Open MPI": {
    commands: ["mpirun.openmpi", "mpirun"],
    // By default each rank, with all threads of V8 and the driver, would be bound to one core.
    flags: ["--allow-run-as-root", "--oversubscribe", "--bind-to", "none"],
    version: /open.?mpi/i,
  },
  MPICH: { commands: ["mpiexec.mpich", "mpiexec"], flags: [], version: /hydra|mpich/i },
} as const;

/** How Debian has them. */
export const INSTALL = "apt-get install -y --no-install-recommends openmpi-bin mpich";

/** The engines that are installed, Open MPI first. */
export async function engines(): Promise<Engine[]> {
  const found: Engine[] = [];
  for (const [name, { commands, flags, version }] of Object.entries(KNOWN)) {
    for (const command of commands) {
      if (!version.test(await versionOf(command))) continue;
      const launch = (ranks: number) => [command, ...flags, "-n", `${ranks}`];
      found.push({ name: name as Engine["name"], launch });
      break;
    }
  }
  return found;
}

async function versionOf(command: string): Promise<string> {
  try {
    const { stdout } = await new Deno.Command(command, { args: ["--version"], stdin: "null" })
      .output();
    return new TextDecoder().decode(stdout);
  } catch {
    return "";
  }
}
