/**
 * Drives one socket: frames in, replies and announcements out, timers, and its end. What a frame means is session.ts,
 * what a topic brings is following.ts, what it owes is positions.ts. Rules CE9, CE17–CE18, CE21–CE23, CE27, CE40,
 * CE43–CE48, LE3, LE6.
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
import type {Overdue} from './position-check.ts'
import {createPositions} from './positions.ts'
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
  /** Milliseconds by which every frame is late just now. */
  readonly slowMs: () => number
  /** Whether another socket of the same tab has taken the topic up to there. */
  readonly isTakenElsewhere: (topic: string, offset: string) => boolean
  readonly onEnd: () => void
}

/** What is followed: how far it was sent, and in which life of the log. */
type Followed = {readonly following: Following; lastSent: string | null; epoch: string | undefined}

export type Connection = {
  readonly tab: string
  /** Whether the tab said here that it has taken the topic up to there. */
  readonly hasTaken: (topic: string, offset: string) => boolean
  /** Closes with the reason's code; `at once` does without the closing handshake. */
  readonly end: (reason: CloseReason, how?: 'politely' | 'at once') => void
}

/** Frames whose log reads may be outstanding; a tab that sends more is flooding. */
const MAX_WAITING_FRAMES = 64
const TEXT = {binary: false}

/** With an error where the line ended before the bytes were out. */
type OnOut = (error?: Error | null) => void

export function openConnection(options: ConnectionOptions): Connection {
  const {socket, userId, tab, settings, now, record} = options
  const delayLine = createDelayLine(now)
  const topics = new Map<string, Followed>()
  const positions = createPositions({boundMs: settings.positionBoundMs, now, onStale: foundStale})
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
      if (step.do === 'hold') {
        hold(step)
        items.push({id: step.id, type: 'reply', reply: {type: 'position', topic_id: step.command.topic_id}})
      }
      if (step.do === 'follow') {
        const joined = await followTopic(step)
        if (ended) return
        joins.push(joined)
        items.push({id: step.id, type: 'reply', reply: joined.reply})
      }
    }
    put(0, writeServerFrame(items), () => {
      for (const {catchups} of joins) catchups.forEach(recordCatchup)
      return undefined
    })
    for (const {goLive} of joins) goLive()
  }

  async function followTopic({command}: Extract<Step, {do: 'follow'}>): Promise<Joined> {
    const topic = command.topic_id
    leave(topic)
    const isObserved = options.user()?.settings.carriage === 'observed'
    const following = follow(options.log, options.fanOut, {
      key: topicKey(userId, topic),
      command,
      brief: isObserved && parseTopic(topic).name === 'account',
      deliver: (announced) => deliver(announced, followed),
    })
    const followed: Followed = {following, lastSent: null, epoch: undefined}
    topics.set(topic, followed)
    const joined = await following.joined
    followed.epoch = joined.reply.epoch
    followed.lastSent = joined.catchups.findLast(({announcement}) => announcement.numbered)?.offset ?? null
    return joined
  }

  function leave(topic: string): void {
    topics.get(topic)?.following.leave()
    topics.delete(topic)
    positions.forget(topic)
  }

  function hold({command: {topic_id: topic, offset, epoch}}: Extract<Step, {do: 'hold'}>): void {
    const followed = topics.get(topic)
    if (!followed || (epoch !== undefined && followed.epoch !== undefined && epoch !== followed.epoch)) return
    const behind = positions.taken(topic, offset, followed.lastSent)
    record({kind: 'acknowledged', at: now(), userId, tab, topic, behind})
  }

  function foundStale(topic: string, {behind, forMs}: Overdue, newest: string): void {
    if (!options.isTakenElsewhere(topic, newest))
      record({kind: 'found-stale', at: now(), userId, tab, topic, behind, forMs})
    end('stalePosition')
  }

  function deliver(announced: Announced, followed: Followed): void {
    if (ended) return
    const delayMs = options.user()?.settings.channelDelayMs ?? 0
    const {offset, announcement, frame} = announced
    put(delayMs, frame, () => {
      recordDelivered(announced, frame.length, false)
      if (!announcement.numbered) return undefined
      followed.lastSent = offset
      const {topic} = announcement
      // Only a tab that is held to the topic costs a look at when its bytes are out.
      return positions.isHeld(topic) ? (error) => void (error ?? positions.handed(topic, offset)) : undefined
    })
  }

  /** Hands a frame to the socket, now or when its delay is over. What `onSend` returns is called when the bytes are out. */
  function put(delayMs: number, frame: string | Buffer, onSend?: () => OnOut | undefined): void {
    delayLine.put(delayMs + options.slowMs(), () => {
      if (ended) return
      if (socket.bufferedAmount > settings.maxQueuedBytes) return end('slowConsumer', 'at once')
      // The book's time is before the write, so that no tab can seem to have had the frame earlier.
      socket.send(frame, TEXT, onSend?.())
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
    positions.close()
    for (const topic of topics.keys()) leave(topic)
    record({kind: 'disconnected', at: now(), userId, tab, code})
    options.onEnd()
  }

  return {tab, hasTaken: positions.hasTaken, end}
}

export const topicKey = (userId: string, topic: string): string => `${userId}/${topic}`
