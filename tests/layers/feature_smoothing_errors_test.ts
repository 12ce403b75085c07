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
      [{}, RangeError, "bins must be a positive integer: current value is undefined"],
      [{ bins: 0 }, RangeError, "bins must be a positive integer: current value is 0"],
      [{ bins: 2, start: NaN }, RangeError, "start must be a finite number: current value is NaN"],
      [{ bins: 2, width: 0 }, RangeError, "width must be a finite number > 0: current value is 0"],
      [{ bins: 2, size: 4 }, RangeError, "size must be an odd integer > 0: current value is 4"],
      [{ bins: 2, sigma: 0 }, RangeError, "sigma must be a number > 0 and at most 1e6: current"],
      [
        { bins: 2, momentum: 1 },
        RangeError,
        "momentum must be a number in [0, 1) or null: current",
      ],
      [{ bins: 2, startSmooth: -1 }, RangeError, "startSmooth must be an epoch >= 0: current"],
      [
        { bins: 2, kernel: "box" },
        RangeError,
        'kernel must be "gaussian", "triangular" or "laplace"',
      ],
      [{ bins: 2, collect: 1 }, TypeError, "collect must be a boolean: current value is 1"],
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
    assertThrows(call([x, y]), TypeError, `${labels}of shape [3,2]`);
    assertThrows(() => layer.update(y.slice(0, 2), x), TypeError, "shape [2] or [2, 1]");
    tf.dispose([x, y]);
    layer.dispose();
  },
  ["cpu"],
  { leaky: "a slice that is refused" },
);
