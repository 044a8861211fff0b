/**
 * Puts the push back end together: one core between the application's side (HTTPS) and the devices' side (MCS, autopush),
 * everything on 127.0.0.1. Rules FB1–FB7.
 */
import {createECDH, createHmac} from 'node:crypto'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {PushEvent} from '#protocol/push-event.ts'
import {createApi} from './api/api.ts'
import {createFailingSends} from './api/failing-sends.ts'
import {listenToApi, type ApiListener} from './api/listener.ts'
import {Registrations} from './api/registrations.ts'
import {startAutopush} from './autopush/autopush.ts'
import {firefoxPrefs} from './autopush/firefox-prefs.ts'
import {PUSH_SERVICE_HOSTS, startProxy} from './autopush/proxy.ts'
import {createPushCore} from './core/create-push-core.ts'
import {defaultQueueLimits} from './core/defaults.ts'
import {PushStore} from './core/push-store.ts'
import {deviceRoutes} from './device/device-routes.ts'
import {startMcs} from './mcs/mcs.ts'
import type {FcmControl, FcmOptions, RunningFcm} from './running-fcm.ts'
import {chromiumArgs} from './trust/chromium-args.ts'
import {createTrust, type Trust} from './trust/trust.ts'

const HOST = '127.0.0.1'
/** FCM's 4,096 bytes of keys and values, once they are JSON, encrypted and with a header. Web Push checks its own limit. */
const MAX_BODY_BYTES = 64 * 1024
/** The project's number, for an app that has no other. */
const SENDER_ID = '100000000001'

const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6
const wallMs = Date.now

/**
 * Rejects with `code: 'EADDRINUSE'` when a port is taken. `record` is called in the tick of what it tells. `trust` is
 * that of the former start, where a browser already runs with its flags.
 */
export async function startFcm(
  options: FcmOptions,
  record: (event: PushEvent) => void,
  trust?: Trust,
): Promise<RunningFcm> {
  const trusted = trust ?? (await createTrust())
  const closing: (() => unknown)[] = []
  const closeAll = async () => {
    for (const close of closing.toReversed()) await close()
  }
  try {
    return await start(options, record, trusted, closing, closeAll)
  } catch (error) {
    await closeAll()
    throw error
  }
}

async function start(
  options: FcmOptions,
  record: (event: PushEvent) => void,
  trust: Trust,
  closing: (() => unknown)[],
  closeAll: () => Promise<void>,
): Promise<RunningFcm> {
  const {projectId} = options
  const {caPem, spkiHash} = trust
  const store = new PushStore(options.store ?? ':memory:')
  closing.push(() => store.close())
  const core = createPushCore({
    store,
    record,
    now: monotonicMs,
    wallMs,
    limits: {...defaultQueueLimits, maxBodyBytes: MAX_BODY_BYTES},
  })
  closing.push(() => core.close())
  const failing = createFailingSends()

  const openApi = (port: number): Promise<ApiListener> =>
    listenToApi({
      port,
      trust,
      handler: createApi({
        registrations: new Registrations(store.database),
        core,
        failing,
        deviceRoutes: deviceRoutes({core, store, record, now: monotonicMs, wallMs}),
        wasGivenOut: (token) => store.wasGivenOut(token),
        secret: createHmac('sha256', store.secret).update('installations').digest(),
        record,
        nowMs: wallMs,
        monotonicMs,
      }),
    })
  let listener = await openApi(options.port)
  const api = {host: HOST, port: listener.port}
  closing.push(() => listener.close())

  const tls = {key: trust.keyPem, cert: trust.certPem}
  const mcs = await startMcs({core, store, tls, port: options.mcsPort, record, now: monotonicMs, wallMs})
  closing.push(() => mcs.close())
  const autopush = await startAutopush({core, host: HOST, port: options.autopushPort ?? 0, record})
  closing.push(() => autopush.close())
  const proxy = await startProxy({
    host: HOST,
    port: options.proxyPort ?? 0,
    routes: [{hosts: PUSH_SERVICE_HOSTS, to: api}],
  })
  closing.push(() => proxy.close())
  if (options.temporaryFolder !== null) await writeFile(caFile(options.temporaryFolder), caPem)

  const registrations = new Registrations(store.database)
  const control: FcmControl = {
    async setDelivery(origin, model) {
      core.setDelivery(origin, model)
    },
    async restartApi() {
      await listener.close()
      listener = await openApi(api.port)
    },
    async cutLinks(deviceId) {
      core.cutLinks(deviceId)
    },
    async failSends(code, count) {
      failing.set(code, count)
    },
    async expireToken(token) {
      const found = registrations.byToken(token)
      if (found) core.unsubscribe(found.endpointToken)
    },
    async expireOrigin(origin) {
      const found = registrations.ofOrigin(origin)
      for (const {endpointToken} of found) core.unsubscribe(endpointToken)
      return found.length
    },
  }
  const firefox = {autopushUrl: autopush.url, proxy: {host: proxy.host, port: proxy.port}}
  let closed: Promise<void> | null = null
  return {
    projectId,
    api,
    mcs: {host: mcs.host, port: mcs.port},
    http2: api,
    ...firefox,
    caPem,
    spkiHash,
    page: {
      firebaseConfig: firebaseConfig(projectId),
      vapidKey: registrations.lasting('vapidKey', newVapidKey),
    },
    chromiumArgs: chromiumArgs({apiPort: api.port, mcsPort: mcs.port, spkiHash}),
    firefoxPrefs: firefoxPrefs(firefox),
    control,
    close: () => (closed ??= closeAll()),
  }
}

/** Where the authority's certificate lies for `NODE_EXTRA_CA_CERTS`, in the folder that was given. */
export const caFile = (folder: string): string => join(folder, 'fcm-ca.pem')

const firebaseConfig = (projectId: string): Readonly<Record<string, string>> => ({
  projectId,
  apiKey: 'local',
  appId: `1:${SENDER_ID}:web:local`,
  messagingSenderId: SENDER_ID,
})

/** Only the public half is ever used: messages of FCM's own need no signature here. */
const newVapidKey = (): string => createECDH('prime256v1').generateKeys('base64url')
