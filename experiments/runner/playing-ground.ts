/**
 * What cells are played on: the servers, the push back end where a platform pushes, and a browser of every engine. Opened
 * once, kept between cells, and gone without a trace when closed. Knows no plan, no run folder and no verdicts.
 */
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {defaultModelSettings} from '../../servers/model/model-settings.ts'
import {sweepTemporaryFolders, temporaryFolder} from '../browser/temporary-folder.ts'
import {EngineStages} from './engine-stages.ts'
import type {OwnServerOptions} from './own-server.ts'
import type {PlannedCell} from './plan.ts'
import {playCell} from './play-cell.ts'
import {startPushBackEnd, withRegistrar, type PushBackEnd} from './push-back-end.ts'
import type {RunOptions} from './run-options.ts'
import {startServerProcess, type ServerProcess} from './server-process.ts'

const PAGE_FOLDER = fileURLToPath(new URL('../../clients/page/dist', import.meta.url))

export type Browsers = Pick<RunOptions, 'browserPath' | 'firefoxPath'>

export type PlayingGround = {
  /** By engine, the browser's own. */
  readonly versions: Readonly<Record<string, string>>
  /** Into `file`, which must not exist yet. Resolves to false when the signal ended it before its footer. */
  play(cell: PlannedCell, file: string, signal: AbortSignal): Promise<boolean>
  close(): Promise<void>
}

/** For these cells, and others of their platforms and engines. `seed` names the people. */
export async function openPlayingGround(
  cells: readonly PlannedCell[],
  {browserPath, firefoxPath}: Browsers,
  seed: string,
): Promise<PlayingGround> {
  sweepTemporaryFolders()
  const temporary = await temporaryFolder('store')
  let stages: EngineStages | null = null
  let server: ServerProcess | null = null
  let backEnd: PushBackEnd | null = null
  const close = async () => {
    await Promise.allSettled([stages?.close(), server?.close()])
    await backEnd?.fcm.close()
    await temporary.remove()
  }
  try {
    if (cells.some(({spec}) => spec.platform === 'claude')) backEnd = await startPushBackEnd(temporary.path)
    const serverOptions: OwnServerOptions = {
      seed,
      pageFolder: PAGE_FOLDER,
      carriage: 'observed',
      model: defaultModelSettings,
      userCount: 0,
      fcm: backEnd?.fcm.addresses ?? null,
    }
    const store = join(temporary.path, 'conversations.sqlite')
    const running = await startServerProcess({...serverOptions, port: 0, store})
    server = running
    const opened = new EngineStages(cells, {browserPath, firefoxPath}, backEnd?.fcm.addresses ?? null)
    stages = opened
    const versions = Object.fromEntries(await opened.open())
    const push = backEnd && withRegistrar(backEnd, running)
    for (const stage of opened.all()) await push?.registrar.idOf(await stage.device('device-1', false))
    let plays = 0
    return {
      versions,
      play(cell, file, signal) {
        plays += 1
        const {stage, version: browserVersion} = opened.of(cell)
        const place = {server: running, serverOptions, stage, push, browserPath, browserVersion, signal}
        return playCell(cell, {...place, file, label: `cell-${cell.id}-${plays}`})
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
