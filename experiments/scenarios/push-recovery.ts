/**
 * What becomes of pushes when the push channel itself breaks: the link, the back end, its API, the browser. Everything that
 * was accepted meanwhile has to arrive, in order, once; how long that takes is up to Chromium's own back-off.
 */
import type {CellSpec} from '../history/history-event.ts'
import type {Cell, Experiment, Prediction, SuiteName} from '../scenario/experiment.ts'
import {PUSH_FAULTS, type PushFault} from '../scenario/state-condition.ts'
import type {PushBreak, Step} from '../scenario/step.ts'

/** A device of its own: what is done to it must not reach other cells. */
const DEVICE = 'device-3'
/** 27 s were measured after a link younger than 10 s was cut, 24 to 27 s after the back end was gone. */
const DEADLINE_MS = 60_000
/** Older than 10 s, a link that is cut comes back at once. */
const LINK_AGE_MS = 11_000
const BEFORE = 3
const MEANWHILE = 6
const EVERY_MS = 5
/** Longer than it takes to kill the back end, shorter than Chromium takes to come back. */
const WITHHELD_MS = 5_000
const REPETITIONS = 2

const BREAKS: Partial<Record<PushFault, PushBreak>> = {
  'link cut': 'cut-link',
  'back end killed': 'kill-back-end',
  'API restarted': 'restart-api',
}

/** Half a minute a cell, nearly all of it Chromium's waiting: the full suite only. */
const cells = (suite: SuiteName): Cell[] =>
  suite === 'full'
    ? PUSH_FAULTS.flatMap((fault) =>
        Array.from({length: REPETITIONS}, (_, index) => ({
          platform: 'claude',
          policy: 'content',
          conditions: {fault, deadlineMs: DEADLINE_MS},
          repetition: index + 1,
        })),
      )
    : []

function steps({conditions}: CellSpec): Step[] {
  const how = BREAKS[conditions['fault'] as PushFault]
  const deadlineMs = Number(conditions['deadlineMs'])
  const open: Step = {do: 'open', tab: 'B', device: DEVICE, state: 'visible'}
  const write = (count: number): Step => ({do: 'write', count, everyMs: EVERY_MS})
  const heard: Step = {do: 'await-pushes', upToMs: deadlineMs}
  if (how === undefined) {
    return [
      open,
      {do: 'quit-browser', device: DEVICE},
      {do: 'begin'},
      write(BEFORE + MEANWHILE),
      {do: 'start-browser', device: DEVICE},
      heard,
      {do: 'watch', tabs: [], window: 'main', upToMs: deadlineMs},
      {do: 'reopen', tab: 'B'},
      {do: 'watch', tabs: ['B'], window: 'return', upToMs: deadlineMs},
      {do: 'read', tabs: ['B'], label: 'final'},
    ]
  }
  return [
    open,
    {do: 'age-link', device: DEVICE, toMs: LINK_AGE_MS},
    {do: 'begin'},
    ...(how === 'kill-back-end' ? [{do: 'withhold', forMs: WITHHELD_MS} as const] : []),
    write(BEFORE),
    {do: 'break-push', how, device: DEVICE},
    write(MEANWHILE),
    heard,
    {do: 'watch', tabs: ['B'], window: 'main', upToMs: deadlineMs},
    {do: 'read', tabs: ['B'], label: 'final'},
  ]
}

function predict({conditions}: CellSpec): Prediction {
  if (conditions['fault'] === 'browser restarted') {
    return {
      main: 'nothing',
      return: 'shows',
      refresh: null,
      because: 'no page is open: the service worker alone hears what waited; a page that is opened reads',
    }
  }
  return {
    main: 'shows',
    return: null,
    refresh: null,
    because: 'what the back end accepted waits there until the browser is back',
  }
}

export const pushRecovery: Experiment = {
  name: 'push-recovery',
  question: 'The push channel breaks. Does everything that was sent meanwhile arrive, in order, once?',
  runs: 'alone',
  cells,
  steps,
  predict,
}
