/**
 * Owns the timer of one watch over an open link, hears what may make it suspect, and does what `suspicion.ts` decides.
 * Times are of the monotonic clock: a wall clock that is set must not kill a link. Rules CO10, CO12, PO10–PO11.
 */
import {KEEP_ALIVE_FRAME} from '#protocol/celsius-frame.ts'
import type {Surroundings} from '../chat-session.ts'
import {linkRules} from './defaults.ts'
import {heardKeepAlive, keepAliveMs, linkEnded, unknownPace} from './keep-alive-pace.ts'
import {lastsMs, next, type Suspicion, type SuspicionEvent, type Watch} from './suspicion.ts'

export type LinkWatch = {
  opened(): void
  dropped(): void
  heard(text: string): void
  answered(): void
  close(): void
}

export type LinkWatchHandlers = {
  /** Sends what a living link answers. */
  readonly ask: () => void
  readonly abandon: (why: Watch) => void
  /** The page is back, whether or not there is a link to doubt. */
  readonly wake: () => void
}

type Needs = Pick<Surroundings, 'now' | 'stampNow' | 'setTimer' | 'onWake' | 'witness'>

export function watchLink(watch: Watch, surroundings: Needs, handlers: LinkWatchHandlers): LinkWatch {
  const {now, stampNow} = surroundings
  let state: Suspicion = {name: 'absent'}
  let pace = unknownPace
  let cancel = () => {}
  let clocks = {wallMs: now(), stampMs: stampNow()}

  function feed(event: SuspicionEvent): void {
    const step = next(state, event, watch)
    state = step.state
    if (step.probed) surroundings.witness({kind: 'probed', ...step.probed})
    if (step.does === 'ask') handlers.ask()
    // What is decided now may already have been overtaken by what asking or leaving brought about.
    if (state === step.state) wait()
    if (step.does === 'abandon') handlers.abandon(watch)
    if (step.does === 'reconnect') handlers.wake()
  }

  function wait(): void {
    cancel()
    cancel = () => {}
    const at = stampNow()
    const lasts = lastsMs(state, at, keepAliveMs(pace), watch)
    if (lasts === null) return
    const waitedFor = state
    cancel = surroundings.setTimer(() => {
      lookAtClocks()
      if (state === waitedFor) feed({type: 'due', at: stampNow()})
    }, lasts)
  }

  /** A machine that slept comes back with a wall clock that went on and a monotonic one that did not. */
  function lookAtClocks(): void {
    const before = clocks
    clocks = {wallMs: now(), stampMs: stampNow()}
    const jumpMs = clocks.wallMs - before.wallMs - (clocks.stampMs - before.stampMs)
    if (Math.abs(jumpMs) > linkRules.clockJumpMs) doubt('clock-jump')
  }

  function doubt(because: Extract<SuspicionEvent, {type: 'doubted'}>['because']): void {
    if (watch === 'watchdog') return
    handlers.wake()
    feed({type: 'doubted', because, at: stampNow()})
  }

  const stopListening = surroundings.onWake((because) => {
    lookAtClocks()
    doubt(because)
  })

  return {
    opened: () => feed({type: 'opened'}),
    dropped() {
      pace = linkEnded(pace)
      feed({type: 'dropped', at: stampNow()})
    },
    heard(text) {
      const at = stampNow()
      if (text === KEEP_ALIVE_FRAME) pace = heardKeepAlive(pace, at)
      feed({type: 'heard', at})
      lookAtClocks()
    },
    answered: () => feed({type: 'answered', at: stampNow()}),
    close() {
      stopListening()
      cancel()
      // Whatever is under way is of no interest to anybody any more.
      state = {name: 'absent'}
    },
  }
}
