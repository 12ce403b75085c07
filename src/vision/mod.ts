/**
 * Networks on pictures: ResNet-50, a depth for each pixel, and their parts on tfjs, with PyTorch's
 * conventions and weights.
 *
 * Start with {@linkcode resNet50} or {@linkcode depthNet}; `train` of `@balanced/mse` trains it.
 *
 * @module
 */
export { axisAnglesFromRotations } from "./body/axis_angles_from_rotations.ts";
export type { BodyData } from "./body/body_data.ts";
export { type BodyModel, bodyModel, type BodyPose, type PosedBody } from "./body/body_model.ts";
export { forwardKinematics, type PosedJoints } from "./body/forward_kinematics.ts";
export { linearBlendSkinning } from "./body/linear_blend_skinning.ts";
export { readBody, type ReadBodyOptions } from "./body/read_body.ts";
export { rotationsFrom6d } from "./body/rotations_from_6d.ts";
export { rotationsFromAxisAngle } from "./body/rotations_from_axis_angle.ts";
export { rotationsTo6d } from "./body/rotations_to_6d.ts";
export { syntheticBody } from "./body/synthetic_body.ts";
export { checkpointed } from "./checkpointed.ts";
export { ConvBatchNorm } from "./conv_batch_norm.ts";
export type { ConvBatchNormConfig } from "./conv_batch_norm_config.ts";
export { depthNet } from "./depth_net.ts";
export type { DepthNetOptions } from "./depth_net_options.ts";
export {
  type ImportedWeights,
  importWeights,
  type ImportWeightsOptions,
} from "./weights/import_weights.ts";
export { resNet50 } from "./resnet50.ts";
export type { ResNet50Options } from "./resnet50_options.ts";
export { Resize, type ResizeConfig } from "./resize.ts";
export { Layer } from "../layers/layer.ts";
export type { LayersModel, Shape, Tensor } from "../tensor.ts";
export {
  type ImageAugmentation,
  type ImageBatches,
  imageBatches,
  type ImageBatchesOptions,
  type ImageItem,
} from "./image_batches.ts";
export type { Batch } from "../train/data.ts";
export type { Tensors } from "../train/tensors.ts";
