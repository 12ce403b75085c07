/** What is warned of while `run` runs. */
export async function warnings(run: () => Promise<void>): Promise<string[]> {
  const [warn, found] = [console.warn, [] as string[]];
  console.warn = (text: string) => void found.push(text);
  try {
    await run();
  } finally {
    console.warn = warn;
  }
  return found;
}
