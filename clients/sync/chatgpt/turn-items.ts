/**
 * A turn read from a topic, item by item: order, then events, then meaning. Used for this tab's handed-off turns and for
 * other tabs' turns alike. Does not know timers or topics. Rule CE35.
 */
import type {StreamItem} from '#protocol/celsius-payload.ts'
import {ProtocolError} from '#protocol/protocol-error.ts'
import {createParser} from 'eventsource-parser'
import {createAnswerReader, type AnswerUpdate} from './answer-reader.ts'

/** `gap`: something is missing or cannot be read; nothing of this turn can be read any more. */
export type ItemReading = readonly AnswerUpdate[] | 'gap'

export type TurnItems = {take(item: StreamItem): ItemReading}

type Linked = Pick<StreamItem, 'stream_item_id' | 'parent_stream_item_id'>

/** Items form a list by their parents; one seen before is dropped, an unknown parent is a gap (observed). */
export function place(chain: ReadonlySet<string>, item: Linked): 'next' | 'duplicate' | 'gap' {
  if (chain.has(item.stream_item_id)) return 'duplicate'
  const parentId = item.parent_stream_item_id
  const follows = parentId === null ? chain.size === 0 : chain.has(parentId)
  return follows ? 'next' : 'gap'
}

export function createTurnItems(): TurnItems {
  const chain = new Set<string>()
  const reader = createAnswerReader()
  let updates: AnswerUpdate[] = []
  let isSpent = false
  const parser = createParser({
    onEvent: (event) => {
      const update = reader.take(event)
      if (update) updates.push(update)
    },
  })

  return {
    take(item) {
      if (isSpent) return 'gap'
      const placed = place(chain, item)
      if (placed === 'duplicate') return []
      if (placed === 'gap') {
        isSpent = true
        return 'gap'
      }
      chain.add(item.stream_item_id)
      updates = []
      try {
        // The blank line that ends an event may be missing.
        parser.feed(`${item.encoded_item}\n\n`)
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error
        isSpent = true
        return 'gap'
      }
      return updates
    },
  }
}
