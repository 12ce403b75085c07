/** The losses' and optimizers' rows of the junk table. */
import * as tf from "@tensorflow/tfjs";
import {
  adam,
  type BalancedMseOptions,
  type Bins,
  type BmaeOptions,
  type BmcOptions,
  type CccOptions,
  FeatureSmoothing,
  type FeatureSmoothingConfig,
  type FocalOptions,
  type HuberOptions,
  type LabelPrior,
  layersLoss,
  type Mixture,
  mseLoss,
  type RowOptions,
  type Tensor,
} from "../../mod.ts";
import { disposeAll } from "./dispose_all.ts";
import { JUNK, type JunkCall, type Kind } from "./junk.ts";

const OPTIONS: readonly Kind[] = ["undefined", "object"];
const NOT_NEGATIVE: readonly Kind[] = ["undefined", "zero", "fraction"];
const POSITIVE: readonly Kind[] = ["undefined", "fraction"];
const OPTIONAL: readonly Kind[] = ["undefined"];
const BOOLEAN: readonly Kind[] = ["undefined", "true"];

const rowOptions = () =>
  ({
    weights: [1, 2, 3, 4],
    mask: [true, false, true, true],
    reduction: "sum",
    labels: tf.tensor1d([1, 2, 4, 8]),
    labelsMask: tf.ones([4], "bool"),
  }) satisfies Record<keyof RowOptions, unknown>;
const ANY = Object.keys(JUNK) as Kind[];
const ROW_OPTIONS = {
  options: OPTIONS,
  "options.weights": OPTIONAL,
  "options.mask": OPTIONAL,
  "options.reduction": OPTIONAL,
  "options.labels": ANY, // passed over
  "options.labelsMask": ANY,
};

const balancedOptions = () =>
  ({
    ...rowOptions(),
    restoreScale: false,
    mseWeight: 2,
    priorWeight: 3,
    noiseNormalizer: false,
    ownLabel: true,
    method: "direct",
    dimensions: "joint",
  }) satisfies Record<keyof BalancedMseOptions, unknown>;
const BALANCED_OPTIONS = {
  noiseVar: ["fraction"],
  ...ROW_OPTIONS,
  "options.restoreScale": BOOLEAN,
  "options.mseWeight": NOT_NEGATIVE,
  "options.priorWeight": NOT_NEGATIVE,
  "options.noiseNormalizer": BOOLEAN,
  "options.ownLabel": BOOLEAN,
  "options.method": OPTIONAL,
  "options.dimensions": OPTIONAL,
} as const;

const BMAE_OPTIONS = {
  ...ROW_OPTIONS,
  scale: ["fraction"],
  "options.restoreScale": BOOLEAN,
  "options.labels": OPTIONAL,
  "options.labelsMask": OPTIONAL,
} as const;

const rows = () => ({ pred: tf.tensor1d([1, 2, 3, 4]), target: tf.tensor1d([1, 2, 4, 8]) });

/** A comparison loss: predictions, labels, options. */
function comparison(options: object = {}, takes: JunkCall["takes"] = {}): JunkCall[] {
  return [{
    args: () => ({ ...rows(), options: { ...rowOptions(), ...options } }),
    takes: { ...ROW_OPTIONS, ...takes },
  }];
}

const FOCAL = { activation: "tanh", beta: 1, gamma: 2 } satisfies Record<
  Exclude<keyof FocalOptions, keyof RowOptions>,
  unknown
>;
const FOCAL_OPTIONS = {
  "options.activation": OPTIONAL,
  "options.beta": POSITIVE,
  "options.gamma": NOT_NEGATIVE,
};

const mixture = {
  weights: [0.5, 0.5],
  means: [0, 5],
  variances: [1, 1],
  covariances: undefined,
} satisfies Record<keyof Mixture, unknown>;

