/** The log in memory: fast, and gone with the process, so every instance is an epoch of its own. Rules LO1–LO8. */
import {randomUUID} from 'node:crypto'
import {formatOffset, parseOffset, type OffsetParts} from '#protocol/offset.ts'
import {BEFORE_ALL, isAfter, nextOffset} from './next-offset.ts'
import {defaultRetention} from './retention.ts'
import type {LogRetention, StreamLog} from './stream-log.ts'
import {TopicListeners} from './topic-listeners.ts'

export type LogOptions = {readonly retention?: LogRetention; readonly nowMs?: () => number}

type Kept = {readonly at: OffsetParts; readonly offset: string; readonly value: string}
type Topic = {kept: Kept[]; last: OffsetParts; trimmed: OffsetParts}

export function createMemoryLog(options: LogOptions = {}): StreamLog {
  const {retention = defaultRetention, nowMs = Date.now} = options
  const epoch = randomUUID()
  const topics = new Map<string, Topic>()
  const listeners = new TopicListeners()
  let sweptAtMs = nowMs()

  function trim(topic: Topic): void {
    const oldestMs = nowMs() - retention.maxAgeMs
    let count = Math.max(0, topic.kept.length - retention.maxEntries)
    while (count < topic.kept.length && topic.kept[count]!.at.ms < oldestMs) count++
    if (count === 0) return
    topic.trimmed = topic.kept[count - 1]!.at
    topic.kept = topic.kept.slice(count)
  }

  /** Topics that nobody appends to any more (past turns) must not keep their entries. */
  function sweep(): void {
    if (Math.abs(nowMs() - sweptAtMs) < retention.maxAgeMs) return
    sweptAtMs = nowMs()
    for (const topic of topics.values()) trim(topic)
  }

  const headOf = (topic: Topic | undefined) => ({epoch, offset: formatOffset(topic?.last ?? BEFORE_ALL)})

  return {
    async append(name, value) {
      sweep()
      const topic = topics.get(name) ?? {kept: [], last: BEFORE_ALL, trimmed: BEFORE_ALL}
      topics.set(name, topic)
      topic.last = nextOffset(topic.last, nowMs())
      const offset = formatOffset(topic.last)
      topic.kept.push({at: topic.last, offset, value})
      trim(topic)
      listeners.tell(name, {offset, value})
      return {epoch, offset}
    },
    async read(name, since) {
      const topic = topics.get(name)
      const after = parseOffset(since.offset)
      const head = headOf(topic)
      if (after === null || (since.epoch !== undefined && since.epoch !== epoch))
        return {recovered: false, entries: [], head}
      if (topic) trim(topic)
      const {kept, last, trimmed} = topic ?? {kept: [], last: BEFORE_ALL, trimmed: BEFORE_ALL}
      // An offset after the head was never given out in this life of the log.
      if (isAfter(trimmed, after) || isAfter(after, last)) return {recovered: false, entries: [], head}
      const entries = kept.filter(({at}) => isAfter(at, after)).map(({offset, value}) => ({offset, value}))
      return {recovered: true, entries, head}
    },
    async head(name) {
      return headOf(topics.get(name))
    },
    async subscribe(name, listener) {
      return listeners.add(name, listener)
    },
    async close() {
      listeners.clear()
      topics.clear()
    },
  }
}
