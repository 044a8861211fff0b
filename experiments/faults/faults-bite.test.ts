/** Every fault, played from a schedule onto a tab with a socket and an answer stream, with its witness from both ends. */
import {decodeValue} from '#protocol/decode.ts'
import {expect, test} from 'vitest'
import {faultWitnesses} from '../checkers/fault-witness.ts'
import type {NetworkFault} from '../history/fault.ts'
import {faultEvent} from '../history/fault-event.ts'
import {beginOn, playSchedule} from './schedule-player.ts'
import {until} from './test-line.ts'
import {openTestSite} from './test-site.ts'

const holding: NetworkFault[] = [
  {name: 'blackhole'},
  {name: 'half-open', lost: 'to-server'},
  {name: 'half-open', lost: 'to-client'},
  {name: 'latency', ms: 5},
  {name: 'jitter', ms: 5},
  {name: 'bandwidth', bytesPerSecond: 20_000},
]
const cutting: NetworkFault[] = [
  {name: 'fin'},
  {name: 'rst'},
  {name: 'cut-after-bytes', bytes: 3, direction: 'to-client', by: 'fin', times: 1},
]

async function playOn(fault: NetworkFault) {
  const site = await openTestSite()
  const a = site.talk('A')
  await until(() => a.socket.readyState === a.socket.OPEN)
  const far = await until(() => site.serverTalks.get('A'))
  const schedule = [{atMs: 0, healAtMs: null, owner: 'A', on: 'everything' as const, fault}]
  const player = playSchedule({schedule, begin: beginOn(site.board)})
  a.socket.send('from the page')
  far.socket.send('from the server')
  return {...site, a, far, player}
}

test.each(holding)('[FA13] %j bites, and is witnessed by what both ends took and gave', async (fault) => {
  const {events, of, a, far, player} = await playOn(fault)
  await until(() => of('fault-bit').length > 0)
  player.healAll()
  await until(() => a.messages.length === 1 && far.messages.length === 1)
  await until(() => of('fault-told').length === of('fault-bit').length)
  const [witness] = faultWitnesses(events)
  expect(witness).toMatchObject({fault, bit: true, connections: 1, cutsAtClient: 0, droppedBytes: 0})
  expect(witness?.takenBytes).toBeGreaterThan(0)
  expect(witness?.givenBytes).toBe(witness?.takenBytes)
  expect(witness?.longestMs).toBeGreaterThan(0)
})

test.each(cutting)('[FA13] %j bites, and is witnessed at both ends', async (fault) => {
  const {events, a, far} = await playOn(fault)
  await until(() => a.closedWith() === 1006 && far.closedWith() === 1006)
  expect(faultWitnesses(events)).toMatchObject([{bit: true, cutsAtClient: 1, cutsAtServer: 1}])
})

test.each([...holding, ...cutting])('[FA13] %j on a tab that does nothing does not bite', async (fault) => {
  const {board, events, ask} = await openTestSite()
  board.begin(fault, {owner: 'C', on: 'everything'})
  const answer = ask('B', '/')
  await until(() => answer.over() === 'end')
  board.healAll()
  expect(faultWitnesses(events)).toMatchObject([{bit: false}])
})

test('[FA13] the book is of the form that histories take', async () => {
  const {events, a, player, proxy} = await playOn({name: 'blackhole'})
  player.healAll()
  await until(() => a.messages.length === 1)
  await proxy.close()
  expect(events.map((event) => decodeValue(faultEvent, event))).toEqual(events)
  expect(new Set(events.map(({kind}) => kind))).toContain('connection-closed')
})
