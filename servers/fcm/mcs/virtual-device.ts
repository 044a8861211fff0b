/**
 * A browser's push client without the browser: check-in, registration, login, stanzas, acknowledgements, over real TLS.
 * For tests and for load. Decrypts nothing. Rules CI1, CI6, MC5, MC9.
 */
import {request, type Agent} from 'node:https'
import {encodeCheckinRequest, readCheckinResponse, type Identity} from '../device/checkin.ts'
import {openVirtualLink, type VirtualLink} from './virtual-link.ts'

export type Address = {readonly host: string; readonly port: number}

export type BackEnd = {
  readonly api: Address
  readonly mcs: Address
  readonly caPem: string
  readonly agent?: Agent
}

export type VirtualRegistration = {readonly origin: string; readonly vapidKey: string}

export type VirtualMessage = {
  readonly persistentId: string
  readonly subtype: string
  readonly body: Buffer | null
}

export class VirtualDevice {
  readonly identity: Identity
  readonly #backEnd: BackEnd
  readonly #onMessage: (message: VirtualMessage) => void
  /** Received and, for all that the server said, not known to be. */
  readonly #unconfirmed = new Set<string>()
  #link: VirtualLink | null = null

  /** Checks in with `identity`, or for the first time. */
  static async checkIn(
    backEnd: BackEnd,
    onMessage: (message: VirtualMessage) => void,
    identity: Identity = {deviceId: '0', securityToken: '0'},
  ): Promise<VirtualDevice> {
    const body = Buffer.from(encodeCheckinRequest(identity))
    const answer = await post(backEnd, '/checkin', {'content-type': 'application/x-protobuf'}, body)
    return new VirtualDevice(readCheckinResponse(answer), backEnd, onMessage)
  }

  constructor(identity: Identity, backEnd: BackEnd, onMessage: (message: VirtualMessage) => void) {
    this.identity = identity
    this.#backEnd = backEnd
    this.#onMessage = onMessage
  }

  /** Resolves with the endpoint token. Throws an error that says `Error=…` as the server did. */
  async register({origin, vapidKey}: VirtualRegistration, id = '0'): Promise<string> {
    return this.#register3({'X-subtype': `wp:${origin}/#${id}-V2`, sender: vapidKey, scope: 'GCM'})
  }

  async unregister({origin}: VirtualRegistration, id = '0'): Promise<void> {
    await this.#register3({'X-subtype': `wp:${origin}/#${id}-V2`, sender: '*', scope: '*', delete: 'true'})
  }

  /** Logs in; resolves with the login's answer. A connection before this one is left to the server to end. */
  async connect(): Promise<void> {
    const {mcs, caPem} = this.#backEnd
    this.#link = await openVirtualLink({
      ...mcs,
      caPem,
      identity: this.identity,
      confirm: [...this.#unconfirmed],
      onMessage: (message) => {
        this.#unconfirmed.add(message.persistentId)
        this.#onMessage(message)
      },
      onConfirmed: (ids) => {
        for (const id of ids) this.#unconfirmed.delete(id)
      },
    })
  }

  get link(): VirtualLink | null {
    return this.#link
  }

  /** Drops the connection without a word. */
  async disconnect(): Promise<void> {
    this.#link?.cut()
    await this.#link?.closed
    this.#link = null
  }

  async #register3(fields: Readonly<Record<string, string>>): Promise<string> {
    const {deviceId, securityToken} = this.identity
    const form = new URLSearchParams({app: 'org.chromium.linux', device: deviceId, ...fields})
    const headers = {
      authorization: `AidLogin ${deviceId}:${securityToken}`,
      'content-type': 'application/x-www-form-urlencoded',
    }
    const answer = (
      await post(this.#backEnd, '/c2dm/register3', headers, Buffer.from(form.toString()))
    ).toString()
    if (!answer.startsWith('token=')) throw new Error(answer)
    return answer.slice('token='.length)
  }
}

function post(
  {api, caPem, agent}: BackEnd,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
): Promise<Buffer> {
  const host = 'android.clients.google.com'
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        ...api,
        path,
        method: 'POST',
        ca: caPem,
        servername: host,
        headers: {...headers, host, 'content-length': body.length},
        ...(agent && {agent}),
      },
      (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('error', reject)
        response.on('end', () => {
          if (response.statusCode === 200) resolve(Buffer.concat(parts))
          else reject(new Error(`${path} was answered with ${response.statusCode}`))
        })
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}
