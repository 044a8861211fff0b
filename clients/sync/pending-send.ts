/**
 * What a person wants to send, until the server has it or the person has decided what becomes of it. Pure; knows neither
 * guards nor platforms: whoever drives it looks, sends and reads. Rule CF14.
 */

/** What the person asked for. A send anyway is the same once more. */
export type Wanted =
  | {readonly act: 'sent'; readonly text: string}
  | {readonly act: 'edited'; readonly messageId: string; readonly text: string}
  | {readonly act: 'regenerated'; readonly messageId: string}

export type PendingSend =
  | {readonly name: 'idle'}
  /** The page looks how the conversation stands, before it sends (or shows, or sends anyway). */
  | {readonly name: 'looking'; readonly wanted: Wanted}
  | {readonly name: 'sending'; readonly wanted: Wanted}
  | {
      readonly name: 'conflict'
      readonly wanted: Wanted
      /** Where the conversation stands, as far as anybody said. */
      readonly currentLeafId: string | null
      /** Whether the server refused it, or the page did not even send it. */
      readonly why: 'refused' | 'warned'
    }

export type PendingSendEvent =
  | {readonly type: 'wanted'; readonly wanted: Wanted}
  | {readonly type: 'looked'; readonly wanted: Wanted}
  /** The page knows of a change that it does not show. */
  | {readonly type: 'warned'; readonly wanted: Wanted; readonly currentLeafId: string | null}
  | {readonly type: 'refused'; readonly wanted: Wanted; readonly currentLeafId: string | null}
  /** The turn is over, or never began for another reason. */
  | {readonly type: 'ended'; readonly wanted: Wanted}
  /** The person's decisions in a conflict. */
  | {readonly type: 'show'}
  | {readonly type: 'send-anyway'}
  | {readonly type: 'drop'}

/** The next state; the same object when the event means nothing in this one, or is of something wanted before. */
export function next(now: PendingSend, event: PendingSendEvent): PendingSend {
  if (event.type === 'drop') return now.name === 'idle' ? now : {name: 'idle'}
  const isWanted = event.type === 'wanted'
  if (now.name !== 'idle' && 'wanted' in event && !isWanted && event.wanted !== now.wanted) return now
  switch (now.name) {
    case 'idle':
      return event.type === 'wanted' ? {name: 'looking', wanted: event.wanted} : now
    case 'looking':
      if (event.type === 'looked') return {name: 'sending', wanted: now.wanted}
      if (event.type === 'warned') return conflict(now.wanted, event.currentLeafId, 'warned')
      return event.type === 'ended' ? {name: 'idle'} : now
    case 'sending':
      // The turn is over; only whoever began it has not said so yet.
      if (isWanted) return {name: 'looking', wanted: event.wanted}
      if (event.type === 'refused') return conflict(now.wanted, event.currentLeafId, 'refused')
      return event.type === 'ended' ? {name: 'idle'} : now
    case 'conflict':
      // Who sends something else has dropped this.
      if (event.type === 'wanted') return {name: 'looking', wanted: event.wanted}
      if (event.type === 'send-anyway') return {name: 'looking', wanted: {...now.wanted}}
      return event.type === 'show' ? {name: 'idle'} : now
  }
}

const conflict = (wanted: Wanted, currentLeafId: string | null, why: 'refused' | 'warned'): PendingSend => ({
  name: 'conflict',
  wanted,
  currentLeafId,
  why,
})
