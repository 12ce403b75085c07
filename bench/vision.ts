/**
 * What does a training step of ResNet-50 take, against tfjs's own layers, and how near are its convolutions to the adapter's
 * limit? On a GPU also a step at full size, and the hours that the data sets of ages would take.
 *
 * Writes bench/vision.md; `bash bench/gpu/prepare.sh vision` carries it to a machine with a GPU.
 */
import { resNet50 } from "../src/vision/resnet50.ts";
import { environment, webgpu } from "./support/adapter.ts";
import { FORMS, passes, type Work } from "./support/convolutions.ts";
import { digits, format } from "./support/format.ts";
import { multiplyAddsPerSecond } from "./support/multiply_adds.ts";
import { ownTrainee, type StepCost, stepCost, stockTrainee } from "./support/picture_step.ts";
import { stockResNet50 } from "./support/stock_resnet50.ts";
import { time } from "./support/time.ts";

const RESULTS = new URL("vision.md", import.meta.url);

/** Multiply-adds of ResNet-50 forward at 224 pixels; a step is three times that. */
const FORWARD = 4.09e9;
const EPOCHS = 90;
const PICTURES = { "IMDB-WIKI-DIR": 191509, "AgeDB-DIR": 12208 };
/** Milliseconds a sample of a convolution. */
const SAMPLE_MS = 30;

const backend = await webgpu();
const software = backend.device.adapterInfo.isFallbackAdapter === true;
/** A software adapter takes seconds for what a GPU does in milliseconds. */
const [batch, few, cut] = software ? [4, 1, 4] : [64, 8, 1];

const lines: string[] = [];
function write(...more: string[]): void {
  lines.push(...more);
  console.log(more.join("\n"));
}

const megabytes = (bytes: number) => digits(bytes / 1e6);

write(
  "# ResNet-50",
  "",
  ...environment(backend, "deno task bench:vision"),
  "",
  "## A step at 64 pixels",
  "",
  `Forward, backward and Adam, ${batch} pictures; ms: median (least–most). MB a picture: what one more in the batch adds to`,
  "the most bytes in use at once.",
  "",
  "| | dispatches | ms | MB a picture |",
  "|--|--:|--:|--:|",
);
const costs: StepCost[] = [];
for (
  const [name, checkpointed] of [["stock tfjs"], ["ours", false], ["checkpointed", true]] as const
) {
  const trainee = checkpointed === undefined
    ? stockTrainee(stockResNet50(64))
    : ownTrainee(resNet50({ inputShape: [64, 64, 3], units: 1, checkpointed, seed: 1 }));
  const cost = await stepCost(backend, trainee, { batch, size: 64, few });
  costs.push(cost);
  const cells = [name, cost.dispatches, format(cost.timing), megabytes(cost.bytesPerPicture)];
  write(`| ${cells.join(" | ")} |`);
  trainee.optimizer.dispose();
  trainee.model.dispose();
}
const [stock, own, checkpointed] = costs as [StepCost, StepCost, StepCost];
const share = (part: StepCost) => digits(100 * part.bytesPerPicture / stock.bytesPerPicture);
write(
  "",
  `Ours is ${digits(stock.timing.median / own.timing.median)} times as fast as stock tfjs, with ${
    share(own)
  } % of its memory a picture ` +
    `(${share(checkpointed)} % checkpointed).`,
  "",
);

const limit = await multiplyAddsPerSecond(backend);
write(
  "## Convolutions",
  "",
  `The adapter's limit, multiply-adds without memory, is ${
    (2e-9 * limit).toFixed(1)
  } GFLOP/s in this run. ms: ours, and its share of`,
  `that limit; tfjs's own kernel. ${batch} pictures${
    cut > 1 ? `, sides divided by ${cut}` : " of 224 pixels"
  }.`,
  "",
  "| side | channels | kernel | pass | ours, ms | share | tfjs, ms | tfjs / ours |",
  "|--:|--:|--:|--|--:|--:|--:|--:|",
);
for (const form of FORMS) {
  const { work, multiplyAdds, dispose } = passes(form, batch, cut);
  for (const { pass, own, stock } of work as Work[]) {
    const [mine, theirs] = [await time(own, SAMPLE_MS), await time(stock, SAMPLE_MS)];
    const cells = [
      Math.ceil(form.inputs / cut),
      `${form.channels}→${form.filters}`,
      `${form.kernel}x${form.kernel}${form.strides > 1 ? `/${form.strides}` : ""}`,
      pass,
      digits(mine.median),
      `${digits(100 * multiplyAdds * 1e3 / mine.median / limit)} %`,
      digits(theirs.median),
      digits(theirs.median / mine.median),
    ];
    write(`| ${cells.join(" | ")} |`);
  }
  dispose();
}

write(
  "",
  `## A step at ${software ? 96 : 224} pixels`,
  "",
  `Batch ${batch}. Share: multiply-adds of a step, three forward passes', beside the adapter's limit. Hours: ${EPOCHS} epochs of a data`,
  "set, steps alone.",
  "",
  `| | ms a step | pictures/s | share | MB a picture | ${
    Object.keys(PICTURES).join(", h | ")
  }, h |`,
  "|--|--:|--:|--:|--:|--:|--:|",
);
for (const checkpointed of [false, true]) {
  const size = software ? 96 : 224;
  const model = resNet50({ inputShape: [size, size, 3], units: 1, checkpointed, seed: 1 });
  const trainee = ownTrainee(model);
  const { timing, bytesPerPicture } = await stepCost(backend, trainee, { batch, size, few });
  const perSecond = 1e3 * batch / timing.median;
  const hours = Object.values(PICTURES).map((count) =>
    // Of pictures of another size no hours are claimed.
    software ? "–" : digits(EPOCHS * count / perSecond / 3600)
  );
  const cells = [
    checkpointed ? "checkpointed" : "ours",
    format(timing),
    digits(perSecond),
    `${digits(100 * 3 * FORWARD * (size / 224) ** 2 * perSecond / limit)} %`,
    megabytes(bytesPerPicture),
    ...hours,
  ];
  write(`| ${cells.join(" | ")} |`);
  trainee.optimizer.dispose();
  model.dispose();
}
write("");
Deno.writeTextFileSync(RESULTS, lines.join("\n"));
