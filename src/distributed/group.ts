/**
 * Processes that train one model together.
 *
 * @module
 */

/**
 * Ranks that make the same calls in the same order, each a process (or, of
 * {@linkcode localGroups}, a task of one process). What a rank gets is its own copy of what all
 * others get.
 *
 * Choose it to hand an engine to {@linkcode train}: `mpiGroup()` of `@balanced/mse/mpi` is one for
 * Open MPI and MPICH.
 */
export interface Group {
  /** The number of this rank, from 0. */
  readonly rank: number;
  /** How many ranks there are. */
  readonly size: number;
  /**
   * Adds up, element by element, the values that all ranks give, in place: the same bits on every
   * rank. All give as many.
   */
  allReduceSum(values: Float32Array): Promise<void>;
  /**
   * Gives to every rank what each of them gives, by rank; as many bytes as each likes. To tell the
   * others something, all but one give nothing.
   */
  allGather(bytes: Uint8Array): Promise<Uint8Array[]>;
}
