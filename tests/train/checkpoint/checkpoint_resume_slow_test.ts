/** Checkpoints: the same bits wherever a run is stopped, on the device, too. */
import { testOnBackends } from "../../support/backends.ts";
import { sameWhenStopped } from "../../support/same_when_stopped.ts";

testOnBackends(
  "checkpoints: a run stopped anywhere and resumed has the bits of one that was not",
  // Before the best epoch, at it, after it, at the end.
  (backend) => sameWhenStopped(backend === "cpu" ? [1, 2, 6, 8, 9, 15] : [3, 12]),
  ["cpu", "webgpu"],
);
