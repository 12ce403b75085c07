/** ResNet-50 of tfjs's own layers: what `resNet50` is measured against. */
import * as tf from "@tensorflow/tfjs";

type Symbolic = tf.SymbolicTensor;

const apply = (layer: tf.layers.Layer, x: Symbolic | Symbolic[]) => layer.apply(x) as Symbolic;

function convolved(x: Symbolic, filters: number, kernelSize: number, strides = 1): Symbolic {
  const convolution = tf.layers.conv2d({
    filters,
    kernelSize,
    strides,
    padding: "same",
    useBias: false,
  });
  const norm = tf.layers.batchNormalization({ momentum: 0.9, epsilon: 1e-5 });
  return apply(norm, apply(convolution, x));
}

function block(x: Symbolic, planes: number, strides: number, projects: boolean): Symbolic {
  const relu = (x: Symbolic) => apply(tf.layers.reLU(), x);
  let y = relu(convolved(x, planes, 1));
  y = relu(convolved(y, planes, 3, strides));
  y = convolved(y, 4 * planes, 1);
  const past = projects ? convolved(x, 4 * planes, 1, strides) : x;
  return relu(apply(tf.layers.add(), [y, past]));
}

/** The network for square pictures, with one output. */
export function stockResNet50(size: number): tf.LayersModel {
  const input = tf.input({ shape: [size, size, 3] });
  let x = apply(tf.layers.reLU(), convolved(input, 64, 7, 2));
  x = apply(tf.layers.maxPooling2d({ poolSize: 3, strides: 2, padding: "same" }), x);
  for (const [stage, count] of [3, 4, 6, 3].entries()) {
    for (let b = 0; b < count; b++) {
      x = block(x, 64 * 2 ** stage, b === 0 && stage > 0 ? 2 : 1, b === 0);
    }
  }
  x = apply(tf.layers.globalAveragePooling2d({}), x);
  return tf.model({ inputs: input, outputs: apply(tf.layers.dense({ units: 1 }), x) });
}
