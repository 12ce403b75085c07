/** The trainer in the long run. */
import { testOnBackends } from "../support/backends.ts";
import { leavesMemory } from "../support/leaves_memory.ts";

testOnBackends(
  "train: 1,000 steps leave the memory where it was",
  (backend) => leavesMemory(backend, 250),
);
