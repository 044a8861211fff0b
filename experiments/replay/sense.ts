/**
 * Whether steps and faults make sense together, before anybody plays them: what is acted on is there. Knows nothing of what
 * a page would say to it. Pure. Rule RP7.
 */
import {EVERYBODY, type FaultSchedule} from '../history/fault.ts'
import type {Step} from '../scenario/step.ts'

export type Script = {
  readonly steps: readonly Step[]
  /** Null where no step plays faults. */
  readonly schedule: FaultSchedule | null
}

type OpenStep = Extract<Step, {do: 'open'}>

type Scene = {
  readonly tabs: Map<string, {readonly device: string; is: 'there' | 'away' | 'closed'}>
  readonly devices: ReadonlySet<string>
  readonly opened: Set<string>
  readonly ended: Set<string>
  readonly windows: Set<string>
  readonly beginsLater: boolean
  readonly hasSchedule: boolean
  isCounting: boolean
  hasFaults: boolean
}

const isOpen = (step: Step): step is OpenStep => step.do === 'open'
/** The rival's script opens the pages that it watches itself. */
const opensPages = ({do: what}: Step) => what === 'open' || what === 'rival'

/** Null where it makes sense. */
export function whyNonsense({steps, schedule}: Script): string | null {
  if (!steps.some(opensPages)) return 'no step opens a tab'
  const scene = sceneOf(steps, schedule)
  for (const [index, step] of steps.entries()) {
    const why = whyNot(step, scene)
    if (why !== null) return `step ${index + 1} (${step.do}): ${why}`
  }
  if (schedule === null) return null
  if (!scene.hasFaults) return 'there is a fault schedule, and no step plays it'
  const stranger = schedule.findIndex(({owner}) => !isKnown(owner, scene))
  return stranger === -1
    ? null
    : `fault ${stranger + 1} strikes ${schedule[stranger]?.owner ?? ''}, which no step opens`
}

/** What is left when everything that makes no sense is left out. Null where nothing is. */
export function sensible({steps, schedule}: Script): Script | null {
  if (!steps.some(opensPages)) return null
  const scene = sceneOf(steps, schedule)
  const kept = steps.flatMap((step) => {
    const cleared = withKnownTabs(step, scene)
    return cleared === null || whyNot(cleared, scene) !== null ? [] : [cleared]
  })
  const left =
    scene.hasFaults && schedule !== null ? schedule.filter(({owner}) => isKnown(owner, scene)) : null
  return {steps: kept, schedule: left}
}

/** Opens come before everything else, wherever they stand. */
function sceneOf(steps: readonly Step[], schedule: FaultSchedule | null): Scene {
  // The first counts where one is opened twice.
  const opens = [
    ...new Map(
      steps
        .filter(isOpen)
        .toReversed()
        .map((step) => [step.tab, step]),
    ).values(),
  ]
  return {
    tabs: new Map(opens.map(({tab, device}) => [tab, {device, is: 'there'}])),
    opened: new Set(),
    devices: new Set(opens.map(({device}) => device)),
    ended: new Set(),
    windows: new Set(),
    beginsLater: steps.some((step) => step.do === 'begin'),
    hasSchedule: schedule !== null,
    isCounting: false,
    hasFaults: false,
  }
}

const isKnown = (owner: string, {tabs, devices}: Scene) =>
  owner === EVERYBODY || tabs.has(owner) || devices.has(owner)

/** Null where a step was about tabs, and none of them is there any more. */
function withKnownTabs(step: Step, {tabs}: Scene): Step | null {
  if (!('tabs' in step) || step.do === 'rival' || step.tabs.every((tab) => tabs.has(tab))) return step
  const known = step.tabs.filter((tab) => tabs.has(tab))
  return known.length === 0 ? null : {...step, tabs: known}
}

