/** A run whose GPU is lost goes on, on a new device, as if it had not been. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { testOnBackends } from "../support/backends.ts";
import { checkpointName, checkpoints, inCheckpointFolder } from "../support/checkpoint_folder.ts";
import { lose, onNewDevice } from "../support/new_device.ts";
import { result, resumable } from "../support/resumable.ts";

const LOST = 'current error is "the device was lost (destroyed): ';

testOnBackends(
  "device loss: a run ends by an error, and resumed on a new device as it should",
  async () => {
    const whole = await resumable();
    for (const turns of [0, 1, 5]) {
      await inCheckpointFolder(async (dir) => {
        const checkpoint = { dir, every: 4 };
        const run = resumable({ checkpoint }, { tell: lose(9, turns) });
        const { message } = await assertRejects(() => run, Error, "Cannot train on as the GPU");
        assertStringIncludes(message, "set up the backend anew and go on from what was saved");
        const last = checkpoints(dir).at(-1)!;
        assert(last >= checkpointName(8), last);
        assertStringIncludes(message, `the last whole checkpoint is ${dir}/${last}: ${LOST}`);
        await onNewDevice();
        const resumed = await resumable({ checkpoint: { ...checkpoint, resume: true } });
        assertEquals(checkpointName(resumed.trained[0]!), last);
        assertEquals(result(resumed), result(whole));
      });
    }
  },
  ["webgpu"],
);
