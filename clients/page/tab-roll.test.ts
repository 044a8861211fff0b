import {expect, test} from 'vitest'
import {freeName, openRoll} from './tab-roll.ts'

/** Tabs whose messages wait until the test delivers them. */
function browser() {
  const channels = new Set<EventTarget>()
  let pending: (() => void)[] = []
  const doubled: string[] = []

  const openChannel = () => {
    const target = new EventTarget()
    channels.add(target)
    return Object.assign(target, {
      close: () => void channels.delete(target),
      postMessage(data: unknown) {
        for (const other of channels)
          if (other !== target)
            pending.push(
              () => channels.has(other) && other.dispatchEvent(new MessageEvent('message', {data})),
            )
      },
    }) as unknown as BroadcastChannel
  }
  return {
    doubled,
    tab: (name: string, claim: string) =>
      openRoll({name, claim, openChannel, onDoubled: (free) => doubled.push(free)}),
    deliver() {
      while (pending.length > 0) for (const run of pending.splice(0)) run()
    },
  }
}

test('[PG4] a copy of a living tab takes the next free name', () => {
  const {tab, deliver} = browser()
  const names = ['1', '2', '3'].map((claim) => {
    const roll = tab('A', claim)
    deliver()
    return roll.settle()
  })
  expect(names).toEqual(['A', 'A-2', 'A-3'])
})

test('[PG4] other names are nobody’s business', () => {
  const {tab, deliver} = browser()
  const [a, b] = [tab('A', '1'), tab('B', '2')]
  deliver()
  expect([a.settle(), b.settle()]).toEqual(['A', 'B'])
})

test.each([
  ['1', '2', ['A', 'A-2']],
  ['2', '1', ['A-2', 'A']],
])('[PG4] of two that ask at once, with claims %s and %s, one has the name', (first, second, names) => {
  const {tab, deliver} = browser()
  const rolls = [tab('A', first), tab('A', second)]
  deliver()
  expect(rolls.map((roll) => roll.settle())).toEqual(names)
})

test('[PG5] an answer that comes too late makes the newcomer begin anew under a free name', () => {
  const {tab, deliver, doubled} = browser()
  tab('A', '1').settle()
  expect(tab('A', '2').settle()).toBe('A')
  deliver()
  expect(doubled).toEqual(['A-2'])
})

test('[PG5] a tab that was put away has no say, and asks when it comes back', () => {
  const {tab, deliver, doubled} = browser()
  const away = tab('A', '1')
  away.settle()
  away.pause()
  const other = tab('A', '2')
  deliver()
  expect(other.settle()).toBe('A')
  away.resume()
  deliver()
  expect(doubled).toEqual(['A-2'])
})

test('[PG4] a name stays within what the server takes', () => {
  const long = 'a'.repeat(32)
  expect(freeName(long, new Set([long]))).toBe(`${'a'.repeat(30)}-2`)
  expect(freeName('A-2', new Set(['A-2']))).toBe('A-3')
})
