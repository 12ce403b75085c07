/** What bundle_test.ts bundles for the browser: the module with tfjs, its WebGPU backend and the authors' cases. */
import "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs";
import { type AuthorsCase, authorsResult } from "../support/authors_result.ts";

export * from "../../mod.ts";

/** Makes WebGPU the backend; false where there is none. */
export function useWebgpu(): Promise<boolean> {
  tf.enableProdMode();
  return tf.setBackend("webgpu");
}

/** A case's loss and gradients as plain numbers. */
export async function authorsNumbers(test: AuthorsCase): Promise<number[][]> {
  const tensors = tf.tidy(() => authorsResult(test));
  const values = await Promise.all(tensors.map((tensor) => tensor.data()));
  tf.dispose(tensors);
  return values.map((value) => [...value]);
}
