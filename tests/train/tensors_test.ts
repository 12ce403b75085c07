/** One tensor, several in a list, several by name. */
import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import {
  isTensors,
  joinRows,
  mapTensors,
  namedTensors,
  tensorList,
  type Tensors,
} from "../../src/train/tensors.ts";
import { read, testOnBackends } from "../support/backends.ts";

testOnBackends("tensors: every form is told, listed, named and kept", () => {
  const [a, b] = [tf.ones([2]), tf.zeros([2])];
  const forms: [Tensors, string[]][] = [
    [a, ["x"]],
    [[a, b], ["x[0]", "x[1]"]],
    [{ age: a, size: b }, ["x.age", "x.size"]],
  ];
  for (const [form, names] of forms) {
    assertEquals(isTensors(form), true);
    assertEquals(namedTensors(form, "x").map(([name]) => name), names);
    assertEquals(tensorList(form), [a, b].slice(0, names.length));
    const seen: number[] = [];
    const same = mapTensors(form, (tensor, i) => (seen.push(i), tensor));
    assertEquals(same, form);
    assertEquals(seen, names.map((_, i) => i));
  }
  for (const junk of [undefined, null, 1, "x", [], {}, [1], { a: 1 }, new Date(), [[a]]]) {
    assertEquals(isTensors(junk), false);
  }
  tf.dispose([a, b]);
}, ["cpu"]);

testOnBackends("tensors: rows are joined form by form, booleans too", async () => {
  const keep = (values: boolean[]) => tf.tensor1d(values, "bool");
  const [joined, flags] = await read(() => {
    const [one, two] = [{ a: tf.tensor2d([[1, 2]]) }, { a: tf.tensor2d([[3, 4], [5, 6]]) }];
    const { a } = joinRows([one, two]) as typeof one;
    return [a, joinRows([keep([true]), keep([false, true])]) as tf.Tensor];
  });
  assertEquals([...joined!], [1, 2, 3, 4, 5, 6]);
  assertEquals([...flags!], [1, 0, 1]);
});
