/** Everything the steps of one cell act on. */
import {settingOf} from '../hazards/setting.ts'
import type {CellSpec} from '../history/history-event.ts'
import type {Step} from '../scenario/step.ts'
import type {Person} from './cell-people.ts'
import type {CellPush} from './cell-push.ts'
import type {CellRecorder} from './cell-recorder.ts'
import type {FaultStage} from './fault-stage.ts'
import {isOpen, type OpenStep} from './layout.ts'
import type {ServerProcess} from './server-process.ts'
import type {Site} from './site.ts'
import type {Placed, Scene} from './stage.ts'

export type CellWorld = {
  readonly spec: CellSpec
  readonly server: ServerProcess
  readonly site: Site
  readonly scene: Scene
  /** Null on platforms without push. */
  readonly push: CellPush | null
  /** Null where the cell plays no faults. */
  readonly faults: FaultStage | null
  readonly browserPath: string
  readonly recorder: CellRecorder
  /** Whose cell it is, and the conversation of theirs that it is about. */
  readonly user: Person['user']
  readonly conversationId: string
  /** The account that other tabs are opened with; null where none is. */
  readonly second: Person | null
  /** Seeds this cell's texts: the same cell of the same seed says the same. */
  readonly textSeed: string
  readonly signal: AbortSignal
  readonly steps: readonly Step[]
  /** Whether the steps are the cell's own and not the experiment's. */
  readonly isScripted: boolean
}

/** A wait that is not met is an outcome; what makes the cell meaningless throws. */
export type Outcome = 'ok' | 'not-met'

/** The outcome of a step, with what its own words do not say already. */
export type Done = Outcome | {readonly outcome: Outcome; readonly note: string}

export function placed({scene}: CellWorld, name: string): Placed {
  const found = scene.placed.get(name)
  if (found === undefined) throw new TypeError(`no step opens the tab ${name}`)
  return found
}

export const promptText = ({server, textSeed}: CellWorld, key: string, words: number) =>
  server.control.promptText(`${textSeed}/${key}`, words)

/** Of the message that somebody sends now. */
export function nextPrompt(world: CellWorld, words: number): Promise<string> {
  const {sentCount} = world.recorder.live
  return promptText(world, sentCount === 0 ? 'prompt' : `prompt-${sentCount + 1}`, words)
}

/** As whom the tab was opened; a copy of a tab is its original's. */
export function personOf(
  name: string,
  world: Pick<CellWorld, 'steps' | 'second' | 'user' | 'conversationId'>,
): Person {
  const {second, user, conversationId} = world
  const isSecond = openedAs(name, world)?.account === 2
  return isSecond && second !== null ? second : {user, conversationId}
}

export function tabUrl(world: CellWorld, tab: string): string {
  const {user, conversationId} = personOf(tab, world)
  const {policy, guards, habits} = settingOf(world.spec)
  return world.site.pageUrl({conversationId, userId: user.id, tab, policy, guards, habits})
}

/** A tab that was duplicated is where the first one is. */
export function deviceOf(name: string, {steps}: Pick<CellWorld, 'steps'>): string {
  return openedAs(name, {steps})?.device ?? '?'
}

function openedAs(name: string, {steps}: Pick<CellWorld, 'steps'>): OpenStep | undefined {
  const copied = steps.find((step) => step.do === 'duplicate' && step.as === name)
  const original = copied?.do === 'duplicate' ? copied.tab : name
  return steps.filter(isOpen).find((step) => step.tab === original)
}
