/**
 * A convolution by itself.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type * as tfl from "@tensorflow/tfjs-layers";
import { conv2d } from "../kernels/conv2d/conv2d.ts";
import { Layer } from "../layers/layer.ts";
import type { Shape, Tensor } from "../tensor.ts";
import { uniformStart } from "./initial_kernel.ts";

interface ConvolutionConfig {
  readonly filters: number;
  /** Height and width of the kernels in pixels, an odd number. */
  readonly kernelSize: number;
  /** Of the kernels; the next one of the biases. */
  readonly seed?: number | undefined;
  readonly name?: string;
}

/**
 * A convolution of stride 1 with biases, that keeps the size: the end of a network. PyTorch's start.
 * Of tf.layers' one the gradient takes a thread a weight.
 */
export class Convolution extends Layer {
  static className = "Convolution";
  readonly #config: Omit<ConvolutionConfig, "name">;
  #weights: { readonly kernel: tfl.LayerVariable; readonly bias: tfl.LayerVariable } | undefined;

  constructor({ filters, kernelSize, seed, ...config }: ConvolutionConfig) {
    super(config);
    this.#config = { filters, kernelSize, seed };
  }

  override build(inputShape: Shape | Shape[]): void {
    const { filters, kernelSize: size, seed } = this.#config;
    const channels = (inputShape as Shape)[3]!;
    const add = (name: string, shape: Shape, seed: number | undefined) =>
      this.addWeight(name, shape, "float32", uniformStart(size * size * channels, seed));
    this.#weights = {
      kernel: add("kernel", [size, size, channels, filters], seed),
      bias: add("bias", [filters], seed === undefined ? undefined : seed + 1),
    };
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return [...(inputShape as Shape).slice(0, 3), this.#config.filters];
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const { kernel, bias } = this.#weights!;
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor4D;
    const filter = kernel.read() as tf.Tensor4D;
    const pad = (this.#config.kernelSize - 1) / 2;
    return tf.tidy(() => tf.add(conv2d(x, filter, 1, pad), bias.read()));
  }

  override getConfig(): ReturnType<Layer["getConfig"]> {
    const { seed, ...config } = this.#config;
    return { ...super.getConfig(), ...config, ...(seed !== undefined && { seed }) };
  }
}

tf.serialization.registerClass(
  Convolution as unknown as tf.serialization.SerializableConstructor<Convolution>,
);
