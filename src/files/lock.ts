/**
 * Locks that are the system's: it frees them when their process ends, however that happens.
 *
 * @module
 */
import { codeOf, Refusal } from "./attempt.ts";
import type { Host } from "./host.ts";

/** A file that this process has for itself. */
export interface Lock {
  /** Leaves it to others. */
  release(): void;
}

/** Flags that lock what they open, or fail: of macOS and the BSDs, and of Node on Windows. */
const [O_EXLOCK, UV_FS_O_EXLOCK] = [0x20, 0x10000000];

/**
 * Takes a file, which is made if missing, or nothing if another has it: in this process or in
 * another one, in Deno or in Node, which see each other's locks.
 */
export async function takeLock(host: Host, path: string): Promise<Lock | undefined> {
  if (typeof Deno !== "undefined") {
    const file = await Deno.open(path, { create: true, read: true, write: true });
    return await taken(() => file.close(), () => file.tryLock(true));
  }
  const { node, platform } = host;
  const { O_CREAT, O_RDWR, O_NONBLOCK } = node.constants;
  const open = (more = 0) => {
    const descriptor = node.openSync(path, O_CREAT | O_RDWR | more);
    return { descriptor, release: () => node.closeSync(descriptor) };
  };
  if (platform === "linux" || platform === "android") {
    const { descriptor, release } = open();
    return await taken(release, () => flock(host, descriptor));
  }
  try {
    return open(platform === "win32" ? UV_FS_O_EXLOCK : O_EXLOCK | O_NONBLOCK);
  } catch (error) {
    if (["EAGAIN", "EBUSY"].includes(codeOf(error) ?? "")) return undefined;
    throw error;
  }
}

async function taken(release: () => void, lock: () => Promise<boolean>): Promise<Lock | undefined> {
  let isTaken = false;
  try {
    isTaken = await lock();
  } finally {
    if (!isTaken) release();
  }
  return isTaken ? { release } : undefined;
}

/** A lock belongs to the open file: what `flock` locks is locked until this process closes it. */
function flock({ processes }: Host, descriptor: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = processes.spawn("flock", ["-x", "-n", "3"], {
      stdio: ["ignore", "ignore", "ignore", descriptor],
    });
    child.on("error", (error) => {
      const isMissing = codeOf(error) === "ENOENT";
      reject(isMissing ? new Refusal("Node needs the command flock, of util-linux") : error);
    });
    child.on("close", (code) => {
      if (code === 0 || code === 1) resolve(code === 0);
      else reject(new Refusal("the command flock must lock it", `exit code is ${code}`));
    });
  });
}
