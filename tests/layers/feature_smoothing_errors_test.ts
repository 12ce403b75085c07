/** What feature smoothing refuses: configs, features and labels, by class and message. */
import * as tf from "@tensorflow/tfjs";
import { assertThrows } from "@std/assert";
import { FeatureSmoothing, type FeatureSmoothingConfig } from "../../mod.ts";
import { testOnBackends } from "../support/backends.ts";
import { runStep } from "../support/smoothing_steps.ts";

testOnBackends(
  "feature smoothing: what it refuses",
  () => {
    const make = (config: unknown) => () => new FeatureSmoothing(config as FeatureSmoothingConfig);
    const claim = "Cannot create feature smoothing as ";
    const rules: [unknown, typeof TypeError | typeof RangeError, string][] = [
      [undefined, TypeError, "config must be an object: current value is undefined"],
      [{}, TypeError, "exactly one of bins and edges must be given: current number is 0"],
      [
        { bins: 2, edges: [0, 1] },
        TypeError,
        "exactly one of bins and edges must be given: current number is 2",
      ],
      [{ bins: 0 }, RangeError, "bins must be an integer >= 1 and <= 1000000: current value is 0"],
      [
        { bins: "2" },
        TypeError,
        'bins must be an integer >= 1 and <= 1000000: current value is "2"',
      ],
      [{ bins: 2, width: 3 }, TypeError, "config must be known, did you mean "],
      [{ edges: [0, 1], start: 1 }, TypeError, "start must go with bins: current value is 1"],
      [{ edges: [1, 0] }, RangeError, "edges must increase: current edges 0 and 1 are 1 and 0"],
      [{ edges: [1] }, TypeError, "edges must be two numbers or more: current value is [1]"],
      [
        { bins: 2, start: 1e9 },
        RangeError,
        "float32 must tell the bins' edges apart: current ones are [1000000000, 1000000001]",
      ],
      [{ bins: 2, name: 5 }, TypeError, "name must be text that is not empty: current value is 5"],
      [{ bins: 2, start: NaN }, RangeError, "start must be a finite number: current value is NaN"],
      [
        { bins: 2, binWidth: 0 },
        RangeError,
        "binWidth must be a finite number > 0: current value is 0",
      ],
      [{ bins: 2, size: 4 }, RangeError, "size must be odd: current value is 4"],
      [
        { bins: 2, sigma: 0 },
        RangeError,
        "sigma must be a finite number > 0 and <= 1000000: current",
      ],
      [
        { bins: 2, momentum: 1 },
        RangeError,
        "momentum must be a finite number >= 0 and < 1: current",
      ],
      [
        { bins: 2, clip: 3 },
        TypeError,
        "clip must be [least, greatest], two numbers: current value is 3",
      ],
      [{ bins: 2, clip: [2, 1] }, RangeError, "clip's greatest must be a finite number >= 2"],
      [{ bins: 2, clip: [-1, 1] }, RangeError, "clip's least must be a finite number >= 0"],
      [{ bins: 2, clip: [0.1, Infinity] }, RangeError, "clip's greatest must be a finite number"],
      [{ bins: 2, startSmooth: -1 }, RangeError, "startSmooth must be an integer >= 0: current"],
      [
        { bins: 2, kernel: "box" },
        RangeError,
        'kernel must be "gaussian", "triangular" or "laplace"',
      ],
      [{ bins: 2, collect: 1 }, TypeError, "collect must be true or false: current value is 1"],
    ];
    for (const [config, kind, message] of rules) assertThrows(make(config), kind, claim + message);
    const layer = new FeatureSmoothing({ bins: 2, name: "fds" });
    assertThrows(() => layer.endEpoch(), Error, "Cannot end the epoch as the layer must have been");
    assertThrows(
      () => layer.apply(tf.input({ shape: [4, 4] })),
      TypeError,
      "features must have shape [N, D], flatten them: current value is [,4,4]",
    );
    const [x, y] = [tf.zeros([3, 2]), tf.zeros([3, 2])];
    const labels = "labels must be a tensor of shape [3] or [3, 1] in training: current value is ";
    const call = (inputs: tf.Tensor[]) => () => runStep(layer, inputs);
    assertThrows(call([x]), TypeError, `${labels}undefined`);
    assertThrows(call([x, y]), TypeError, `${labels}a float32 tensor of shape [3,2]`);
    assertThrows(() => layer.update(y.slice(0, 2), x), TypeError, "shape [2] or [2, 1]");
    tf.dispose([x, y]);
    layer.dispose();
  },
  ["cpu"],
  { leaky: "a slice that is refused" },
);
