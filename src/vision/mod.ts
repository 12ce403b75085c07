/**
 * Networks on pictures: `@balanced/mse/vision`.
 *
 * @module
 */
export { Resize, type ResizeConfig } from "./resize.ts";
