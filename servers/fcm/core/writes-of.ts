/** What the effects of one step change in the store, each message once: most are stored and sent in one breath. Pure. */
import type {QueueEffect} from './device-queue.ts'
import type {QueuedMessage} from './queued-message.ts'

export type Write = {readonly does: 'add' | 'update' | 'remove'; readonly message: QueuedMessage}

export function writesOf(effects: readonly QueueEffect[]): readonly Write[] {
  const writes = new Map<string, Write>()
  for (const {do: does, message} of effects) {
    const {deliveryId} = message
    const isNew = writes.get(deliveryId)?.does === 'add'
    if (does === 'store' || (does === 'send' && isNew)) writes.set(deliveryId, {does: 'add', message})
    else if (does === 'send') writes.set(deliveryId, {does: 'update', message})
    else if (isNew) writes.delete(deliveryId)
    else writes.set(deliveryId, {does: 'remove', message})
  }
  return [...writes.values()]
}