const smoothing = {
  bins: 3,
  start: 1,
  binWidth: 2,
  edges: undefined,
  kernel: "laplace",
  size: 3,
  sigma: 1,
  momentum: 0.5,
  clip: [0.5, 2],
  startUpdate: 1,
  startSmooth: 2,
  collect: false,
  name: "smoothing",
} satisfies Record<keyof FeatureSmoothingConfig, unknown>;

function built(use: (layer: FeatureSmoothing, args: never[]) => unknown) {
  return (...args: never[]) => {
    const layer = new FeatureSmoothing({ bins: 3 });
    layer.apply(tf.input({ shape: [2] }));
    try {
      return use(layer, args);
    } finally {
      layer.dispose();
    }
  };
}

const features = () => ({ features: tf.zeros([3, 2]), labels: tf.tensor1d([0, 1, 2]) });

/** Rows by export. */
export const LOSS_ROWS: Readonly<Record<string, readonly JunkCall[]>> = {
  bmcLoss: [{
    args: () => {
      const { ownLabel: _, ...options } = balancedOptions();
      disposeAll([options.labels, options.labelsMask]);
      const others = { reference: tf.tensor1d([1, 2]), labels: undefined, labelsMask: undefined };
      const named = { ...options, ...others };
      return {
        ...rows(),
        noiseVar: 1,
        options: named satisfies Record<keyof BmcOptions, unknown>,
      };
    },
    takes: { ...BALANCED_OPTIONS, "options.reference": OPTIONAL },
  }, {
    args: () => ({
      ...rows(),
      noiseVar: 1,
      options: { labels: tf.tensor1d([1, 2, 4, 8, 9]), labelsMask: tf.ones([5], "bool") },
    }),
    takes: { ...BALANCED_OPTIONS, "options.labels": [], "options.labelsMask": OPTIONAL },
  }, {
    // The batch itself as the prior; a noise a dimension.
    args: () => ({
      pred: tf.ones([4, 2]),
      target: tf.ones([4, 2]),
      noiseVar: [1, 2],
      options: { mask: [true, false, true, true] },
    }),
    takes: { ...BALANCED_OPTIONS, noiseVar: ["fraction"] },
  }],
  bmaeLoss: [{
    args: () => {
      const { labels, labelsMask, ...options } = rowOptions();
      disposeAll([labels, labelsMask]);
      const others = { reference: tf.tensor1d([1, 2]), labels: undefined, labelsMask: undefined };
      const named = { ...options, ...others, restoreScale: false, bins: undefined };
      return {
        ...rows(),
        scale: 1,
        options: named satisfies Record<keyof BmaeOptions, unknown>,
      };
    },
    takes: { ...BMAE_OPTIONS, "options.reference": OPTIONAL, "options.bins": OPTIONAL },
  }, {
    args: () => ({
      ...rows(),
      scale: 1,
      options: { labels: tf.tensor1d([1, 2, 4, 8, 9]), labelsMask: tf.ones([5], "bool") },
    }),
    takes: { ...BMAE_OPTIONS, "options.labels": [], "options.labelsMask": OPTIONAL },
  }, {
    args: () => ({
      ...rows(),
      scale: 1,
      options: { bins: { centers: [0, 5], weights: [0.5, 0.5] } },
    }),
    takes: { ...BMAE_OPTIONS, "options.bins": OPTIONAL },
    open: ["options.bins"],
  }],
  bniLoss: [{
    args: () => ({
      ...rows(),
      noiseVar: 1,
      bins: { centers: [0, 5], weights: [0.5, 0.5] } satisfies Record<keyof Bins, unknown>,
      options: balancedOptions(),
    }),
    takes: BALANCED_OPTIONS,
    open: ["bins"],
  }],
  gaiLoss: [{
    args: () => ({ ...rows(), noiseVar: 1, mixture: { ...mixture }, options: balancedOptions() }),
    takes: BALANCED_OPTIONS,
    open: ["mixture"],
  }, {
    args: () => ({
      ...rows(),
      noiseVar: 1,
      mixture: { ...mixture, variances: undefined, covariances: [[[1]], [[1]]] },
      options: balancedOptions(),
    }),
    takes: BALANCED_OPTIONS,
    open: ["mixture"],
  }],
  balancedMse: [{
    args: () => ({
      ...rows(),
      noiseVar: 1,
      prior: {
        logWeight: tf.zeros([2]),
        center: tf.zeros([2, 1]),
        variance: tf.ones([2, 1]),
        rotation: tf.ones([2, 1, 1]),
      } satisfies Record<keyof LabelPrior, unknown>,
      options: balancedOptions(),
    }),
    takes: { ...BALANCED_OPTIONS, "prior.logWeight": OPTIONAL, "prior.rotation": OPTIONAL },
  }],
  mseLoss: comparison(),
  maeLoss: comparison(),
  huberLoss: comparison(
    { delta: 2 } satisfies Record<Exclude<keyof HuberOptions, keyof RowOptions>, unknown>,
    { "options.delta": POSITIVE },
  ),
  focalMseLoss: comparison(FOCAL, FOCAL_OPTIONS),
  focalMaeLoss: comparison(FOCAL, FOCAL_OPTIONS),
  cccLoss: [{
    args: () => {
      const { reduction: _, ...options } = rowOptions();
      return { ...rows(), options: options satisfies Record<keyof CccOptions, unknown> };
    },
    takes: ROW_OPTIONS,
  }],
  layersLoss: [
    { args: () => ({ loss: mseLoss }), takes: { loss: ["function"] } },
    {
      args: () => ({ target: tf.ones([4]), pred: tf.ones([4]) }),
      call: (target: Tensor, pred: Tensor) => layersLoss(mseLoss)(target, pred),
    },
  ],
  momentum: [{
    args: () => ({ learningRate: 0.1, momentum: 0.5, useNesterov: true }),
    takes: { learningRate: ["zero", "fraction"], momentum: ["zero"], useNesterov: BOOLEAN },
  }],
  adam: [{
    args: () => ({ learningRate: 0.1, beta1: 0.5, beta2: 0.5, epsilon: 1e-7, l2: 0.1 }),
    takes: {
      learningRate: NOT_NEGATIVE,
      beta1: ["undefined", "zero"],
      beta2: ["undefined", "zero"],
      epsilon: NOT_NEGATIVE,
      l2: NOT_NEGATIVE,
    },
  }, {
    args: () => ({ rate: 0.1 }),
    takes: { rate: ["zero", "fraction", "tiny"] },
    call: (rate: number) => adam().setLearningRate(rate),
  }],
  adamW: [{
    args: () => ({ learningRate: 0.1, weightDecay: 0.1, beta1: 0.5, beta2: 0.5, epsilon: 1e-7 }),
    takes: {
      learningRate: NOT_NEGATIVE,
      weightDecay: NOT_NEGATIVE,
      beta1: ["undefined", "zero"],
      beta2: ["undefined", "zero"],
      epsilon: NOT_NEGATIVE,
    },
  }],
  constant: [{ args: () => ({}) }],
  cosine: [{ args: () => ({}) }],
  FeatureSmoothing: [{
    args: () => ({ config: { ...smoothing } }),
    words: ["edges"],
    takes: {
      "config.start": ["undefined", "zero", "negative", "fraction", "tiny"],
      "config.binWidth": POSITIVE,
      "config.kernel": OPTIONAL,
      "config.size": OPTIONAL,
      "config.sigma": ["undefined", "fraction", "tiny"],
      "config.momentum": ["undefined", "null", "zero", "tiny"],
      "config.clip": OPTIONAL,
      "config.startUpdate": ["undefined", "zero"],
      "config.startSmooth": ["undefined", "zero"],
      "config.collect": BOOLEAN,
      "config.name": ["undefined", "text", "digit"],
    },
  }, {
    args: features,
    call: built((layer, [features, labels]) => layer.update(features!, labels!)),
  }, {
    args: features,
    call: built((layer, [features, labels]) =>
      layer.call([features!, labels!], { training: true })
    ),
  }],
};
