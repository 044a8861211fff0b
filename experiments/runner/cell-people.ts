/**
 * The people of a cell: the person whose tabs it is about, with a seeded conversation, and where one of its tabs is opened
 * as a second account that account with another. How the servers treat them follows from the cell alone. Rules HZ2, LE11.
 */
import {setTimeout as pause} from 'node:timers/promises'
import type {Platform} from '#protocol/platform.ts'
import {POLICIES} from '#protocol/policy.ts'
import type {ChannelSettings} from '../../servers/celsius/defaults.ts'
import {defaultModelSettings, type ModelSettings} from '../../servers/model/model-settings.ts'
import {settingOf} from '../hazards/setting.ts'
import type {CellSpec} from '../history/history-event.ts'
import type {Step} from '../scenario/step.ts'
import type {CellRecorder} from './cell-recorder.ts'
import type {ServerProcess} from './server-process.ts'

/** Somebody who is signed in, and the conversation that their tabs open. */
export type Person = {readonly user: {readonly id: string}; readonly conversationId: string}

export type People = {
  /** Seeds their conversations; before it nobody has one. */
  settle(): Promise<{readonly first: Person; readonly second: Person | null}>
  /** Forgets them and what they wrote; of a server that is gone there is nobody to forget. */
  leave(isServed: boolean): Promise<void>
}

type Needs = {
  readonly server: ServerProcess
  readonly recorder: CellRecorder
  readonly spec: CellSpec
  readonly steps: readonly Step[]
  readonly platform: Platform
  readonly seed: string
}

/** From here on what the servers book of them is in the cell's history. */
export async function createPeople({server, recorder, spec, steps, platform, seed}: Needs): Promise<People> {
  const {control} = server
  const hasSecond = steps.some((step) => step.do === 'open' && step.account === 2)
  const users: {readonly id: string}[] = []
  const unlisten: (() => void)[] = []
  // Each has texts of their own.
  for (const textSeed of hasSecond ? [seed, `${seed}/second`] : [seed]) {
    const user = await control.createUser(userSettings(spec, textSeed))
    users.push(user)
    unlisten.push(server.onLedger(user.id, (event) => recorder.ledger(event)))
  }
  const converse = async (user: {readonly id: string}): Promise<Person> => {
    const {conversationId} = await control.createConversation(user.id, 1, platform)
    return {user, conversationId}
  }
  return {
    async settle() {
      const [own, other] = users
      if (own === undefined) throw new TypeError('a cell has at least one person')
      // What is committed last is the present path of the cell's own conversation.
      const second = other === undefined ? null : await converse(other)
      const first = await converse(own)
      // A page that opens what a lagging copy does not have yet shows nothing.
      const {replicaLagMs} = settingOf(spec)
      if (replicaLagMs > 0) await recorder.waiting(async () => pause(replicaLagMs))
      return {first, second}
    },
    async leave(isServed) {
      for (const stop of unlisten) stop()
      if (!isServed) return
      for (const {id} of users) await control.removeUser(id)
    },
  }
}

function userSettings(spec: CellSpec, seed: string) {
  const {policy, rule, onRepeat, replicaLagMs} = settingOf(spec)
  const number = numberIn(spec)
  const rate = number('tokensPerSecond')
  const tokens = number('tokens')
  const model: ModelSettings = {
    ...defaultModelSettings,
    seed,
    speed: number('modelSpeed') ?? 1,
    ...(rate === null ? {} : {tokensPerSecond: [rate, rate]}),
    ...(tokens === null ? {} : {tokens: [tokens, tokens]}),
  }
  return {
    carriage: POLICIES[policy].carriage,
    channelDelayMs: number('channelDelayMs') ?? 0,
    conflictRule: rule,
    onRepeat,
    replicaLagMs,
    model,
    channel: channelSettings(number),
  }
}

const numberIn =
  ({conditions}: CellSpec) =>
  (name: string): number | null =>
    conditions[name] === undefined ? null : Number(conditions[name])

/** What the cell says nothing of is as the server has it. */
function channelSettings(number: (name: string) => number | null): ChannelSettings {
  const [keepAliveMs, pingMs, positionBoundMs] = ['keepAliveMs', 'pingMs', 'positionBoundMs'].map(number)
  return {
    ...(keepAliveMs && {keepAliveMs}),
    ...(pingMs && {pingMs}),
    ...(positionBoundMs && {positionBoundMs}),
  }
}
