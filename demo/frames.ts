/** The pace of a run: a step a frame, and none while it pauses. */

/** Lets a run wait for the screen and for the visitor. */
export class Frames {
  #paused: PromiseWithResolvers<void> | undefined;

  /** Resolves at the next frame, once there is no pause. */
  async next(): Promise<void> {
    await new Promise(requestAnimationFrame);
    await this.#paused?.promise;
  }

  pause(): void {
    this.#paused ??= Promise.withResolvers<void>();
  }

  resume(): void {
    this.#paused?.resolve();
    this.#paused = undefined;
  }
}
