/**
 * Where the weights of layers are in files of PyTorch.
 *
 * @module
 */
import * as tfl from "@tensorflow/tfjs-layers";
import type { Layer, LayersModel } from "../../tensor.ts";

/** A weight of a model, and its counterpart in files. */
export interface WeightPlace {
  readonly layer: Layer;
  readonly weight: tfl.LayerVariable;
  /** Its name in files. */
  readonly name: string;
  /** The order of the file's axes that makes them the weight's; as they are where undefined. */
  readonly axes?: readonly number[] | undefined;
}

type Names = Readonly<Record<string, readonly [name: string, axes?: readonly number[]]>>;

/** [out, in, height, width] in files. */
const FILTER = [2, 3, 1, 0];

const bias = ["bias"] as const;
const NORM: Names = {
  gamma: ["weight"],
  beta: bias,
  moving_mean: ["running_mean"],
  moving_variance: ["running_var"],
};

/** The names of weights in files, by the layer's class, behind the layer's own. */
const NAMES: Readonly<Record<string, Names>> = {
  Conv2D: { kernel: ["weight", FILTER], bias },
  Dense: { kernel: ["weight", [1, 0]], bias },
  BatchNormalization: NORM,
};

/** The places of all weights; throws where the model has one of which files know nothing. */
export function weightPlaces(model: LayersModel, claim: string): WeightPlace[] {
  return model.layers.flatMap((layer) =>
    layer instanceof tfl.LayersModel
      ? weightPlaces(layer, claim)
      : layer.weights.map((weight) => placeOf(layer, weight, claim))
  );
}

function placeOf(layer: Layer, weight: tfl.LayerVariable, claim: string): WeightPlace {
  const own = weight.originalName.split("/").at(-1)!;
  const { owner, names } = namesOf(layer, own);
  const found = names?.[own];
  if (found === undefined) {
    throw new TypeError(
      `${claim} as layers with weights must be of [ConvBatchNorm,${Object.keys(NAMES)}]: ` +
        `current model has ${weight.originalName} of ${layer.getClassName()}`,
    );
  }
  const [name, axes] = found;
  return { layer, weight, name: `${owner}.${name}`, ...(axes && { axes }) };
}

/** The module of PyTorch that has a weight, and the names there. */
function namesOf(layer: Layer, weight: string): { owner: string; names: Names | undefined } {
  const { name } = layer;
  const kind = layer.getClassName();
  if (kind === "Convolution") return { owner: name, names: NAMES.Conv2D };
  if (kind !== "ConvBatchNorm") return { owner: name, names: NAMES[kind] };
  if (weight === "kernel") return { owner: name, names: NAMES.Conv2D };
  return { owner: layer.getConfig().norm as string | undefined ?? `${name}.norm`, names: NORM };
}
