/**
 * What a browser says of the pushes that it gives to service workers: their text, as it is given. From its own book of
 * background services, so that no worker is attached to, kept alive or woken by it. Chromium only. Rule TG21.
 */
import type {CDPSession} from 'playwright'
import type {PushSide} from './push-side.ts'

const SERVICE = 'pushMessaging'
/** As Chromium 156 names the moment in which it dispatches the event to the worker, and the text of the push. */
const DISPATCHED = 'Push event dispatched'
const PAYLOAD = 'Payload'

/** `page`: a session with any page; the book is that of the whole profile. It is begun when somebody first listens. */
export function observePushes(page: CDPSession): NonNullable<PushSide['observe']> {
  const listeners = new Map<string, Set<(text: string) => void>>()
  let begun: Promise<void> | null = null

  page.on('BackgroundService.backgroundServiceEventReceived', ({backgroundServiceEvent: event}) => {
    if (event.service !== SERVICE || event.eventName !== DISPATCHED) return
    const text = event.eventMetadata.find(({key}) => key === PAYLOAD)?.value ?? ''
    // The browser writes an origin with a slash behind it.
    for (const listener of listeners.get(URL.parse(event.origin)?.origin ?? '') ?? []) listener(text)
  })

  async function begin(): Promise<void> {
    await page.send('BackgroundService.startObserving', {service: SERVICE})
    await page.send('BackgroundService.setRecording', {service: SERVICE, shouldRecord: true})
  }

  return async (origin, listener) => {
    begun ??= begin()
    await begun
    const own = listeners.get(origin) ?? new Set()
    listeners.set(origin, own.add(listener))
    return async () => {
      // What was told before the answer to this is heard before it, too.
      await page.send('BackgroundService.setRecording', {service: SERVICE, shouldRecord: true})
      own.delete(listener)
      if (own.size === 0) listeners.delete(origin)
    }
  }
}
