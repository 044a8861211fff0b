/**
 * How the witness's events leave the page: in batches through a CDP binding, posted by a MessageChannel because timers
 * are throttled in hidden tabs. Where no runner listens (a person's tab) the newest are kept in memory only.
 */
import {TESTIMONY_BINDING} from '#protocol/testimony.ts'
import type {WitnessEvent} from '#protocol/witness-event.ts'

const KEPT_WITHOUT_RUNNER = 1_000

export type Testimony = {say(event: WitnessEvent, urgent?: boolean): void}

export function createTestimony(): Testimony {
  const pending: WitnessEvent[] = []
  const {port1, port2} = new MessageChannel()
  let isPosted = false

  const flush = () => {
    isPosted = false
    const send: unknown = Reflect.get(globalThis, TESTIMONY_BINDING)
    if (typeof send !== 'function') {
      pending.splice(0, pending.length - KEPT_WITHOUT_RUNNER)
      return
    }
    if (pending.length === 0) return
    send(JSON.stringify({timeOrigin: performance.timeOrigin, events: pending.splice(0)}))
  }
  port2.onmessage = flush

  return {
    say(event, urgent = false) {
      pending.push(event)
      if (urgent) return flush()
      if (isPosted) return
      isPosted = true
      port1.postMessage(null)
    },
  }
}
