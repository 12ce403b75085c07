/** The values and gradients of the authors' own code (fixtures/authors_losses.json, float64). */
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { bmcLoss } from "../mod.ts";
import { read, testOnBackends } from "./support/backends.ts";
import fixture from "./fixtures/authors_losses.json" with { type: "json" };

interface AuthorsCase {
  name: string;
  kind: string;
  pred: number[][];
  target: number[][];
  noiseVar: number;
  loss: number;
  gradPred: number[][];
  gradNoiseVar: number;
}

const BMC = (fixture.cases as unknown as AuthorsCase[]).filter(({ kind }) => kind === "bmc");
const TOLERANCE = 2e-5;

Deno.test("authors: the fixture holds all of BMC's cases", () => assertEquals(BMC.length, 36));

testOnBackends("authors: BMC's losses and gradients", async () => {
  for (const { name, pred, target, noiseVar, loss, gradPred, gradNoiseVar } of BMC) {
    const [value, byPred, byNoise] = await read(() => {
      const labels = tf.tensor2d(target);
      const { value, grads } = tf.valueAndGrads((p: tf.Tensor, s: tf.Tensor) =>
        bmcLoss(p, labels, s) as tf.Scalar
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
