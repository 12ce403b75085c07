/** The values and gradients of the authors' own code (fixtures/authors_losses.json, float64). */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { bmcLoss, bniLoss, gaiLoss } from "../mod.ts";
import { read, testOnBackends } from "./support/backends.ts";
import fixture from "./fixtures/authors_losses.json" with { type: "json" };

interface AuthorsCase {
  name: string;
  kind: "bmc" | "bni" | "gai" | "gai-md";
  pred: number[][];
  target: number[][];
  noiseVar: number;
  loss: number;
  gradPred: number[][];
  gradNoiseVar: number;
  bucketCenters: number[];
  bucketWeights: number[];
  weights: number[];
  means: number[] | number[][];
  variances: number[];
  covariances: number[][][];
}

const CASES = fixture.cases as unknown as AuthorsCase[];
const TOLERANCE = 2e-5;

function lossOf(
  { kind, bucketCenters, bucketWeights, weights, means, variances, covariances }: AuthorsCase,
) {
  return (pred: tf.Tensor, target: tf.Tensor, noiseVar: tf.Tensor): tf.Tensor => {
    switch (kind) {
      case "bmc":
        return bmcLoss(pred, target, noiseVar);
      case "bni":
        return bniLoss(pred, target, noiseVar, { centers: bucketCenters, weights: bucketWeights });
      case "gai":
        return gaiLoss(pred, target, noiseVar, { weights, means, variances });
      case "gai-md":
        return gaiLoss(pred, target, noiseVar, { weights, means, covariances });
    }
  };
}

Deno.test("authors: the fixture holds all cases", () => assertEquals(CASES.length, 66));

testOnBackends("authors: losses and gradients of BMC, BNI and GAI", async () => {
  for (const test of CASES) {
    const { name, pred, target, noiseVar, loss, gradPred, gradNoiseVar } = test;
    const [value, byPred, byNoise] = await read(() => {
      const labels = tf.tensor2d(target);
      const { value, grads } = tf.valueAndGrads((p: tf.Tensor, s: tf.Tensor) =>
        lossOf(test)(p, labels, s) as tf.Scalar
      )([tf.tensor2d(pred), tf.scalar(noiseVar)]);
      return [value, ...grads];
    });
    // Relative, or absolute in units of a scale: of the loss 2 noiseVar, of pred's gradient its largest
    // element, of the noise's gradient the loss's over noiseVar.
    const close = (actual: number, expected: number, scale: number) =>
      Math.abs(actual - expected) <= TOLERANCE * Math.max(Math.abs(expected), scale);
    const scale = 2 * noiseVar;
    assert(close(value![0]!, loss, scale), `${name}: loss ${value} for ${loss}`);
    const elementScale = Math.max(...gradPred.flat().map(Math.abs));
    gradPred.flat().forEach((expected, i) => {
      assert(
        close(byPred![i]!, expected, elementScale),
        `${name}: gradient ${byPred![i]} for ${expected}`,
      );
    });
    assert(close(byNoise![0]!, gradNoiseVar, scale / noiseVar), `${name}: noise ${byNoise}`);
  }
});
