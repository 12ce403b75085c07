/**
 * The layer that resizes pictures.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { checkBoolean } from "../check/check_boolean.ts";
import { checkName } from "../check/check_name.ts";
import { checkOptions } from "../check/check_options.ts";
import { shown } from "../check/shown.ts";
import { resizeBilinear } from "../kernels/resize/resize_bilinear.ts";
import { Layer } from "../layers/layer.ts";
import { LAYER_NAMES } from "../layers/layer_names.ts";
import type { Shape, Tensor } from "../tensor.ts";
import { checkSize } from "./check_size.ts";

/** How to resize. */
export interface ResizeConfig {
  /** Rows and columns of the result, in pixels. */
  readonly size: readonly [height: number, width: number];
  /**
   * Whether the centers of the corner pixels fall on each other. By default a pixel is a square,
   * its center half a pixel from the picture's edge: PyTorch's default, too.
   */
  readonly alignCorners?: boolean | undefined;
  /** The layer's name. */
  readonly name?: string | undefined;
}

const CREATE = "Cannot create a resize";

const NAMES = ["size", "alignCorners", ...LAYER_NAMES];

/**
 * Bilinear resizing of pictures, with PyTorch's two conventions, `align_corners` and not.
 *
 * Choose it in place of `tf.image.resizeBilinear`, whose gradient is wrong in silence, and of
 * `tf.layers.upSampling2d`, which follows neither convention. Each result is a mean of the four
 * pixels around it, weighed by their distances; a reduction does not smooth before. The gradient is
 * the exact transpose, on every backend.
 *
 * @example A picture of twice the size
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { Resize } from "@balanced/mse/vision";
 * import { assertEquals } from "@std/assert";
 *
 * const line = tf.tensor4d([0, 4], [1, 1, 2, 1]);
 * const wide = new Resize({ size: [1, 4] }).apply(line) as tf.Tensor;
 * assertEquals([...await wide.data()], [0, 1, 3, 4]);
 * ```
 *
 * @see PyTorch's `torch.nn.functional.interpolate` with `mode="bilinear"`.
 */
export class Resize extends Layer {
  /** The name under which models are saved. */
  static className = "Resize";
  readonly #size: readonly [height: number, width: number];
  readonly #alignCorners: boolean;

  /**
   * Makes the layer.
   *
   * @param config The size, and the convention; beside them what any layer takes.
   * @throws {TypeError} If the config, a name in it or the kind of a value is wrong.
   * @throws {RangeError} If a size is not a whole number above 0.
   */
  constructor(config: ResizeConfig & { readonly inputShape?: Shape }) {
    checkOptions(config, NAMES, CREATE, "config");
    const { size, alignCorners = false } = config;
    const checked = checkSize(size, "size", CREATE);
    checkBoolean(alignCorners, "alignCorners", CREATE);
    checkName(config.name, "name", CREATE);
    super(config as { readonly name?: string }); // tfjs names what has none
    this.#size = checked;
    this.#alignCorners = alignCorners;
  }

  /**
   * The output's shape; tfjs calls it.
   *
   * @param inputShape The pictures' shape, `[null, H, W, C]`.
   * @returns `[null, size[0], size[1], C]`.
   * @throws {TypeError} If the input is not of rank 4.
   */
  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    if (inputShape.length !== 4 || Array.isArray(inputShape[0])) {
      throw new TypeError(
        `Cannot resize as the input must be pictures [N, H, W, C]: ` +
          `current shape is ${shown(inputShape)}`,
      );
    }
    const [count, , , channels] = inputShape as Shape;
    return [count!, ...this.#size, channels!];
  }

  /**
   * Resizes pictures; tfjs calls it.
   *
   * @param inputs Pictures `[N, H, W, C]`, in any unit.
   * @returns Pictures `[N, size[0], size[1], C]`, in the same.
   */
  override call(inputs: Tensor | Tensor[]): Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor4D;
    return resizeBilinear(x, this.#size, { alignCorners: this.#alignCorners });
  }

  /**
   * The config that makes the same layer; tfjs calls it to save a model.
   *
   * @returns What the constructor takes.
   */
  override getConfig(): ReturnType<Layer["getConfig"]> {
    return { ...super.getConfig(), size: [...this.#size], alignCorners: this.#alignCorners };
  }
}

tf.serialization.registerClass(
  // fromConfig is inherited; the type of the base class tells only of its constructor.
  Resize as unknown as tf.serialization.SerializableConstructor<Resize>,
);
