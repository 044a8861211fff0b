/** What is known of how the imitated products' own channels treat a trigger, beside which ours is put. Rules CA1, CE30–CE33, TG3–TG12. */
import type {Platform} from '#protocol/platform.ts'
import type {Cause} from './cause.ts'

/** How it is known. `unknown`: no source speaks of it, and what ours does is invented. */
export type Source = 'measured' | 'vendor client code' | 'one source' | 'unknown'
export type Known = {
  readonly says: string
  readonly source: Source
  /** The length of the frame on the product's own wire, where it was measured. */
  readonly chars?: number
}

const UNKNOWN: Known = {says: 'nothing is known', source: 'unknown'}
const SILENT_WHILE_WRITTEN: Known = {
  says: 'no frame in the 75 s until the answer had ended',
  source: 'measured',
}
const TURN_COMPLETE: Known = {
  says: 'one conversation-turn-complete of 180 characters',
  source: 'measured',
  chars: 180,
}
const COMPLETION: Known = {says: 'a push of category completion', source: 'vendor client code'}
const NO_PUSH: Known = {says: 'no push', source: 'vendor client code'}

const KNOWN: Readonly<Record<Platform, Partial<Record<Cause, Known>>>> = {
  chatgpt: {
    'message sent': SILENT_WHILE_WRITTEN,
    'answer goes on': SILENT_WHILE_WRITTEN,
    'turn complete': TURN_COMPLETE,
    'first message sent': {says: 'conversation-created', source: 'one source'},
    'first answer goes on': SILENT_WHILE_WRITTEN,
    'first turn complete': TURN_COMPLETE,
    'title given': {says: 'conversation-history-update, or title-update', source: 'one source'},
    renamed: {says: 'conversation-history-update', source: 'one source'},
    deleted: {says: 'conversation-deleted', source: 'one source'},
    stopped: {says: 'conversation-update with stop', source: 'one source'},
    'task started': {says: 'conversation-update with async-task-start', source: 'one source'},
    'task progressed': {
      says: 'conversation-update with async-task-update-message',
      source: 'vendor client code',
    },
    'task done': {says: 'conversation-update with async-task-completed', source: 'vendor client code'},
    'scheduled task': {
      says: 'conversation-update with async-task-insert-message',
      source: 'vendor client code',
    },
    'sent on another device': SILENT_WHILE_WRITTEN,
  },
  claude: {
    'message sent': NO_PUSH,
    'answer goes on': NO_PUSH,
    'turn complete': COMPLETION,
    'first message sent': NO_PUSH,
    'first answer goes on': NO_PUSH,
    'first turn complete': COMPLETION,
    'title given': NO_PUSH,
    renamed: NO_PUSH,
    deleted: NO_PUSH,
    'sent on another device': NO_PUSH,
    'task started': NO_PUSH,
    'task progressed': NO_PUSH,
    'tool approval asked': {says: 'a push of category tool_notification', source: 'vendor client code'},
  },
}

export const knownOf = (platform: string, cause: Cause): Known =>
  (platform === 'chatgpt' || platform === 'claude' ? KNOWN[platform][cause] : undefined) ?? UNKNOWN
