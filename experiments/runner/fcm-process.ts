/** The push back end in a process of its own. It may be killed and comes back at the same ports, with the same trust. */
import {fileURLToPath} from 'node:url'
import type {PushEvent} from '#protocol/push-event.ts'
import type {FcmProcessOptions, FromFcm} from '../../servers/fcm/process-message.ts'
import type {FcmAddresses, FcmControl, FcmOptions} from '../../servers/fcm/running-fcm.ts'
import {createTrust} from '../../servers/fcm/trust/trust.ts'
import {startControlledProcess} from './controlled-process.ts'

const PROGRAM = fileURLToPath(new URL('../../servers/fcm/process.ts', import.meta.url))

export type FcmProcess = {
  readonly addresses: FcmAddresses
  /** Carried out in the process that runs now. */
  readonly control: FcmControl
  /** SIGKILL; browsers find nobody until {@link FcmProcess.startAgain}. */
  kill(): Promise<void>
  /** Same ports, same trust, same store. */
  startAgain(): Promise<void>
  close(): Promise<void>
}

type Started = Omit<Extract<FromFcm, {say: 'started'}>, 'say'>

/** Rejects with `code: 'EADDRINUSE'` when a port is taken. Nothing survives a kill without a store. */
export async function startFcmProcess(
  options: FcmOptions,
  onEvents: (events: readonly PushEvent[]) => void,
): Promise<FcmProcess> {
  const trust = await createTrust()
  const start = (asked: FcmProcessOptions) =>
    startControlledProcess<Started, FcmControl, PushEvent>({
      name: 'the push back end',
      file: PROGRAM,
      options: asked,
      onEvents,
    })

  let running = await start({...options, trust})
  const {addresses} = running.started
  const samePlace: FcmProcessOptions = {
    ...options,
    trust,
    port: addresses.api.port,
    mcsPort: addresses.mcs.port,
    autopushPort: Number(new URL(addresses.autopushUrl).port),
    proxyPort: addresses.proxy.port,
  }
  const control = new Proxy({} as FcmControl, {
    get: (_, method) => (method === 'then' ? undefined : Reflect.get(running.control, method)),
  })
  return {
    addresses,
    control,
    kill: () => running.kill(),
    async startAgain() {
      running = await start(samePlace)
    },
    close: () => running.close(),
  }
}
