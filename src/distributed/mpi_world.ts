/**
 * All ranks of an MPI job as a group.
 *
 * @module
 */
import { type Call, CALLS, checkAgreement } from "./agreement.ts";
import { checkBytes, checkValues } from "./check_group.ts";
import type { Group } from "./group.ts";
import type { MpiLibrary } from "./mpi_library.ts";

/** So long a rank asks again at once; then timers get their turns, at some 4 % of a core. */
const SPIN_MS = 2;
/** The end of MPI takes no longer, where it comes at all. */
const END_S = 30;
/** Counts of MPI are int32. */
const MOST_BYTES = 2 ** 31 - 1;

/** MPI from its start to its end: once a process. */
export class MpiWorld implements Group {
  readonly rank: number;
  readonly size: number;
  readonly engine: string;
  readonly #library: MpiLibrary;
  readonly #timeoutMs: number;
  /** Settles when the calls so far have ended. Never rejects. */
  #last: Promise<unknown> = Promise.resolve();
  #state: "open" | "closing" | "closed" = "open";

  constructor(library: MpiLibrary, timeoutMs: number) {
    this.#library = library;
    this.#timeoutMs = timeoutMs;
    this.engine = library.engine;
    const { symbols, abi } = library;
    const out = new Int32Array(1);
    this.#check(symbols.MPI_Init_thread(0n, 0n, abi.funneled, out), "start MPI");
    this.#check(symbols.MPI_Comm_set_errhandler(abi.world, abi.errorsReturn), "start MPI");
    this.#check(symbols.MPI_Comm_rank(abi.world, out), "start MPI");
    this.rank = out[0]!;
    this.#check(symbols.MPI_Comm_size(abi.world, out), "start MPI");
    this.size = out[0]!;
    // Who ends without close() would leave the others waiting, and MPICH call that a success. After
    // an error that nobody caught Deno does not come here: then the launcher ends the job.
    addEventListener("unload", () => {
      if (this.#state !== "closed") this.abort("ends without close()", Deno.exitCode || 1);
    });
  }

  async allReduceSum(values: Float32Array): Promise<void> {
    checkValues(values);
    await this.#inTurn("allReduceSum", values.length, () => {
      const { symbols, abi: { inPlace, float, sum, world } } = this.#library;
      const own = values as Float32Array<ArrayBuffer>;
      return symbols.MPI_Allreduce(inPlace, own, values.length, float, sum, world);
    });
  }

  async allGather(bytes: Uint8Array): Promise<Uint8Array[]> {
    checkBytes(bytes);
    const { symbols, abi: { byte, int, world } } = this.#library;
    const counts = new Int32Array(this.size);
    const starts = new Int32Array(this.size);
    let all = new Uint8Array(0);
    await this.#inTurn("allGather", bytes.length, () => {
      const own = Int32Array.of(bytes.length);
      this.#check(symbols.MPI_Allgather(own, 1, int, counts, 1, int, world), "allGather");
      const length = counts.reduce((sum, count) => sum + count, 0);
      if (length > MOST_BYTES) {
        throw new RangeError(
          `Cannot allGather as ranks together must give at most ${MOST_BYTES} bytes: ` +
            `current number is ${length}`,
        );
      }
      for (let r = 1; r < this.size; r++) starts[r] = starts[r - 1]! + counts[r - 1]!;
      all = new Uint8Array(length);
      const given = bytes as Uint8Array<ArrayBuffer>;
      return symbols.MPI_Allgatherv(given, bytes.length, byte, all, counts, starts, byte, world);
    });
    return Array.from(counts, (count, r) => all.subarray(starts[r]!, starts[r]! + count));
  }

  /** Ends MPI when all ranks have come so far. */
  async close(): Promise<void> {
    await this.#inTurn("close", 0, () => {
      const { symbols, abi, alarm } = this.#library;
      this.#state = "closed";
      // MPICH on UCX by TCP may hang for ever where a rank comes late: all go in at once, and what
      // hangs all the same is killed, which ends the job.
      alarm(Math.min(END_S, Math.ceil(this.#timeoutMs / 1000)));
      this.#check(symbols.MPI_Barrier(abi.world), "close");
      const code = symbols.MPI_Finalize();
      alarm(0);
      return code;
    });
  }

  /** Ends the job: this rank, and by the launcher all others. */
  abort(why: string, code = 1): void {
    console.error(`rank ${this.rank} ${why}: it ends the job`);
    this.#library.symbols.MPI_Abort(this.#library.abi.world, code);
  }

  /**
   * Makes a call when the ones before have ended and all ranks are about to make it: what others do
   * not make would block this thread for ever, timers and all.
   */
  async #inTurn(call: Call, length: number, work: () => number): Promise<void> {
    if (this.#state !== "open") {
      throw new Error(`Cannot ${call} as the group must be open: current state is ${this.#state}`);
    }
    if (call === "close") this.#state = "closing";
    const turn = this.#last.then(async () => {
      await this.#agree(call, length);
      this.#check(work(), call);
    });
    this.#last = turn.catch(() => {});
    await turn;
  }

  /** Waits for all ranks, and sees what they are about to do. */
  async #agree(call: Call, length: number): Promise<void> {
    const { symbols, abi: { inPlace, int, max, world, statusIgnore } } = this.#library;
    const kind = CALLS.indexOf(call);
    // The greatest of the negative is the least.
    const words = Int32Array.of(kind, -kind, length, -length);
    const [request, done] = [new BigUint64Array(1), new Int32Array(1)];
    this.#check(
      symbols.MPI_Iallreduce(inPlace, words, words.length, int, max, world, request),
      call,
    );
    for (const start = performance.now();;) {
      this.#check(symbols.MPI_Test(request, done, statusIgnore), call);
      if (done[0]) break;
      const waited = performance.now() - start;
      if (waited > this.#timeoutMs) {
        this.abort(`has waited ${Math.round(waited / 1000)} s for the others in ${call}`);
      }
      if (waited > SPIN_MS) await new Promise((resolve) => setTimeout(resolve));
    }
    checkAgreement({
      calls: [-words[1]!, words[0]!],
      lengths: [-words[3]!, words[2]!],
    });
  }

  #check(code: number, action: string): void {
    if (code === 0) return;
    const [text, length] = [new Uint8Array(512), new Int32Array(1)];
    this.#library.symbols.MPI_Error_string(code, text, length);
    const words = new TextDecoder().decode(text.subarray(0, length[0])).split("\n")[0];
    throw new Error(`Cannot ${action} as MPI must succeed: current error is ${words}`);
  }
}
