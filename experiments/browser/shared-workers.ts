/**
 * Ends the shared workers of an origin, as a worker that closes itself ends: its pages are not told, what they send to it
 * is lost. Chromium only.
 */
import {setTimeout as pause} from 'node:timers/promises'
import type {CDPSession} from 'playwright'
import {monotonicNowMs} from './clock.ts'
import {deadline} from './deadline.ts'
import {DevtoolsSocket} from './devtools-socket.ts'

const END_TIMEOUT_MS = 5_000
const LOOK_EVERY_MS = 20
/** A worker that runs answers within milliseconds. */
const SILENCE_MS = 250

/** `browser`: a session with the browser itself. Resolves, when they have ended, to how many there were. */
export async function endSharedWorkers(
  browser: CDPSession,
  devtoolsUrl: string,
  origin: string,
): Promise<number> {
  const present = async () => {
    const {targetInfos} = await browser.send('Target.getTargets')
    return targetInfos.filter(({type, url}) => type === 'shared_worker' && URL.parse(url)?.origin === origin)
  }
  const workers = await present()
  await Promise.all(
    workers.map(async ({targetId}) => {
      const until = monotonicNowMs() + END_TIMEOUT_MS
      const url = `${devtoolsUrl}/devtools/page/${targetId}`
      if (!(await closesItself(url, END_TIMEOUT_MS))) throw new Error('the shared worker does not answer')
      // Chromium may list one that has ended for seconds more; it answers nobody.
      while (await closesItself(url, SILENCE_MS)) {
        if (monotonicNowMs() > until) throw new Error('the shared worker did not end')
        await pause(LOOK_EVERY_MS)
        if (!(await present()).some((other) => other.targetId === targetId)) return
      }
    }),
  )
  return workers.length
}

/** Whether there was a worker that heard it. */
async function closesItself(url: string, withinMs: number): Promise<boolean> {
  const socket = await DevtoolsSocket.open(url).catch(() => null)
  if (socket === null) return false
  try {
    await deadline(socket.evaluate('void self.close()'), withinMs, 'the worker to answer')
    return true
  } catch {
    return false
  } finally {
    socket.close()
  }
}
