/**
 * The network of the rotation benchmark: two convolutions and two dense layers, small enough for a
 * software adapter.
 */
import type { Tensor, Variable } from "@balanced/mse";
import * as tf from "@tensorflow/tfjs";
import { SPREAD } from "./data.ts";
import { SIDE } from "./fashion.ts";

/**
 * Maps pictures `[N, 28, 28, 1]` to degrees `[N, 1]`; the same seed gives the same first weights.
 */
export class RotationNetwork {
  readonly variables: readonly Variable[];
  readonly #layers: tf.Sequential;

  constructor(seed: number) {
    let drawn = 0;
    // A seed for each layer: with one, layers would start from the same stream.
    const first = () => tf.initializers.heNormal({ seed: seed * 8 + drawn++ });
    const conv = (filters: number, kernelSize: number, strides: number) => (
      { filters, kernelSize, strides, padding: "same", activation: "relu" } as const
    );
    this.#layers = tf.sequential({
      layers: [
        // A stride of 4 leaves 7 x 7 places: a quarter of the work of two strides of 2.
        tf.layers.conv2d({
          ...conv(8, 5, 4),
          inputShape: [SIDE, SIDE, 1],
          kernelInitializer: first(),
        }),
        tf.layers.conv2d({ ...conv(16, 3, 2), kernelInitializer: first() }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 32, activation: "relu", kernelInitializer: first() }),
        tf.layers.dense({ units: 1, kernelInitializer: first() }),
      ],
    });
    this.variables = this.#layers.getWeights(true) as Variable[];
  }

  /**
   * The last layer speaks in units of the training angles' spread, so that its weights start at a
   * fair size.
   */
  predict(pictures: Tensor): Tensor {
    return tf.tidy(() => tf.mul(this.#layers.apply(pictures) as Tensor, SPREAD));
  }

  dispose(): void {
    this.#layers.dispose();
  }
}
