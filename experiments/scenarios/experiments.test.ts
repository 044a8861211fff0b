/** The experiments as data: whatever the suite, every cell means something, can be played, and has its prediction. */
import {describe, expect, test} from 'vitest'
import {FOUNDING_POLICIES, POLICIES_OF, isPolicyName} from '#protocol/policy.ts'
import {PLATFORMS} from '#protocol/platform.ts'
import {cellId} from '../history/cell-id.ts'
import {EVERYBODY} from '../history/fault.ts'
import {readFaultSchedule} from '../history/read-fault-schedule.ts'
import type {CellSpec} from '../history/history-event.ts'
import {SUITES, type Experiment, type SuiteName} from '../scenario/experiment.ts'
import type {Step} from '../scenario/step.ts'
import {crossTabStaleness} from './cross-tab-staleness.ts'
import {offlineRecovery} from './offline-recovery.ts'
import {reconnection} from './reconnection.ts'
import {experiments} from './registry.ts'
import {syncLatency} from './sync-latency.ts'
import {tabLifecycle} from './tab-lifecycle.ts'

const cellsOf = (experiment: Experiment, suite: SuiteName): CellSpec[] =>
  experiment.cells(suite).map((cell) => ({...cell, experiment: experiment.name, seed: 's'}))

const everyCell = experiments.flatMap((experiment) =>
  SUITES.flatMap((suite) => cellsOf(experiment, suite)).map((cell) => ({experiment, cell})),
)
const recovering = [tabLifecycle, reconnection, offlineRecovery]

/** Faults may be aimed at these. */
function tabsOf(steps: readonly Step[]): string[] {
  return steps.flatMap((step) => {
    if (step.do === 'open') return step.tab
    return step.do === 'duplicate' ? step.as : []
  })
}

const namedIn = (step: Step): readonly string[] => {
  if (step.do === 'open' || step.do === 'rival') return []
  return [...('tab' in step && step.tab !== null ? [step.tab] : []), ...('tabs' in step ? step.tabs : [])]
}

describe('every cell', () => {
  test('has a policy that its platform has', () => {
    const strangers = everyCell.filter(({cell: {platform, policy}}) => {
      const known = PLATFORMS.find((name) => name === platform)
      return known === undefined || !isPolicyName(policy) || !POLICIES_OF[known].includes(policy)
    })
    expect(strangers).toEqual([])
  })

  test('is there once in its suite', () => {
    for (const experiment of experiments) {
      for (const suite of SUITES) {
        const ids = cellsOf(experiment, suite).map(cellId)
        expect(ids).toEqual([...new Set(ids)])
      }
    }
  })

  test('speaks only of tabs that were opened by then', () => {
    const wrong = everyCell.filter(({experiment, cell}) => {
      const opened = new Set<string>()
      return experiment.steps(cell).some((step) => {
        for (const tab of tabsOf([step])) opened.add(tab)
        return namedIn(step).some((tab) => !opened.has(tab))
      })
    })
    expect(wrong.map(({cell}) => cell)).toEqual([])
  })

  test('says of what is predicted why', () => {
    const predictions = everyCell.map(({experiment, cell}) => experiment.predict(cell))
    expect(predictions.filter((prediction) => prediction?.because === '')).toEqual([])
  })
})

describe('a cell with tabs that recover', () => {
  const cells = recovering.flatMap((experiment) =>
    SUITES.flatMap((suite) => cellsOf(experiment, suite)).map((cell) => ({experiment, cell})),
  )

  test('[FA14] has a schedule that could have been read from JSON, if it plays faults', () => {
    for (const {experiment, cell} of cells) {
      const steps = experiment.steps(cell)
      const schedule = experiment.schedule?.(cell) ?? []
      if (!steps.some((step) => step.do === 'faults')) continue
      expect(schedule).not.toEqual([])
      expect(readFaultSchedule(JSON.stringify(schedule), tabsOf(steps))).toEqual(schedule)
      for (const {owner} of schedule) expect([...tabsOf(steps), EVERYBODY]).toContain(owner)
    }
  })

  test('[K11] gives its tabs time, and reads exactly those afterwards', () => {
    for (const {experiment, cell} of cells) {
      const steps = experiment.steps(cell)
      const [recover, read] = steps.slice(-2)
      expect(recover).toMatchObject({do: 'recover'})
      expect(read?.do === 'read' && recover?.do === 'recover' ? read.tabs : []).toEqual(
        recover?.do === 'recover' ? recover.tabs : null,
      )
      expect(experiment.predict(cell)?.recovery).toBeDefined()
    }
  })

  test('content+resume+probe is predicted to lose and double nothing, whatever happens', () => {
    const best = cells.filter(({cell}) => cell.policy === 'content+resume+probe')
    expect(new Set(best.map(({cell}) => cell.platform))).toEqual(new Set(PLATFORMS))
    for (const {experiment, cell} of best)
      expect(experiment.predict(cell)?.recovery).toMatchObject({lost: 'none', doubled: 'none', exact: 'yes'})
  })

  test('suites are as large as their time allows', () => {
    const count = (suite: SuiteName) => recovering.reduce((sum, {cells: of}) => sum + of(suite).length, 0)
    expect([count('smoke'), count('quick')]).toEqual([1, 7])
    expect(count('full')).toBeLessThan(400)
  })
})

describe('the founding experiments', () => {
  test('are about the founding policies, and on Claude not about resuming', () => {
    for (const experiment of [crossTabStaleness, syncLatency]) {
      const cells = SUITES.flatMap((suite) => cellsOf(experiment, suite))
      const policies = (platform: string) =>
        new Set(cells.filter((cell) => cell.platform === platform).map(({policy}) => policy))
      expect(policies('chatgpt').isSubsetOf(new Set(FOUNDING_POLICIES))).toBe(true)
      expect(policies('claude').has('content+resume')).toBe(false)
      expect(experiment.skipped?.('full')).toMatchObject([{platform: 'claude', policy: 'content+resume'}])
    }
  })

  test('have the cells of the reference run', () => {
    const count = [crossTabStaleness, syncLatency].map((experiment) => cellsOf(experiment, 'full').length)
    expect(count).toEqual([420, 120])
  })
})
