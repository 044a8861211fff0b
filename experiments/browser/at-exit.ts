/** What has to be done when this process ends, the newest first. One listener, however many browsers and folders there are. */
const waiting = new Set<() => void>()

/** Returns the function that calls it off. */
export function atExit(run: () => void): () => void {
  if (!process.listeners('exit').includes(runAll)) process.once('exit', runAll)
  waiting.add(run)
  return () => void waiting.delete(run)
}

function runAll(): void {
  for (const run of [...waiting].toReversed()) run()
}
