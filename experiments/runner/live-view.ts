/**
 * What the runner needs to know while a cell runs: which messages the server committed in the present window, and what
 * each tab shows of them. Only decides when a watch may end early; judging is the checkers' work.
 */
import {EventEmitter} from 'node:events'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {WitnessEvent} from '#protocol/witness-event.ts'

export class LiveView {
  readonly #changed = new EventEmitter<{change: []}>()
  readonly #expected = new Map<string, number>()
  readonly #shown = new Map<string, ReadonlyMap<string, number>>()
  /** Tabs whose socket the server has. */
  readonly #connected = new Set<string>()
  #isCounting = false
  #asked = 0

  constructor() {
    this.#changed.setMaxListeners(0)
  }

  /** From now on committed messages are expected to be shown. */
  startCounting(): void {
    this.#isCounting = true
  }

  /** Which tab's own refreshed page starts empty. */
  forget(tab: string): void {
    this.#shown.delete(tab)
  }

  learn(event: LedgerEvent): void {
    if (event.kind === 'connected') this.#connected.add(event.tab)
    if (event.kind === 'disconnected') {
      this.#connected.delete(event.tab)
      this.#changed.emit('change')
    }
    if (event.kind !== 'committed') return
    if (event.role === 'user') {
      this.#asked += 1
      this.#changed.emit('change')
    }
    if (!this.#isCounting) return
    this.#expected.set(event.messageId, event.chars)
    this.#changed.emit('change')
  }

  see(tab: string, event: WitnessEvent): void {
    if (event.kind !== 'shown') return
    this.#shown.set(tab, new Map(event.view.map(({id, chars}) => [id, chars])))
    this.#changed.emit('change')
  }

  /** Have `count` messages been committed, and do all these tabs show all of them whole? */
  isShown(tabs: readonly string[], count: number): boolean {
    if (this.#expected.size < count) return false
    return tabs.every((tab) => {
      const shown = this.#shown.get(tab)
      return [...this.#expected].every(([id, chars]) => (shown?.get(id) ?? -1) >= chars)
    })
  }

  /** How many messages of persons the server has committed, counted or not. */
  get askedCount(): number {
    return this.#asked
  }

  get committedCount(): number {
    return this.#expected.size
  }

  isConnected(tab: string): boolean {
    return this.#connected.has(tab)
  }

  /** Resolves as soon as `holds()` does; rejects when the signal aborts. */
  async until(holds: () => boolean, signal: AbortSignal): Promise<void> {
    if (holds()) return
    const {promise, resolve, reject} = Promise.withResolvers<void>()
    const check = () => {
      if (holds()) resolve()
    }
    const stop = () => reject(signal.reason as Error)
    this.#changed.on('change', check)
    signal.addEventListener('abort', stop, {once: true})
    if (signal.aborted) stop()
    await promise.finally(() => {
      this.#changed.off('change', check)
      signal.removeEventListener('abort', stop)
    })
  }
}
