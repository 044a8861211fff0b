/** A stage for each browser engine of a run, led to the run's push back end where there is one. */
import {openDevice} from '../browser/chromium.ts'
import {openFirefox} from '../browser/firefox.ts'
import {certificateOf} from '../browser/pinned-certificate.ts'
import type {FcmAddresses} from '../../servers/fcm/running-fcm.ts'
import {engineOf, type Engine} from '../scenario/engine.ts'
import {UsageError} from '../usage-error.ts'
import type {PlannedCell} from './plan.ts'
import type {RunOptions} from './run-options.ts'
import {Stage} from './stage.ts'

export type EngineStage = {
  readonly stage: Stage
  /** The browser's own, such as `Firefox 153.7.0`. */
  readonly version: string
}

export class EngineStages {
  readonly #stages: ReadonlyMap<Engine, Stage>
  readonly #versions = new Map<Engine, string>()

  /** Opens nothing yet. */
  constructor(
    cells: readonly PlannedCell[],
    paths: Pick<RunOptions, 'browserPath' | 'firefoxPath'>,
    push: FcmAddresses | null,
  ) {
    const engines = new Set(cells.map(({spec}) => engineOf(spec)))
    this.#stages = new Map(
      [...engines].map((engine) => [
        engine,
        engine === 'firefox' ? firefoxStage(paths.firefoxPath, push) : chromiumStage(paths.browserPath, push),
      ]),
    )
  }

  /** Starts the first device of each engine. */
  async open(): Promise<ReadonlyMap<Engine, string>> {
    for (const [engine, stage] of this.#stages) this.#versions.set(engine, await stage.version())
    return this.#versions
  }

  all(): readonly Stage[] {
    return [...this.#stages.values()]
  }

  of({spec}: PlannedCell): EngineStage {
    const engine = engineOf(spec)
    const [stage, version] = [this.#stages.get(engine), this.#versions.get(engine)]
    if (stage === undefined || version === undefined) throw new TypeError(`no ${engine} was opened`)
    return {stage, version}
  }

  async close(): Promise<void> {
    await Promise.all(this.all().map((stage) => stage.close()))
  }
}

const chromiumStage = (browserPath: string, push: FcmAddresses | null): Stage =>
  new Stage((name, throttlesEarly) =>
    openDevice({name, browserPath, throttlesEarly, flags: push?.chromiumArgs ?? []}),
  )

function firefoxStage(browserPath: string | null, push: FcmAddresses | null): Stage {
  if (browserPath === null) {
    throw new UsageError(
      'the run has cells for Firefox, and none is installed; install one or set TABWITNESS_FIREFOX',
    )
  }
  return new Stage(async (name) =>
    openFirefox({
      name,
      browserPath,
      prefs: push?.firefoxPrefs ?? {},
      certificate: push && (await certificateOf(push)),
    }),
  )
}
