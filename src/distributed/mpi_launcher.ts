/**
 * How this process was launched, as its environment tells.
 *
 * @module
 */

/** What a launcher tells of itself. */
export interface Launcher {
  /** The libraries of its engine, the likeliest first. */
  readonly libraries: readonly string[];
  /** How many processes it has launched; undefined where it does not say. */
  readonly size: number | undefined;
}

const STANDARD = ["libmpi_abi.so.0", "libmpi_abi.so"];
const OPEN_MPI = ["libmpi.so.40", ...STANDARD];
const MPICH = ["libmpich.so.12", ...STANDARD];

/** The variables that are asked. */
export const VARIABLES = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMIX_RANK"] as const;

/** The launcher, nothing where the process was started by hand. */
export function launcherOf(get: (name: string) => string | undefined): Launcher | undefined {
  const [openMpi, pmi, pmix] = VARIABLES.map(get);
  if (openMpi !== undefined) return { libraries: OPEN_MPI, size: Number(openMpi) };
  if (pmi !== undefined) return { libraries: MPICH, size: Number(pmi) };
  // A scheduler's own launcher (srun --mpi=pmix) says no more.
  return pmix !== undefined ? { libraries: OPEN_MPI, size: undefined } : undefined;
}
