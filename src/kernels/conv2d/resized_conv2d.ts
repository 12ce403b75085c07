/**
 * Convolution of pictures that are resized before it, computed the other way round.
 *
 * A resize mixes places and a tap of a filter mixes channels, so that they may change places:
 *
 *     conv(resize(x))[i, j] = sum_kl resize(x filter[k, l])[i + k - p, j + l - p]
 *
 * with 0 beyond the edges. The products are then taken at the size of x: of the work a share of the
 * old area over the new one remains, and nothing has all channels of x in the new size. Columns are
 * resized before rows, and the taps along them summed in between, for the memory's sake:
 *
 *     [N, h, w, I] -> [N, h, w, L K O] -> [N, h, W, L K O] -> [N, h, W, K O] -> [N, H, W, K O] -> y
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { ownNode } from "../own_node.ts";
import type { Size } from "../resize/contract.ts";
import { resizeBilinear, resizeBilinearAdjoint } from "../resize/resize_bilinear.ts";
import { conv2d, conv2dFilterGrad, conv2dInputGrad } from "./conv2d.ts";
import type { Shape4D } from "./contract.ts";

/**
 * Resizes pictures bilinearly, pixels being squares, and convolves them with stride 1 and as many
 * zeros beyond the edges as keep the size; differentiable in x and the filter, once.
 *
 * @param x `[N, h, w, I]`.
 * @param filter `[K, L, I, O]`, K and L odd.
 * @param size Rows and columns of the result.
 * @returns `[N, size[0], size[1], O]`.
 */
export function resizedConv2d(x: tf.Tensor4D, filter: tf.Tensor4D, size: Size): tf.Tensor4D {
  return tf.tidy(() =>
    ownNode(
      (_, save) => {
        save([x, filter]);
        return forward(x, filter, size);
      },
      (dy, saved) => {
        const [x, filter] = saved as [tf.Tensor4D, tf.Tensor4D];
        return resizedConv2dGradients(x, dy, filter).parts;
      },
      { x, filter },
    )
  );
}

function forward(x: tf.Tensor4D, filter: tf.Tensor4D, [height, width]: Size): tf.Tensor4D {
  const [rows, columns] = filter.shape;
  return tf.tidy(() => {
    const taps = conv2d(x, tapsOf(filter), 1, 0);
    const wide = resizeBilinear(taps, [x.shape[1], width]);
    const lines = sumShifted(wide, columns, 2);
    return sumShifted(resizeBilinear(lines, [height, width]), rows, 1);
  });
}

/**
 * The gradients of x and the filter, from that of the result, and that of the taps `[N, h, w, L K O]`,
 * which they share and which is made at once.
 */
export function resizedConv2dGradients(x: tf.Tensor4D, dy: tf.Tensor4D, filter: tf.Tensor4D) {
  const [rows, columns, channels, filters] = filter.shape;
  const [, height, width] = x.shape;
  const taps = tf.tidy(() => {
    const lines = resizeBilinearAdjoint(spreadShifted(dy, rows, 1), [height, dy.shape[2]]);
    return resizeBilinearAdjoint(spreadShifted(lines, columns, 2), [height, width]);
  });
  const parts = {
    x: () => tf.tidy(() => conv2dInputGrad(x.shape, taps, tapsOf(filter), 1, 0)),
    filter: () =>
      tf.tidy(() => {
        const shape: Shape4D = [1, 1, channels, columns * rows * filters];
        const gradient = conv2dFilterGrad(x, taps, shape, 1, 0);
        const byTap = tf.reshape(gradient, [channels, columns, rows, filters]);
        return tf.transpose(byTap, [2, 1, 0, 3]) as tf.Tensor4D;
      }),
  };
  return { parts, taps };
}

/** A filter `[K, L, I, O]` as one of a single tap, `[1, 1, I, L K O]`. */
function tapsOf(filter: tf.Tensor4D): tf.Tensor4D {
  const [rows, columns, channels, filters] = filter.shape;
  const byChannel = tf.transpose(filter, [2, 1, 0, 3]);
  return tf.reshape(byChannel, [1, 1, channels, columns * rows * filters]);
}

/** Of `[N, H, W, count C]` the sum of the groups of channels, tap k from k - p places further on. */
function sumShifted(x: tf.Tensor4D, count: number, axis: 1 | 2): tf.Tensor4D {
  const [pictures, height, width, channels] = x.shape;
  const own = channels / count;
  return tf.tidy(() => {
    const padded = padAlong(x, count, axis);
    const shifted = (k: number) => {
      const begin = axis === 1 ? [0, k, 0, k * own] : [0, 0, k, k * own];
      return tf.slice(padded, begin, [pictures, height, width, own]) as tf.Tensor4D;
    };
    let sum = shifted(0);
    for (let k = 1; k < count; k++) {
      const [before, next] = [sum, shifted(k)];
      sum = tf.add(before, next);
      tf.dispose([before, next]); // or all taps' were there together
    }
    return sum;
  });
}

/** The transpose of it: `[N, H, W, C]` to `[N, H, W, count C]`, shifted the other way. */
function spreadShifted(dy: tf.Tensor4D, count: number, axis: 1 | 2): tf.Tensor4D {
  return tf.tidy(() => {
    const padded = padAlong(dy, count, axis);
    const parts = Array.from({ length: count }, (_, k) => {
      const back = count - 1 - k;
      return tf.slice(padded, axis === 1 ? [0, back, 0, 0] : [0, 0, back, 0], dy.shape);
    });
    return tf.concat(parts, 3) as tf.Tensor4D;
  });
}

function padAlong(x: tf.Tensor4D, count: number, axis: 1 | 2): tf.Tensor4D {
  const p = (count - 1) / 2;
  return tf.pad(x, [[0, 0], axis === 1 ? [p, p] : [0, 0], axis === 2 ? [p, p] : [0, 0], [0, 0]]);
}
