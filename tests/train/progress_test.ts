/** What a run tells while it goes on. */
import { assertEquals } from "@std/assert";
import { openProgress } from "../../src/train/progress.ts";
import { progressText } from "../../src/train/progress_text.ts";
import { progressLines } from "../support/progress_lines.ts";

const record = (epoch: number) => ({ epoch, loss: 0.50123, learningRate: 0.1 });

Deno.test("progress: speed, remaining time, loss and metrics in one line", () => {
  const pace = { epochs: 10, resumed: 0, steps: 120, seconds: 3 };
  const texts: [string, string][] = [
    [
      progressText({ ...record(2), metrics: { mae: 1.25 } }, pace),
      "epoch 3/10 | 40 steps/s | 7s left | loss 0.5012 | mae 1.250",
    ],
    // The epochs of before a resume took none of this time.
    [
      progressText(record(2), { ...pace, resumed: 2, steps: 1 }),
      "epoch 3/10 | 0.333 steps/s | 21s left | loss 0.5012",
    ],
    [progressText(record(9), { ...pace, steps: 3000 }), "epoch 10/10 | 1000 steps/s | loss 0.5012"],
    [progressText(record(8), { ...pace, steps: undefined }), "epoch 9/10 | 0s left | loss 0.5012"],
    [progressText(record(0), { ...pace, seconds: 0 }), "epoch 1/10 | 0s left | loss 0.5012"],
  ];
  for (const [text, expected] of texts) assertEquals(text, expected);
});

Deno.test("progress: the two greatest units of the remaining time", () => {
  const left = (seconds: number) => {
    const pace = { epochs: 2, resumed: 0, steps: undefined, seconds };
    return progressText(record(0), pace).split(" | ")[1];
  };
  const texts = [0.4, 59.6, 65, 3600, 3725, 93784, 864000].map(left);
  const expected = ["0s", "1m 0s", "1m 5s", "1h 0m", "1h 2m", "1d 2h", "10d 0h"];
  assertEquals(texts, expected.map((text) => `${text} left`));
});

Deno.test("progress: in a pipe a line at once, one each two seconds, and the last", async () => {
  const said = await progressLines(async (setClock) => {
    const progress = await openProgress(6, 1);
    for (const [epoch, at] of [[1, 6000], [2, 7000], [3, 8000], [4, 9000], [5, 9500]] as const) {
      setClock(at);
      progress.update(record(epoch), 10 * epoch);
    }
    progress.stop();
  });
  assertEquals(said, [
    "epoch 2/6 | 10 steps/s | 4s left | loss 0.5012",
    "epoch 4/6 | 10 steps/s | 2s left | loss 0.5012",
    "epoch 6/6 | 11.1 steps/s | loss 0.5012",
  ]);
});
