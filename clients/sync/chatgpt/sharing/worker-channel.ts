/**
 * A tab's channel under the remedy `shared-worker`: the hub is in a SharedWorker, to which the tab has a port. Carries out
 * what `seat.ts` decides. Rules LW1–LW6, LW20–LW22.
 */
import {readHubFrame, type HubFrame, type PortFrame} from '#protocol/hub-frame.ts'
import {ProtocolError} from '#protocol/protocol-error.ts'
import type {SessionOptions, Surroundings} from '../../chat-session.ts'
import type {Channel, ChannelHandlers} from '../channel.ts'
import type {ChatgptSurroundings} from '../chatgpt-surroundings.ts'
import {lockOf, workerOf} from './defaults.ts'
import {createMember} from './member-channel.ts'
import {next, takeSeat, type Seat, type SeatEvent} from './seat.ts'
import type {WorkerPort} from './sharing-parts.ts'
import {dueAtMs} from './vigil.ts'

export type WorkerNeeds = {
  readonly openWorker: (name: string) => WorkerPort
  readonly options: Pick<SessionOptions, 'baseUrl' | 'bearer' | 'userId' | 'accountId' | 'tab' | 'remedies'>
  readonly surroundings: ChatgptSurroundings
  readonly handlers: ChannelHandlers
}

export function openWorkerChannel({openWorker, options, surroundings, handlers}: WorkerNeeds): Channel {
  const {userId} = options
  const client = surroundings.newId()
  const key = `tabwitness-worker-${userId}`
  let seat: Seat | null = null
  let port: WorkerPort | null = null
  let watching: AbortController | null = null
  let armed: {readonly vigil: string; readonly cancel: () => void} | null = null

  const member = createMember({client, handlers, surroundings, post: (frame) => say(frame)})
  const stopListening = [
    surroundings.onWake(() => feed({type: 'doubted', ...moment(surroundings)})),
    surroundings.onPageState(() => ask()),
  ]

  /** Granted only when the worker that has it is no more. */
  function watchLock(generation: number, opened: WorkerPort): void {
    const {locks} = surroundings
    if (!locks) return
    const {signal} = (watching = new AbortController())
    const gone = async () => {
      if (port === opened) feed({type: 'gone', ...moment(surroundings), known: known()})
    }
    locks.request(lockOf(userId, generation), {signal}, gone).catch(() => {})
  }

  const known = () => Number(surroundings.storage.get(key) ?? 1) || 1
  const say = (frame: PortFrame) => port?.post(JSON.stringify(frame))
  const ask = () => say({type: 'ask', client, foreground: surroundings.pageState().foreground})

  function feed(event: SeatEvent): void {
    if (seat === null) return
    const before = seat
    seat = next(before, event)
    if (seat.openings !== before.openings) reopen(seat, before)
    else if (seat.vigil.name === 'asked' && seat.vigil !== before.vigil) ask()
    arm()
  }

  function reopen({generation}: Seat, before: Seat): void {
    leave()
    member.forget()
    if (generation > known()) surroundings.storage.set(key, String(generation))
    open(generation, before.generation === generation ? 'the worker was gone' : 'the worker answered nothing')
  }

  function open(generation: number, why: string): void {
    surroundings.witness({kind: 'role', role: 'worker-client', why})
    const opened = openWorker(workerOf(userId, generation))
    port = opened
    opened.onText((text) => {
      const at = surroundings.stampNow()
      const frame = port === opened ? readQuietly(text) : null
      if (!frame) return
      // It speaks, so it has its lock.
      if (watching === null) watchLock(generation, opened)
      feed({type: 'sign', ...moment(surroundings), known: frame.type === 'beat' ? known() : 0})
      if (port === opened) member.hear(frame, at)
    })
    opened.onGone(() => {
      if (port === opened) feed({type: 'gone', ...moment(surroundings), known: known()})
    })
    say(hireFor(client, generation, options))
    ask()
  }

  /** A worker that only sleeps finds the word when it wakes, and ends its socket when nobody is left. */
  function leave(): void {
    watching?.abort()
    watching = null
    say({type: 'quit', client})
    port?.close()
    port = null
  }

  function arm(): void {
    if (seat === null || armed?.vigil === seat.vigil.name) return
    armed?.cancel()
    armed = null
    const dueAt = dueAtMs(seat.vigil)
    if (dueAt === null) return
    const cancel = surroundings.setTimer(
      () => {
        armed = null
        feed({type: 'due', ...moment(surroundings), known: known()})
      },
      Math.max(0, dueAt - surroundings.now()),
    )
    armed = {vigil: seat.vigil.name, cancel}
  }

  return {
    ...member,
    start() {
      if (seat !== null) return
      seat = takeSeat(known(), surroundings.now(), surroundings.random())
      open(seat.generation, 'one socket for all tabs')
      arm()
    },
    close() {
      for (const stop of stopListening) stop()
      member.close()
      leave()
      armed?.cancel()
      seat = null
    },
  }
}

const hireFor = (client: string, generation: number, options: WorkerNeeds['options']): PortFrame => {
  const {baseUrl, bearer, userId, accountId, tab, remedies} = options
  return {type: 'hire', client, generation, baseUrl, bearer, userId, accountId, tab, remedies: [...remedies]}
}

const moment = ({now, random}: Pick<Surroundings, 'now' | 'random'>) => ({atMs: now(), draw: random()})

/** Null where another version of the worker speaks otherwise. */
function readQuietly(text: string): HubFrame | null {
  try {
    return readHubFrame(text)
  } catch (error) {
    if (error instanceof ProtocolError) return null
    throw error
  }
}
