/**
 * What does a training step of ResNet-50 take, against tfjs's own layers, and how near are its convolutions to the adapter's
 * limit? On a GPU first a step at full size, and the hours that the data sets of ages would take.
 *
 * Writes bench/vision.md; `bash bench/gpu/prepare.sh vision` carries it to a machine with a GPU.
 */
import type * as tf from "@tensorflow/tfjs";
import { resNet50 } from "../src/vision/resnet50.ts";
import { environment, webgpu } from "./support/adapter.ts";
import { type Form, FORMS, passes } from "./support/convolutions.ts";
import { digits, format } from "./support/format.ts";
import { multiplyAddsPerSecond } from "./support/multiply_adds.ts";
import { ownTrainee, type StepCost, stepCost, stockTrainee } from "./support/picture_step.ts";
import { stockResNet50 } from "./support/stock_resnet50.ts";
import { repeat, time } from "./support/time.ts";

const RESULTS = new URL("vision.md", import.meta.url);

/** Multiply-adds of ResNet-50 forward at 224 pixels; a step is three times that. */
const FORWARD = 4.09e9;
const EPOCHS = 90;
const PICTURES = { "IMDB-WIKI-DIR": 191509, "AgeDB-DIR": 12208 };
/** Milliseconds a sample of a convolution; what takes far longer is run once. */
const SAMPLE_MS = 30;
const ONCE_MS = 200;

const backend = await webgpu();
const software = backend.device.adapterInfo.isFallbackAdapter === true;
/** A software adapter takes seconds for what a GPU does in milliseconds. */
const [batch, few, cut] = software ? [4, 1, 4] : [64, 8, 1];

const lines: string[] = [];
function write(...more: string[]): void {
  lines.push(...more);
  console.log(more.join("\n"));
  // At once: the machine may be taken away.
  Deno.writeTextFileSync(RESULTS, lines.join("\n") + "\n");
}

const row = (cells: readonly (string | number)[]) => write(`| ${cells.join(" | ")} |`);
const megabytes = (bytes: number) => digits(bytes / 1e6);

/** Measures a network and frees it. */
async function costOf(
  model: tf.LayersModel,
  size: number,
  trained = ownTrainee,
): Promise<StepCost> {
  const trainee = trained(model);
  const cost = await stepCost(backend, trainee, { batch, size, few });
  trainee.optimizer.dispose();
  model.dispose();
  return cost;
}

const own = (size: number, checkpointed: boolean) =>
  resNet50({ inputShape: [size, size, 3], units: 1, checkpointed, seed: 1 });

async function fullSize(limit: number): Promise<void> {
  write(
    "## A step at 224 pixels",
    "",
    `Forward, backward and Adam, ${batch} pictures. Share: multiply-adds of a step, three forward passes', beside the adapter's`,
    `limit. Hours: ${EPOCHS} epochs of a data set, steps alone.`,
    "",
    `| | ms a step | pictures/s | share | MB a picture | ${
      Object.keys(PICTURES).join(", h | ")
    }, h |`,
    "|--|--:|--:|--:|--:|--:|--:|",
  );
  for (const checkpointed of [false, true]) {
    const { timing, bytesPerPicture } = await costOf(own(224, checkpointed), 224);
    const perSecond = 1e3 * batch / timing.median;
    row([
      checkpointed ? "checkpointed" : "ours",
      format(timing),
      digits(perSecond),
      `${digits(100 * 3 * FORWARD * perSecond / limit)} %`,
      megabytes(bytesPerPicture),
      ...Object.values(PICTURES).map((count) => digits(EPOCHS * count / perSecond / 3600)),
    ]);
  }
  write("");
}

/** Milliseconds of a repetition. */
async function milliseconds(work: () => tf.Tensor): Promise<number> {
  await repeat(work, 1); // compiles
  const start = performance.now();
  await repeat(work, 1);
  const once = performance.now() - start;
  return once > ONCE_MS ? once : (await time(work, SAMPLE_MS)).median;
}

async function convolution(form: Form, limit: number): Promise<void> {
  const { work, multiplyAdds, dispose } = passes(form, batch, cut);
  for (const { pass, own, stock } of work) {
    const [mine, theirs] = [await milliseconds(own), await milliseconds(stock)];
    row([
      Math.ceil(form.inputs / cut),
      `${form.channels}→${form.filters}`,
      `${form.kernel}x${form.kernel}${form.strides > 1 ? `/${form.strides}` : ""}`,
      pass,
      digits(mine),
      `${digits(1e5 * multiplyAdds / mine / limit)} %`,
      digits(theirs),
      digits(theirs / mine),
    ]);
  }
  dispose();
}

async function convolutions(limit: number): Promise<void> {
  write(
    "## Convolutions",
    "",
    `${batch} pictures${
      cut > 1 ? `, sides divided by ${cut}` : ""
    }: ms, and their share of the adapter's limit; tfjs's own kernel.`,
    "",
    "| side | channels | kernel | pass | ours, ms | share | tfjs, ms | tfjs / ours |",
    "|--:|--:|--:|--|--:|--:|--:|--:|",
  );
  for (const form of FORMS) await convolution(form, limit);
  write("");
}

async function beside(): Promise<void> {
  write(
    "## A step at 64 pixels",
    "",
    `Forward, backward and Adam, ${batch} pictures; ms: median (least–most). MB a picture: what one more in the batch adds to`,
    "the most bytes in use at once, forward and backward.",
    "",
    "| | dispatches | ms | MB a picture |",
    "|--|--:|--:|--:|",
  );
  const show = (name: string, { dispatches, timing, bytesPerPicture }: StepCost) =>
    row([name, dispatches, format(timing), megabytes(bytesPerPicture)]);
  const ours = await costOf(own(64, false), 64);
  show("ours", ours);
  const checkpointed = await costOf(own(64, true), 64);
  show("checkpointed", checkpointed);
  const stock = await costOf(stockResNet50(64), 64, stockTrainee);
  show("stock tfjs", stock);
  const share = (part: StepCost) => digits(100 * part.bytesPerPicture / stock.bytesPerPicture);
  write(
    "",
    `Ours is ${
      digits(stock.timing.median / ours.timing.median)
    } times as fast as stock tfjs, with ` +
      `${share(ours)} % of its memory a picture (${share(checkpointed)} % checkpointed).`,
  );
}

const limit = await multiplyAddsPerSecond(backend);
write(
  "# ResNet-50",
  "",
  ...environment(backend, "deno task bench:vision"),
  `- the adapter's limit, multiply-adds without memory, is ${
    (2e-9 * limit).toFixed(1)
  } GFLOP/s in this run`,
  "",
);
// What only a GPU tells comes first: the machine is lent for minutes.
if (!software) await fullSize(limit);
await convolutions(limit);
await beside();
