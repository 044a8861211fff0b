/** The devices' side over real TLS, for tests: store, core, MCS, check-in and register3, and virtual devices. */
import {randomBytes, createECDH} from 'node:crypto'
import {createServer} from 'node:https'
import type {AddressInfo} from 'node:net'
import express from 'express'
import type {PushEvent} from '#protocol/push-event.ts'
import {createPushCore} from '../core/create-push-core.ts'
import type {QueueLimits} from '../core/defaults.ts'
import {PushStore} from '../core/push-store.ts'
import {deviceRoutes} from '../device/device-routes.ts'
import type {Identity} from '../device/checkin.ts'
import type {PushMessage} from '../push-core.ts'
import {createTrust} from '../trust/trust.ts'
import type {McsSettings} from './defaults.ts'
import {startMcs} from './mcs.ts'
import {VirtualDevice, type VirtualMessage} from './virtual-device.ts'

const trust = await createTrust()
const now = () => performance.now()

export type TestBackEndOptions = {
  readonly file?: string
  readonly settings?: Partial<McsSettings>
  readonly limits?: QueueLimits
}

export type TestDevice = {
  readonly device: VirtualDevice
  readonly endpointToken: string
  readonly messages: VirtualMessage[]
  readonly texts: () => readonly string[]
}

export const newVapidKey = (): string => createECDH('prime256v1').generateKeys('base64url')

export async function startTestBackEnd(options: TestBackEndOptions = {}) {
  const recorded: PushEvent[] = []
  const record = (event: PushEvent) => void recorded.push(event)
  const store = new PushStore(options.file ?? ':memory:')
  const parts = {store, record, now, wallMs: Date.now}
  const core = createPushCore({...parts, ...(options.limits && {limits: options.limits})})
  const tls = {key: trust.keyPem, cert: trust.certPem}
  const mcs = await startMcs({...parts, core, tls, port: 0, settings: options.settings ?? {}})
  const api = createServer(tls, express().use(deviceRoutes({...parts, core})))
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve))
  const backEnd = {
    mcs: {host: mcs.host, port: mcs.port},
    api: {host: '127.0.0.1', port: (api.address() as AddressInfo).port},
    caPem: trust.caPem,
  }

  async function device(origin = 'http://localhost:8080', identity?: Identity): Promise<TestDevice> {
    const messages: VirtualMessage[] = []
    const checkedIn = await VirtualDevice.checkIn(backEnd, (message) => void messages.push(message), identity)
    const endpointToken = await checkedIn.register({origin, vapidKey: newVapidKey()})
    await checkedIn.connect()
    const texts = () => messages.map(({body}) => body?.toString() ?? '')
    return {device: checkedIn, endpointToken, messages, texts}
  }

  const push = (endpointToken: string, text: string, about: Partial<PushMessage> = {}) =>
    core.push({
      messageId: randomBytes(8).toString('hex'),
      endpointToken,
      body: Buffer.from(text),
      ttlSeconds: 60,
      urgency: 'normal',
      topic: null,
      origin: null,
      ...about,
    })

  return {
    recorded,
    store,
    core,
    mcs,
    backEnd,
    device,
    push,
    kinds: (kind: PushEvent['kind']) => recorded.filter((event) => event.kind === kind),
    async [Symbol.asyncDispose]() {
      await mcs.close()
      core.close()
      api.closeAllConnections()
      await new Promise((resolve) => api.close(resolve))
      store.close()
    },
  }
}
