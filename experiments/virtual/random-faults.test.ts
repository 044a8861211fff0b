/** Random faults on virtual tabs in a small size. That what they find is made small: forgetful-page.long.test.ts. */
import {describe, expect, test} from 'vitest'
import type {PolicyName} from '#protocol/policy.ts'
import {parseHistory} from '../history/history-reader.ts'
import {drawFaultCell, type FaultCell} from './fault-cell.ts'
import {judgeFaultCell} from './judge-fault-cell.ts'
import {playGroup} from './play-group.ts'
import {testServer} from './test-server.ts'

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
