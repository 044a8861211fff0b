/**
 * What the runner needs to know while a cell runs: which messages the server committed in the present window, and what
 * each tab shows of them. Only decides when a watch may end early; judging is the checkers' work.
 */
import {EventEmitter} from 'node:events'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {WitnessEvent} from '#protocol/witness-event.ts'

type Shown = {
  readonly chars: number
  /** The page does not say that more is to come. */
  readonly isSettled: boolean
  /** The page says that it is being written. */
  readonly isWriting: boolean
}

const UNSETTLED: readonly string[] = ['sending', 'streaming']

export class LiveView {
  readonly #changed = new EventEmitter<{change: []}>()
  readonly #expected = new Map<string, number>()
  /** Of everything that was committed, each message's parent; and the newest of all, at the end of the present path. */
  readonly #parents = new Map<string, string | null>()
  #leaf: string | null = null
  /** In the order of the transcript. */
  readonly #shown = new Map<string, ReadonlyMap<string, Shown>>()
  /** Tabs whose socket the server has. */
  readonly #connected = new Set<string>()
  /** Messages of persons that no answer was committed to. */
  readonly #unanswered = new Set<string>()
  /** Answers that the model has begun and that are not committed. */
  readonly #begun = new Set<string>()
  /** How many messages each tab showed when its person sent the last one. */
  readonly #shownBefore = new Map<string, number>()
  #isCounting = false
  #heard = 0
  #asked = 0
  #sent = 0
  /** How many messages of persons there will be once everything that was sent has reached the server. */
  #owed = 0

  constructor() {
    this.#changed.setMaxListeners(0)
  }

  /** From now on committed messages are expected to be shown. */
  startCounting(): void {
    this.#isCounting = true
  }

  /** How many messages persons have sent, be they committed or not. */
  get sentCount(): number {
    return this.#sent
  }

  get isCounting(): boolean {
    return this.#isCounting
  }

  /** Which tab's own refreshed page starts empty. */
  forget(tab: string): void {
    this.#shown.delete(tab)
  }

  /** A person sends a message in the tab; called before they do. */
  sends(tab: string): void {
    this.#owed = Math.max(this.#owed, this.#asked) + 1
    this.#sent += 1
    this.#shownBefore.set(tab, this.#shown.get(tab)?.size ?? 0)
  }

  /** The server process is gone, and has told nobody. */
  lostServer(): void {
    this.#connected.clear()
    this.#changed.emit('change')
  }

  learn(event: LedgerEvent): void {
    this.#heard += 1
    switch (event.kind) {
      case 'connected':
        this.#connected.add(event.tab)
        break
      case 'disconnected':
        this.#connected.delete(event.tab)
        break
      case 'turn-began':
        this.#begun.add(event.messageId)
        break
      case 'committed':
        this.#begun.delete(event.messageId)
        this.#learnCommit(event)
        break
      default:
        return
    }
    // Whoever waits is to see all of it, or nothing.
    this.#changed.emit('change')
  }

  #learnCommit({messageId, parentId, role, chars}: Extract<LedgerEvent, {kind: 'committed'}>): void {
    this.#parents.set(messageId, parentId)
    this.#leaf = messageId
    if (role === 'user') {
      this.#asked += 1
      this.#unanswered.add(messageId)
    } else if (parentId !== null) this.#unanswered.delete(parentId)
    if (this.#isCounting) this.#expected.set(messageId, chars)
  }

  see(tab: string, event: WitnessEvent): void {
    this.#heard += 1
    if (event.kind !== 'shown') return
    const lines = event.view.map(({id, chars, status}) => {
      return [id, {chars, isSettled: !UNSETTLED.includes(status), isWriting: status === 'streaming'}] as const
    })
    this.#shown.set(tab, new Map(lines))
    this.#changed.emit('change')
  }

  /** Have `count` messages been committed, and do all these tabs show all of them whole? */
  isShown(tabs: readonly string[], count: number): boolean {
    if (this.#expected.size < count) return false
    return tabs.every((tab) => {
      const shown = this.#shown.get(tab)
      return [...this.#expected].every(([id, chars]) => (shown?.get(id)?.chars ?? -1) >= chars)
    })
  }

  /** Has every message that was sent been committed? */
  get isAccepted(): boolean {
    return this.#asked >= this.#owed
  }

  /** How much of the answer to its person's last message the tab shows: it comes behind that message. */
  answerChars(tab: string): number {
    const before = this.#shownBefore.get(tab)
    const shown = [...(this.#shown.get(tab)?.values() ?? [])]
    return before === undefined ? 0 : (shown[before + 1]?.chars ?? 0)
  }

  /**
   * Do all these tabs show exactly as much as the server has committed of every message on the present path, and expect no
   * more of it? Who sends before they have heard of a message leaves it on another branch.
   */
  isWhole(tabs: readonly string[]): boolean {
    const onPath = this.#pathToLeaf()
    return tabs.every((tab) => {
      const shown = this.#shown.get(tab)
      return [...this.#expected].every(([id, chars]) => {
        const line = shown?.get(id)
        return !onPath.has(id) || (line?.chars === chars && line.isSettled)
      })
    })
  }

  #pathToLeaf(): ReadonlySet<string> {
    const path = new Set<string>()
    for (let id = this.#leaf; id !== null && !path.has(id); id = this.#parents.get(id) ?? null) path.add(id)
    return path
  }

  /** Is nothing on its way any more: everything sent was committed, and answered? */
  get isAtRest(): boolean {
    return this.isAccepted && this.isAnswered
  }

  /** Was an answer committed to everything that was asked, be it a broken one? */
  get isAnswered(): boolean {
    return this.#unanswered.size === 0
  }

  /** How much server and pages have told, whatever it was. */
  get heardCount(): number {
    return this.#heard
  }

  /** Does the tab show an answer being written? */
  isWriting(tab: string): boolean {
    return [...(this.#shown.get(tab)?.values() ?? [])].some(({isWriting}) => isWriting)
  }

  /** Is everything that reached the server answered, and nothing being written there? What tabs make of it is theirs. */
  get isSettled(): boolean {
    return this.isAnswered && this.#begun.size === 0
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
