/**
 * The witness in a tab: stamps what reached the page, what the DOM shows and which state the tab is in.
 * It reads the DOM by itself and knows nothing of the session's state, so the page cannot flatter it. Rules WI1–WI8, WI15, WI17–WI18.
 */
import type {WitnessEvent} from '#protocol/witness-event.ts'
import type {WitnessStamp} from '../sync/chat-session.ts'
import {createTestimony} from './testimony.ts'
import {watchDraft} from './draft.ts'
import {watchHeader} from './header.ts'
import {readTranscript, textHash, transcriptView, type TranscriptLine} from './transcript.ts'

const TICK_INTERVAL_MS = 50
/** A little less than the second at which a hidden tab ticks, so that each such tick is told when it happens. */
const TICK_REPORT_MS = 900
const LIFECYCLE_EVENTS = ['freeze', 'resume', 'visibilitychange'] as const
const WINDOW_EVENTS = ['pageshow', 'pagehide', 'focus', 'blur', 'online', 'offline'] as const

export type Witness = {
  /** Stamps an event of the session. `at` (performance.now(), ms) when the moment was before this call. */
  stamp(event: WitnessStamp, at?: number): void
}

/** What the runner calls in the page. */
export type WitnessHandle = {
  read(label: string): Promise<void>
  reportTicks(): void
  beacons(names: readonly string[], everyMs: number): void
}

declare global {
  interface Window {
    tabwitness?: WitnessHandle
  }
}

export function startWitness(_options: {readonly tab: string}): Witness {
  const testimony = createTestimony()
  const say = (event: WitnessEvent, urgent = false) => testimony.say(event, urgent)

  watchPage(say)
  watchLifecycle(say)
  const reportTicks = countTicks(say)
  const reportDraft = watchDraft(say)
  watchReady(say, reportDraft)

  window.tabwitness = {
    reportTicks,
    async read(label) {
      reportTicks()
      const at = performance.now()
      const lines = readTranscript()
      const view = await Promise.all(
        lines.map(async ({text, ...line}) => ({...line, chars: text.length, textHash: await textHash(text)})),
      )
      const conversationId = document
        .querySelector('[data-conversation-id]')
        ?.getAttribute('data-conversation-id')
      const connection = document.querySelector('[data-connection]')?.getAttribute('data-connection')
      say(
        {
          kind: 'reading',
          at,
          label,
          conversationId: conversationId || null,
          connection: connection ?? 'none',
          view,
        },
        true,
      )
    },
    beacons: (names, everyMs) => showBeacons(names, everyMs, say),
  }

  return {
    stamp(event, at = performance.now()) {
      say({...event, at})
      if (event.kind === 'acted') reportDraft()
    },
  }
}

type Say = (event: WitnessEvent, urgent?: boolean) => void

/** A MutationObserver runs in the microtask after the DOM commit: `at` is that moment, painted or not. */
function watchPage(say: Say): void {
  let before: readonly TranscriptLine[] = []
  const lookAtHeader = watchHeader(say)
  const observer = new MutationObserver(() => {
    const at = performance.now()
    lookAtHeader(at)
    const view = transcriptView()
    if (sameView(before, view)) return
    before = view
    say({kind: 'shown', at, view: [...view]})
    if (document.visibilityState === 'visible')
      afterNextFrame((paintedAt) => say({kind: 'painted', at: paintedAt, shownAt: at}))
  })
  observer.observe(document.documentElement, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: ['data-message-id', 'data-status', 'data-model'],
  })
}

const sameView = (a: readonly TranscriptLine[], b: readonly TranscriptLine[]) =>
  a.length === b.length &&
  a.every((line, index) => {
    const other = b[index]
    return line.id === other?.id && line.chars === other.chars && line.status === other.status
  })

/** A task posted from requestAnimationFrame runs after that frame was handed over. */
function afterNextFrame(run: (at: number) => void): void {
  requestAnimationFrame(() => {
    const {port1, port2} = new MessageChannel()
    port2.onmessage = () => {
      run(performance.now())
      port1.close()
    }
    port1.postMessage(null)
  })
}

function watchLifecycle(say: Say): void {
  const note = (event: string, persisted = false) =>
    // A page about to freeze runs nothing more: what it has to say goes out at once.
    say(
      {
        kind: 'lifecycle',
        at: performance.now(),
        event,
        visibility: document.visibilityState === 'visible' ? 'visible' : 'hidden',
        focused: document.hasFocus(),
        persisted,
      },
      true,
    )
  for (const name of LIFECYCLE_EVENTS) document.addEventListener(name, () => note(name))
  for (const name of WINDOW_EVENTS) {
    window.addEventListener(name, (event) =>
      note(name, event instanceof PageTransitionEvent && event.persisted),
    )
  }
  note('loaded')
}

/** The page's own interval is the proof of throttling; the report rides on it and is never sent by another timer. */
function countTicks(say: Say): () => void {
  let fromAt = performance.now()
  let count = 0
  const report = () => {
    const at = performance.now()
    say({kind: 'ticks', at, fromAt, count, intervalMs: TICK_INTERVAL_MS}, true)
    fromAt = at
    count = 0
  }
  setInterval(() => {
    count += 1
    if (performance.now() - fromAt >= TICK_REPORT_MS) report()
  }, TICK_INTERVAL_MS)
  return report
}

/** `<html data-ready>`: the conversation is loaded and the channel was connected once. */
function watchReady(say: Say, onReady: () => void): void {
  const tell = () => {
    if (!document.documentElement.hasAttribute('data-ready')) return
    observer.disconnect()
    say({
      kind: 'lifecycle',
      at: performance.now(),
      event: 'ready',
      visibility: document.visibilityState === 'visible' ? 'visible' : 'hidden',
      focused: document.hasFocus(),
      persisted: false,
    })
    onReady()
  }
  const observer = new MutationObserver(tell)
  observer.observe(document.documentElement, {attributes: true, attributeFilter: ['data-ready']})
  tell()
}

/** Calibration: the page changes its own DOM at a moment it knows, and the observer must see it. */
function showBeacons(names: readonly string[], everyMs: number, say: Say): void {
  const board = document.createElement('div')
  document.body.append(board)
  new MutationObserver(() => {
    const at = performance.now()
    say({kind: 'beacon-seen', at, beacon: board.lastElementChild?.textContent ?? '', stage: 'shown'})
  }).observe(board, {childList: true, characterData: true, subtree: true})

  const remaining = [...names]
  const timer = setInterval(() => {
    const name = remaining.shift()
    if (name === undefined) {
      clearInterval(timer)
      return
    }
    const beacon = document.createElement('output')
    beacon.dataset['beacon'] = name
    beacon.textContent = name
    say({kind: 'beacon-seen', at: performance.now(), beacon: name, stage: 'true'})
    board.append(beacon)
  }, everyMs)
}
