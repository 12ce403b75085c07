/**
 * Names of noises, as tfjs's variables have them.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";

let made = 0;

/** A name that no other variable has, of this copy of the module or another. */
export function newNoiseName(): string {
  const taken = tf.engine().registeredVariables;
  for (;;) {
    const name = `label_noise_${++made}`;
    if (!(name in taken)) return name;
  }
}
