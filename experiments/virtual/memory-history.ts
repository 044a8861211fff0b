/**
 * The history of a cell of virtual tabs, kept in memory: hundreds are played at a time, and only the telling ones are
 * written to a file. The lines are those of any history. Rules HI1, VT1.
 */
import {bracketedClock, monotonicNowMs, type TabClock} from '../browser/clock.ts'
import {
  HISTORY_FORMAT,
  type History,
  type HistoryEvent,
  type HistoryFooter,
  type HistoryHeader,
} from '../history/history-event.ts'

type Line = Exclude<HistoryEvent, HistoryHeader | HistoryFooter>
type Step = Extract<Line, {kind: 'step'}>

export class MemoryHistory {
  readonly #header: HistoryHeader
  readonly #lines: Line[] = []
  #footer: HistoryFooter | null = null
  #steps = 0
  #changedAt: number

  constructor(header: Omit<HistoryHeader, 'kind' | 'format' | 'at'>) {
    this.#changedAt = monotonicNowMs()
    this.#header = {kind: 'header', format: HISTORY_FORMAT, at: this.#changedAt, ...header}
  }

  /** When something last changed: not merely looked, asked or answered a ping. */
  get changedAt(): number {
    return this.#changedAt
  }

  /** Nothing is taken any more once it is finished. */
  append(line: Line): void {
    if (this.#footer !== null) return
    this.#lines.push(line)
    if (isChange(line)) this.#changedAt = monotonicNowMs()
  }

  /** Writes that a step began; what it returns writes how it ended. */
  step(what: string, tab: string | null, note: string): (outcome: Step['outcome'], why?: string) => void {
    const of = {kind: 'step', index: this.#steps++, do: what, tab} as const
    this.append({...of, at: monotonicNowMs(), phase: 'began', outcome: 'ok', note})
    return (outcome, why) =>
      this.append({...of, at: monotonicNowMs(), phase: 'ended', outcome, note: why ?? null})
  }

  /** All that was recorded so far, sorted, each event with its line. */
  finish(failure: string | null, waitedMs: number): History {
    const at = monotonicNowMs()
    const footer: HistoryFooter = {
      kind: 'footer',
      at,
      wallMs: at - this.#header.at,
      waitedMs,
      failure,
      lines: this.#lines.length + 2,
    }
    this.#footer ??= footer
    const events = this.#lines.map((event, index) => ({...event, line: index + 2}))
    return {
      header: this.#header,
      events: events.toSorted((a, b) => a.at - b.at),
      footer: this.#footer,
    }
  }

  /** As a history file has it. */
  text(): string {
    const all = [this.#header, ...this.#lines, ...(this.#footer === null ? [] : [this.#footer])]
    return all.map((line) => `${JSON.stringify(line)}\n`).join('')
  }
}

const CHANGES: ReadonlySet<string> = new Set([
  'shown',
  'connection',
  'notice',
  'acted',
  'committed',
  'appended',
  'delivered',
  'connected',
  'disconnected',
])

const isChange = (line: Line): boolean =>
  line.kind === 'witness' || line.kind === 'ledger' ? CHANGES.has(line.event.kind) : true

/** Of all virtual tabs of this process: its `performance.now()` on the one clock. */
export function processClock(): TabClock {
  return bracketedClock(
    Array.from({length: 8}, () => {
      const beforeMs = monotonicNowMs()
      const pageMs = performance.now()
      return {beforeMs, pageMs, afterMs: monotonicNowMs()}
    }),
  )
}
