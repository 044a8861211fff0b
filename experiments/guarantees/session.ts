/**
 * Whose reads and writes belong together: those of one tab through all its pages, or those of one person in all tabs.
 * Rules SG3, SG4.
 */
import {ALLOWANCES} from './defaults.ts'
import {Floor} from './floor.ts'
import type {Act, Message, Moment, Operation, Operations, Tab, View} from './operation.ts'

export type Scope = 'tab' | 'person'

/** The view that the session reads at this moment; null where it reads none. A person reads only what is in sight. */
export function readAt(scope: Scope, operation: Operation): View | null {
  if (operation.kind === 'view') return scope === 'tab' || operation.isSeen ? operation : null
  return operation.kind === 'act' || operation.kind === 'look' ? operation.view : null
}

export const tabOf = (operation: Operation): Tab | null => ('tab' in operation ? operation.tab : null)

/** One of a kind for every tab, or for every person. */
export class PerSession<T> {
  readonly #scope: Scope
  readonly #create: () => T
  readonly #known = new Map<Tab | string, T>()

  constructor(scope: Scope, create: () => T) {
    this.#scope = scope
    this.#create = create
  }

  of(tab: Tab): T {
    const key = this.#scope === 'tab' ? tab : tab.personId
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const created = this.#create()
    this.#known.set(key, created)
    return created
  }
}

type Entering = Moment & {readonly message: Message}

/** A floor into which messages come a little later than they were seen, where tabs with clocks of their own share it. */
export class SessionFloor {
  readonly floor = new Floor()
  readonly #delayMs: number
  readonly #entering: Entering[] = []
  #next = 0

  constructor(scope: Scope) {
    this.#delayMs = scope === 'tab' ? 0 : ALLOWANCES.slackMs
  }

  /** What was put in long enough before `at` counts from here on. */
  settle(at: number): void {
    for (;;) {
      const first = this.#entering[this.#next]
      if (first === undefined || first.at + this.#delayMs > at) return
      this.#next += 1
      this.floor.add(first.message, first.line)
    }
  }

  put(message: Message, {at, line}: Moment): void {
    this.#entering.push({message, at, line})
  }

  /** An own edit or regeneration: what it put others in place of need not be shown again. */
  replace(act: Act, isAbove: Operations['isAbove']): Message | null {
    const place = replacedBelow(act)
    if (place === null) return null
    this.floor.forgetBelow(place)
    for (const {message} of this.#entering.slice(this.#next)) {
      if (message !== place && isAbove(place, message)) this.floor.forget(message)
    }
    return place
  }
}

/** The place whose further messages an act puts others in place of; null of acts that replace nothing. */
function replacedBelow({act, message, parent}: Act): Message | null {
  if (act === 'regenerated') return parent
  if (act !== 'edited') return null
  return message?.committed ? message.parent : parent
}
