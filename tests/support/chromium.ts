/** Debian's Chromium, or CHROMIUM=path, with WebGPU in software. */
import { type Browser, chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-gpu",
  "--enable-unsafe-webgpu",
];

/** Starts it; the caller closes it. */
export function launchChromium(): Promise<Browser> {
  const executablePath = Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: FLAGS });
}
