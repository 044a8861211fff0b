/**
 * A herd: a thousand virtual tabs that lose their sockets at the same moment, or are drained, and come back. Measured at
 * the server, in its own process: when they arrive, and how late its event loop gets. Rule VT10.
 */
import {fileURLToPath} from 'node:url'
import type {PolicyName} from '#protocol/policy.ts'
import {defaultModelSettings} from '../../servers/model/model-settings.ts'
import {monotonicNowMs} from '../browser/clock.ts'
import {startControlledProcess, type ControlledProcess} from '../runner/controlled-process.ts'
import {startServerProcess, type ServerProcess} from '../runner/server-process.ts'
import {plainQuantile, sorted} from '../statistics/quantile.ts'
import type {Arm} from './herd-arm.ts'
import type {Comeback, HerdControl, Member} from './herd-process.ts'

const PROGRAM = fileURLToPath(new URL('herd-process.ts', import.meta.url))

export const SCATTERINGS = ['cut', 'drained'] as const
/** Every socket is reset at one moment; or the server closes them with 1012 one after another and lets nobody in meanwhile. */
export type Scattering = (typeof SCATTERINGS)[number]

export type HerdOptions = {
  readonly tabs: number
  /** Fewer than the server's limit of sockets for one person. */
  readonly tabsPerPerson: number
  readonly processes: number
  readonly policy: PolicyName
  readonly arms: readonly Arm[]
  readonly drainOverMs: number
  readonly upToMs: number
  readonly seed: string
  /** By how much the pages' own waits are shortened. */
  readonly haste: number
}

export type HerdOutcome = {
  readonly scattering: Scattering
  readonly arm: Arm
  readonly tabs: number
  /** Sockets that the server let in, for each quarter of a second after the cut or the beginning of the drain. */
  readonly arrivals: readonly number[]
  readonly peakPerSecond: number
  /** Until a tab follows its topics again; of those that did. */
  readonly followsAgainMs: {readonly p50: number; readonly p95: number; readonly max: number} | null
  readonly neverBack: number
  /** Tabs that do not show what was written while they were away. */
  readonly lost: number
  readonly attempts: {readonly mean: number; readonly max: number}
  /** Of the server's event loop, from the cut until all were back. */
  readonly eventLoopDelayMs: {readonly p99: number; readonly max: number}
}

export const ARRIVAL_BIN_MS = 250
const BINS_PER_SECOND = 1_000 / ARRIVAL_BIN_MS

type Part = {readonly process: ControlledProcess<object, HerdControl>; readonly members: readonly Member[]}

/** `tell` hears each outcome as it is known. Rejects when the herd could not be gathered. */
export async function runHerd(
  options: HerdOptions,
  tell: (outcome: HerdOutcome) => void,
  signal?: AbortSignal,
): Promise<readonly HerdOutcome[]> {
  const server = await startServerProcess({
    port: 0,
    seed: options.seed,
    store: null,
    pageFolder: null,
    carriage: 'content',
    model: defaultModelSettings,
    userCount: 0,
  })
  const parts: Part[] = []
  const outcomes: HerdOutcome[] = []
  try {
    const members = await peopleOf(options, server)
    const share = Math.ceil(members.length / options.processes)
    for (let from = 0; from < members.length; from += share)
      parts.push(await startPart(members.slice(from, from + share), server))
    for (const arm of options.arms) {
      const {policy, seed, haste} = options
      await Promise.all(
        parts.map((part) => part.process.control.gather(part.members, {arm, policy, seed, haste})),
      )
      for (const scattering of SCATTERINGS) {
        signal?.throwIfAborted()
        const outcome = await scatter(scattering, arm, parts, server, options)
        outcomes.push(outcome)
        tell(outcome)
      }
      await Promise.all(parts.map(({process}) => process.control.scatter()))
    }
    return outcomes
  } finally {
    await Promise.all(parts.map(({process}) => process.close()))
    await server.close()
  }
}

