/** Everything the steps of one cell act on. */
import type {CellSpec} from '../history/history-event.ts'
import type {Step} from '../scenario/step.ts'
import type {CellPush} from './cell-push.ts'
import type {CellRecorder} from './cell-recorder.ts'
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

export function placed({scene}: CellWorld, name: string): Placed {
  const found = scene.placed.get(name)
  if (found === undefined) throw new TypeError(`no step opens the tab ${name}`)
  return found
}

export const promptText = ({server, textSeed}: CellWorld, key: string, words: number) =>
  server.control.promptText(`${textSeed}/${key}`, words)

export const tabUrl = ({site, spec, user, conversationId}: CellWorld, tab: string): string =>
  site.pageUrl({conversationId, userId: user.id, tab, policy: spec.policy})
