/** Random faults would find something if there were something: a page that forgets is caught, and what caught it is made small. */
import {expect, test} from 'vitest'
import {chatgptSession} from './chatgpt-virtual-tab.ts'
import type {FaultCell} from './fault-cell.ts'
import type {PageLife} from './page-life.ts'
import {playGroup} from './play-group.ts'
import {isFailed} from './run-fault-cells.ts'
import {shrink} from './shrink.ts'
import {testServer} from './test-server.ts'
import {virtualTabOf, type OpenVirtualTab} from './virtual-tab.ts'

const {signal} = new AbortController()

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
