/** What tfjs is asked to do while a call runs: kernels, readbacks, prints. */
import * as tf from "@tensorflow/tfjs";

/** Notes work from now on until `end`. */
export function watchWork(): { readonly done: string[]; end(): void } {
  const done: string[] = [];
  const covered = [
    cover(tf.engine(), "runKernel", ([name]) => done.push(`kernel ${name}`)),
    ...["data", "dataSync", "array", "arraySync", "buffer", "bufferSync", "bytes", "print"].map(
      (name) => cover(tf.Tensor.prototype, name, () => done.push(name)),
    ),
    cover(tf.Tensor.prototype, "toString", () => done.push("toString")),
  ];
  return { done, end: () => covered.forEach((uncover) => uncover()) };
}

function cover(owner: object, name: string, note: (args: unknown[]) => void): () => void {
  const object = owner as Record<string, (...args: unknown[]) => unknown>;
  const own = Object.hasOwn(object, name);
  const before = object[name]!;
  object[name] = function (this: unknown, ...args: unknown[]) {
    note(args);
    return before.apply(this, args);
  };
  return () => {
    if (own) object[name] = before;
    else delete object[name];
  };
}
