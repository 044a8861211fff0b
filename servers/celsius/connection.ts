/**
 * Drives one socket: frames in, replies and announcements out, timers, and its end. What a frame means is session.ts,
 * what a topic brings is following.ts. Rules CE9, CE17–CE18, CE21–CE23, CE27, CE40, LE3.
 */
import type {WebSocket} from 'ws'
import {readClientFrame} from '#protocol/celsius-command.ts'
import {KEEP_ALIVE_FRAME, writeServerFrame, type CelsiusItem} from '#protocol/celsius-frame.ts'
import {CLOSE_CODES, type CloseReason} from '#protocol/close-codes.ts'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import {ProtocolError} from '#protocol/protocol-error.ts'
import {parseTopic} from '#protocol/topics.ts'
import type {User} from '../accounts/user.ts'
import type {StreamLog} from '../log/stream-log.ts'
import type {Announced} from './announcement.ts'
import {brokenFrame} from './broken-frame.ts'
import type {CelsiusSettings} from './defaults.ts'
import {createDelayLine} from './delay-line.ts'
import type {FanOut} from './fan-out.ts'
import {follow, type Following, type Joined} from './following.ts'
import {newSession, takeFrame, type Step} from './session.ts'

export type ConnectionOptions = {
  readonly socket: WebSocket
  readonly userId: string
  readonly tab: string
  /** The person as of now: carriage and delay may change while the socket is open. */
  readonly user: () => User | undefined
  readonly log: StreamLog
  readonly fanOut: FanOut
  readonly settings: CelsiusSettings
  readonly now: () => number
  readonly record: (event: LedgerEvent) => void
  readonly onEnd: () => void
}

export type Connection = {
  /** Closes with the reason's code; `at once` does without the closing handshake. */
  readonly end: (reason: CloseReason, how?: 'politely' | 'at once') => void
}

/** Frames whose log reads may be outstanding; a tab that sends more is flooding. */
const MAX_WAITING_FRAMES = 64

export function openConnection(options: ConnectionOptions): Connection {
  const {socket, userId, tab, settings, now, record} = options
  const delayLine = createDelayLine(now)
  const topics = new Map<string, Following>()
  let session = newSession
  let work: Promise<void> | null = null
  let waitingFrames = 0
  let ended = false

  record({kind: 'connected', at: now(), userId, tab})
  const keepAlive = setInterval(() => put(0, KEEP_ALIVE_FRAME), settings.keepAliveMs)
  const ping = setInterval(() => socket.ping(), settings.pingMs)

  socket.on('pong', () => record({kind: 'ponged', at: now(), userId, tab}))
  socket.on('close', finish)
  socket.on('error', (error) => {
    const broken = 'code' in error ? brokenFrame(String(error.code)) : null
    // A line that broke off is no refusal; its `close` follows. For a broken frame the library closes politely itself.
    if (!broken) return
    if (!ended) recordRefused(broken.code)
    finish(CLOSE_CODES[broken.reason])
    cutOffSoon()
  })
  socket.on('message', (data: Buffer, isBinary) => {
    if (ended) return
    if (isBinary) return refuse('unsupportedData', 'binary')
    try {
      takeText(data.toString())
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      refuse('badFrame', error.code)
    }
  })

  function takeText(text: string): void {
    const outcome = takeFrame(session, readClientFrame(text), settings.maxTopicsPerSocket)
    if ('refused' in outcome) return refuse(outcome.refused, outcome.code)
    session = outcome.session
    waitingFrames += 1
    if (waitingFrames > MAX_WAITING_FRAMES) return refuse('badFrame', 'flooding')
    const done = work ? work.then(() => carryOut(outcome.steps)) : carryOut(outcome.steps)
    work = done
    void done.then(() => {
      waitingFrames -= 1
      if (work === done) work = null
    })
  }

  /** Answers the steps of one frame in one frame; without a subscribe this happens at once. */
  async function carryOut(steps: readonly Step[]): Promise<void> {
    if (steps.length === 0) return
    const items: CelsiusItem[] = []
    const joins: Joined[] = []
    for (const step of steps) {
      if (step.do === 'answer') items.push({id: step.id, type: 'reply', reply: step.reply})
      if (step.do === 'leave') {
        leave(step.topic)
        items.push({id: step.id, type: 'reply', reply: {type: 'unsubscribe', topic_id: step.topic}})
      }
      if (step.do === 'follow') {
        const joined = await followTopic(step)
        if (ended) return
        joins.push(joined)
        items.push({id: step.id, type: 'reply', reply: joined.reply})
      }
    }
    put(0, writeServerFrame(items), () => joins.flatMap(({catchups}) => catchups).forEach(recordCatchup))
    for (const {goLive} of joins) goLive()
  }

  function followTopic({command}: Extract<Step, {do: 'follow'}>): Promise<Joined> {
    const topic = command.topic_id
    leave(topic)
    const isObserved = options.user()?.settings.carriage === 'observed'
    const following = follow(options.log, options.fanOut, {
      key: topicKey(userId, topic),
      command,
      brief: isObserved && parseTopic(topic).name === 'account',
      deliver,
    })
    topics.set(topic, following)
    return following.joined
  }

  function leave(topic: string): void {
    topics.get(topic)?.leave()
    topics.delete(topic)
  }

  function deliver(announced: Announced): void {
    if (ended) return
    const delayMs = options.user()?.settings.channelDelayMs ?? 0
    put(delayMs, announced.frame, () => recordDelivered(announced, announced.frame.length, false))
  }

  /** Hands a frame to the socket, now or when its delay is over. */
  function put(delayMs: number, frame: string | Buffer, onSend?: () => void): void {
    delayLine.put(delayMs, () => {
      if (ended) return
      if (socket.bufferedAmount > settings.maxQueuedBytes) return end('slowConsumer', 'at once')
      // The book's time is before the write, so that no tab can seem to have had the frame earlier.
      onSend?.()
      socket.send(frame, {binary: false})
    })
  }

  const recordCatchup = (announced: Announced) => recordDelivered(announced, announced.frame.length - 2, true)

  function recordDelivered({announcement}: Announced, bytes: number, catchup: boolean): void {
    const {topic, messageIds, conversationId, carries} = announcement
    const about = {topic, messageIds: [...messageIds], conversationId, carries}
    record({kind: 'delivered', at: now(), userId, tab, ...about, catchup, bytes})
  }

  const recordRefused = (code: string) => record({kind: 'refused', at: now(), where: 'celsius', code})

  function refuse(reason: CloseReason, code: string): void {
    if (ended) return
    recordRefused(code)
    end(reason)
  }

  function end(reason: CloseReason, how: 'politely' | 'at once' = 'politely'): void {
    if (ended) return
    finish(CLOSE_CODES[reason])
    if (how === 'at once') return socket.terminate()
    socket.close(CLOSE_CODES[reason], reason)
    cutOffSoon()
  }

  /** The other side may never answer the closing handshake. */
  function cutOffSoon(): void {
    const cutOff = setTimeout(() => socket.terminate(), settings.closeWithinMs)
    socket.once('close', () => clearTimeout(cutOff))
  }

  function finish(code: number): void {
    if (ended) return
    ended = true
    clearInterval(keepAlive)
    clearInterval(ping)
    delayLine.clear()
    for (const topic of topics.keys()) leave(topic)
    record({kind: 'disconnected', at: now(), userId, tab, code})
    options.onEnd()
  }

  return {end}
}

export const topicKey = (userId: string, topic: string): string => `${userId}/${topic}`
