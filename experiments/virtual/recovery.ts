/**
 * Waits until every tab shows what the server has. Asks the server only when the tabs agree with each other, so that
 * hundreds of cells can wait beside each other. Observes; judges nothing. Rule VT6.
 */
import {setTimeout as pause} from 'node:timers/promises'
import type {ServerControl} from '../../servers/start.ts'
import {differencesFrom, isSettled, type ServedLine, type ShownLine} from './freshness.ts'
import type {VirtualTab} from './virtual-tab.ts'

const LOOK_EVERY_MS = 50

export type Recovery = {
  readonly tabs: readonly VirtualTab[]
  readonly control: Pick<ServerControl, 'serverView'>
  readonly conversationId: string
  /** Ends the wait. */
  readonly signal: AbortSignal
}

/** False when the signal came first. */
export async function recovered({tabs, control, conversationId, signal}: Recovery): Promise<boolean> {
  while (!signal.aborted) {
    if (mayBeFresh(tabs)) {
      const served = await orAborted(control.serverView(conversationId), signal)
      if (served !== null && isFresh(served, tabs)) return true
    }
    await pause(LOOK_EVERY_MS, undefined, {signal}).catch(() => {})
  }
  return false
}

/** Resolves when no answer is being written any more, or when the signal comes. */
export async function settled({control, conversationId, signal}: Omit<Recovery, 'tabs'>): Promise<boolean> {
  while (!signal.aborted) {
    const served = await orAborted(control.serverView(conversationId), signal)
    if (served !== null && isSettled(served)) return true
    await pause(LOOK_EVERY_MS, undefined, {signal}).catch(() => {})
  }
  return false
}

/** Null where the signal came first, or where the server is not there. */
export async function orAborted<T>(answer: Promise<T>, signal: AbortSignal): Promise<T | null> {
  const aborted = Promise.withResolvers<null>()
  const stop = () => aborted.resolve(null)
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  return Promise.race([answer.catch(() => null), aborted.promise]).finally(() =>
    signal.removeEventListener('abort', stop),
  )
}

const shownBy = ({session}: VirtualTab): readonly ShownLine[] =>
  session.view().messages.map(({id, text, status}) => ({id, chars: text.length, status}))

const isFresh = (served: readonly ServedLine[], tabs: readonly VirtualTab[]) =>
  isSettled(served) && tabs.every((tab) => differencesFrom(served, shownBy(tab)).length === 0)

function mayBeFresh(tabs: readonly VirtualTab[]): boolean {
  const keys = tabs.map(({session}) => {
    const {phase, connection, messages} = session.view()
    if (phase !== 'ready' || (connection.name !== 'connected' && connection.name !== 'no push')) return null
    return messages
      .filter(({status}) => status !== 'failed')
      .map(({id, text}) => `${id} ${text.length}`)
      .join()
  })
  return keys[0] !== null && keys.every((key) => key === keys[0])
}
