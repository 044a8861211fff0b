/** Random faults on virtual tabs in a small size, and that this would find something if there were something. */
import {describe, expect, test} from 'vitest'
import type {PolicyName} from '#protocol/policy.ts'
import {parseHistory} from '../history/history-reader.ts'
import {chatgptSession} from './chatgpt-virtual-tab.ts'
import {drawFaultCell, type FaultCell} from './fault-cell.ts'
import {judgeFaultCell} from './judge-fault-cell.ts'
import type {PageLife} from './page-life.ts'
import {playGroup} from './play-group.ts'
import {isFailed} from './run-fault-cells.ts'
import {shrink} from './shrink.ts'
import {testServer} from './test-server.ts'
import {virtualTabOf, type OpenVirtualTab} from './virtual-tab.ts'

const {signal} = new AbortController()
/** A cell that lost something waits in vain for so long. */
const STILL_MS = 1_500

const draw = (policy: PolicyName, count: number): readonly FaultCell[] =>
  Array.from({length: count}, (_, index) =>
    drawFaultCell({
      seed: 'suite',
      index,
      policy,
      platform: 'chatgpt',
      haste: 40,
      tabCount: 2,
      lengthMs: 700,
      serverFaults: [],
    }),
  )

const complaints = (played: Awaited<ReturnType<typeof playGroup>>) =>
  played.flatMap(({cell, violations, failure}) => [
    ...violations.map(({note}) => `${cell.seed}: ${note}`),
    ...(failure === null ? [] : [failure]),
  ])

describe('random faults', () => {
  test('[VT6] [VT7] under content+resume nothing is lost, doubled or moved, and all tabs end alike', async () => {
    const played = await playGroup({cells: draw('content+resume', 8), signal, server: await testServer()})
    expect(complaints(played)).toEqual([])
    expect(played).toHaveLength(8)
    expect(played.filter(({faultsThatBit}) => faultsThatBit > 0).length).toBeGreaterThan(4)
    expect(played.every(({recoveredMs}) => recoveredMs !== null)).toBe(true)
  })

  test('[VT6] without resume messages are lost under the same schedules', async () => {
    const cells = draw('content', 8)
    const played = await playGroup({cells, signal, server: await testServer(), stillForMs: STILL_MS})
    expect(played.reduce((sum, {lost}) => sum + lost, 0)).toBeGreaterThan(0)
    expect(played.map(({doubled}) => doubled)).toEqual(cells.map(() => 0))
  })

  test('[VT1] the history of a cell is one like any other, and says the same when it is read back', async () => {
    const [played] = await playGroup({cells: draw('content+resume', 1), signal, server: await testServer()})
    const read = parseHistory(played?.history ?? '')
    if (!read.ok) throw new Error(`line ${read.line}: ${read.why}`)
    expect(read.history.header).toMatchObject({browser: expect.stringMatching(/^virtual tabs/), alone: false})
    const {violations, messages, faultsThatBit} = judgeFaultCell(read.history)
    expect([violations, messages, faultsThatBit]).toEqual([[], played?.messages, played?.faultsThatBit])
  })

  test('[VT8] a server that is killed and comes back is survived by all cells of its group', async () => {
    const kill = {atMs: 150, healAtMs: 300, owner: '*', on: 'everything', fault: {name: 'kill'}} as const
    const cells = draw('content+resume', 2).map((cell) => ({...cell, schedule: [...cell.schedule, kill]}))
    const played = await playGroup({cells, signal})
    expect(complaints(played)).toEqual([])
    for (const {history} of played) expect(history).toMatch(/"fault-carried-out".*"server-started"/)
  })
})

/** A page that drops the last message of what it catches up with. */
const openForgetful: OpenVirtualTab = virtualTabOf((options, life, stamp) => {
  const forgetful: PageLife = {
    ...life,
    openSocket(url, origin) {
      const socket = life.openSocket(url, origin)
      const listen = socket.addEventListener.bind(socket)
      const tell: typeof listen = (type, listener, more) => {
        const handle = typeof listener === 'function' ? listener : listener.handleEvent
        listen(
          type,
          (event) => handle('data' in event ? {...event, data: forgetting(event.data)} : event),
          more,
        )
      }
      return Object.assign(socket, {addEventListener: tell})
    },
  }
  return chatgptSession(options, forgetful, stamp)
})

function forgetting(data: unknown): unknown {
  if (typeof data !== 'string' || !data.includes('"catchups"')) return data
  const items = JSON.parse(data) as {reply?: {catchups?: unknown[]}}[]
  for (const {reply} of items) reply?.catchups?.pop()
  return JSON.stringify(items)
}

test('[VT9] a page that drops one message is caught, and what caught it is made small', async () => {
  const server = await testServer()
  const cut = {atMs: 60, healAtMs: 300, owner: 'B', on: 'everything', fault: {name: 'rst'}} as const
  const slow = {
    atMs: 10,
    healAtMs: 400,
    owner: 'A',
    on: 'everything',
    fault: {name: 'latency', ms: 5},
  } as const
  const cell: FaultCell = {
    platform: 'chatgpt',
    policy: 'content+resume',
    seed: 'forgetful',
    tabs: ['A', 'B'],
    schedule: [slow, cut],
    deeds: [
      {atMs: 0, do: 'commit'},
      {atMs: 120, do: 'commit'},
      {atMs: 140, do: 'commit'},
    ],
    haste: 40,
  }
  const play = (cells: readonly FaultCell[]) =>
    playGroup({cells, signal, server, openTab: openForgetful, stillForMs: 400})
  const [caught] = await play([cell])
  expect(caught?.violations).toMatchObject([
    {rule: 'VT6', tab: 'B', note: expect.stringContaining('is not shown')},
  ])

  const fails = async (cells: readonly FaultCell[]) => (await play(cells)).map(isFailed)
  const smallest = await shrink(cell, {fails, width: 6, rounds: 8})
  expect(smallest.schedule.map(({owner, fault}) => `${owner} ${fault.name}`)).toEqual(['B rst'])
  expect(smallest.deeds).toHaveLength(1)
})
