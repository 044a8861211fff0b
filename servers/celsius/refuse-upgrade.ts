/** Says no to a WebSocket before it is one, as an HTTP error of the platform. Rules CE4, CE42. */
import type {Duplex} from 'node:stream'
import type {Refusal} from './admission.ts'

const REASONS = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  503: 'Service Unavailable',
} as const satisfies Record<Refusal['status'], string>

/** `retryAfterS`: when it is worth to come back; null where nobody knows. */
export function refuseUpgrade(
  socket: Duplex,
  {status, detail}: Pick<Refusal, 'status' | 'detail'>,
  retryAfterS: number | null = null,
): void {
  const body = JSON.stringify({detail})
  const head = [
    `HTTP/1.1 ${status} ${REASONS[status]}`,
    'connection: close',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    ...(retryAfterS === null ? [] : [`retry-after: ${retryAfterS}`]),
  ]
  // The other side may be gone already; that is no error of ours.
  socket.on('error', () => socket.destroy())
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}
