import {createHash} from 'node:crypto'
import {createServer, type AddressInfo} from 'node:net'
import {once} from 'node:events'
import {Agent} from 'node:http'
import {expect, test} from 'vitest'
import {openTestProxy, until} from './test-line.ts'
import {openTestSite} from './test-site.ts'

const ofA = {owner: 'A', on: 'everything'} as const
const everybody = {owner: '*', on: 'everything'} as const

test('[FA1] a fault of one tab leaves the next tab on the same connection alone', async () => {
  const {ask, board, of, requests} = await openTestSite()
  const first = ask('A', '/')
  await until(() => first.over() === 'end')
  board.begin({name: 'blackhole'}, ofA)
  const second = ask('B', '/')
  await until(() => second.over() === 'end')
  expect(second.text()).toBe('hello B')
  expect(of('connection-opened')).toHaveLength(1)
  expect(requests.at(-1)).toBe('B GET /')
})

test('[FA1] a tab in a blackhole hangs with its own exchange only, and is served when it heals', async () => {
  const {ask, board, of, requests} = await openTestSite()
  const id = board.begin({name: 'blackhole'}, ofA)
  const hanging = ask('A', '/', {agent: false})
  const other = ask('B', '/', {agent: false})
  await until(() => other.over() === 'end' && of('fault-bit').length > 0)
  expect([hanging.over(), requests]).toEqual([null, ['B GET /']])
  board.heal(id)
  await until(() => hanging.text() === 'hello A')
})

test('[FA1] what names no tab is struck by a fault of everybody only', async () => {
  const {proxy, board, of} = await openTestSite()
  board.begin({name: 'rst'}, ofA)
  expect((await fetch(proxy.origin)).status).toBe(200)
  board.begin({name: 'rst'}, everybody)
  await expect(fetch(proxy.origin)).rejects.toThrow('fetch failed')
  expect(of('connection-cut')[0]).toMatchObject({owner: null, end: 'client'})
})

test('[FA1] a fault can be aimed at sockets or at exchanges alone', async () => {
  const {ask, talk, board} = await openTestSite()
  const socket = talk('A')
  await until(() => socket.socket.readyState === socket.socket.OPEN)
  board.begin({name: 'rst'}, {owner: 'A', on: 'exchanges'})
  const exchange = ask('A', '/')
  expect(await until(() => exchange.over())).toBe('ECONNRESET')
  expect(socket.closedWith()).toBe(null)
  board.begin({name: 'rst'}, {owner: 'A', on: 'sockets'})
  expect(await until(() => socket.closedWith())).toBe(1006)
})

test('[FA2] an upload passes whole, and its answer back', async () => {
  const {ask, of, proxy} = await openTestSite()
  const body = Buffer.from(Array.from({length: 3_000_000}, (_, index) => (index * 7) % 253))
  const answer = ask('A', '/upload', {body})
  await until(() => answer.over() === 'end')
  expect(answer.text()).toBe(createHash('sha256').update(body).digest('hex'))
  await proxy.close()
  const [closed] = of('connection-closed')
  expect(closed?.toServer.takenBytes).toBeGreaterThan(body.length)
  expect(closed?.toServer.droppedBytes).toBe(0)
})

test('[FA5] messages of a socket are held both ways and arrive in order; the other tab’s go on', async () => {
  const {talk, serverTalks, board, of} = await openTestSite()
  const [a, b] = [talk('A'), talk('B')]
  await until(() => serverTalks.size === 2 && [a, b].every(({socket}) => socket.readyState === socket.OPEN))
  const id = board.begin({name: 'blackhole'}, ofA)
  for (const tab of ['A', 'B']) for (const text of ['1', '2', '3']) serverTalks.get(tab)?.socket.send(text)
  a.socket.send('up')
  await until(() => b.messages.length === 3 && of('fault-bit').length === 2)
  expect([a.messages, serverTalks.get('A')?.messages, a.closedWith()]).toEqual([[], [], null])
  board.heal(id)
  await until(() => a.messages.length === 3 && serverTalks.get('A')?.messages.length === 1)
  expect(a.messages).toEqual(['1', '2', '3'])
})

test.each(['fin', 'rst'] as const)('[FA3][FA4] after %s both ends of a socket say 1006', async (name) => {
  const {talk, serverTalks, board, of} = await openTestSite()
  const a = talk('A')
  const far = await until(() => (a.socket.readyState === a.socket.OPEN ? serverTalks.get('A') : null))
  board.heal(board.begin({name}, ofA))
  await until(() => a.closedWith() === 1006 && far.closedWith() === 1006)
  expect(
    of('connection-cut')
      .map(({end, by, owner}) => `${owner} ${end} ${by}`)
      .toSorted(),
  ).toEqual([`A client ${name}`, `A server ${name}`])
})

test('[FA9] an answer stream is cut in the middle, once; the next one is whole', async () => {
  const {ask, streams, board} = await openTestSite()
  board.begin({name: 'cut-after-bytes', bytes: 400, direction: 'to-client', by: 'rst', times: 1}, ofA)
  const cut = ask('A', '/stream')
  const first = await until(() => streams.get('A'))
  for (let n = 0; n < 40; n++) first.write(`data: token ${n}\n\n`)
  expect(await until(() => cut.over())).toBe('ECONNRESET')
  expect(cut.text().length).toBeLessThan(400)
  streams.clear()
  const whole = ask('A', '/stream')
  const second = await until(() => streams.get('A'))
  for (let n = 0; n < 40; n++) second.write(`data: token ${n}\n\n`)
  second.end()
  await until(() => whole.over() === 'end')
  expect(whole.text()).toContain('data: token 39\n\n')
})

