/**
 * File operations whose errors say what could not be done, why, and where.
 *
 * @module
 */

/**
 * Does something with a file.
 *
 * @param action What it is for, as a message begins: "Cannot load a model".
 * @param path The file or folder.
 * @throws {Error} If the host has no file system. Else as the host does, of the same class, with the host's error as
 * the cause.
 */
export async function attempt<T>(action: string, path: string, work: () => Promise<T>): Promise<T> {
  if (typeof Deno === "undefined") {
    const host = typeof navigator === "undefined" ? "unknown" : navigator.userAgent;
    throw new Error(
      `${action} as the host must be Deno, for its file system: current host is ${host}`,
    );
  }
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const Same = error.constructor as new (message: string, options: ErrorOptions) => Error;
    throw new Same(`${action} as ${reason(error)}: current path is ${path}`, { cause: error });
  }
}

function reason(error: Error): string {
  const { errors } = Deno;
  if (error instanceof errors.NotFound) return "the file or its folder must exist";
  if (error instanceof errors.NotCapable) {
    return "Deno must be allowed it by --allow-read and --allow-write";
  }
  if (error instanceof errors.PermissionDenied) {
    return "the operating system must permit it to this user";
  }
  if (
    error instanceof errors.IsADirectory || error instanceof errors.NotADirectory ||
    error instanceof errors.AlreadyExists
  ) return "its path must lead through folders to a file";
  return `the file system failed (${error.message})`;
}
