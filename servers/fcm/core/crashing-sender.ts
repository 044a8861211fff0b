/** The child of the SIGKILL test: subscribes, then pushes and tells each answer until it is killed. */
import {setImmediate} from 'node:timers/promises'
import {createPushCore} from './create-push-core.ts'
import {sealEndpointToken} from './endpoint-token.ts'
import {PushStore} from './push-store.ts'

const store = new PushStore(process.argv[2]!)
const core = createPushCore({store, record: () => {}, now: () => performance.now(), wallMs: Date.now})
const about = {deviceId: '1', app: 'a', subtype: 'wp:http://localhost/#1', vapidKey: null}
const token = sealEndpointToken(about, store.secret)
core.subscribe({...about, endpointToken: token, transport: 'mcs', origin: 'http://localhost'})
// A device that is there and never acknowledges: some are sent, the rest wait, and no storage limit counts.
core.connected('1', {transport: 'mcs', deliver: () => {}, close: () => {}}, [])
process.send!({token})

for (let count = 0; process.connected; count++) {
  const outcome = core.push({
    messageId: `m${count}`,
    endpointToken: token,
    body: Buffer.from(`text ${count}`),
    ttlSeconds: 3_600,
    urgency: 'normal',
    topic: null,
    origin: null,
  })
  if (outcome.ok) process.send!({deliveryId: outcome.deliveryId})
  await setImmediate()
}
