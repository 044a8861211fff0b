/**
 * A tab's channel under the remedy `leader`: carries out what `election.ts` decides, with Web Locks and a
 * BroadcastChannel; while this tab leads, it runs the hub of all. Rules LW7–LW11.
 */
import type {Remedy} from '#protocol/policy.ts'
import type {Surroundings} from '../../chat-session.ts'
import type {Channel, ChannelHandlers} from '../channel.ts'
import type {ChatgptSurroundings} from '../chatgpt-surroundings.ts'
import {openBus} from './bus.ts'
import {beginElection, next, type Election, type ElectionEvent} from './election.ts'
import {createMember} from './member-channel.ts'
import {runHub, type RunningHub} from './run-hub.ts'
import type {Locks} from './sharing-parts.ts'
import {dueAtMs} from './vigil.ts'

export type LeaderNeeds = {
  /** Of lock and bus: the tabs of one person share a leader. */
  readonly name: string
  readonly locks: Locks
  readonly broadcast: BroadcastChannel
  readonly remedies: readonly Remedy[]
  readonly surroundings: ChatgptSurroundings
  readonly handlers: ChannelHandlers
}

export function openLeaderChannel(needs: LeaderNeeds): Channel {
  const {name, locks, broadcast, remedies, surroundings, handlers} = needs
  const client = surroundings.newId()
  let election: Election | null = null
  let role: 'leader' | 'follower' | null = null
  let hub: RunningHub | null = null
  let wish: {readonly end: () => void} | null = null
  let armed: {readonly vigil: string; readonly cancel: () => void} | null = null

  const bus = openBus(
    broadcast,
    (frame, at) => {
      if (frame.type === 'ask' || frame.type === 'commands' || frame.type === 'bye') return hub?.take(frame)
      const isOwn = election?.name === 'leading' && election.generation === frame.generation
      if (!isOwn) feed({type: 'heard', generation: frame.generation, atMs: surroundings.now()})
      return member.hear(frame, at)
    },
    surroundings.stampNow,
  )
  const member = createMember({
    client,
    handlers,
    surroundings,
    post: (frame) => bus.post(frame, surroundings.stampNow()),
  })
  const stopListening = [
    surroundings.onWake(() => feed({type: 'doubted', ...moment(surroundings)})),
    surroundings.onFreeze?.(() => feed({type: 'frozen'})),
  ]

  function feed(event: ElectionEvent): void {
    if (election === null) return
    const before = election
    election = next(before, event)
    if (election !== before) follow(before, election)
    arm()
  }

  function follow(before: Election, now: Election): void {
    if (before.name === 'leading') {
      hub?.close()
      hub = null
    }
    if (before.name !== now.name) {
      if (now.name === 'leading') return lead(now)
      drop()
      if (now.name === 'taking-over') {
        member.forget()
        return want({steal: true})
      }
      if (now.name === 'following') queue()
    }
    if (now.name !== 'following') return
    const {vigil} = now
    if (vigil.name === 'asked' && (before.name !== 'following' || before.vigil !== vigil)) ask()
    if (vigil.name !== 'heard' || role === 'follower') return
    say('follower', role === 'leader' ? 'another tab took over' : 'another tab leads')
  }

  function say(became: 'leader' | 'follower', why: string): void {
    role = became
    surroundings.witness({kind: 'role', role, why})
  }

  function lead({generation, why}: Extract<Election, {name: 'leading'}>): void {
    say('leader', why)
    hub = runHub({
      generation,
      remedies,
      surroundings,
      // A leader that was frozen may have lost its lock without having heard of it yet.
      socketUrl: async () => {
        await locks.settle()
        if (election?.name !== 'leading' || election.generation !== generation) throw new Error('deposed')
        return handlers.socketUrl()
      },
      post: bus.post,
    })
  }

  function ask(): void {
    const {foreground} = surroundings.pageState()
    bus.post({type: 'ask', client, foreground}, surroundings.stampNow())
  }

  const queue = () => want({})

  function want({steal = false}: {readonly steal?: boolean}): void {
    const holding = Promise.withResolvers<void>()
    const waiting = new AbortController()
    const mine = {
      end() {
        waiting.abort()
        holding.resolve()
      },
    }
    wish = mine
    // The lock manager takes no signal beside `steal`.
    const options = steal ? {steal} : {signal: waiting.signal}
    const hold = async () => {
      if (wish !== mine) return
      feed({type: 'granted', atMs: surroundings.now()})
      await holding.promise
    }
    locks.request(name, options, hold).catch(() => {
      if (wish !== mine) return
      wish = null
      feed({type: 'lost', ...moment(surroundings)})
    })
  }

  /** Gives the lock back, or the place in its queue. */
  function drop(): void {
    const last = wish
    wish = null
    last?.end()
  }

  /** One timer at a time; a frame that comes meanwhile moves nothing but what the timer will find. */
  function arm(): void {
    const vigil = election?.name === 'following' ? election.vigil : null
    const dueAt = vigil && dueAtMs(vigil)
    if (vigil && armed?.vigil === vigil.name) return
    armed?.cancel()
    armed = null
    if (!vigil || dueAt === null) return
    const cancel = surroundings.setTimer(
      () => {
        armed = null
        feed({type: 'due', ...moment(surroundings)})
      },
      Math.max(0, dueAt - surroundings.now()),
    )
    armed = {vigil: vigil.name, cancel}
  }

  return {
    ...member,
    start() {
      if (election !== null) return
      election = beginElection(surroundings.now(), surroundings.random())
      ask()
      queue()
      arm()
    },
    close() {
      for (const stop of stopListening) stop?.()
      member.close()
      if (election === null) election = {name: 'closed'}
      feed({type: 'closed'})
      bus.close()
    },
  }
}

const moment = ({now, random}: Pick<Surroundings, 'now' | 'random'>) => ({atMs: now(), draw: random()})
