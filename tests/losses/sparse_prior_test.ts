/** Joint BMC of many dimensions: warned of once where its prior has few labels, by shapes alone. */
import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { bmcLoss } from "../../mod.ts";
import { warnOfSparsePrior } from "../../src/losses/batch_labels.ts";
import { testOnBackends } from "../support/backends.ts";
import { warnings } from "../support/warnings.ts";

const shaped = (shape: number[]) => ({ shape }) as unknown as tf.Tensor;

Deno.test("sparse prior: above 8 dimensions, below 10 labels each, once a loss", async () => {
  const told = (key: string, dim: number, columns: number) =>
    warnings(() => {
      warnOfSparsePrior(key, shaped([4, dim]), shaped([columns, dim]));
      return Promise.resolve();
    });
  assertEquals(await told("a", 8, 2), []);
  assertEquals(await told("a", 9, 90), []);
  assertEquals((await told("a", 9, 89)).length, 1);
  assertEquals(await told("a", 9, 89), []);
  assertEquals((await told("b", 60, 64)).length, 1);
  const none = await warnings(() => {
    warnOfSparsePrior("c", shaped([4]), shaped([4]));
    return Promise.resolve();
  });
  assertEquals(none, []);
});

testOnBackends("sparse prior: bmcLoss says it, without reading a tensor", async () => {
  const found = await warnings(() => {
    tf.tidy(() => {
      const [pred, target] = [tf.zeros([64, 24]), tf.ones([64, 24])];
      bmcLoss(pred, target, 1, { dimensions: "each" }); // 24 priors of one dimension
      bmcLoss(pred, target, 1, { reference: tf.ones([240, 24]) });
      bmcLoss(tf.zeros([64, 4]), tf.ones([64, 4]), 1);
      bmcLoss(pred, target, 1);
      bmcLoss(pred, target, 1);
    });
    return Promise.resolve();
  });
  const expected = "bmcLoss of 24 dimensions has a prior of 64 labels, too few in so large a " +
    'space, which may cost accuracy: take each dimension for itself, dimensions: "each", or ' +
    "gaiLoss, or a reference of 240 labels or more";
  // Once in the process, on whichever backend it runs first.
  assertEquals(found, first ? [expected] : []);
  first = false;
});
let first = true;
