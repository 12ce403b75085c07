/** Writes a log, as fast as it goes, until it is killed. */
import { openHistoryLog } from "../../src/train/history_log.ts";

const log = await openHistoryLog(Deno.args[0]!);
for (let epoch = 0;; epoch++) await log.write({ epoch, loss: 1, learningRate: 2 });
