import {describe, expect, test} from 'vitest'
import type {ShownMessage} from '../chat-session.ts'
import {createTestClock, pass} from '../test-clock.ts'
import {createVirtualPage} from '../virtual-page.ts'
import {poll} from './poll.ts'

const message = (text: string): ShownMessage => ({
  id: 'm',
  role: 'user',
  text,
  status: 'complete',
  parentId: null,
})

function polled(pace: number | 'adaptive') {
  const clock = createTestClock()
  const page = createVirtualPage()
  const since = clock.now()
  const at: number[] = []
  let messages: readonly ShownMessage[] = [message('one')]
  let phase: 'ready' | 'answering' = 'ready'
  let hang: Promise<void> | null = null
  const stop = poll(
    {
      store: {
        view: () => ({
          connection: {name: 'connected'},
          conversations: [],
          conversationId: 'c1',
          title: '',
          messages,
          phase,
          notice: null,
          conflict: null,
          approvalId: null,
          canTryAgain: false,
          model: 'scripted',
          models: [],
        }),
      },
      refetch() {
        at.push(clock.now() - since)
        return hang ?? Promise.resolve()
      },
      surroundings: {...clock, ...page, random: () => 0.999_999},
    },
    pace,
  )
  return {
    at,
    page,
    stop,
    pass: (ms: number) => pass(clock, ms),
    change: (text: string) => (messages = [message(text)]),
    answer: (isOn: boolean) => (phase = isOn ? 'answering' : 'ready'),
    hangFrom: () => void (hang = new Promise(() => {})),
  }
}

describe('at a steady pace', () => {
  test('[PO4] the conversation is read again and again, whatever comes of it, until the end', async () => {
    const {at, pass: wait, hangFrom, stop} = polled(5_000)
    hangFrom()
    await wait(15_000)
    stop()
    await wait(60_000)
    expect(at).toEqual([5_000, 10_000, 15_000])
  })
})

describe('at an adaptive pace', () => {
  test('[PO4] a quiet conversation is read ever less often', async () => {
    const {at, pass: wait, stop} = polled('adaptive')
    await wait(200_000)
    stop()
    const gaps = at.map((time, index) => Math.round(time - (at[index - 1] ?? 0)))
    expect(gaps.slice(0, 4)).toEqual([1_000, 1_500, 2_250, 3_375])
    expect(gaps.at(-1)).toBe(30_000)
  })

  test('[PO4] a change and an answer under way bring the pace back', async () => {
    const tab = polled('adaptive')
    await tab.pass(60_000)
    tab.change('two')
    tab.answer(true)
    await tab.pass(30_000)
    const before = tab.at.length
    await tab.pass(5_000)
    expect(tab.at.length - before).toBe(5)
    tab.answer(false)
    await tab.pass(10_000)
    expect(tab.at.length - before).toBeLessThan(12)
    tab.stop()
  })

  test('[PO4] a tab that is shown reads at once', async () => {
    const tab = polled('adaptive')
    await tab.pass(100_000)
    const before = tab.at.length
    tab.page.wake('shown')
    expect(tab.at.length).toBe(before + 1)
    await tab.pass(1_001)
    expect(tab.at.length).toBe(before + 2)
    tab.stop()
    tab.page.wake('shown')
    expect(tab.at.length).toBe(before + 2)
  })

  test('[PO4] a read that hangs is not the last one', async () => {
    const tab = polled('adaptive')
    tab.hangFrom()
    await tab.pass(62_000)
    expect(tab.at).toHaveLength(3)
    tab.stop()
  })
})
