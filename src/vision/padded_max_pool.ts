/**
 * Max pooling with PyTorch's padding.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { Layer } from "../layers/layer.ts";
import { offTape } from "../losses/off_tape.ts";
import type { Shape, Tensor } from "../tensor.ts";

interface PaddedMaxPoolConfig {
  /** Height and width of a window in pixels, an odd number. */
  readonly poolSize: number;
  readonly strides: number;
  readonly name?: string;
}

/**
 * The greatest of each window, `(poolSize - 1) / 2` pixels beyond each side. tf.layers' "same" pads
 * less at the first side than at the last where the stride is 2.
 */
export class PaddedMaxPool extends Layer {
  static className = "PaddedMaxPool";
  readonly #config: PaddedMaxPoolConfig;

  constructor(config: PaddedMaxPoolConfig) {
    super(config);
    this.#config = { poolSize: config.poolSize, strides: config.strides };
  }

  override computeOutputShape([rows, height, width, channels]: Shape): Shape {
    const out = (size: number | null | undefined) =>
      size ? Math.ceil(size / this.#config.strides) : null;
    return [rows ?? null, out(height), out(width), channels ?? null];
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const { poolSize, strides } = this.#config;
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor4D;
    const pad = (poolSize - 1) / 2;
    // tfjs passes NaN over; of nothing else the greatest is -1e20, or -Infinity, from which a network
    // goes on as if nothing had happened.
    return tf.tidy(() => {
      const spoiled = offTape(() => {
        const mean = tf.avgPool(x, poolSize, strides, pad);
        return tf.where(tf.isNaN(mean), NaN, tf.zerosLike(mean));
      });
      return tf.add(tf.maxPool(x, poolSize, strides, pad), spoiled);
    });
  }

  override getConfig(): ReturnType<Layer["getConfig"]> {
    return { ...super.getConfig(), ...this.#config };
  }
}

tf.serialization.registerClass(
  PaddedMaxPool as unknown as tf.serialization.SerializableConstructor<PaddedMaxPool>,
);
