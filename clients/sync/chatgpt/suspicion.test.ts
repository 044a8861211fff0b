import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {linkRules} from './defaults.ts'
import {lastsMs, next, type Suspicion, type SuspicionEvent, type Watch} from './suspicion.ts'

function replay(watch: Watch, ...events: readonly SuspicionEvent[]) {
  const steps = events.reduce<ReturnType<typeof next>[]>(
    (done, event) => [...done, next(done.at(-1)?.state ?? {name: 'absent'}, event, watch)],
    [],
  )
  return {
    does: steps.map((step) => step.does),
    probed: steps.flatMap(({probed}) => probed ?? []),
    state: steps.at(-1)!.state,
  }
}

const opened: SuspicionEvent = {type: 'opened'}
const shown = (at: number): SuspicionEvent => ({type: 'doubted', because: 'shown', at})

describe('a probe', () => {
  test('[PO10] asks when the tab is shown, and trusts a link that answers', () => {
    expect(replay('probe', opened, shown(100), {type: 'answered', at: 130})).toEqual({
      does: ['nothing', 'ask', 'nothing'],
      probed: [{because: 'shown', outcome: 'alive', tookMs: 30}],
      state: {name: 'trusting'},
    })
  })

  test('[PO10] leaves a link that does not answer in time', () => {
    const {does, probed, state} = replay('probe', opened, shown(0), {type: 'due', at: 2_500})
    expect(does.at(-1)).toBe('abandon')
    expect(probed).toEqual([{because: 'shown', outcome: 'dead', tookMs: 2_500}])
    expect(state).toEqual({name: 'absent'})
  })

  test('[PO10] asks a link that was silent for one and a half intervals', () => {
    expect(lastsMs({name: 'trusting'}, 0, 30_000, 'probe')).toBe(45_000)
    expect(replay('probe', opened, {type: 'due', at: 45_000}).does).toEqual(['nothing', 'ask'])
  })

  test('[PO10] asks once for all that speaks against a link at one time', () => {
    expect(replay('probe', opened, shown(0), shown(5), {type: 'answered', at: 9}).probed).toHaveLength(1)
  })

  test('[PO10] asks nothing while there is no open link', () => {
    expect(replay('probe', shown(0), opened, {type: 'dropped', at: 1}, shown(2)).does).not.toContain('ask')
  })

  test('[PO10] a link that closes while it is asked was dead', () => {
    const closed: SuspicionEvent = {type: 'dropped', at: 40}
    const {probed, does} = replay('probe', opened, shown(0), closed)
    expect(probed).toMatchObject([{outcome: 'dead', tookMs: 40}])
    expect(does.at(-1)).toBe('reconnect')
    expect(replay('probe', opened, closed).does).toEqual(['nothing', 'nothing'])
  })

  test('[PO10] what comes in gives the answer more time, but not for ever', () => {
    const heard = (at: number): SuspicionEvent => ({type: 'heard', at})
    const giveUpAt = (...events: readonly SuspicionEvent[]) =>
      (replay('probe', opened, shown(0), ...events).state as Extract<Suspicion, {name: 'asking'}>).giveUpAtMs
    expect(giveUpAt(heard(1_000))).toBe(3_500)
    expect(giveUpAt(...[1, 2, 3, 4, 5].map((second) => heard(second * 2_000)))).toBe(10_000)
  })

  test('[PO10] a page that was stopped while it waited asks again before it gives up', () => {
    const late: SuspicionEvent = {type: 'due', at: 60_000}
    const again: SuspicionEvent = {type: 'due', at: 120_000}
    expect(replay('probe', opened, shown(0), late, again).does.slice(2)).toEqual(['ask', 'abandon'])
  })
})

describe('a watchdog', () => {
  test('[PO11] leaves a link that was silent for two intervals, unasked', () => {
    expect(lastsMs({name: 'trusting'}, 0, 30_000, 'watchdog')).toBe(60_000)
    expect(replay('watchdog', opened, {type: 'due', at: 60_000}).does).toEqual(['nothing', 'abandon'])
  })

  test('[PO11] does not care whether the tab is shown', () => {
    expect(replay('watchdog', opened, shown(0)).does).toEqual(['nothing', 'nothing'])
  })
})

/**
 * A link and a page, played: the page hears frames and is shown, each ask is answered after a delay or never. Timers
 * strike exactly when a state says so.
 */
type Happening = {readonly atMs: number; readonly what: 'frame' | 'shown'}
const happenings = fc.array(
  fc.record({atMs: fc.nat(200_000), what: fc.constantFrom<Happening['what']>('frame', 'shown')}),
  {maxLength: 30},
)

function play(events: readonly Happening[], answersAfterMs: number | null) {
  const queue = events.map((event) => ({at: event.atMs, type: event.what as string}))
  const abandonedAt: number[] = []
  const askedAt: number[] = []
  let now = 0
  let state: Suspicion = {name: 'absent'}
  let dueAt: number | null = null

  function feed(event: SuspicionEvent): void {
    const step = next(state, event, 'probe')
    state = step.state
    const lasts = lastsMs(state, now, 30_000, 'probe')
    dueAt = lasts === null ? null : now + lasts
    if (step.does === 'abandon') abandonedAt.push(now)
    if (step.does !== 'ask') return
    askedAt.push(now)
    if (answersAfterMs !== null) queue.push({at: now + answersAfterMs, type: 'answer'})
  }

  feed(opened)
  for (;;) {
    queue.sort((a, b) => a.at - b.at)
    const [first] = queue
    if (dueAt !== null && dueAt <= 300_000 && (!first || dueAt < first.at)) {
      now = dueAt
      feed({type: 'due', at: now})
      continue
    }
    if (!first || first.at > 300_000) return {abandonedAt, askedAt}
    queue.shift()
    now = first.at
    if (first.type === 'frame' || first.type === 'answer') feed({type: 'heard', at: now})
    if (first.type === 'answer') feed({type: 'answered', at: now})
    if (first.type === 'shown') feed(shown(now))
  }
}

test('[PO10] whatever happens, a link that answers in time is never left', () => {
  fc.assert(
    fc.property(happenings, fc.nat(linkRules.probeTimeoutMs), (events, delayMs) => {
      expect(play(events, delayMs).abandonedAt).toEqual([])
    }),
  )
})

test('[PO10] whatever still comes in, a link that never answers is left within its bound of the asking', () => {
  fc.assert(
    fc.property(happenings, (events) => {
      const {abandonedAt, askedAt} = play(events, null)
      expect(abandonedAt).toHaveLength(1)
      const tookMs = abandonedAt[0]! - askedAt[0]!
      expect(tookMs).toBeGreaterThanOrEqual(linkRules.probeTimeoutMs)
      expect(tookMs).toBeLessThanOrEqual(linkRules.probeAtMostMs)
    }),
  )
})
