import {expect, test} from 'vitest'
import {PLATFORMS} from '#protocol/platform.ts'
import type {CellSpec} from '../history/history-event.ts'
import type {SuiteName} from '../scenario/experiment.ts'
import {TRIGGERS} from '../scenario/step.ts'
import {predictTriggers} from './triggers-prediction.ts'
import {triggers} from './triggers.ts'

const cellsOf = (suite: SuiteName): CellSpec[] =>
  triggers.cells(suite).map((cell) => ({...cell, experiment: triggers.name, seed: 's'}))
const pulledBy = (cell: CellSpec) =>
  triggers.steps(cell).flatMap((step) => (step.do === 'trigger' ? [step.trigger] : []))

test('every trigger is pulled on both platforms under every carriage, twice', () => {
  for (const platform of PLATFORMS) {
    for (const policy of ['observed', 'hint', 'content']) {
      const own = cellsOf('full').filter((cell) => cell.platform === platform && cell.policy === policy)
      const visible = own.filter(({conditions}) => conditions['state'] === 'visible')
      const counts = Map.groupBy(visible.flatMap(pulledBy), (trigger) => trigger)
      expect(TRIGGERS.map((trigger) => [trigger, counts.get(trigger)?.length])).toEqual(
        TRIGGERS.map((trigger) => [trigger, 2]),
      )
    }
  }
})

test('a browser whose windows are all hidden is none that the person looks at', () => {
  const hidden = cellsOf('full').filter(({conditions}) => conditions['state'] === 'hidden')
  expect(new Set(hidden.map(({platform}) => platform))).toEqual(new Set(['claude']))
  const opened = hidden.map((cell) => triggers.steps(cell).filter((step) => step.do === 'open'))
  for (const steps of opened)
    expect(steps).toMatchObject([
      {device: 'device-1', state: 'visible'},
      {device: 'device-2', state: 'hidden'},
    ])
})

test('the quick suite has one cell a platform', () => {
  expect(cellsOf('quick').map(({platform}) => platform)).toEqual([...PLATFORMS])
  expect(cellsOf('smoke')).toEqual([])
})

test('[TG27] [CA1] under observed celsius says that an answer has ended, and nothing of what is in it', () => {
  expect(predictTriggers('chatgpt', 'observed')).toMatchObject({
    'message sent': 'silent',
    'answer goes on': 'silent',
    'sent on another device': 'silent',
    'turn complete': 'speaks',
  })
  expect(predictTriggers('claude', 'observed')).toMatchObject({
    'turn complete': 'speaks',
    'tool approval asked': 'speaks',
    renamed: 'silent',
    deleted: 'silent',
    stopped: 'silent',
  })
})

test('[TG27] [CA3] [CP3] only a socket carries an answer while it goes on, to who follows its conversation', () => {
  const goesOn = (platform: 'chatgpt' | 'claude', carriage: 'hint' | 'content') =>
    predictTriggers(platform, carriage)['answer goes on']
  expect(goesOn('chatgpt', 'content')).toBe('speaks')
  expect(predictTriggers('chatgpt', 'content')['first answer goes on']).toBe('silent')
  expect([goesOn('chatgpt', 'hint'), goesOn('claude', 'content')]).toEqual(['silent', 'silent'])
})
