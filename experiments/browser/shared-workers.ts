/**
 * Ends the shared workers of an origin, as a worker that closes itself ends: its pages are not told, what they send to it
 * is lost. Chromium only.
 */
import {setTimeout as pause} from 'node:timers/promises'
import type {CDPSession} from 'playwright'
import {monotonicNowMs} from './clock.ts'
import {DevtoolsSocket} from './devtools-socket.ts'

const END_TIMEOUT_MS = 5_000
const LOOK_EVERY_MS = 10

/** `browser`: a session with the browser itself. Resolves, when the browser knows none any more, to how many there were. */
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
  for (const {targetId} of workers) {
    const socket = await DevtoolsSocket.open(`${devtoolsUrl}/devtools/page/${targetId}`)
    // It may be gone before it has answered.
    await socket.evaluate('void self.close()').catch(() => undefined)
    socket.close()
  }
  const ending = new Set(workers.map(({targetId}) => targetId))
  const until = monotonicNowMs() + END_TIMEOUT_MS
  while ((await present()).some(({targetId}) => ending.has(targetId))) {
    if (monotonicNowMs() > until) throw new Error('the shared worker did not end')
    await pause(LOOK_EVERY_MS)
  }
  return workers.length
}
