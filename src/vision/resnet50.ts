/**
 * ResNet-50 as a tf.LayersModel.
 *
 * @module
 */
import * as tfl from "@tensorflow/tfjs-layers";
import type { LayersModel } from "../tensor.ts";
import type { ConvBatchNormConfig } from "./conv_batch_norm_config.ts";
import { uniformStart } from "./initial_kernel.ts";
import { residualStages } from "./residual_stages.ts";
import { checkResNet50, type ResNet50Options } from "./resnet50_options.ts";
import { type Seeds, seeds } from "./seeds.ts";

/**
 * ResNet-50 with a linear output: from pictures to numbers.
 *
 * The network of the paper's experiments with ages and, as an encoder, with depths: torchvision's
 * version 1.5, where the 3 x 3 convolutions have the strides, with its names, padding and batch
 * normalization, so that {@linkcode importWeights} reads its weights. Without them it starts from
 * the authors' initial weights: kernels normal with the variance 2 / (kernelSize^2 filters), the
 * linear layer uniform within one over the square root of its inputs.
 *
 * The layers have torchvision's names: `conv1` (with `bn1` and ReLU), `maxpool`, `layer1.0.conv1`
 * and so on, `avgpool`, whose output are the features, and `fc`. With `checkpointed` each block is
 * a model of its own, `layer1.0`, which the backward pass computes anew: see
 * {@linkcode checkpointed}.
 *
 * @param options The pictures' shape and the number of outputs; how wide and deep it is.
 * @returns From pictures `[N, H, W, C]` to `[N, units]`, in units of the label: no activation is at
 * the end. The caller's to dispose.
 * @throws {TypeError} If an option or its kind is wrong.
 * @throws {RangeError} If its value is.
 *
 * @example Narrow and shallow
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { resNet50 } from "@balanced/mse/vision";
 * import { assertEquals } from "@std/assert";
 *
 * const model = resNet50({ inputShape: [32, 32, 3], units: 1, width: 4, blocks: [1, 1, 1, 1] });
 * const ages = model.predict(tf.zeros([2, 32, 32, 3])) as tf.Tensor;
 * assertEquals(ages.shape, [2, 1]);
 *
 * const { output } = model.getLayer("avgpool");
 * const features = tf.model({ inputs: model.inputs, outputs: output as tf.SymbolicTensor });
 * assertEquals(features.outputShape, [null, 128]);
 * ```
 *
 * @see He et al., Deep Residual Learning for Image Recognition, CVPR 2016;
 * `torchvision.models.resnet50`.
 */
export function resNet50(options: ResNet50Options): LayersModel {
  const { inputShape, units, width, blocks, frozenStatistics, ...checked } = checkResNet50(options);
  const seed = seeds(checked.seed);
  const seeded = (config: ConvBatchNormConfig) => ({ ...config, ...seed(), frozenStatistics });
  const input = tfl.input({ shape: [...inputShape] });
  const stages = residualStages(input, { ...checked, width, blocks, seeded });
  let x = stages.at(-1)!;
  x = tfl.layers.globalAveragePooling2d({ name: "avgpool" }).apply(x) as typeof x;
  return tfl.model({ inputs: input, outputs: linear(x, units, seed) });
}

/** The last layer, with PyTorch's initial weights. */
function linear(x: tfl.SymbolicTensor, units: number, seed: Seeds): tfl.SymbolicTensor {
  const [kernelInitializer, biasInitializer] = [seed(), seed()].map((one) =>
    uniformStart(x.shape[1]!, one.seed)
  );
  const layer = tfl.layers.dense({
    name: "fc",
    units,
    kernelInitializer: kernelInitializer!,
    biasInitializer: biasInitializer!,
  });
  return layer.apply(x) as tfl.SymbolicTensor;
}
