/**
 * Every export, every parameter and every option of it over junk of many kinds: each is taken as
 * documented, or refused in our words, before any work, without a leak.
 */
import { assert, assertEquals } from "@std/assert";
import * as mod from "../../mod.ts";
import * as vision from "../../src/vision/mod.ts";
import { use } from "../support/backends.ts";
import { disposeAll } from "../support/dispose_all.ts";
import {
  closedObjects,
  faultOf,
  JUNK,
  type JunkCall,
  type Kind,
  parametersOf,
  placesOf,
} from "../support/junk.ts";
import { LOSS_ROWS } from "../support/junk_losses.ts";
import { NETWORK_ROWS } from "../support/junk_networks.ts";
import { PART_ROWS } from "../support/junk_parts.ts";
import { PRIOR_ROWS } from "../support/junk_priors.ts";
import { TRAIN_ROWS } from "../support/junk_train.ts";
import { VISION_ROWS } from "../support/junk_vision.ts";

type Run = (...args: never[]) => unknown;

const TABLE: Readonly<Record<string, readonly JunkCall[]>> = {
  ...LOSS_ROWS,
  ...PRIOR_ROWS,
  ...TRAIN_ROWS,
  ...PART_ROWS,
  ...NETWORK_ROWS,
  ...VISION_ROWS,
};
/** Exports whose checks are made elsewhere at this time, and by whom. */
const PENDING: Readonly<Record<string, string>> = {};
/** tfjs's own, handed on. */
const NOT_OURS = ["Layer"];
const EXPORTS = { ...mod, ...vision } as unknown as Readonly<Record<string, Run>>;

/** What is wrong with how an export takes junk, a line a fault. */
async function faultsOf(name: string): Promise<string[]> {
  const faults: string[] = [];
  const note = (what: string, fault: string | undefined) => {
    if (fault !== undefined) faults.push(`${name}: ${what} ${fault}`);
  };
  for (const call of TABLE[name]!) {
    const run = call.call ?? callOf(EXPORTS[name]!);
    if (!call.refused) note("the sound call", await faultOf(run, call));
    for (const [place, words] of placesOf(call)) {
      for (const [kind, value] of Object.entries(JUNK)) {
        const takes = call.takes?.[place]?.includes(kind as Kind) ?? false;
        if (takes && call.refused) continue;
        // A function tells only when it is called what it returns.
        const refusal = takes
          ? undefined
          : kind === "function"
          ? { words: /./, mayDo: /./ }
          : { words, mayDo: call.late?.includes(place) ? /./ : call.reads ? /^data$/ : /^$/ };
        note(`${place} = ${kind}`, await faultOf(run, call, { place, value }, refusal));
      }
    }
    for (const [place, known] of closedObjects(call)) {
      const words = new RegExp(`\\b${known}\\b.*current value (has|is) "${known}x"`, "s");
      const change = { place: `${place}.${known}x`, value: () => 1 };
      note(
        change.place,
        await faultOf(run, call, change, {
          words,
          mayDo: call.late?.includes(place) ? /./ : /^$/,
        }),
      );
    }
  }
  return faults;
}

function callOf(run: Run): Run {
  return String(run).startsWith("class") ? (...args) => Reflect.construct(run, args) : run;
}

for (const name of Object.keys(TABLE)) {
  Deno.test({
    name: `junk: ${name}`,
    ignore: name in PENDING,
    fn: async () => {
      await use("cpu");
      assertEquals((await faultsOf(name)).join("\n"), "");
    },
  });
}

Deno.test("junk: every export stands in the table with every parameter, and nothing else", () => {
  const names = Object.keys(EXPORTS).filter((name) => !NOT_OURS.includes(name));
  assertEquals(Object.keys(TABLE).sort(), names.sort());
  for (const name of names) {
    for (const { args, call } of TABLE[name]!) {
      if (call) continue;
      const given = args();
      const names = Object.keys(given);
      const parameters = parametersOf(EXPORTS[name]);
      assertEquals(names.length, parameters.length, name);
      parameters.forEach((parameter, i) => {
        // "" is taken apart; Deno calls momentum's momentum "momentum1".
        assert(["", names[i], `${names[i]}1`].includes(parameter), `${name}: ${parameter}`);
      });
      disposeAll(given);
    }
  }
});
