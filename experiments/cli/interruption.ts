/**
 * A person's or a parent's wish to end: the first asks for a clean end, a second Ctrl-C ends at once with 130.
 * The parent is the set-up's wrapper, which holds an IPC channel to us; when it is gone we end too.
 */

/** A terminal, npm and the wrapper each hand on the same Ctrl-C; only a later one is a second one. */
const SAME_PRESS_MS = 400

export type Interruption = {readonly signal: AbortSignal; release(): void}

export function listenForInterruption(onFirst: (cause: string) => void): Interruption {
  const controller = new AbortController()
  let firstAtMs = 0

  const interrupt = (cause: string) => {
    if (controller.signal.aborted) {
      if (cause === 'SIGINT' && performance.now() - firstAtMs > SAME_PRESS_MS) process.exit(130)
      return
    }
    firstAtMs = performance.now()
    onFirst(cause)
    controller.abort(cause)
  }
  const onSignal = (name: NodeJS.Signals) => interrupt(name)
  const onParentGone = () => interrupt('disconnect')

  const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const name of signals) process.on(name, onSignal)
  process.on('disconnect', onParentGone)
  // Listening for the parent must not keep us running.
  process.channel?.unref()

  return {
    signal: controller.signal,
    release() {
      for (const name of signals) process.off(name, onSignal)
      process.off('disconnect', onParentGone)
    },
  }
}
