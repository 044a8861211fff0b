/** Everything the steps of one cell act on. */
import type {CellSpec} from '../history/history-event.ts'
import type {Step} from '../scenario/step.ts'
import type {CellPush} from './cell-push.ts'
import type {CellRecorder} from './cell-recorder.ts'
import type {FaultStage} from './fault-stage.ts'
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
  readonly user: {readonly id: string}
  readonly conversationId: string
  /** Seeds this cell's texts: the same cell of the same seed says the same. */
  readonly textSeed: string
  readonly signal: AbortSignal
  readonly steps: readonly Step[]
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

export const tabUrl = ({site, spec, user, conversationId}: CellWorld, tab: string): string =>
  site.pageUrl({conversationId, userId: user.id, tab, policy: spec.policy})

/** A tab that was duplicated is where the first one is. */
export function deviceOf(name: string, {steps}: Pick<CellWorld, 'steps'>): string {
  const copied = steps.find((step) => step.do === 'duplicate' && step.as === name)
  const original = copied?.do === 'duplicate' ? copied.tab : name
  const opened = steps.find((step) => step.do === 'open' && step.tab === original)
  return opened?.do === 'open' ? opened.device : '?'
}
