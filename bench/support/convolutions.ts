/** The convolutions of ResNet-50, forward and both gradients, by this module and by tfjs. */
import * as tf from "@tensorflow/tfjs";
import { conv2d, conv2dFilterGrad, conv2dInputGrad } from "../../src/kernels/conv2d/conv2d.ts";

/** A convolution of pictures of 224 pixels: `inputs` x `inputs` pixels are convolved. */
export interface Form {
  readonly inputs: number;
  readonly channels: number;
  readonly filters: number;
  readonly kernel: number;
  readonly strides: number;
}

const form = (inputs: number, channels: number, filters: number, kernel: number, strides: number) =>
  ({ inputs, channels, filters, kernel, strides }) satisfies Form;

/** Each kind at its largest, the most frequent ones at their smallest, too. */
export const FORMS: readonly Form[] = [
  form(224, 3, 64, 7, 2),
  form(56, 64, 64, 1, 1),
  form(56, 64, 256, 1, 1),
  form(56, 256, 64, 1, 1),
  form(56, 64, 64, 3, 1),
  form(56, 128, 128, 3, 2),
  form(56, 256, 512, 1, 2),
  form(14, 256, 256, 3, 1),
  form(14, 1024, 256, 1, 1),
  form(7, 512, 512, 3, 1),
  form(7, 2048, 512, 1, 1),
];

/** What is done three ways. */
export type Pass = "forward" | "input gradient" | "filter gradient";

export interface Work {
  readonly pass: Pass;
  own: () => tf.Tensor;
  stock: () => tf.Tensor;
}

/** One number of a result: to read all of it back would take longer than to compute it. */
const oneOf = (compute: () => tf.Tensor) => () =>
  tf.tidy(() => tf.slice(tf.reshape(compute(), [-1]), 0, 1));

/** A form's passes over `batch` pictures whose sides are divided by `cut`, and their multiply-adds. */
export function passes(
  { inputs, channels, filters, kernel, strides }: Form,
  batch: number,
  cut: number,
) {
  const [side, pad] = [Math.ceil(inputs / cut), (kernel - 1) / 2];
  const shape: [number, number, number, number] = [batch, side, side, channels];
  const x = tf.randomNormal(shape, 0, 1, "float32", 1) as tf.Tensor4D;
  const filter = tf.randomNormal([kernel, kernel, channels, filters]) as tf.Tensor4D;
  const out = Math.floor((side + 2 * pad - kernel) / strides) + 1;
  const dy = tf.randomNormal([batch, out, out, filters], 0, 1, "float32", 2) as tf.Tensor4D;
  const attrs = { strides, pad, dataFormat: "NHWC" };
  const stock = (kernel: string, inputs: tf.NamedTensorMap, more: object) => () =>
    tf.engine().runKernel<tf.Tensor>(kernel, inputs, { ...attrs, ...more } as tf.NamedAttrMap);
  const work: Work[] = [
    {
      pass: "forward",
      own: () => conv2d(x, filter, strides, pad),
      stock: () => tf.conv2d(x, filter, strides, pad),
    },
    {
      pass: "input gradient",
      own: () => conv2dInputGrad(shape, dy, filter, strides, pad),
      stock: stock(tf.Conv2DBackpropInput, { dy, filter }, { inputShape: shape }),
    },
    {
      pass: "filter gradient",
      own: () => conv2dFilterGrad(x, dy, filter.shape, strides, pad),
      stock: stock(tf.Conv2DBackpropFilter, { x, dy }, { filterShape: filter.shape }),
    },
  ];
  // One number of a result: to read all of a large one would take longer than to compute it.
  const corner = (compute: () => tf.Tensor) => () =>
    tf.tidy(() => {
      const result = compute();
      return tf.slice(result, [0, 0, 0, 0], [1, 1, 1, 1]);
    });
  for (const passes of work) {
    passes.own = corner(passes.own);
    passes.stock = corner(passes.stock);
  }
  return {
    // Without the picture's gradient, which no network asks for.
    work: work.filter(({ pass }) => channels > 3 || pass !== "input gradient")
      .map(({ pass, own, stock }) => ({ pass, own: oneOf(own), stock: oneOf(stock) })),
    multiplyAdds: dy.size * kernel * kernel * channels,
    dispose: () => tf.dispose([x, filter, dy]),
  };
}
