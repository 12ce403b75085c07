/** Bad input: errors by class and message, and NaN where a check would need a readback. */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { balancedMse, bmcLoss, type LabelPrior, type Tensor } from "../../mod.ts";
import { read, testOnBackends } from "../support/backends.ts";
import { withBindingLimit } from "../support/binding_limit.ts";

type Rule = [
  run: () => unknown,
  errorClass: typeof TypeError | typeof RangeError,
  message: string,
];

testOnBackends("errors: a wrong argument of a loss is named with its value", () => {
  tf.tidy(() => {
    const [flat, column] = [tf.zeros([3]), tf.zeros([3, 1])];
    const gone = tf.zeros([3]);
    gone.dispose();
    // One of a tfjs with an engine of its own, as in another realm.
    const foreign: Tensor = Object.assign(Object.create(tf.Tensor.prototype), flat, { dataId: {} });
    const prior = (p: Partial<LabelPrior>) => () =>
      balancedMse(flat, flat, 1, { center: tf.zeros([2]), ...p });
    const noise = (value: unknown) => () => bmcLoss(flat, flat, value as number);
    const rules: Rule[] = [
      [() => bmcLoss(flat, column, 1), TypeError, "same shape: current shapes are [3] and [3,1]"],
      [() => bmcLoss(column, tf.zeros([3, 2]), 1), TypeError, "current shapes are [3,1] and [3,2]"],
      [
        () => bmcLoss(tf.scalar(1), flat, 1),
        TypeError,
        "[N], [N, 1] or [N, D]: current shape is []",
      ],
      [() => bmcLoss(tf.zeros([1, 1, 1]), flat, 1), TypeError, "current shape is [1,1,1]"],
      [() => bmcLoss(tf.zeros([0]), tf.zeros([0]), 1), RangeError, "must not be empty"],
      [() => bmcLoss(tf.zeros([3, 0]), tf.zeros([3, 0]), 1), RangeError, "must not be empty"],
      [
        () => bmcLoss(flat.toInt(), flat, 1),
        TypeError,
        "pred must be float32: current dtype is int32",
      ],
      [
        () => bmcLoss(flat, tf.complex(flat, flat), 1),
        TypeError,
        "target must be float32, int32 or bool: current dtype is complex64",
      ],
      [() => bmcLoss(tf.tensor1d(["a"]), flat, 1), TypeError, "current dtype is string"],
      [() => bmcLoss([1, 2] as unknown as Tensor, flat, 1), TypeError, "pred must be a tensor"],
      [() => bmcLoss(gone, flat, 1), TypeError, "pred must not be disposed"],
      [() => bmcLoss(flat, foreign, 1), TypeError, "target must be a tensor of the tfjs that"],
      [noise(0), RangeError, "noiseVar must be a positive finite float32: current value is 0"],
      [noise(-1), RangeError, "current value is -1"],
      [noise(NaN), RangeError, "current value is NaN"],
      [noise(Infinity), RangeError, "current value is Infinity"],
      [noise(1e-40), RangeError, "current value is 1e-40"],
      [
        noise("1"),
        TypeError,
        'noiseVar must be a number, 1 numbers or a tensor: current value is "1"',
      ],
      [
        noise(tf.ones([2])),
        TypeError,
        "a scalar tensor, or [1], or by row [3, 1]: current shape is [2]",
      ],
      [noise(tf.scalar(1, "int32")), TypeError, "noiseVar must be float32"],
      [
        () => bmcLoss(flat, flat, 1, { reduction: "max" as "mean" }),
        RangeError,
        'reduction must be "mean", "sum" or "none": current value is "max"',
      ],
      [prior({ center: tf.zeros([0]) }), RangeError, "the prior must not be empty"],
      [
        prior({ center: tf.zeros([2, 2]) }),
        TypeError,
        "center must be [2, 1] or [2]: current shape is [2,2]",
      ],
      [
        prior({ logWeight: tf.zeros([3]) }),
        TypeError,
        "logWeight must be [2]: current shape is [3]",
      ],
      [prior({ variance: tf.zeros([2, 2]) }), TypeError, "variance must be [2, 1] or [2]"],
      [
        () => balancedMse(flat, flat, 1, { center: flat, logWeight: tf.zeros([2]) }),
        TypeError,
        "logWeight must be [3]: current shape is [2]",
      ],
      [prior({ center: gone }), TypeError, "the prior's center must not be disposed"],
    ];
    for (const [run, errorClass, message] of rules) {
      const error = assertThrows(run, errorClass, message);
      assert(error.message.startsWith("Cannot compute balanced MSE as "), error.message);
    }
  });
});

testOnBackends("errors: NaN and infinite elements give NaN, never a plausible number", async () => {
  for (const bad of [NaN, Infinity, -Infinity]) {
    for (const dim of [1, 3]) {
      for (const inPred of [true, false]) {
        const values = Array.from({ length: 37 * dim }, (_, i) => i === 4 ? bad : i / 7);
        const [loss] = await read(() => {
          const broken = tf.tensor2d(values, [37, dim]);
          const sound = tf.zeros<tf.Rank.R2>([37, dim]);
          return inPred ? bmcLoss(broken, sound, 1) : bmcLoss(sound, broken, 1);
        });
        assertEquals(loss![0], NaN, `${bad} in ${inPred ? "pred" : "target"}, D = ${dim}`);
      }
    }
  }
});

testOnBackends("errors: a noise tensor that is not above 0 gives NaN", async () => {
  for (const bad of [0, -1, NaN]) {
    for (const variance of [undefined, 0.5]) {
      const [loss, grad] = await read(() => {
        const [pred, target] = [tf.tensor1d([0, 1]), tf.tensor1d([0, 1])];
        const prior: LabelPrior = variance
          ? { center: target, variance: tf.fill([2], variance) }
          : { center: target };
        const { value, grad } = tf.valueAndGrad((p) =>
          balancedMse(p, target, tf.scalar(bad), prior) as tf.Scalar
        )(pred);
        return [value, grad];
      });
      assert(Number.isNaN(loss![0]) && grad!.every(Number.isNaN), `noise ${bad}: ${loss}, ${grad}`);
    }
  }
});

testOnBackends("errors: what exceeds the adapter's limit is refused by name", () => {
  tf.tidy(() => {
    // 100 rows in 3-D are 1,200 bytes; their statistics, 5 numbers a row, 2,000.
    const pred = tf.zeros([100, 3]);
    withBindingLimit(1600, () => {
      assertThrows(
        () => balancedMse(pred, pred, 1, { center: tf.zeros([2, 3]) }),
        RangeError,
        "Cannot compute log mass as the result [5,100] exceeds the adapter's maxStorageBufferBindingSize of " +
          "1600 bytes, use a smaller batch or reference: current value is 2000",
      );
    });
  });
}, ["webgpu"]);

Deno.test("errors: a batch of one row is warned of once", () => {
  const lines: unknown[] = [];
  const warn = console.warn;
  console.warn = (line) => lines.push(line);
  try {
    tf.tidy(() => {
      for (let i = 0; i < 3; i++) bmcLoss(tf.zeros([1]), tf.zeros([1]), 1);
    });
  } finally {
    console.warn = warn;
  }
  assertEquals(lines, [
    "bmcLoss of a batch of one row is the constant 0: use larger batches or a reference sample",
  ]);
});
