/** Leads HTTPS requests for Google's hosts to the local API, under their own names: for `firebase-admin` and `web-push`. Rule FB73. */
import {Agent, type AgentOptions} from 'node:https'
import {connect, type ConnectionOptions} from 'node:tls'
import type {FcmAddresses} from '../running-fcm.ts'

class LocalAgent extends Agent {
  readonly #to: Pick<FcmAddresses, 'api' | 'caPem'>

  constructor(to: Pick<FcmAddresses, 'api' | 'caPem'>, options: AgentOptions) {
    super(options)
    this.#to = to
  }

  /** The name that is asked for stays in TLS and is verified against the throw-away authority. */
  override createConnection(options: ConnectionOptions) {
    const {api, caPem} = this.#to
    return connect({
      ...options,
      servername: options.servername ?? options.host ?? '',
      host: api.host,
      port: api.port,
      ca: caPem,
      ALPNProtocols: ['http/1.1'],
    })
  }
}

/** Keeps connections; `destroy()` it when done. */
export const createLocalAgent = (addresses: Pick<FcmAddresses, 'api' | 'caPem'>): Agent =>
  new LocalAgent(addresses, {keepAlive: true})
