/** Makes a pipe with a name, which nobody writes to: to open it to read waits for ever. */
export async function makePipe(path: string): Promise<void> {
  const { success } = await new Deno.Command("mkfifo", { args: [path] }).output();
  if (!success) throw new Error(`Cannot make a pipe: current path is ${path}`);
}