/** Null where the step makes sense now; the scene is then as it is after it. */
function whyNot(step: Step, scene: Scene): string | null {
  const {tabs, windows, ended} = scene
  const missing = missingIn(step, scene)
  if (missing !== null) return missing
  switch (step.do) {
    case 'open':
      if (scene.opened.has(step.tab)) return `${step.tab} is opened already`
      scene.opened.add(step.tab)
      return null
    case 'begin':
      if (scene.isCounting) return 'it has begun already'
      return begin(scene)
    case 'send':
    case 'send-together':
      return scene.isCounting || scene.beginsLater ? null : begin(scene)
    case 'commit':
      return begin(scene, false)
    case 'watch':
      return windows.delete(step.window) ? null : `no ${step.window} window is open`
    case 'recover':
      windows.clear()
      return null
    case 'hold':
      if (step.state === 'closed') return 'a tab is not held closed'
      if (step.state === 'bfcache' || step.state === 'discarded' || step.state === 'crashed')
        return becomes(step.tab, 'away', scene)
      return null
    case 'crash':
      return becomes(step.tab, 'away', scene)
    case 'close':
      return becomes(step.tab, 'closed', scene)
    case 'reopen':
      if (tabs.get(step.tab)?.is !== 'closed') return `${step.tab} is not closed`
      windows.add('return')
      return becomes(step.tab, 'there', scene)
    case 'return':
      windows.add('return')
      return becomes(step.tab, 'there', scene)
    case 'refresh':
      windows.add('refresh')
      return becomes(step.tab, 'there', scene)
    case 'duplicate':
      if (tabs.has(step.as)) return `${step.as} is there already`
      tabs.set(step.as, {device: tabs.get(step.tab)?.device ?? '', is: 'there'})
      return null
    case 'quit-browser':
    case 'kill-browser':
      ended.add(step.device)
      for (const tab of tabs.values()) if (tab.device === step.device) tab.is = 'closed'
      return null
    case 'start-browser':
      return ended.delete(step.device) ? null : `the browser of ${step.device} has not ended`
    case 'faults':
      if (!scene.hasSchedule) return 'there is no fault schedule'
      if (scene.hasFaults) return 'the faults are played already'
      scene.hasFaults = true
      return scene.isCounting || scene.beginsLater ? null : begin(scene)
    case 'heal':
      return scene.hasFaults ? null : 'no faults are played before'
    default:
      return null
  }
}

/** A tab or a device that is not there for this step. */
function missingIn(step: Step, {tabs, devices, ended}: Scene): string | null {
  if (isOpen(step) || step.do === 'rival') return null
  const named = 'tabs' in step ? step.tabs : 'tab' in step && step.tab !== null ? [step.tab] : []
  const unknown = named.find((tab) => !tabs.has(tab))
  if (unknown !== undefined) return `no step opens ${unknown}`
  if ('device' in step && !devices.has(step.device)) return `no step opens a tab on ${step.device}`
  if ('device' in step && step.do !== 'start-browser' && ended.has(step.device))
    return `the browser of ${step.device} has ended`
  if (step.do === 'reopen' || step.do === 'return') return endedUnder(step.tab)
  const is = 'tab' in step ? (tabs.get(step.tab ?? '')?.is ?? 'there') : 'there'
  if (step.do === 'refresh') return is === 'closed' ? `${step.tab} is closed` : null
  if (is !== 'there') return `${named[0] ?? ''} has no page then`
  if (step.do !== 'send-together') return null
  const gone = step.tabs.find((tab) => tabs.get(tab)?.is !== 'there')
  return gone === undefined ? null : `${gone} has no page then`

  function endedUnder(tab: string): string | null {
    const device = tabs.get(tab)?.device ?? ''
    return ended.has(device) ? `the browser of ${device} has ended` : null
  }
}

function begin(scene: Scene, opensWindow = true): null {
  scene.isCounting = true
  if (opensWindow) scene.windows.add('main')
  return null
}

function becomes(name: string, is: 'there' | 'away' | 'closed', {tabs}: Scene): null {
  const tab = tabs.get(name)
  if (tab !== undefined) tab.is = is
  return null
}
