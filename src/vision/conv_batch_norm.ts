/**
 * Convolution, batch normalization and ReLU as one layer.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import * as tfl from "@tensorflow/tfjs-layers";
import { batchNormFixed } from "../kernels/batch_norm/batch_norm.ts";
import { convBatchNorm, convolved } from "../kernels/conv_batch_norm/conv_batch_norm.ts";
import type { Group } from "../distributed/group.ts";
import { Layer } from "../layers/layer.ts";
import { asFloat32 } from "../losses/as_float32.ts";
import type { Shape, Tensor } from "../tensor.ts";
import {
  channelsOf,
  checkConvBatchNorm,
  type CheckedConvBatchNorm,
  type ConvBatchNormConfig,
} from "./conv_batch_norm_config.ts";
import { initialKernel } from "./initial_kernel.ts";
import { mergeRunning, rowsOf, updateRunning } from "./running_statistics.ts";

/**
 * A convolution without bias, batch normalization and, unless told not to, ReLU.
 *
 * Choose it over `tf.layers.conv2d` and `tf.layers.batchNormalization` wherever a network is
 * trained, or has weights of PyTorch: on WebGPU the normalization takes 3 dispatches and as many
 * in the backward pass, where tfjs's takes 11 and 35, and it keeps a third of the memory. The
 * conventions are PyTorch's: `(kernelSize - 1) / 2` pixels of zeros at each side; running variances
 * are unbiased.
 *
 * In training it normalizes by the batch, and the running statistics follow; otherwise by these.
 * **Frozen**, by `trainable = false` or by the `trainable` of {@linkcode train}, it computes as at
 * inference while the rest is trained, and its running statistics stay; `frozenStatistics` tells
 * otherwise. A step of several micro-batches, or ranks, normalizes each by itself, as PyTorch's
 * data parallelism does; ranks average their running statistics at the end of an epoch.
 *
 * Its weights are `kernel`, `gamma`, `beta` and, not trained, `moving_mean` and `moving_variance`;
 * they are saved and loaded with the model.
 *
 * @example A small network
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { train } from "@balanced/mse";
 * import { ConvBatchNorm } from "@balanced/mse/vision";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const model = tf.sequential({
 *   layers: [
 *     new ConvBatchNorm({ filters: 4, kernelSize: 3, strides: 2, inputShape: [8, 8, 3] }),
 *     tf.layers.globalAveragePooling2d({}),
 *     tf.layers.dense({ units: 1 }),
 *   ],
 * });
 * const [x, y] = [tf.randomNormal([16, 8, 8, 3]), tf.randomNormal([16, 1])];
 * const loss = (pred: tf.Tensor, target: tf.Tensor) => tf.losses.meanSquaredError(target, pred);
 * const { history } = await train({ model, loss, data: { x, y }, batchSize: 8, epochs: 2 });
 * assert(Number.isFinite(history[1]!.loss));
 * assertEquals((model.predict(x) as tf.Tensor).shape, [16, 1]);
 * ```
 *
 * @see Ioffe and Szegedy, Batch Normalization, ICML 2015; `torch.nn.BatchNorm2d`.
 */
export class ConvBatchNorm extends Layer {
  /** The name under which models are saved. */
  static className = "ConvBatchNorm";
  readonly #config: CheckedConvBatchNorm;
  #weights: Weights | undefined;

  /**
   * Makes the layer; its weights are made when it is first applied.
   *
   * @param config The convolution, and how to normalize; beside it what any layer takes.
   * @throws {TypeError} If the config, a name in it or the kind of a value is wrong.
   * @throws {RangeError} If a value of it is out of its domain.
   */
  constructor(config: ConvBatchNormConfig & { readonly inputShape?: Shape }) {
    const checked = checkConvBatchNorm(config);
    super(config as { readonly name?: string }); // tfjs names what has none
    this.#config = checked;
  }

