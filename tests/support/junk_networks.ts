/** Rows of the junk table: networks on pictures and their weights. */
import * as tf from "@tensorflow/tfjs";
import {
  checkpointed,
  ConvBatchNorm,
  type ConvBatchNormConfig,
  depthNet,
  type DepthNetOptions,
  importWeights,
  type ImportWeightsOptions,
  type LayersModel,
  Resize,
  type ResizeConfig,
  resNet50,
  type ResNet50Options,
} from "../../src/vision/mod.ts";
import type { JunkCall, Kind } from "./junk.ts";

const OPTIONS: readonly Kind[] = ["undefined", "object"];
const OPTIONAL: readonly Kind[] = ["undefined"];

const FILE = "tests/fixtures/resnet50/types.safetensors";

/** The network whose weights the file has. */
function network(): tf.LayersModel {
  const apply = (layer: tf.layers.Layer, x: tf.SymbolicTensor) => layer.apply(x) as typeof x;
  const inputs = tf.input({ shape: [5, 5, 2] });
  const conv = { name: "conv1", norm: "bn1", filters: 4, kernelSize: 3 };
  const x = apply(tf.layers.globalAveragePooling2d({}), apply(new ConvBatchNorm(conv), inputs));
  return tf.model({ inputs, outputs: apply(tf.layers.dense({ name: "fc", units: 3 }), x) });
}

/** Of full width by default, the network for depths takes a second: it is made in a slow test. */
function narrow(options: DepthNetOptions): DepthNetOptions {
  const isDefault = options === undefined ||
    (options && Object.getPrototypeOf(options) === Object.prototype &&
      options.width === undefined);
  return isDefault ? { ...options, width: 4 } : options;
}

/** Rows by export. */
export const NETWORK_ROWS: Readonly<Record<string, readonly JunkCall[]>> = {
  ConvBatchNorm: [{
    args: () => ({
      config: {
        filters: 2,
        kernelSize: 3,
        strides: 1,
        resizeTo: [6, 8],
        relu: false,
        epsilon: 0.1,
        momentum: 0.5,
        frozenStatistics: "batch",
        norm: "bn",
        start: "uniform",
        seed: 1,
        name: "conv",
      } satisfies Required<ConvBatchNormConfig>,
    }),
    call: (config: ConvBatchNormConfig) => void new ConvBatchNorm(config),
    takes: {
      "config.strides": OPTIONAL,
      "config.resizeTo": OPTIONAL,
      "config.relu": ["undefined", "true"],
      "config.epsilon": ["undefined", "fraction"],
      "config.momentum": ["undefined", "zero", "tiny"],
      "config.frozenStatistics": OPTIONAL,
      "config.norm": ["undefined", "text", "digit"],
      "config.start": OPTIONAL,
      "config.seed": ["undefined", "zero", "negative"],
      "config.name": ["undefined", "text", "digit"],
    },
  }],
  Resize: [{
    args: () => ({
      config: { size: [2, 3], alignCorners: true, name: "resize" } satisfies Required<ResizeConfig>,
    }),
    call: (config: ResizeConfig) => void new Resize(config),
    takes: {
      "config.alignCorners": ["undefined", "true"],
      "config.name": ["undefined", "text", "digit"],
    },
  }],
  resNet50: [{
    args: () => ({
      options: {
        inputShape: [8, 8, 3],
        units: 1,
        width: 1,
        blocks: [1],
        seed: 1,
        checkpointed: true,
        frozenStatistics: "batch",
      } satisfies Required<ResNet50Options>,
    }),
    call: (options: ResNet50Options) => resNet50(options).dispose(),
    takes: {
      "options.width": OPTIONAL,
      "options.blocks": OPTIONAL,
      "options.seed": ["undefined", "zero", "negative"],
      "options.checkpointed": ["undefined", "true"],
      "options.frozenStatistics": OPTIONAL,
    },
  }],
  depthNet: [{
    args: () => ({
      options: {
        size: [8, 8],
        width: 4,
        blocks: [1, 1, 1, 1],
        seed: 1,
        checkpointed: true,
        frozenStatistics: "batch",
      } satisfies Required<DepthNetOptions>,
    }),
    call: (options: DepthNetOptions) => depthNet(narrow(options)).dispose(),
    takes: {
      options: OPTIONS,
      "options.size": OPTIONAL,
      "options.width": OPTIONAL,
      "options.blocks": OPTIONAL,
      "options.seed": ["undefined", "zero", "negative"],
      "options.checkpointed": ["undefined", "true"],
      "options.frozenStatistics": OPTIONAL,
    },
  }],
  checkpointed: [{
    args: () => ({ block: network() }),
    call: (block: LayersModel) => void checkpointed(block),
  }],
  importWeights: [{
    args: () => ({
      model: network(),
      path: FILE,
      options: {
        except: [],
        strict: false,
        rename: (name: string) => name,
      } satisfies Required<ImportWeightsOptions>,
    }),
    // Any text may be a path.
    call: (model: LayersModel, path: string, options: ImportWeightsOptions) =>
      importWeights(model, ["text", "1"].includes(path) ? FILE : path, options),
    takes: {
      path: ["text", "digit"],
      options: OPTIONS,
      "options.except": ["undefined", "list"],
      "options.strict": ["undefined", "true"],
      "options.rename": OPTIONAL,
    },
    open: ["model"],
  }],
};
