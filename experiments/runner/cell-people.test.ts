import {expect, test} from 'vitest'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {CellSpec} from '../history/history-event.ts'
import type {Step} from '../scenario/step.ts'
import {testServer} from '../virtual/test-server.ts'
import {createPeople} from './cell-people.ts'
import type {CellRecorder} from './cell-recorder.ts'

const spec = (conditions: CellSpec['conditions']): CellSpec => ({
  experiment: 'stale-read',
  platform: 'chatgpt',
  policy: 'observed',
  conditions,
  seed: 's',
  repetition: 1,
})
const opens = (tab: string, account?: 2): Step => ({
  do: 'open',
  tab,
  device: 'device-1',
  state: 'visible',
  ...(account && {account}),
})

async function peopleOf(steps: readonly Step[], conditions: CellSpec['conditions'] = {}) {
  const server = await testServer()
  const ledger: LedgerEvent[] = []
  const recorder = {
    ledger: (event: LedgerEvent) => void ledger.push(event),
    waiting: async <T>(wait: () => Promise<T>) => wait(),
  } as CellRecorder
  const people = await createPeople({
    server,
    recorder,
    spec: spec(conditions),
    steps,
    platform: 'chatgpt',
    seed: 's',
  })
  return {server, ledger, people, ...(await people.settle())}
}

test('[LE11] a second account has a conversation of its own, with other texts, and both are in one book', async () => {
  const {ledger, first, second, people, server} = await peopleOf([opens('A'), opens('B', 2)])
  expect(second?.user.id).not.toBe(first.user.id)
  expect(second?.conversationId).not.toBe(first.conversationId)
  const committed = ledger.filter((event) => event.kind === 'committed')
  expect(new Set(committed.map(({userId}) => userId))).toEqual(new Set([first.user.id, second?.user.id]))
  expect(new Set(committed.map(({textHash}) => textHash)).size).toBe(committed.length)
  // The cell's own path is committed last.
  expect(committed.at(-1)?.userId).toBe(first.user.id)
  await people.leave(true)
  await expect(server.control.serverView(first.conversationId)).rejects.toThrow()
  await expect(server.control.serverView(second?.conversationId ?? '')).rejects.toThrow()
})

test('a cell of one account has nobody else', async () => {
  const {second, ledger} = await peopleOf([opens('A'), opens('B')])
  expect(second).toBeNull()
  expect(ledger.filter((event) => event.kind === 'committed')).toHaveLength(2)
})

test('[HZ2] a cell whose conditions mean nothing is not played', async () => {
  await expect(peopleOf([opens('A')], {rule: 'luck'})).rejects.toThrow('rule: luck')
})
