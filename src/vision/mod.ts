/**
 * Networks on pictures: `@balanced/mse/vision`.
 *
 * @module
 */
export { Resize, type ResizeConfig } from "./resize.ts";
export type { Shape, Tensor } from "../tensor.ts";
export { Layer } from "../tensor.ts";
