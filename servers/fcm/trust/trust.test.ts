import {X509Certificate} from 'node:crypto'
import {once} from 'node:events'
import type {AddressInfo} from 'node:net'
import {connect, createServer} from 'node:tls'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {chromiumArgs} from './chromium-args.ts'
import {createTrust, type Trust} from './trust.ts'

let trust: Trust
const server = () => createServer({cert: trust.certPem, key: trust.keyPem}, (socket) => socket.end('hello'))
let listening: ReturnType<typeof server>

beforeAll(async () => {
  trust = await createTrust()
  listening = server().listen(0, '127.0.0.1')
  await once(listening, 'listening')
})
afterAll(() => listening.close())

async function saysHello(servername: string, ca: string): Promise<string> {
  const socket = connect({host: '127.0.0.1', port: (listening.address() as AddressInfo).port, servername, ca})
  let said = ''
  socket.on('data', (data) => (said += String(data)))
  await once(socket, 'end')
  return said
}

test.each([
  'fcm.googleapis.com',
  'fcmregistrations.googleapis.com',
  'firebaseinstallations.googleapis.com',
  'iid.googleapis.com',
  'android.clients.google.com',
  'mtalk.google.com',
  'jmt17.google.com',
  'push.services.mozilla.com',
  'updates.push.services.mozilla.com',
])('[FB1] who trusts the authority accepts the leaf for %s', async (host) => {
  expect(await saysHello(host, trust.caPem)).toBe('hello')
})

test('[FB1] the leaf is worth nothing for another host, or under the authority of another start', async () => {
  await expect(saysHello('example.com', trust.caPem)).rejects.toMatchObject({
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  })
  const other = await createTrust()
  await expect(saysHello('fcm.googleapis.com', other.caPem)).rejects.toThrow()
  expect(other.spkiHash).not.toBe(trust.spkiHash)
})

test('[FB1] only the authority may sign, and the leaf may not', () => {
  expect(new X509Certificate(trust.caPem).ca).toBe(true)
  expect(new X509Certificate(trust.certPem).ca).toBe(false)
  expect(trust.caPem).not.toContain('PRIVATE KEY')
})

test('[FB2] Chromium is told where the hosts are and which key is theirs, and nothing else', () => {
  const args = chromiumArgs({apiPort: 8443, mcsPort: 5228, spkiHash: trust.spkiHash})
  expect(args).toHaveLength(2)
  expect(args[0]).toMatch(/^--host-resolver-rules=MAP mtalk\.google\.com 127\.0\.0\.1:5228, /)
  expect(args[0]).toContain('MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1')
  expect(args[1]).toBe(`--ignore-certificate-errors-spki-list=${trust.spkiHash}`)
})
