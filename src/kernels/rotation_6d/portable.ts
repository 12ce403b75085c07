/**
 * The 6-D rotations in tfjs operations: for `cpu`, `webgl`, `wasm`, `node` and others.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Rotation6dGradInputs, Rotation6dInputs } from "./contract.ts";

type T = tf.Tensor;

const dot = (a: T, b: T) => tf.sum(tf.mul(a, b), 1, true);
/** How much of `v` does not go along the unit vector `b`. */
const across = (v: T, b: T) => tf.sub(v, tf.mul(dot(b, v), b));

function cross(a: T, b: T): T {
  const [a1, a2, a3] = tf.split(a, 3, 1) as [T, T, T];
  const [b1, b2, b3] = tf.split(b, 3, 1) as [T, T, T];
  const minor = (p: T, q: T, r: T, s: T) => tf.sub(tf.mul(p, s), tf.mul(q, r));
  return tf.concat([minor(a2, a3, b2, b3), minor(a3, a1, b3, b1), minor(a1, a2, b1, b2)], 1);
}

/** A vector's length; scaled, so that no square leaves float32. */
function lengthOf(v: T): T {
  const most = tf.max(tf.abs(v), 1, true);
  const scale = tf.where(tf.equal(most, 0), 1, most);
  return tf.mul(scale, tf.norm(tf.div(v, scale), "euclidean", 1, true));
}

/** `[M, 3, 2]` or `[M, 3, 3]` as its columns, `[M, 3]`. */
const columns = (x: T) => tf.unstack(x, 2);

/** The first two columns; where a length `[M, 1]` is none, what it is of has no direction. */
function frameOf(x: T) {
  const [a1, a2] = columns(x) as [T, T];
  const far = tf.tensor2d([[1, 0, 0]]);
  const length1 = lengthOf(a1);
  const none1 = tf.equal(length1, 0);
  const b1 = tf.where(none1, far, tf.div(a1, tf.where(none1, 1, length1)));
  const u = across(across(a2, b1), b1); // twice, for what rounding has left of b1
  const length2 = lengthOf(u);
  const none2 = tf.lessEqual(length2, tf.mul(lengthOf(a2), 1e-6));
  const first = tf.slice(b1, [0, 0], [-1, 1]);
  const axis = tf.where(tf.greater(tf.square(first), 0.5), tf.tensor2d([[0, 1, 0]]), far);
  const other = across(axis, b1);
  const b2 = tf.where(
    none2,
    tf.div(other, tf.norm(other, "euclidean", 1, true)),
    tf.div(u, tf.where(none2, 1, length2)),
  );
  return { a2, b1, b2, length1, length2, none1, none2 };
}

/** See {@linkcode Rotation6dInputs}. */
export const rotation6dPortable: tf.KernelFunc = ({ inputs }) => {
  const { x } = inputs as unknown as Rotation6dInputs<T>;
  return tf.tidy(() => {
    const { b1, b2 } = frameOf(x);
    return tf.stack([b1, b2, cross(b1, b2)], 2);
  });
};

/** See {@linkcode Rotation6dGradInputs}; the formulas are in shaders/rotation_6d_grad.wgsl. */
export const rotation6dGradPortable: tf.KernelFunc = ({ inputs }) => {
  const { x, dy } = inputs as unknown as Rotation6dGradInputs<T>;
  return tf.tidy(() => {
    const { a2, b1, b2, length1, length2, none1, none2 } = frameOf(x);
    const [dy1, dy2, dy3] = columns(dy) as [T, T, T];
    const divided = (v: T, length: T, none: T) =>
      tf.where(none, 0, tf.div(v, tf.where(none, 1, length)));
    const h = divided(across(tf.add(dy2, cross(dy3, b1)), b2), length2, none2);
    const along = tf.add(tf.mul(dot(b1, h), a2), tf.mul(dot(b1, a2), h));
    const g1 = tf.sub(tf.add(dy1, cross(b2, dy3)), along);
    return tf.stack([divided(across(g1, b1), length1, none1), across(h, b1)], 2);
  });
};
