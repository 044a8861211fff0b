import {describe, expect, test} from 'vitest'
import {pass, until} from '../test-clock.ts'
import {json} from '../test-http.ts'
import {C1, question, readyClaudeTab, refusal, reply} from './test-claude-tab.ts'
import {claudeConversation, uuid} from './test-completion.ts'

const whole = claudeConversation('c1', [question, reply])

describe('a running task', () => {
  test('[TG11] makes the page read the conversation every 30 s until it has ended', async () => {
    const tab = await readyClaudeTab()
    const {session, clock} = tab
    await pass(clock, 60_000)
    const before = tab.reads().length
    tab.route(`GET ${C1}`, () => json({...whole, tabwitness_task_uuids: [uuid('t1')]}))
    await session.refetch()
    await pass(clock, 29_000)
    expect(tab.reads().length - before).toBe(1)
    await pass(clock, 1_000)
    await until(() => tab.reads().length - before === 2)
    // One that fails is followed by the next.
    tab.route(`GET ${C1}`, () => refusal(500, 'Broken', 'api_error'))
    await pass(clock, 30_000)
    await until(() => tab.reads().length - before === 3)
    tab.route(`GET ${C1}`, () => json(whole))
    await pass(clock, 30_000)
    await until(() => tab.reads().length - before === 4)
    await pass(clock, 120_000)
    expect(tab.reads().length - before).toBe(4)
    session.close()
  })

  test('[TG11] is not asked for any more once the person has gone elsewhere', async () => {
    const tab = await readyClaudeTab()
    tab.route(`GET ${C1}`, () => json({...whole, tabwitness_task_uuids: [uuid('t1')]}))
    await tab.session.refetch()
    const before = tab.reads().length
    tab.session.newConversation()
    await pass(tab.clock, 90_000)
    expect(tab.reads().length).toBe(before)
    tab.session.close()
  })
})

describe('a limit that a send ran into', () => {
  const exceeded = (resetsAt: number | null) => ({
    type: 'exceeded_limit',
    resetsAt,
    remaining: 0,
    perModelLimit: null,
    representativeClaim: 'five_hour',
    overageDisabledReason: null,
    overageInUse: false,
    windows: {},
  })
  const refused = (resetsAt: number | null) => () =>
    refusal(429, JSON.stringify(exceeded(resetsAt)), 'rate_limit_error')
  const sends = (tab: {paths: () => string[]}) =>
    tab.paths().filter((path) => path === `POST ${C1}/completion`).length

  test('[TG14] is told with its end, and nothing is sent before that', async () => {
    const tab = await readyClaudeTab()
    const resetsAt = tab.clock.now() / 1_000 + 600
    tab.route(`POST ${C1}/completion`, refused(resetsAt))
    await tab.session.send('One')
    const {notice} = tab.session.view()
    expect(notice).toMatch(/^Your limit of messages is used up until \d\d:\d\d\.$/)
    expect(tab.texts().at(-1)).toBe('One (failed)')
    await tab.session.send('Two')
    await tab.session.regenerate(uuid('a1'))
    expect([sends(tab), tab.session.view().notice]).toEqual([1, notice])
    expect(tab.paths().some((path) => path.endsWith('/retry_completion'))).toBe(false)
    await pass(tab.clock, 600_000)
    await tab.session.send('Three')
    expect(sends(tab)).toBe(2)
    tab.session.close()
  })

  test('[TG14] without an end is told, and the next send asks again; other refusals are what they were', async () => {
    const tab = await readyClaudeTab({routes: {[`POST ${C1}/completion`]: refused(null)}})
    await tab.session.send('One')
    expect(tab.session.view().notice).toBe('Your limit of messages is used up.')
    tab.route(`POST ${C1}/completion`, () => refusal(429, 'Slow down', 'rate_limit_error'))
    await tab.session.send('Two')
    expect([sends(tab), tab.session.view().notice]).toEqual([2, 'Slow down'])
    tab.session.close()
  })
})
