/** Bad input as a table. */
import { assert, assertRejects } from "@std/assert";

/** A call, the class of its error and a part of the message. */
export type Rejection = [
  run: () => Promise<unknown>,
  errorClass: typeof TypeError | typeof RangeError,
  message: string,
];

/** Every call rejects as the table says, its message in the grammar "<prefix> as ...". */
export async function assertRejections(prefix: string, rejections: Rejection[]): Promise<void> {
  for (const [run, errorClass, message] of rejections) {
    const error = await assertRejects(run, errorClass, message);
    assert(error.message.startsWith(`${prefix} as `), error.message);
  }
}
