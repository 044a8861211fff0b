/** What makes room for a new message: topics replace, and a device that is away has only so much stored. Pure. Rules PU8–PU10. */
import type {QueueLimits} from './defaults.ts'
import type {DeviceQueue, QueueEffect} from './device-queue.ts'
import type {QueuedMessage} from './queued-message.ts'

export type Room = {
  /** Of the waiting messages. */
  readonly kept: readonly QueuedMessage[]
  /** The new one, with its turn. */
  readonly added: QueuedMessage
  readonly dropped: readonly QueueEffect[]
}

export function makeRoom(queue: DeviceQueue, message: QueuedMessage, limits: QueueLimits): Room {
  const {topic} = message
  const ofSame = queue.waiting.filter(({endpointToken}) => endpointToken === message.endpointToken)
  const replaced = topic === null ? [] : ofSame.filter((other) => other.topic === topic)
  const overLimit = queue.name === 'offline' ? thatGo(ofSame, message, limits) : []
  const gone = new Set([...replaced, ...overLimit])
  const ahead = ofSame.findLast((other) => !gone.has(other) && !other.isHeld)

  return {
    kept: gone.size === 0 ? queue.waiting : queue.waiting.filter((other) => !gone.has(other)),
    added: inTurn(message, replaced, ahead),
    dropped: [
      ...replaced.map((other) => ({do: 'drop', message: other, why: 'collapsed'}) as const),
      ...overLimit.map((other) => ({do: 'drop', message: other, why: 'storage-limit'}) as const),
    ],
  }
}

/** A modelled delay keeps the order of a subscription, and replacing a message does not start its delay again. */
function inTurn(
  message: QueuedMessage,
  replaced: readonly QueuedMessage[],
  ahead: QueuedMessage | undefined,
): QueuedMessage {
  const own = replaced.reduce((dueAtMs, other) => Math.min(dueAtMs, other.dueAtMs), message.dueAtMs)
  // Whoever is ahead has waited for those ahead of it: the last one is due last.
  const notBefore = message.isHeld ? -Infinity : (ahead?.dueAtMs ?? -Infinity)
  return {...message, dueAtMs: Math.max(own, notBefore)}
}

function thatGo(
  stored: readonly QueuedMessage[],
  message: QueuedMessage,
  {maxStored, maxTopics}: QueueLimits,
): readonly QueuedMessage[] {
  if (message.topic === null) {
    const plain = stored.filter(({topic}) => topic === null)
    return plain.length < maxStored ? [] : plain
  }
  const topics = new Set(stored.flatMap(({topic}) => topic ?? []))
  if (topics.has(message.topic) || topics.size < maxTopics) return []
  const [oldest] = topics
  return stored.filter(({topic}) => topic === oldest)
}
