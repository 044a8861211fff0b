/**
 * What a history says that consistency is about: messages are written, tabs show paths of them, persons act. Nothing here
 * knows how a history is stored; `operation-reader.ts` is the one place that does. Rules SG1–SG4.
 */
import type {WitnessEvent} from '#protocol/witness-event.ts'

/** A moment on the one clock, and the line of the history that tells of it. Moments are ordered by time, then by line. */
export type Moment = {readonly at: number; readonly line: number}

export const isBefore = (a: Moment, b: Moment): boolean => a.at < b.at || (a.at === b.at && a.line < b.line)

/**
 * A node of the tree of messages. The first messages of a conversation stand under a node that is no message, and so does
 * nothing that was never committed: its `parent` is null.
 */
export type Message = {
  readonly id: string
  /** Counts from 0; for arrays beside the messages. */
  readonly index: number
  readonly conversationId: string | null
  readonly personId: string | null
  /** Null of what the server never committed. */
  readonly role: 'user' | 'assistant' | null
  readonly parent: Message | null
  /** Of the committed text; of what was only begun, the most that was written. */
  readonly chars: number
  readonly textHash: string
  /** The server began to write it or committed it: from here on it is known to the server. */
  readonly begun: Moment | null
  readonly committed: Moment | null
  /** The line of a second commit of the same id. */
  readonly committedAgain: number | null
  /** The act that gave it its id. */
  readonly act: Act | null
}

export type Tab = {
  readonly name: string
  readonly personId: string
  /** When it first showed a message as being there. */
  readonly saw: ReadonlyMap<Message, Moment>
}

/** One line of a transcript. A line that did not change is the same object in the tab's next view. */
export type Entry = {
  readonly message: Message
  readonly chars: number
  readonly status: string
  /** Only a full reading has it. */
  readonly textHash: string | null
}

export type View = Moment & {
  readonly kind: 'view'
  readonly tab: Tab
  readonly entries: readonly Entry[]
  /** The tab was visible: its person could see it. */
  readonly isSeen: boolean
  /** So many entries at the beginning are those of the page's view before. */
  readonly changedFrom: number
  /** The last message that the server knows of; null where there is none. */
  readonly last: Message | null
}

/** Of what a person does, what is about messages; a name, a model or a deletion is not. */
const MESSAGE_ACTS = ['sent', 'stopped', 'edited', 'regenerated'] as const
export type ActName = (typeof MESSAGE_ACTS)[number]
export const isActName = (act: Extract<WitnessEvent, {kind: 'acted'}>['act']): act is ActName =>
  MESSAGE_ACTS.some((known) => known === act)

export type Act = Moment & {
  readonly kind: 'act'
  readonly tab: Tab
  readonly act: ActName
  readonly message: Message | null
  readonly parent: Message | null
  /** What the tab showed then. */
  readonly view: View | null
}

/** A tab came to the front a moment ago and shows this: its person reads it. */
export type Look = Moment & {readonly kind: 'look'; readonly tab: Tab; readonly view: View}

export type Operation =
  | View
  | Act
  | Look
  /** A page began: what an earlier page of the tab showed is not on the screen any more. */
  | (Moment & {readonly kind: 'load'; readonly tab: Tab})
  /** The tab has no page. */
  | (Moment & {readonly kind: 'gone'; readonly tab: Tab})
  /** The page said that the conversation changed elsewhere. */
  | (Moment & {readonly kind: 'told'; readonly tab: Tab})
  /** The person turned to a branch that ends at this message. */
  | (Moment & {readonly kind: 'choice'; readonly tab: Tab; readonly message: Message})
  /** The tab that sent a message learnt that the server has it. */
  | (Moment & {readonly kind: 'acknowledgement'; readonly tab: Tab; readonly message: Message})
  | (Moment & {readonly kind: 'begin'; readonly message: Message})
  | (Moment & {readonly kind: 'commit'; readonly message: Message})

/** What a tab shows when the history ends. */
export type Ending = {
  readonly tab: Tab
  readonly view: View
  /** What was committed until then it has had time to show. */
  readonly dueAt: number
}

export type Operations = {
  /** In the order of time. */
  readonly timeline: readonly Operation[]
  readonly messages: readonly Message[]
  readonly tabs: readonly Tab[]
  readonly isAbove: (above: Message, below: Message) => boolean
  /** The tabs that are open, visible, settled and show something; none while a fault stands or has only just healed. */
  readonly endings: readonly Ending[]
  readonly endAt: number
}

/** Of what a person sent a page says `sending` before the server has it and `failed` when it believes it has not. */
export const isThere = ({message, status}: Entry): boolean =>
  message.begun !== null && !(message.role === 'user' && (status === 'sending' || status === 'failed'))

export const isWhole = ({message, chars}: Entry): boolean =>
  message.committed !== null && chars >= message.chars

/** Whether the view shows a message that stands neither above nor below this one. */
export const showsAnotherBranch = (view: View, message: Message, isAbove: Operations['isAbove']): boolean =>
  view.entries.some(
    (entry) =>
      entry.message.begun !== null &&
      entry.message.conversationId === message.conversationId &&
      !isAbove(entry.message, message) &&
      !isAbove(message, entry.message),
  )
