/**
 * What a cell stands on: the run's server, or one of its own where the cell ends it; and, where the cell plays faults, the
 * fault proxy that its pages go to. Rules FA17, FA20.
 */
import {settingOf} from '../hazards/setting.ts'
import {deadline} from '../browser/deadline.ts'
import {isServerFault, type FaultSchedule} from '../history/fault.ts'
import type {CellSpec} from '../history/history-event.ts'
import type {CellPush} from './cell-push.ts'
import type {CellRecorder} from './cell-recorder.ts'
import {openFaultFront, type FaultFront} from './fault-front.ts'
import {FaultStage} from './fault-stage.ts'
import {startOwnServer, type OwnServer, type OwnServerOptions} from './own-server.ts'
import {pushFaults} from './push-faults.ts'
import {serverFaults} from './server-faults.ts'
import type {ServerProcess} from './server-process.ts'
import {siteOf, type Site} from './site.ts'
import type {Scene} from './stage.ts'
import {tabFaults} from './tab-faults.ts'

export type CellGround = {
  readonly server: ServerProcess
  readonly site: Site
  /** Whether somebody is there who could answer. */
  readonly isServed: () => boolean
  /** Null where the cell plays no faults. */
  stageFor(scene: Scene, push: CellPush | null): FaultStage | null
  close(): Promise<void>
}

type Asked = {
  readonly spec: CellSpec
  readonly schedule: FaultSchedule | null
  readonly seed: string
}

type Place = {
  readonly server: ServerProcess
  readonly serverOptions: OwnServerOptions
  readonly label: string
}

const BLANK_TIMEOUT_MS = 2_000

export async function openGround(
  {spec, schedule, seed}: Asked,
  recorder: CellRecorder,
  {server: common, serverOptions, label}: Place,
): Promise<CellGround> {
  const {platform} = spec
  const isLoginShared = settingOf(spec).habits.login === 'browser'
  const site = (server: ServerProcess, front: FaultFront | null) =>
    siteOf(platform, server, label, front?.port, isLoginShared)
  if (schedule === null) {
    const nothing = {stageFor: () => null, close: async () => {}, isServed: () => true}
    return {...nothing, server: common, site: site(common, null)}
  }

  let own: OwnServer | null = null
  let front: FaultFront | null = null
  const close = async () => {
    await front?.close()
    await own?.close()
  }
  try {
    // Other people than those of the run's server: names follow from the seed.
    const ownSeed = `${serverOptions.seed}/${label}`
    if (schedule.some(({fault}) => isServerFault(fault)))
      own = await startOwnServer({...serverOptions, seed: ownSeed})
    const server = own ?? common
    const record = recorder.fault.bind(recorder)
    const opened = await openFaultFront({server, platform: site(server, null).platform, seed, record})
    front = opened
    return {
      server,
      site: site(server, opened),
      isServed: () => own === null || own.isRunning(),
      stageFor: (scene, push) =>
        new FaultStage({
          board: opened.board,
          schedule,
          record,
          carriers: {
            server: serverFaults(own, () => recorder.live.lostServer()),
            push: pushFaults(push),
            tab: tabFaults(() => openTabsOf(scene)),
          },
        }),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

const openTabsOf = ({placed}: Scene) =>
  new Map([...placed].filter(([, {away}]) => away === null).map(([name, {tab}]) => [name, tab]))

/** Pages whose server is gone would knock at its door until another cell takes their tabs. */
export async function clearTabs(scene: Scene): Promise<void> {
  const blanked = [...openTabsOf(scene).values()].map(async (tab) => tab.blank())
  await deadline(Promise.allSettled(blanked), BLANK_TIMEOUT_MS, 'the tabs to be blank').catch(() => undefined)
}
