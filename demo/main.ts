/** Starts the demo: settings from the URL, then whatever the visitor does. */
import "./without_wasm.ts";
import { Chart } from "./chart.ts";
import { Controls } from "./controls.ts";
import { Demo } from "./demo.ts";
import { find, say } from "./page.ts";
import { DEFAULTS, fromUrl, type Settings, toHash } from "./settings.ts";

const demo = new Demo(new Chart(find("chart", SVGSVGElement)));
const controls = new Controls(settingsChanged);
/** The settings that the data was drawn from, and the backend that the page tells. */
let [drawn, told] = ["", ""];

const dataOf = ({ shares, seed }: Settings) => toHash({ ...DEFAULTS, shares, seed });

/** The address always holds the settings: it is what one shares. */
function settingsChanged(): void {
  const { settings } = controls;
  history.replaceState(null, "", `${location.pathname}${toHash(settings)}`);
  const stale = dataOf(settings) !== drawn;
  say(find("hint", HTMLElement), stale ? "Prepare the data to draw it from these settings." : "");
  if (settings.backend === told) return;
  told = settings.backend;
  demo.announceBackend(settings.backend);
}

function prepare(): void {
  const { settings } = controls;
  if (demo.prepare(settings)) drawn = dataOf(settings);
  settingsChanged();
}

function restore(): void {
  controls.settings = fromUrl(location);
  prepare();
}

async function copyLink(): Promise<void> {
  const done = await navigator.clipboard?.writeText(location.href).then(() => true, () => false);
  const said = done ? "Link copied." : "Copy the page's address: it holds all settings.";
  say(find("status", HTMLElement), said);
}

const buttons = {
  start: () => demo.startOrPause(controls.settings),
  reset: () => demo.reset(controls.settings.learnNoise),
  share: copyLink,
};
for (const [id, press] of Object.entries(buttons)) {
  find(id, HTMLButtonElement).addEventListener("click", press);
}
find("controls", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  prepare();
});
addEventListener("hashchange", restore);
restore();
