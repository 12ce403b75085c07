/**
 * File operations whose errors say what could not be done, why, and where.
 *
 * @module
 */
import { type Host, host } from "./host.ts";

/** A reason of ours not to go on, and what is as it must not be: "length is 5". */
export class Refusal extends Error {
  /** Whether nothing but the path tells what is wrong. */
  readonly isOfPath: boolean;

  constructor(reason: string, current?: string) {
    super(current === undefined ? reason : `${reason}: current ${current}`);
    this.isOfPath = current === undefined;
  }
}

/** What `attempt` throws: the message is whole, the class is for this module alone. */
class FileError extends Error {
  /** The host's code, "ENOENT" say, the same in Deno and Node. */
  declare readonly code?: string;

  constructor(message: string, cause: Error) {
    super(message, { cause });
    const code = codeOf(cause);
    if (code !== undefined) this.code = code;
  }
}

/**
 * Does something with files; an attempt may be a part of another, then its error is the outer's.
 *
 * @param action What it is for, as a message begins: "Cannot load a model".
 * @param path The file or folder.
 * @throws {Error} With the host's error as the cause and its `code`, "ENOENT" say, where there is
 * one; the same in Deno and Node.
 */
export async function attempt<T>(
  action: string,
  path: string,
  work: (host: Host) => Promise<T>,
): Promise<T> {
  const files = host();
  if (!files) {
    const agent = typeof navigator === "undefined" ? "unknown" : navigator.userAgent;
    throw new Error(
      `${action} as the host must be Deno, or Node from 20.16 on, for its file system: ` +
        `current host is ${agent}`,
    );
  }
  try {
    return await work(files);
  } catch (cause) {
    if (!(cause instanceof Error) || cause instanceof FileError) throw cause;
    const isComplete = cause instanceof Refusal && !cause.isOfPath;
    const end = isComplete ? "" : `: current path is ${path}`;
    throw new FileError(`${action} as ${reason(cause)}${end}`, cause);
  }
}

/** The code of a host's error, the same in Deno and Node: "ENOENT" where there is no such file. */
export function codeOf(error: unknown): string | undefined {
  return (error as { code?: string } | null)?.code;
}

const NO_FILE = "its path must lead through folders to a file";
const NOT_PERMITTED = "the operating system must permit it to this user";
const NO_ROOM = "the disk must have room";

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "the file or its folder must exist",
  EISDIR: NO_FILE,
  ENOTDIR: NO_FILE,
  EEXIST: NO_FILE,
  EACCES: NOT_PERMITTED,
  EPERM: NOT_PERMITTED,
  ENOSPC: NO_ROOM,
  EDQUOT: NO_ROOM,
  ERR_ACCESS_DENIED: "Node must be allowed it by --allow-fs-read and --allow-fs-write",
};

function reason(error: Error): string {
  if (error instanceof Refusal) return error.message;
  if (error.name === "NotCapable") {
    return "Deno must be allowed it by --allow-read and --allow-write";
  }
  const code = codeOf(error);
  if (code === undefined) return `it failed (${error.message})`;
  return REASONS[code] ?? `the file system failed (${error.message})`;
}
