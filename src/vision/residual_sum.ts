/**
 * The end of a residual block.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { Layer } from "../layers/layer.ts";
import type { Shape, Tensor } from "../tensor.ts";

/**
 * The sum of two inputs, without what is below 0. As one node of tfjs's tape it keeps its output
 * alone for the backward pass, not the inputs and the sum as well.
 */
export class ResidualSum extends Layer {
  static className = "ResidualSum";

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return (inputShape as Shape[])[0]!;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tf.tidy(() =>
      tf.customGrad((a, b, save) => {
        const value = tf.relu(tf.add(a as Tensor, b as Tensor));
        (save as tf.GradSaveFunc)([value]);
        return { value, gradFunc: (upstream, [value]) => gradients(upstream, value!) };
      })(...inputs as Tensor[])
    );
  }
}

/** The same for both inputs, each to be disposed by itself. */
function gradients(upstream: Tensor, value: Tensor): Tensor[] {
  return tf.tidy(() => {
    const gradient = tf.mul(upstream, tf.step(value));
    return [gradient, tf.clone(gradient)];
  });
}

tf.serialization.registerClass(
  ResidualSum as unknown as tf.serialization.SerializableConstructor<ResidualSum>,
);
