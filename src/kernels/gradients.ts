/**
 * Gradients of the operations that our losses are composed of.
 *
 * `@tensorflow/tfjs-core` alone has none: they come with `@tensorflow/tfjs`, with its layers, or
 * with a module of all 90 that Node cannot load. Each file names those that its own composition
 * needs, so that a bundle has them and no others. They are tfjs's formulas.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";

type T = tf.Tensor;

/** Registers what nobody has registered before; tfjs's own replace these if they come later. */
export function provideGradients(...gradients: readonly tf.GradConfig[]): void {
  for (const gradient of gradients) {
    if (tf.getGradient(gradient.kernelName) === undefined) tf.registerGradient(gradient);
  }
}

/** The gradient of an operand that was stretched to the shape of `dx`: summed back to its own. */
function ofOperand(dx: T, { shape }: T): T {
  const axes = tf.broadcast_util.getReductionAxes(shape, dx.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(dx, axes) : dx, shape);
}

const float = (x: T): T => tf.cast(x, "float32");

/** Of an operation `a, b`, from the derivative by each of them, times `dy`. */
function binary(
  kernelName: string,
  by: (dy: T, a: T, b: T, y: T) => { readonly a: () => T; readonly b: () => T },
  outputsToSave: boolean[] = [],
): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: ["a", "b"],
    outputsToSave,
    gradFunc: (dy, saved) => {
      const [a, b, y] = saved as [T, T, T];
      const derivatives = by(dy as T, a, b, y);
      return {
        a: () => ofOperand(derivatives.a(), a),
        b: () => ofOperand(derivatives.b(), b),
      };
    },
  };
}

/** Of an operation `x` that is differentiated by means of its input. */
function byInput(kernelName: string, by: (dy: T, x: T) => T): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: ["x"],
    gradFunc: (dy, saved) => ({ x: () => by(dy as T, saved[0]!) }),
  };
}

/** Of an operation `x` that is differentiated by means of its output. */
function byOutput(kernelName: string, by: (dy: T, y: T) => T): tf.GradConfig {
  return {
    kernelName,
    outputsToSave: [true],
    gradFunc: (dy, saved) => ({ x: () => by(dy as T, saved[0]!) }),
  };
}

export const ADD: tf.GradConfig = /* @__PURE__ */ binary(
  tf.Add,
  (dy) => ({ a: () => dy, b: () => dy }),
);

export const SUB: tf.GradConfig = /* @__PURE__ */ binary(
  tf.Sub,
  (dy) => ({ a: () => dy, b: () => tf.neg(dy) }),
);

export const MULTIPLY: tf.GradConfig = /* @__PURE__ */ binary(
  tf.Multiply,
  (dy, a, b) => ({ a: () => tf.mul(dy, float(b)), b: () => tf.mul(dy, float(a)) }),
);

export const DIVIDE: tf.GradConfig = /* @__PURE__ */ binary(
  tf.RealDiv,
  (dy, a, b) => ({
    a: () => tf.div(dy, float(b)),
    b: () => tf.neg(tf.div(tf.mul(dy, float(a)), float(tf.square(b)))),
  }),
);

export const POWER: tf.GradConfig = /* @__PURE__ */ binary(
  tf.Pow,
  (dy, a, b, y) => ({
    a: () => tf.mul(dy, tf.mul(float(b), tf.pow(a, tf.sub(float(b), 1)))),
    b: () => tf.mul(dy, tf.mul(y, tf.where(tf.greater(a, 0), tf.log(a), tf.zerosLike(a)))),
  }),
  [true],
);

export const MAXIMUM: tf.GradConfig = /* @__PURE__ */ binary(
  tf.Maximum,
  (dy, a, b) => ({
    a: () => tf.mul(dy, float(tf.greaterEqual(a, b))),
    b: () => tf.mul(dy, float(tf.less(a, b))),
  }),
);

/** A comparison has none: zeros, so that what it decides on can be differentiated. */
export const AT_LEAST: tf.GradConfig = /* @__PURE__ */ binary(
  tf.GreaterEqual,
  (_, a, b) => ({ a: () => tf.zerosLike(float(a)), b: () => tf.zerosLike(float(b)) }),
);

export const NEGATE: tf.GradConfig = {
  kernelName: tf.Neg,
  gradFunc: (dy) => ({ x: () => tf.neg(dy as T) }),
};

export const COPY: tf.GradConfig = {
  kernelName: tf.Identity,
  gradFunc: (dy) => ({ x: () => float(dy as T) }),
};

export const RESHAPE: tf.GradConfig = /* @__PURE__ */ byInput(
  tf.Reshape,
  (dy, x) => tf.reshape(dy, x.shape),
);

export const SQUARE: tf.GradConfig = /* @__PURE__ */ byInput(
  tf.Square,
  (dy, x) => tf.mul(dy, tf.mul(float(x), 2)),
);

export const LOGARITHM: tf.GradConfig = /* @__PURE__ */ byInput(
  tf.Log,
  (dy, x) => tf.div(dy, float(x)),
);

export const SOFTPLUS: tf.GradConfig = /* @__PURE__ */ byInput(
  tf.Softplus,
  (dy, x) => tf.mul(dy, tf.sigmoid(x)),
);

export const EXPONENTIAL: tf.GradConfig = /* @__PURE__ */ byOutput(
  tf.Exp,
  (dy, y) => tf.mul(dy, y),
);

export const TANH: tf.GradConfig = /* @__PURE__ */ byOutput(
  tf.Tanh,
  (dy, y) => tf.mul(tf.sub(1, tf.square(y)), dy),
);

export const SUM: tf.GradConfig = {
  kernelName: tf.Sum,
  inputsToSave: ["x"],
  gradFunc: (dy, saved, attrs) => {
    const [x] = saved as [T];
    const given = attrs.axis as number | number[] | null | undefined;
    const axes = given == null ? undefined : [given].flat();
    const isSummed = (k: number) => axes?.includes(k) ?? true;
    const shape = x.shape.map((size, k) => isSummed(k) || isSummed(k - x.rank) ? 1 : size);
    return { x: () => tf.mul(tf.reshape(dy as T, shape), tf.ones(x.shape)) };
  },
};

export const SELECT: tf.GradConfig = {
  kernelName: tf.Select,
  inputsToSave: ["condition"],
  gradFunc: (dy, saved) => {
    const [condition] = saved as [T];
    return {
      condition: () => float(tf.zerosLike(condition)),
      t: () => tf.mul(dy as T, float(condition)),
      e: () => tf.mul(dy as T, float(tf.logicalNot(condition))),
    };
  },
};
