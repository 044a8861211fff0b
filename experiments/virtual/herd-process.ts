/**
 * A process that holds a part of a herd: hundreds of virtual tabs behind a fault proxy of its own, cut off at once and
 * watched until they follow again. Ends with its parent. Rule VT10.
 */
import {EventEmitter, once} from 'node:events'
import type {PolicyName} from '#protocol/policy.ts'
import {runControlled} from '../../servers/controlled-process.ts'
import {seededRandom} from '../../servers/model/seeded.ts'
import {createFaultBoard} from '../faults/fault-board.ts'
import {openFaultProxy, type FaultProxy} from '../faults/fault-proxy.ts'
import {openChatgptTab} from './chatgpt-virtual-tab.ts'
import {ARMS, type Arm} from './herd-arm.ts'
import {isReady, type Person, type VirtualTab} from './virtual-tab.ts'

export type Member = {readonly name: string; readonly person: Person; readonly conversationId: string}

export type HerdControl = {
  /** Where its tabs' connections will come from; the server has to let them in. */
  front(serverPort: number): Promise<number>
  /** Opens the tabs; resolves when all follow. */
  gather(members: readonly Member[], how: HerdManner): Promise<void>
  /** Every socket is reset at this moment, and may come back. */
  cut(): Promise<void>
  /** Forgets what was counted so far. */
  beginWatch(): Promise<void>
  /** Resolves when every tab follows again and shows the message of its conversation, or after `upToMs`. */
  watch(messageIds: Readonly<Record<string, string>>, upToMs: number): Promise<readonly Comeback[]>
  scatter(): Promise<void>
}

export type HerdManner = {
  readonly arm: Arm
  readonly policy: PolicyName
  readonly seed: string
  /** By how much the pages' own waits are shortened. */
  readonly haste: number
}

export type Comeback = {
  /** CLOCK_MONOTONIC in milliseconds; null when it does not follow yet. */
  readonly followsAt: number | null
  readonly showsMessage: boolean
  readonly attempts: number
}

const OPENING_AT_A_TIME = 20
const OPEN_UP_TO_MS = 60_000

type Watched = Member & {
  readonly tab: VirtualTab
  wasAway: boolean
  followsAt: number | null
  attempts: number
}

function createHerd(): {control: HerdControl; close(): Promise<void>} {
  const board = createFaultBoard({seed: 'herd', record: () => {}})
  const changes = new EventEmitter<{change: []}>().setMaxListeners(0)
  let proxy: FaultProxy | null = null
  let herd: Watched[] = []

  const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6
  const isBack = (each: Watched, messageIds: Readonly<Record<string, string>>) =>
    each.wasAway && isReady(each.tab.session.view()) && shows(each, messageIds)
  const shows = ({conversationId, tab}: Watched, messageIds: Readonly<Record<string, string>>) =>
    tab.session.view().messages.some(({id}) => id === messageIds[conversationId])

  function member(of: Member, {arm, policy, seed, haste}: HerdManner): Watched {
    if (proxy === null) throw new TypeError('the herd has no way to the server yet')
    const random = seededRandom(`herd/${seed}/${of.conversationId}/${of.name}`)
    const tab = openChatgptTab({
      name: of.name,
      policy,
      person: of.person,
      origin: proxy.origin,
      haste,
      random: () => ARMS[arm].draw(random()),
      say(event) {
        if (event.kind === 'connection' && event.state === 'connecting') watched.attempts += 1
      },
    })
    const watched: Watched = {...of, tab, wasAway: false, followsAt: null, attempts: 0}
    tab.session.subscribe(() => {
      const isAway = tab.session.view().connection.name !== 'connected'
      if (isAway) watched.followsAt = null
      else watched.followsAt ??= monotonicMs()
      watched.wasAway ||= isAway
      changes.emit('change')
    })
    return watched
  }

  async function scatter(): Promise<void> {
    for (const {tab} of herd) tab.close()
    herd = []
  }

  const control: HerdControl = {
    async front(serverPort) {
      proxy ??= await openFaultProxy({serverPort, board, owner: null})
      return proxy.port
    },
    async gather(members, how) {
      herd = members.map((each) => member(each, how))
      const waiting = herd.values()
      const open = async () => {
        for (const {tab, conversationId} of waiting) await tab.open(conversationId, OPEN_UP_TO_MS)
      }
      await Promise.all(Array.from({length: OPENING_AT_A_TIME}, open))
    },
    async beginWatch() {
      for (const each of herd) Object.assign(each, {wasAway: false, attempts: 0})
    },
    async cut() {
      board.heal(board.begin({name: 'rst'}, {owner: '*', on: 'sockets'}))
    },
    async watch(messageIds, upToMs) {
      const signal = AbortSignal.timeout(upToMs)
      while (!signal.aborted && !herd.every((each) => isBack(each, messageIds)))
        await once(changes, 'change', {signal}).catch(() => {})
      return herd.map((each) => ({
        followsAt: each.followsAt,
        showsMessage: shows(each, messageIds),
        attempts: each.attempts,
      }))
    },
    scatter,
  }
  return {
    control,
    async close() {
      await scatter()
      await proxy?.close()
    },
  }
}

runControlled({name: 'the herd', start: async () => createHerd(), told: () => ({})})
