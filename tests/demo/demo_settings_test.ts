/** The demo's settings: into a URL and back, whoever wrote the URL; and its labels. */
import { assert, assertEquals } from "@std/assert";
import { fractionsOf, segmentLabels } from "../../demo/labels.ts";
import { DEFAULTS, fromUrl, type Settings, toHash } from "../../demo/settings.ts";
import { randomFrom } from "../../examples/synthetic/random.ts";

const at = (rest: string) => fromUrl(new URL(`http://localhost/demo/${rest}`));

Deno.test("demo: settings come back from their URL", () => {
  const all: Settings[] = [
    DEFAULTS,
    { shares: [0, 0, 0, 0, 100], seed: 0, learnNoise: true, backend: "cpu" },
    { shares: [9, 8, 7, 6, 5], seed: 2147483647, learnNoise: true, backend: "webgpu" },
  ];
  for (const settings of all) assertEquals(at(toHash(settings)), settings);
});

Deno.test("demo: a query sets, the hash wins", () => {
  assertEquals(at("?backend=cpu"), { ...DEFAULTS, backend: "cpu" });
  assertEquals(at("?seed=4&noise=learned#seed=5"), { ...DEFAULTS, seed: 5, learnNoise: true });
});

Deno.test("demo: what is no setting is the default", () => {
  const wrong = [
    "#shares=1-2-3-4",
    "#shares=1-2-3-4-5-6",
    "#shares=0-0-0-0-0",
    "#shares=1-2-3-4-101",
    "#shares=1-2-3-4-NaN",
    "#shares=1-2-3-4-",
    "#shares=1-2-3--4-5",
    "#shares=1e1-2-3-4-5",
    "#seed=-1",
    "#seed=1.5",
    "#seed=2147483648",
    "#seed=99999999999999999999",
    "#seed=<b>",
    "#noise=maybe",
    "#backend=constructor",
    "#__proto__=1",
    "#",
    "#%",
  ];
  for (const hash of wrong) assertEquals(at(hash), DEFAULTS, hash);
});

Deno.test("demo: labels fall into segments by their shares", () => {
  const shares = [1, 0, 90, 0, 9];
  const labels = segmentLabels(shares);
  const random = randomFrom(3);
  const counts = [0, 0, 0, 0, 0];
  for (let i = 0; i < 10_000; i++) counts[Math.floor(labels.draw(random)[0]! / 2)]!++;
  fractionsOf(shares).forEach((fraction, k) => {
    const spread = Math.sqrt(10_000 * fraction * (1 - fraction));
    assert(Math.abs(counts[k]! - 10_000 * fraction) <= 4 * spread, `segment ${k}: ${counts[k]}`);
  });
});
