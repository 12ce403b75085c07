/** Rows of the junk table: pictures, bodies. */
import * as tf from "@tensorflow/tfjs";
import {
  type BodyData,
  type BodyModel,
  bodyModel,
  type BodyPose,
  forwardKinematics,
  imageBatches,
  type ImageBatchesOptions,
  readBody,
  type ReadBodyOptions,
  type Tensor,
} from "../../src/vision/mod.ts";
import { disposeAll } from "./dispose_all.ts";
import type { JunkCall, Kind } from "./junk.ts";

const OPTIONAL: readonly Kind[] = ["undefined"];
const BOOLEAN: readonly Kind[] = ["undefined", "true"];

const BODY = "tests/fixtures/body/tiny.npz";

/** The parts of a body of two joints. */
const body = () => ({
  template: tf.ones([4, 3]),
  shapeDirections: tf.ones([4, 3, 1]),
  poseDirections: tf.ones([4, 3, 9]),
  jointRegressor: tf.ones([2, 4]),
  weights: tf.ones([4, 2]),
  parents: [-1, 0],
} satisfies BodyData);

function model(): BodyModel {
  const data = body();
  const model = bodyModel(data);
  disposeAll(data);
  return model;
}

const items =
  () => [{ path: "a.jpg", label: 1, weight: 2 }, { path: "b.jpg", label: 3, weight: 4 }];

/** Rows by export. No file is opened before batches are asked for. */
export const VISION_ROWS: Readonly<Record<string, readonly JunkCall[]>> = {
  imageBatches: [{
    args: () => ({
      options: {
        items: items(),
        size: 8,
        batchSize: 2,
        augment: { padding: 1, flip: 0.25 },
        mean: [0, 0, 0],
        deviation: [1, 1, 1],
        shuffle: false,
        seed: 1,
        ahead: 1,
        unreadable: "skip",
        decoder: "wasm",
      } satisfies Record<keyof ImageBatchesOptions, unknown>,
    }),
    takes: {
      "options.augment": ["undefined", "object"],
      "options.augment.padding": ["undefined", "zero"],
      "options.augment.flip": ["undefined", "zero", "tiny"],
      "options.mean": OPTIONAL,
      "options.deviation": OPTIONAL,
      "options.shuffle": BOOLEAN,
      "options.seed": ["undefined", "zero"],
      "options.ahead": ["undefined", "zero"],
      "options.unreadable": OPTIONAL,
      "options.decoder": OPTIONAL,
    },
  }, {
    args: () => ({ epoch: 1 }),
    call: (epoch: number) => imageBatches({ items: items(), size: 8, batchSize: 2 })(epoch),
    takes: { epoch: ["undefined", "zero"] },
  }, {
    args: () => ({ item: items()[0] }),
    call: (item: ImageBatchesOptions["items"][0]) =>
      imageBatches({ items: [...items(), item], size: 8, batchSize: 2 }),
    words: ["items"],
    takes: {
      "item.path": ["text", "digit"],
      "item.label": ["zero", "negative", "fraction"],
      "item.weight": ["zero", "fraction"],
    },
  }, {
    args: () => ({ height: 2, width: 3, mean: 0.5, deviation: 0.1 }),
    call: (height: number, width: number, mean: number, deviation: number) =>
      imageBatches({
        ...{ items: items(), size: [height, width], batchSize: 2 },
        ...{ mean: [0, 0, mean], deviation: [1, 1, deviation] },
      }),
    words: ["size"],
    takes: { mean: ["zero", "negative", "fraction"], deviation: ["fraction"] },
  }],
  rotationsFrom6d: [{ args: () => ({ x: tf.ones([2, 6]) }) }],
  rotationsTo6d: [{ args: () => ({ rotations: tf.ones([2, 3, 3]) }) }],
  rotationsFromAxisAngle: [{ args: () => ({ vectors: tf.ones([2, 3]) }) }],
  axisAnglesFromRotations: [{ args: () => ({ rotations: tf.ones([2, 3, 3]) }) }],
  forwardKinematics: [{
    args: () => ({
      rotations: tf.ones([2, 2, 3, 3]),
      rest: tf.ones([2, 3]),
      parents: [-1, 0],
    }),
  }, {
    args: () => ({ parent: 0 }),
    call: (parent: number) =>
      tf.tidy(() => void forwardKinematics(tf.ones([1, 2, 3, 3]), tf.ones([2, 3]), [-1, parent])),
    words: ["parents"],
    takes: { parent: ["zero"] },
  }],
  linearBlendSkinning: [{
    args: () => ({
      vertices: tf.ones([4, 3]),
      weights: tf.ones([4, 2]),
      rest: tf.ones([2, 3]),
      posed: { joints: tf.ones([1, 2, 3]), rotations: tf.ones([1, 2, 3, 3]) },
    }),
  }],
  bodyModel: [{ args: () => ({ data: body() }) }, {
    args: () => ({
      model: model(),
      pose: { rotations: tf.ones([1, 2, 3, 3]), shapes: tf.ones([1, 1]) },
    }),
    call: (model: BodyModel, pose: BodyPose) => model.pose(pose),
    only: ["pose", "pose.rotations", "pose.shapes"],
    takes: { "pose.shapes": ["undefined"] },
  }, {
    args: () => ({
      model: model(),
      rotations: tf.ones([1, 2, 3, 3]),
      shape: 3,
    }),
    call: (model: BodyModel, rotations: Tensor, shape: number) =>
      model.pose({ rotations, shapes: [[shape]] }),
    only: ["shape"],
    takes: { shape: ["zero", "negative", "fraction", "tiny"] },
  }],
  readBody: [{
    args: () => ({ path: BODY, options: { shapes: 2 } satisfies Required<ReadBodyOptions> }),
    // Any text may be a path.
    call: (path: string, options: ReadBodyOptions) =>
      readBody(["text", "1"].includes(path) ? BODY : path, options),
    takes: {
      path: ["text", "digit"],
      options: ["undefined", "object"],
      "options.shapes": ["undefined"],
    },
  }],
  syntheticBody: [{ args: () => ({}) }],
};
