import {once} from 'node:events'
import {connect, createServer, type AddressInfo, type Socket} from 'node:net'
import fc from 'fast-check'
import {afterEach, expect, test} from 'vitest'
import {destination, PUSH_SERVICE_HOSTS, startProxy, type RunningProxy} from './proxy.ts'

const leftovers: (() => unknown)[] = []
afterEach(async () => {
  for (const leave of leftovers.splice(0).toReversed()) await leave()
})

/** A server that says back what it hears, and a proxy that leads the push services' hosts to it. */
async function startBoth(): Promise<{proxy: RunningProxy; heard: Set<Socket>}> {
  const heard = new Set<Socket>()
  const echo = createServer((socket) => {
    heard.add(socket)
    socket.on('error', () => socket.destroy())
    socket.pipe(socket)
  })
  echo.listen(0, '127.0.0.1')
  await once(echo, 'listening')
  leftovers.push(() => echo.close())
  const to = {host: '127.0.0.1', port: (echo.address() as AddressInfo).port}
  const routes = [{hosts: PUSH_SERVICE_HOSTS, to}]
  const proxy = await startProxy({host: '127.0.0.1', port: 0, routes})
  leftovers.push(() => proxy.close())
  return {proxy, heard}
}

function ask(proxy: RunningProxy, head: string) {
  const socket = connect(proxy.port, proxy.host)
  leftovers.push(() => socket.destroy())
  let text = ''
  socket.setEncoding('utf8').on('data', (more: string) => {
    text += more
    socket.emit('more')
  })
  socket.write(head)
  return {
    socket,
    async until(words: string): Promise<string> {
      while (!text.includes(words)) await once(socket, 'more')
      return text
    },
  }
}

const asking = (target: string) => `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`

test('[AP14] a push service is led to this machine, and bytes pass both ways', async () => {
  const {proxy} = await startBoth()
  const tunnel = ask(proxy, asking('fcmregistrations.googleapis.com:443'))
  await tunnel.until('200 OK\r\n\r\n')
  tunnel.socket.write('there and back')
  expect(await tunnel.until('there and back')).toMatch(/200 OK\r\n\r\nthere and back$/)
})

test('[AP14] what comes together with the request is passed on too', async () => {
  const {proxy} = await startBoth()
  const tunnel = ask(proxy, `${asking('updates.push.services.mozilla.com:443')}early`)
  expect(await tunnel.until('early')).toMatch(/early$/)
})

test.each([
  'example.com:443',
  'push.services.mozilla.com:443',
  'firefox.settings.services.mozilla.com:443',
  'googleapis.com.example.com:443',
  'evilgoogleapis.com:443',
  'fcm.googleapis.com:80',
  'fcm.googleapis.com',
  '[::1]:443',
  'fcm.googleapis.com:443/x',
])('[AP14] %s is refused', async (target) => {
  const {proxy, heard} = await startBoth()
  const {until} = ask(proxy, asking(target))
  expect(await until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 40[03] /)
  expect(heard.size).toBe(0)
})

test('[AP14] a plain request is refused', async () => {
  const {proxy} = await startBoth()
  const {until} = ask(proxy, 'GET http://fcm.googleapis.com/ HTTP/1.1\r\nHost: fcm.googleapis.com\r\n\r\n')
  expect(await until('\r\n\r\n')).toMatch(/^HTTP\/1\.1 403 /)
})

test('[AP14] one end that leaves takes the other along', async () => {
  const {proxy, heard} = await startBoth()
  const tunnel = ask(proxy, asking('fcm.googleapis.com:443'))
  await tunnel.until('200 OK')
  const [upstream] = heard
  const ended = once(upstream!, 'close')
  tunnel.socket.resetAndDestroy()
  await ended

  const other = ask(proxy, asking('fcm.googleapis.com:443'))
  await other.until('200 OK')
  const closed = once(other.socket, 'close')
  for (const socket of heard) socket.destroy()
  await closed
})

test('[AP14] a destination that does not listen ends the tunnel', async () => {
  const routes = [{hosts: ['fcm.googleapis.com'], to: {host: '127.0.0.1', port: 1}}]
  const proxy = await startProxy({host: '127.0.0.1', port: 0, routes})
  leftovers.push(() => proxy.close())
  const {socket} = ask(proxy, asking('fcm.googleapis.com:443'))
  await once(socket, 'close')
})

test('[AP14] nothing but names of the list is ever led anywhere', () => {
  const to = {host: '127.0.0.1', port: 1}
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.domain().map((name) => `${name}:443`),
      ),
      (target) => {
        const isMeant = /^(?:[a-z0-9.-]*\.googleapis\.com|updates\.push\.services\.mozilla\.com):443$/i.test(
          target,
        )
        expect(destination(target, [{hosts: PUSH_SERVICE_HOSTS, to}])).toEqual(isMeant ? to : null)
      },
    ),
  )
})