async function peopleOf(
  {tabs, tabsPerPerson}: HerdOptions,
  {control}: ServerProcess,
): Promise<readonly Member[]> {
  const members: Member[] = []
  while (members.length < tabs) {
    const person = await control.createUser({})
    const {conversationId} = await control.createConversation(person.id, 1)
    for (let tab = 1; tab <= tabsPerPerson && members.length < tabs; tab += 1)
      members.push({name: `T${tab}`, person, conversationId})
  }
  return members
}

async function startPart(members: readonly Member[], server: ServerProcess): Promise<Part> {
  const process = await startControlledProcess<object, HerdControl, never>({
    name: 'the herd',
    file: PROGRAM,
    options: null,
    onEvents: () => {},
  })
  const port = await process.control.front(Number(new URL(server.chatgpt.baseUrl).port))
  await server.control.addFront(port)
  return {process, members}
}

async function scatter(
  scattering: Scattering,
  arm: Arm,
  parts: readonly Part[],
  server: ServerProcess,
  options: HerdOptions,
): Promise<HerdOutcome> {
  const {control} = server
  const members = parts.flatMap((part) => part.members)
  const conversations = new Map(members.map(({conversationId, person}) => [conversationId, person.id]))
  const arrivedAt: number[] = []
  const stopListening = [...new Set(conversations.values())].map((userId) =>
    server.onLedger(userId, (event) => {
      if (event.kind === 'connected') arrivedAt.push(event.at)
    }),
  )
  await Promise.all(parts.map(({process}) => process.control.beginWatch()))
  await control.eventLoopDelay()
  const beganAt = monotonicNowMs()
  const scattered =
    scattering === 'cut'
      ? Promise.all(parts.map(({process}) => process.control.cut()))
      : control.drain(options.drainOverMs).then(() => control.endDrain())
  if (scattering === 'cut') await scattered
  const messageIds: Record<string, string> = {}
  for (const [conversationId, userId] of conversations)
    messageIds[conversationId] = await control.commitMessage(
      userId,
      conversationId,
      `While they were ${scattering}`,
    )
  await scattered
  const comebacks = (
    await Promise.all(parts.map(({process}) => process.control.watch(messageIds, options.upToMs)))
  ).flat()
  const {p99Ms: p99, maxMs: max} = await control.eventLoopDelay()
  for (const stop of stopListening) stop()
  return {scattering, arm, ...outcomeOf(comebacks, arrivedAt, beganAt), eventLoopDelayMs: {p99, max}}
}

function outcomeOf(
  comebacks: readonly Comeback[],
  arrivedAt: readonly number[],
  beganAt: number,
): Omit<HerdOutcome, 'scattering' | 'arm' | 'eventLoopDelayMs'> {
  const tookMs = sorted(comebacks.flatMap(({followsAt}) => (followsAt === null ? [] : followsAt - beganAt)))
  const arrivals = histogram(arrivedAt.map((at) => at - beganAt))
  const seconds = arrivals.map((_, from) =>
    arrivals.slice(from, from + BINS_PER_SECOND).reduce((sum, count) => sum + count, 0),
  )
  const attempts = comebacks.map((each) => each.attempts)
  return {
    tabs: comebacks.length,
    arrivals,
    peakPerSecond: Math.max(0, ...seconds),
    followsAgainMs:
      tookMs.length === 0
        ? null
        : {
            p50: plainQuantile(tookMs, 0.5),
            p95: plainQuantile(tookMs, 0.95),
            max: tookMs.at(-1) ?? Number.NaN,
          },
    neverBack: comebacks.length - tookMs.length,
    lost: comebacks.filter(({showsMessage}) => !showsMessage).length,
    attempts: {
      mean: attempts.reduce((sum, count) => sum + count, 0) / Math.max(1, attempts.length),
      max: Math.max(0, ...attempts),
    },
  }
}

function histogram(ms: readonly number[]): readonly number[] {
  const bins = ms.map((each) => Math.max(0, Math.floor(each / ARRIVAL_BIN_MS)))
  const counts = Array.from({length: Math.max(-1, ...bins) + 1}, () => 0)
  for (const bin of bins) counts[bin] = (counts[bin] ?? 0) + 1
  return counts
}
