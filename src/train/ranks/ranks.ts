/**
 * The ranks of a run, as the parts of the trainer use them.
 *
 * @module
 */
import type { Group } from "../../distributed/group.ts";
import type { Share } from "../epochs.ts";
import type { StopSignal } from "../stop_signal.ts";
import { fromWords, toWords } from "../checkpoint/json_words.ts";
import { type GroupOption, groupOption } from "./group_option.ts";

const [NOTHING, KINDS] = [new Uint8Array(0), { TypeError, RangeError, Error }];

/** Several ranks; a run of one rank has none, and pays nothing. */
export class Ranks {
  readonly group: Group;
  /** How many steps each takes alone before weights are averaged; undefined: steps are shared. */
  readonly every: number | undefined;
  readonly #stop = new AbortController();
  readonly #asked: StopSignal | undefined;

  constructor(option: GroupOption, asked: StopSignal | undefined) {
    const { ranks, every } = groupOption(option);
    this.group = ranks;
    this.every = every;
    this.#asked = asked;
  }

  /** What this rank takes of tensors that all have. */
  shareOf(of: Share["of"]): Share {
    return { rank: this.group.rank, size: this.group.size, of };
  }

  /** Whether this is the rank that writes files and tells of the run. */
  get isFirst(): boolean {
    return this.group.rank === 0;
  }

  /** Fires on all ranks at the same step: the first that they share once one's own has fired. */
  get signal(): StopSignal {
    return this.#stop.signal;
  }

  /** What this rank adds to a sum over the ranks to tell that its own signal has fired. */
  get flag(): number {
    return this.#asked?.aborted ? 1 : 0;
  }

  /** Hears the sum of the flags. */
  hear(flags: number): void {
    if (flags > 0) this.#stop.abort();
  }

  /** Asks all ranks whether a signal has fired. */
  async agree(): Promise<void> {
    const flags = Float32Array.of(this.flag);
    await this.group.allReduceSum(flags);
    this.hear(flags[0]!);
  }

  /** Gives every rank the values of all, by rank; as JSON has them, and numbers of any kind. */
  async gather<T>(value: T): Promise<T[]> {
    const bytes = new TextEncoder().encode(JSON.stringify(toWords(value) ?? null));
    const all = await this.group.allGather(bytes);
    return all.map((given) => fromWords(JSON.parse(new TextDecoder().decode(given))) as T);
  }

  /** Gives every rank the bytes of the first. */
  async bytesOfFirst(make: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const [bytes] = await this.group.allGather(this.isFirst ? await make() : NOTHING);
    return bytes!;
  }

  /** Does something on the first rank, and tells all what came of it: a value or an error. */
  async onFirst<T>(work: () => Promise<T>): Promise<T> {
    let own: { value: T } | { error: unknown } | undefined;
    if (this.isFirst) own = await outcomeOf(work);
    const [answer] = await this.gather(own && "error" in own ? { error: told(own.error) } : own);
    if (own) {
      if ("error" in own) throw own.error;
      return own.value;
    }
    const { value, error } = answer as unknown as { value: T; error?: ReturnType<typeof told> };
    if (error) throw new KINDS[error.kind](error.message);
    return value;
  }
}

async function outcomeOf<T>(work: () => Promise<T>): Promise<{ value: T } | { error: unknown }> {
  try {
    return { value: await work() };
  } catch (error) {
    return { error };
  }
}

function told(error: unknown): { kind: keyof typeof KINDS; message: string } {
  const kind = error instanceof TypeError
    ? "TypeError"
    : error instanceof RangeError
    ? "RangeError"
    : "Error";
  return { kind, message: error instanceof Error ? error.message : String(error) };
}
