import fc from 'fast-check'
import {expect, test} from 'vitest'
import {DIRECTIONS, type NetworkFault} from '../history/fault.ts'
import {openTestLine, until} from './test-line.ts'

const direction = fc.constantFrom(...DIRECTIONS)
const fault: fc.Arbitrary<NetworkFault> = fc.oneof(
  {weight: 3, arbitrary: fc.constant<NetworkFault>({name: 'blackhole'})},
  {weight: 3, arbitrary: direction.map((lost): NetworkFault => ({name: 'half-open', lost}))},
  {weight: 3, arbitrary: fc.integer({min: 1, max: 8}).map((ms): NetworkFault => ({name: 'latency', ms}))},
  {weight: 3, arbitrary: fc.integer({min: 1, max: 8}).map((ms): NetworkFault => ({name: 'jitter', ms}))},
  {
    weight: 3,
    arbitrary: fc
      .integer({min: 1_000, max: 1_000_000})
      .map((bytesPerSecond): NetworkFault => ({name: 'bandwidth', bytesPerSecond})),
  },
  fc
    .record({bytes: fc.integer({min: 0, max: 2_000}), direction, by: fc.constantFrom('fin', 'rst')})
    .map((cut): NetworkFault => ({name: 'cut-after-bytes', times: 1, ...cut})),
  fc.constantFrom<NetworkFault>({name: 'fin'}, {name: 'rst'}),
)
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      from: fc.constantFrom('client' as const, 'server' as const),
      size: fc.integer({min: 1, max: 900}),
    }),
  },
  {weight: 2, arbitrary: fc.record({do: fc.constant('begin' as const), fault})},
  {weight: 2, arbitrary: fc.record({do: fc.constant('heal' as const), nth: fc.nat({max: 5})})},
  {weight: 3, arbitrary: fc.record({do: fc.constant('turn' as const), turns: fc.integer({min: 1, max: 30})})},
)

test('[FA2][FA10][FA11] any interleaving of chunks and faults: a prefix arrives, and everything where the connection lived', async () => {
  let counter = 0
  const {openWhole, begin, board, of, proxy} = await openTestLine({lingerMs: 20})

  await fc.assert(
    fc.asyncProperty(fc.array(step, {maxLength: 40}), async (steps) => {
      const {client, server} = await openWhole()
      const ends = {client, server}
      const sent = {client: '<', server: '>'}
      const begun: number[] = []
      const cuts = of('connection-cut').length
      for (const each of steps) {
        if (each.do === 'begin') begun.push(begin(each.fault))
        else if (each.do === 'heal') board.heal(begun[each.nth] ?? 0)
        else if (each.do === 'turn')
          for (let turn = 0; turn < each.turns; turn++) await new Promise(setImmediate)
        else {
          const text = `${counter++},`.padEnd(each.size, '.')
          sent[each.from] += text
          ends[each.from].socket.write(text)
        }
      }
      board.healAll()
      client.socket.end()
      server.socket.end()
      await until(() => client.ending() && server.ending() && proxy.census().connections === 0)

      expect(sent.client.startsWith(server.text())).toBe(true)
      expect(sent.server.startsWith(client.text())).toBe(true)
      if (of('connection-cut').length > cuts) return
      expect([server.text(), client.text()]).toEqual([sent.client, sent.server])
      expect([server.ending(), client.ending()]).toEqual(['fin', 'fin'])
    }),
    {numRuns: 60},
  )
  for (const {takenBytes, givenBytes, droppedBytes} of of('fault-told'))
    expect(takenBytes).toBe(givenBytes + droppedBytes)
  for (const {toServer, toClient} of of('connection-closed'))
    for (const {takenBytes, givenBytes, droppedBytes} of [toServer, toClient])
      expect(takenBytes).toBe(givenBytes + droppedBytes)
})