  /**
   * Makes the weights; tfjs calls it.
   *
   * @param inputShape The pictures' shape, `[null, H, W, C]`.
   * @throws {TypeError} If it is another.
   */
  override build(inputShape: Shape | Shape[]): void {
    const { filters, kernelSize: size, start, seed } = this.#config;
    const shape = [size, size, channelsOf(single(inputShape)), filters];
    const add = (name: string, shape: Shape, start: Initializer, trainable: boolean) =>
      this.addWeight(name, shape, "float32", start, undefined, trainable);
    const [zeros, ones] = [tfl.initializers.zeros(), tfl.initializers.ones()];
    this.#weights = {
      kernel: add("kernel", shape, initialKernel(shape, start, seed), true),
      scale: add("gamma", [filters], ones, true),
      offset: add("beta", [filters], zeros, true),
      mean: add("moving_mean", [filters], zeros, false),
      variance: add("moving_variance", [filters], ones, false),
    };
    super.build(inputShape);
  }

  /**
   * The output's shape; tfjs calls it.
   *
   * @param inputShape The pictures' shape, `[null, H, W, C]`.
   * @returns The same with the filters for channels, height and width divided by the stride,
   * rounded up; or those to which it resizes.
   */
  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [rows, height, width] = single(inputShape);
    const { filters, strides, resizeTo } = this.#config;
    if (resizeTo) return [rows ?? null, ...resizeTo, filters];
    const out = (size: number | null | undefined) => size ? Math.ceil(size / strides) : null;
    return [rows ?? null, out(height), out(width), filters];
  }

  /**
   * Convolves and normalizes; tfjs calls it.
   *
   * @param inputs Pictures `[N, H, W, C]`; float32, int32 or bool.
   * @param kwargs `training`; `frozen`: the rest of the model is trained; `recomputed`: it has been
   * called with these pictures before, so that the running statistics have had them.
   * @returns `[N, H', W', filters]`.
   * @throws {RangeError} If in training a channel has one value alone.
   */
  override call(inputs: Tensor | Tensor[], kwargs: Record<string, unknown>): Tensor {
    const weights = this.#weights!;
    const { kernelSize, strides, resizeTo: size, epsilon, relu, momentum } = this.#config;
    const attrs = { strides, pad: (kernelSize - 1) / 2, size };
    const filter = weights.kernel.read() as tf.Tensor4D;
    const [scale, offset] = [vector(weights.scale), vector(weights.offset)];
    return tf.tidy(() => {
      const x = asFloat32([inputs].flat()[0]!) as tf.Tensor4D;
      if (!this.#usesBatch(kwargs)) {
        const [mean, variance] = [vector(weights.mean), vector(weights.variance)];
        const inside = convolved(x, filter, attrs);
        return batchNormFixed(inside, mean, variance, scale, offset, epsilon, relu);
      }
      const rows = rowsOf(this.computeOutputShape(x.shape), this.name);
      const { normalized, ...batch } = convBatchNorm(
        { x, filter, scale, offset },
        { ...attrs, epsilon, relu },
      );
      if (!kwargs.recomputed && !kwargs.borrowed) updateRunning(weights, batch, rows, momentum);
      return normalized;
    });
  }

  /** Averages the running statistics of the ranks of a group; `train` calls it. */
  async mergeRanks(group: Group): Promise<void> {
    await mergeRunning(group, this.#weights!);
  }

  #usesBatch({ training, frozen }: Record<string, unknown>): boolean {
    if (this.#config.frozenStatistics === "batch") return Boolean(training || frozen);
    // Of the weight, not of the layer: freezing a model freezes no more than these.
    return Boolean(training) && this.#weights!.kernel.trainable;
  }

  /**
   * The config that makes the same layer; tfjs calls it to save a model.
   *
   * @returns What the constructor takes.
   */
  override getConfig(): ReturnType<Layer["getConfig"]> {
    const { resizeTo, norm, seed, ...config } = this.#config;
    const given = {
      ...(resizeTo && { resizeTo: [...resizeTo] }),
      ...(norm !== undefined && { norm }),
      ...(seed !== undefined && { seed }),
    };
    return { ...super.getConfig(), ...config, ...given };
  }
}

type Initializer = ReturnType<typeof tfl.initializers.zeros>;

interface Weights {
  readonly kernel: tfl.LayerVariable;
  readonly scale: tfl.LayerVariable;
  readonly offset: tfl.LayerVariable;
  readonly mean: tfl.LayerVariable;
  readonly variance: tfl.LayerVariable;
}

function vector(weight: tfl.LayerVariable): tf.Tensor1D {
  return weight.read() as tf.Tensor1D;
}

tf.serialization.registerClass(
  // fromConfig is inherited; the type of the base class tells only of its constructor.
  ConvBatchNorm as unknown as tf.serialization.SerializableConstructor<ConvBatchNorm>,
);

function single(shape: Shape | Shape[]): Shape {
  return (Array.isArray(shape[0]) ? shape[0] : shape) as Shape;
}
