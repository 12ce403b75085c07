/**
 * Batches asked for ahead, so that a generator works while the GPU does.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { type Cloned, cloned } from "./cloned.ts";

/** How many batches are read ahead unless told otherwise. */
export const DEPTH = 2;
/** A source that is in the middle of a batch when the reader ends is given so long to clean up. */
const END_MS = 1000;

/** What the source gave: a batch, its error or its end. */
type Item<T> = Cloned<T> | { readonly error: unknown } | "end";

/**
 * Asks a source for batches while those before are used, up to `depth` of them; 0 reads nothing
 * ahead.
 *
 * Lifetimes stay what they are. To a source, its tensors are needed until it is asked for the next
 * batch, when it may dispose them: what is read ahead are clones, which share the numbers and live
 * on. To the reader, a batch's tensors live until it asks for the next one; then the clones are
 * disposed, as are those of batches that were read ahead and never used.
 *
 * The source is never asked for two batches at once. Its error comes after the batches before it;
 * an end of the reader ends the source, and waits for it, but no more than a second where it is in
 * the middle of a batch.
 */
export function prefetch<T>(source: AsyncIterable<T>, depth = DEPTH): AsyncIterable<T> {
  return depth === 0 ? source : { [Symbol.asyncIterator]: () => new ReadAhead(source, depth) };
}

class ReadAhead<T> implements AsyncIterator<T> {
  readonly #source: AsyncIterator<T>;
  readonly #depth: number;
  /** Read ahead, the oldest first. */
  readonly #ready: Item<T>[] = [];
  /** The batch that the reader has. */
  #current: Cloned<T> | undefined;
  /** Settles when the source has answered; undefined while it is not asked. Never rejects. */
  #asked: Promise<void> | undefined;
  /** The source is not asked any more: it has come to its end, or there was an error. */
  #stopped = false;
  /** The source has ended by itself. */
  #exhausted = false;
  #closed = false;
  /** Lets a waiting reader look again. */
  #wake: () => void = () => {};

  constructor(source: AsyncIterable<T>, depth: number) {
    this.#source = source[Symbol.asyncIterator]();
    this.#depth = depth;
  }

  async next(): Promise<IteratorResult<T>> {
    this.#release();
    for (;;) {
      if (this.#closed) return { done: true, value: undefined };
      this.#ask();
      const item = this.#ready.shift();
      if (item === undefined) {
        await new Promise<void>((resolve) => this.#wake = resolve);
        continue;
      }
      this.#ask();
      if (item === "end" || "error" in item) {
        await this.return();
        if (item !== "end") throw item.error;
        return { done: true, value: undefined };
      }
      this.#current = item;
      return { done: false, value: item.value };
    }
  }

  /** Ends the source, and what is read ahead. A reader that waits is told that it is the end. */
  async return(): Promise<IteratorResult<T>> {
    if (!this.#closed) {
      this.#closed = true;
      this.#release();
      for (const item of this.#ready.splice(0)) {
        if (item !== "end" && "clones" in item) tf.dispose([...item.clones]);
      }
      this.#wake();
      if (!this.#exhausted) await this.#endSource();
    }
    return { done: true, value: undefined };
  }

  #ask(): void {
    if (this.#asked || this.#stopped || this.#closed || this.#ready.length >= this.#depth) return;
    this.#asked = this.#answer().then((item) => {
      if (item !== undefined) this.#ready.push(item);
      this.#asked = undefined;
      this.#wake();
      this.#ask();
    });
  }

  async #answer(): Promise<Item<T> | undefined> {
    let exhausted = true;
    try {
      const { done, value } = await this.#source.next();
      exhausted = done === true;
      if (this.#closed) return undefined;
      if (!done) return cloned(value);
      this.#stopped = true;
      return "end";
    } catch (error) {
      this.#stopped = true;
      return { error };
    } finally {
      this.#exhausted = exhausted;
    }
  }

  async #endSource(): Promise<void> {
    const isAsked = this.#asked !== undefined;
    const end = (async () => await this.#source.return?.())();
    if (!isAsked) {
      await end;
      return;
    }
    // A generator answers only after the batch that it is at, which may never come.
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise((resolve) => timer = setTimeout(resolve, END_MS));
    await Promise.race([end.catch(() => {}), late]);
    clearTimeout(timer);
  }

  #release(): void {
    tf.dispose([...this.#current?.clones ?? []]);
    this.#current = undefined;
  }
}
