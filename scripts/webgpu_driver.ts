/**
 * Looks for a WebGPU adapter before the main job and the tests; installs a software one where it may.
 *
 *     deno run --allow-run --allow-read=/etc/os-release --allow-env=NO_WEBGPU --allow-sys=uid \
 *       scripts/webgpu_driver.ts --for=synthetic|test
 *
 * Exits with 0, but for `--for=test` with 1 if there is no adapter and NO_WEBGPU is not 1.
 *
 * @module
 */

/** What the remedy for a missing adapter depends on. */
export interface Machine {
  /** `Deno.build.os`. */
  readonly os: string;
  /** Whether this process may install packages. */
  readonly root: boolean;
  /** The text of /etc/os-release, or `""`. */
  readonly release: string;
}

/** How a missing adapter is cured: by commands that this script runs, or by a sentence for the user. */
export type Remedy = { readonly install: readonly string[][] } | { readonly advice: string };

/** Limits of the two child processes that could wait for ever, in ms. */
const PROBE_LIMIT = 60_000;
const INSTALL_LIMIT = 300_000;

const APT = [
  ["apt-get", "update"],
  ["apt-get", "install", "-y", "--no-install-recommends", "mesa-vulkan-drivers"],
];

/** Chooses the remedy for a machine without an adapter. */
export function remedyFor({ os, root, release }: Machine): Remedy {
  if (os !== "linux") {
    const own: Record<string, string> = { darwin: "Metal", windows: "Direct3D 12" };
    return {
      advice: own[os] === undefined
        ? `WebGPU needs a Vulkan driver: install the one that ${os} offers`
        : `WebGPU comes with ${
          own[os]
        }: update the system and the graphics driver, and check that ` +
          "this session may use the GPU",
    };
  }
  const families = familiesOf(release);
  const is = (...names: string[]) => names.some((name) => families.includes(name));
  const sudo = root ? "" : "sudo ";
  const run = (command: string) => ({ advice: `run: ${command}` });
  if (is("debian", "ubuntu")) {
    if (root) return { install: APT };
    return run(APT.map((words) => sudo + words.join(" ")).join(" && "));
  }
  if (is("fedora", "rhel", "centos")) return run(`${sudo}dnf install -y mesa-vulkan-drivers`);
  if (is("arch")) return run(`${sudo}pacman -S --needed vulkan-swrast`);
  if (is("alpine")) return run(`${root ? "" : "doas "}apk add mesa-vulkan-swrast`);
  if (is("suse", "opensuse")) return run(`${sudo}zypper install Mesa-vulkan-drivers libvulkan_lvp`);
  return { advice: "install a Vulkan driver: Mesa's lavapipe needs no GPU" };
}

/** ID and ID_LIKE of an os-release text, as a list of words. */
function familiesOf(release: string): string[] {
  return [...release.matchAll(/^ID(?:_LIKE)?=(.*)$/gm)]
    .flatMap(([, value]) => value!.replace(/["'\r]/g, "").toLowerCase().split(/\s+/));
}

/** The environment for a WebGPU process: never OpenGL, which wgpu takes if no other driver is there. */
const WEBGPU_ENV = { DENO_WEBGPU_BACKEND: "vulkan,metal,dx12", XDG_RUNTIME_DIR: "/tmp" };

/** The name of the adapter, if any, as a process started now sees it (this one has looked already). */
async function adapterName(): Promise<string | undefined> {
  const code = "const a = await navigator.gpu?.requestAdapter();" +
    "if (a) console.log(a.info.description || a.info.vendor || 'unnamed');" +
    "Deno.exit(a ? 0 : 1);";
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", "--no-config", "--no-lock", code],
    env: WEBGPU_ENV,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
    signal: AbortSignal.timeout(PROBE_LIMIT),
  }).output();
  return success ? new TextDecoder().decode(stdout).trim() : undefined;
}

/** Runs the commands; false, with their output on stderr, if one fails. */
async function install(commands: readonly string[][]): Promise<boolean> {
  for (const [program, ...args] of commands) {
    try {
      const { success, stdout, stderr } = await new Deno.Command(program!, {
        args,
        env: { DEBIAN_FRONTEND: "noninteractive" },
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
        signal: AbortSignal.timeout(INSTALL_LIMIT),
      }).output();
      if (success) continue;
      const text = new TextDecoder();
      console.error(text.decode(stdout) + text.decode(stderr));
      console.error(`${[program, ...args].join(" ")} failed`);
    } catch (error) {
      console.error(`${program} did not run: ${(error as Error).message}`);
    }
    return false;
  }
  return true;
}

function thisMachine(): Machine {
  const os = Deno.build.os;
  let release = "";
  try {
    if (os === "linux") release = Deno.readTextFileSync("/etc/os-release");
  } catch {
    // A Linux without it gets the advice for an unknown one.
  }
  return { os, root: os !== "windows" && Deno.uid() === 0, release };
}

async function main(): Promise<number> {
  const purpose = Deno.args.find((arg) => arg.startsWith("--for="))?.slice("--for=".length);
  if (purpose !== "synthetic" && purpose !== "test") {
    console.error(
      `Cannot prepare WebGPU as --for must be synthetic or test: current value is ${purpose}`,
    );
    return 2;
  }
  if (purpose === "test" && Deno.env.get("NO_WEBGPU") === "1") return 0;
  if (await adapterName() !== undefined) return 0;
  const remedy = remedyFor(thisMachine());
  if ("install" in remedy) {
    console.error(
      "No WebGPU adapter: installing Debian's mesa-vulkan-drivers (a software one) ...",
    );
    if (await install(remedy.install) && await adapterName() !== undefined) return 0;
    console.error("There is still no WebGPU adapter.");
  } else {
    console.error(`No WebGPU adapter; to get one, ${remedy.advice}`);
  }
  if (purpose === "synthetic") return 0;
  console.error("The tests need one; to leave those on WebGPU out, set NO_WEBGPU=1");
  return 1;
}

if (import.meta.main) Deno.exit(await main());
