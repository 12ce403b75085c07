/** The form: settings in and out. */
import { percent } from "./histogram.ts";
import { fractionsOf } from "./labels.ts";
import { find, say } from "./page.ts";
import { MAX_SEED, PRESETS, SEGMENTS, type Settings } from "./settings.ts";

/** The page's form as {@linkcode Settings}. */
export class Controls {
  readonly #shares = SEGMENTS.map((_, k) => find(`share-${k}`, HTMLInputElement));
  readonly #percents = SEGMENTS.map((_, k) => find(`percent-${k}`, HTMLElement));
  readonly #seed = find("seed", HTMLInputElement);
  readonly #learnNoise = find("learn-noise", HTMLInputElement);
  readonly #backend = find("backend", HTMLSelectElement);

  /** Calls back whenever the visitor has changed something. */
  constructor(onChange: () => void) {
    const changed = () => {
      this.#tellShares();
      onChange();
    };
    find("controls", HTMLFormElement).addEventListener("input", changed);
    for (const [name, shares] of Object.entries(PRESETS)) {
      find(`preset-${name}`, HTMLButtonElement).addEventListener("click", () => {
        this.settings = { ...this.settings, shares };
        onChange();
      });
    }
  }

  get settings(): Settings {
    const seed = Math.round(Number(this.#seed.value));
    return {
      shares: this.#shares.map((input) => Number(input.value)),
      seed: Number.isFinite(seed) ? Math.min(Math.max(seed, 0), MAX_SEED) : 0,
      learnNoise: this.#learnNoise.checked,
      backend: this.#backend.value as Settings["backend"],
    };
  }

  set settings({ shares, seed, learnNoise, backend }: Settings) {
    this.#shares.forEach((input, k) => input.value = `${shares[k]!}`);
    this.#seed.value = `${seed}`;
    this.#learnNoise.checked = learnNoise;
    this.#backend.value = backend;
    this.#tellShares();
  }

  #tellShares(): void {
    const fractions = fractionsOf(this.settings.shares);
    fractions.forEach((fraction, k) => {
      const text = Number.isNaN(fraction) ? "none" : percent(fraction);
      say(this.#percents[k]!, text);
      this.#shares[k]!.setAttribute("aria-valuetext", `${text} of the labels`);
    });
  }
}
