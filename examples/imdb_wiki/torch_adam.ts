/** Adam with the numbers of PyTorch, which the authors use. */
import { adam } from "@balanced/mse";

const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];

/** An optimizer; the caller's to dispose. */
export function torchAdam(rate: number): ReturnType<typeof adam> {
  return adam(rate, BETA1, BETA2, EPSILON);
}
