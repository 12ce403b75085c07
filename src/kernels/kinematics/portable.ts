/**
 * Forward kinematics in tfjs operations, joint by joint: for `cpu`, `webgl`, `wasm`, `node` and
 * others.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { KinematicsAttrs, KinematicsGradInputs, KinematicsInputs } from "./contract.ts";

type T = tf.Tensor;

/** A matrix `[N, 3, 3]` and a column `[N, 3, 1]`, or its like. */
interface Place {
  readonly turn: T;
  readonly place: T;
}

/** Joints of all bodies: rotations `[N, 3, 3]`, and columns `[N, 3, 1]` from the parent at rest. */
function local({ rotations, rest }: KinematicsInputs<T>, parents: readonly number[]) {
  const count = rotations.shape[0]!;
  const wide = tf.tile(rest, [count / rest.shape[0]!, 1, 1]);
  const places = tf.unstack(tf.expandDims(wide, -1), 1);
  return {
    turns: tf.unstack(rotations, 1),
    offsets: places.map((place, j) => j === 0 ? place : tf.sub(place, places[parents[j]!]!)),
  };
}

const parts = (world: T): Place[] =>
  tf.unstack(world, 1).map((joint) => {
    const [turn, place] = tf.split(joint, [3, 1], 2) as [T, T];
    return { turn, place };
  });

/** See {@linkcode KinematicsInputs}. */
export const kinematicsPortable: tf.KernelFunc = ({ inputs, attrs }) => {
  const { parents } = attrs as unknown as KinematicsAttrs;
  return tf.tidy(() => {
    const { turns, offsets } = local(inputs as unknown as KinematicsInputs<T>, parents);
    const world: Place[] = [{ turn: turns[0]!, place: offsets[0]! }];
    for (let j = 1; j < parents.length; j++) {
      const { turn, place } = world[parents[j]!]!;
      world.push({
        turn: tf.matMul(turn, turns[j]!),
        place: tf.add(place, tf.matMul(turn, offsets[j]!)),
      });
    }
    return tf.stack(world.map(({ turn, place }) => tf.concat([turn, place], 2)), 1);
  });
};

/** See {@linkcode KinematicsGradInputs}; the formulas are in shaders/kinematics_grad.wgsl. */
export const kinematicsGradPortable: tf.KernelFunc = ({ inputs, attrs }) => {
  const { parents } = attrs as unknown as KinematicsAttrs;
  const { world, dy, ...own } = inputs as unknown as KinematicsGradInputs<T>;
  return tf.tidy(() => {
    const { turns, offsets } = local(own, parents);
    const above = parts(world);
    const result = parts(dy);
    for (let j = parents.length - 1; j > 0; j--) {
      const p = parents[j]!;
      const { turn, place } = result[j]!;
      const ofTurn = tf.add(
        tf.matMul(turn, turns[j]!, false, true),
        tf.matMul(place, offsets[j]!, false, true),
      );
      result[p] = {
        turn: tf.add(result[p]!.turn, ofTurn),
        place: tf.add(result[p]!.place, place),
      };
      const back = (x: T) => tf.matMul(above[p]!.turn, x, true);
      result[j] = { turn: back(turn), place: back(place) };
    }
    const rest = result.map(({ place }) => place);
    for (let j = 1; j < parents.length; j++) {
      rest[parents[j]!] = tf.sub(rest[parents[j]!]!, result[j]!.place);
    }
    const flat = (x: T, size: number) => tf.reshape(x, [-1, size]);
    return tf.stack(
      result.map(({ turn }, j) => tf.concat([flat(turn, 9), flat(rest[j]!, 3)], 1)),
      1,
    );
  });
};
