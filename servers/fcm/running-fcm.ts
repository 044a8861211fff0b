/** What a started push back end gives: addresses, trust, and how a run controls it. */
import type {DeliveryModel} from './delivery-model.ts'
import type {PushPageConfig} from './push-sender.ts'

export type FcmOptions = {
  /** 0 takes any free one. Of the HTTPS API; the other listeners always take free ones unless given. */
  readonly port: number
  readonly mcsPort: number
  /** Of Firefox's push server and its proxy: a browser that is to find them again after a restart needs the same ones. */
  readonly autopushPort?: number
  readonly proxyPort?: number
  /** A file keeps devices, subscriptions, registrations and queues over a restart; null keeps them in memory. */
  readonly store: string | null
  readonly projectId: string
  /** Folder for what must be a file (the CA's certificate, never a key); removed by whoever made it. Null writes nothing. */
  readonly temporaryFolder: string | null
}

/** Everything a process elsewhere needs to talk to it. Structured-cloneable. */
export type FcmAddresses = {
  readonly projectId: string
  readonly api: {readonly host: string; readonly port: number}
  readonly mcs: {readonly host: string; readonly port: number}
  /** A lenient HTTP/2 front for firebase-admin's batch calls. */
  readonly http2: {readonly host: string; readonly port: number}
  /** Mozilla's push protocol (`ws://127.0.0.1:…/`) and the CONNECT proxy that keeps Firefox hermetic. */
  readonly autopushUrl: string
  readonly proxy: {readonly host: string; readonly port: number}
  readonly caPem: string
  /** base64 SHA-256 of the leaf certificate's SPKI. */
  readonly spkiHash: string
  readonly page: PushPageConfig
  /** `--host-resolver-rules=…` and `--ignore-certificate-errors-spki-list=…`, nothing else. */
  readonly chromiumArgs: readonly string[]
  readonly firefoxPrefs: Readonly<Record<string, string | number | boolean>>
}

export interface FcmControl {
  setDelivery(origin: string | null, model: DeliveryModel): Promise<void>
  /** Every API listener and connection is closed and opened again on the same port, from the store. MCS stays up. */
  restartApi(): Promise<void>
  cutLinks(deviceId: string | null): Promise<void>
  /** The next `count` sends are answered with Google's error of this code; null ends that. */
  failSends(code: 'UNAVAILABLE' | 'QUOTA_EXCEEDED' | 'INTERNAL' | null, count: number): Promise<void>
  /** The subscription behind a registration token is forgotten: its next send is UNREGISTERED. */
  expireToken(registrationToken: string): Promise<void>
  /** So are those behind all registrations of an origin's pages; resolves with how many there were. */
  expireOrigin(origin: string): Promise<number>
}

export type RunningFcm = FcmAddresses & {readonly control: FcmControl; close(): Promise<void>}