test('[FA5][FA11] an answer stream stops in a blackhole and goes on where it stopped', async () => {
  const {ask, streams, board, of} = await openTestSite()
  const answer = ask('A', '/stream')
  const stream = await until(() => streams.get('A'))
  stream.write('data: 1\n\n')
  await until(() => answer.text() === 'data: 1\n\n')
  const id = board.begin({name: 'half-open', lost: 'to-client'}, ofA)
  stream.write('data: 2\n\n')
  await until(() => of('fault-bit').length > 0)
  stream.end('data: 3\n\n')
  expect([answer.text(), answer.over()]).toEqual(['data: 1\n\n', null])
  board.heal(id)
  await until(() => answer.over() === 'end')
  expect(answer.text()).toBe('data: 1\n\ndata: 2\n\ndata: 3\n\n')
})

test('[FA7] latency delays each way by no less than asked', async () => {
  const {ask, board, of} = await openTestSite()
  board.begin({name: 'latency', ms: 30}, ofA)
  const start = performance.now()
  const answer = ask('A', '/')
  await until(() => answer.over() === 'end')
  expect(performance.now() - start).toBeGreaterThanOrEqual(60)
  expect(of('fault-bit').map(({direction}) => direction)).toEqual(['to-server', 'to-client'])
})

test('[FA7] under jitter messages arrive in order and whole', async () => {
  const {talk, serverTalks, board} = await openTestSite()
  const a = talk('A')
  await until(() => a.socket.readyState === a.socket.OPEN)
  board.begin({name: 'jitter', ms: 20}, ofA)
  const sent = Array.from({length: 50}, (_, n) => `message ${n}`)
  for (const text of sent) {
    a.socket.send(text)
    await new Promise(setImmediate)
  }
  await until(() => serverTalks.get('A')?.messages.length === 50)
  expect(serverTalks.get('A')?.messages).toEqual(sent)
})

test('[FA8] two connections share one narrow link, and it is let go when it heals', async () => {
  const {ask, board, of} = await openTestSite()
  const id = board.begin({name: 'bandwidth', bytesPerSecond: 100_000}, ofA)
  const body = Buffer.alloc(10_000, 7)
  const start = performance.now()
  const answers = [ask('A', '/upload', {body, agent: false}), ask('A', '/upload', {body, agent: false})]
  await until(() => answers.every(({over}) => over() === 'end'))
  expect(performance.now() - start).toBeGreaterThan(195)
  const huge = ask('A', '/upload', {body: Buffer.alloc(2_000_000), agent: false})
  await until(() => of('fault-bit').length > 4)
  board.heal(id)
  await until(() => huge.over() === 'end')
  expect(performance.now() - start).toBeLessThan(10_000)
})

test('[FA13] bytes are never lost in the book: taken is given and dropped', async () => {
  const {ask, talk, serverTalks, board, of, proxy} = await openTestSite()
  const a = talk('A')
  await until(() => serverTalks.get('A') && a.socket.readyState === a.socket.OPEN)
  board.begin({name: 'blackhole'}, {owner: 'A', on: 'sockets'})
  a.socket.send('never given')
  const answer = ask('B', '/')
  await until(() => answer.over() === 'end' && of('fault-bit').length > 0)
  await proxy.close()
  const all = of('connection-closed').flatMap(({toServer, toClient}) => [toServer, toClient])
  expect(all).toHaveLength(4)
  for (const {takenBytes, givenBytes, droppedBytes} of all) expect(takenBytes).toBe(givenBytes + droppedBytes)
  expect(of('fault-told')).toMatchObject([{takenBytes: 17, givenBytes: 0, droppedBytes: 17}])
})

test('[FA2] a server that does not listen resets who connects, and serves once it listens', async () => {
  const reserved = createServer().listen(0, '127.0.0.1')
  await once(reserved, 'listening')
  const {port} = reserved.address() as AddressInfo
  await new Promise((resolve) => reserved.close(resolve))
  const {proxy} = await openTestProxy(port, null)
  await expect(fetch(proxy.origin)).rejects.toThrow('fetch failed')
  expect(proxy.census().connections).toBe(0)
})

test('[FA2] 300 tabs at once are all served, and closing leaves no socket', async () => {
  const {ask, talk, serverTalks, proxy, server} = await openTestSite()
  const sockets = Array.from({length: 150}, (_, n) => talk(`s${n}`))
  const agent = new Agent({maxSockets: 150})
  const answers = Array.from({length: 150}, (_, n) => ask(`e${n}`, '/', {agent}))
  await until(() => serverTalks.size === 150 && answers.every(({over}) => over() === 'end'))
  for (const [tab, {socket}] of serverTalks) socket.send(tab)
  await until(() => sockets.every(({messages}) => messages.length === 1))
  expect(sockets.every(({messages}, n) => messages[0] === `s${n}`)).toBe(true)
  await proxy.close()
  expect(proxy.census()).toEqual({connections: 0, heldBytes: 0})
  const open = () =>
    new Promise<number>((resolve) => void server.getConnections((_, count) => resolve(count)))
  await until(() => sockets.every(({closedWith}) => closedWith() === 1006))
  await expect.poll(open).toBe(0)
})
