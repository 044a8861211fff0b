/** What a run has of push: the back end's process, its book, and the devices that are known to it. */
import {join} from 'node:path'
import type {CellSpec} from '../history/history-event.ts'
import {isDelivery} from '../scenario/delivery.ts'
import type {CellRecorder} from './cell-recorder.ts'
import {CellPush, type PushDevice} from './cell-push.ts'
import {startFcmProcess, type FcmProcess} from './fcm-process.ts'
import {PushRegistrar} from './push-registrar.ts'
import {PushRouter} from './push-router.ts'
import type {ServerProcess} from './server-process.ts'
import type {Stage} from './stage.ts'

const PROJECT_ID = 'tabwitness'

export type PushBackEnd = {
  readonly fcm: FcmProcess
  readonly events: PushRouter
}

/** `folder` keeps its store, so that a killed back end finds what it had acknowledged. */
export async function startPushBackEnd(folder: string): Promise<PushBackEnd> {
  const events = new PushRouter()
  const options = {
    port: 0,
    mcsPort: 0,
    store: join(folder, 'push.sqlite'),
    projectId: PROJECT_ID,
    temporaryFolder: null,
  }
  const fcm = await startFcmProcess(options, (batch) => {
    for (const event of batch) events.take(event)
  })
  return {fcm, events}
}

export type PushPart = PushBackEnd & {readonly registrar: PushRegistrar}

export const withRegistrar = (backEnd: PushBackEnd, servers: ServerProcess): PushPart => ({
  ...backEnd,
  registrar: new PushRegistrar(servers, backEnd.events),
})

export type CellPushPlace = {
  readonly part: PushPart
  readonly stage: Stage
  readonly origin: string
  readonly devices: readonly string[]
  readonly throttlesEarly: boolean
  readonly recorder: CellRecorder
}

/** The cell's part of it, prepared. */
export async function openCellPush(spec: CellSpec, seed: string, place: CellPushPlace): Promise<CellPush> {
  const {part, stage, origin, recorder} = place
  const delivery = spec.conditions['delivery'] ?? 'raw'
  if (!isDelivery(delivery)) throw new TypeError(`the cell names an unknown delivery: ${delivery}`)
  const devices = await Promise.all(
    place.devices.map(async (name): Promise<PushDevice> => {
      const pushDeviceId = await part.registrar.idOf(await stage.device(name, place.throttlesEarly))
      const side = () => stage.running(name, place.throttlesEarly)?.push ?? null
      return {name, side, pushDeviceId}
    }),
  )
  const push = new CellPush({...part, origin, devices, delivery, seed, recorder})
  await push.prepare()
  return push
}
