import {expect, test} from 'vitest'
import {openTestLine, until} from './test-line.ts'

test('[FA2] bytes and the end of a stream pass in both directions', async () => {
  const {openWhole, proxy} = await openTestLine()
  const {client, server} = await openWhole()
  client.socket.end('last words')
  await until(() => server.ending())
  server.socket.end('answer after the end')
  await until(() => client.ending())
  expect([server.text(), server.ending()]).toEqual(['<last words', 'fin'])
  expect([client.text(), client.ending()]).toEqual(['>answer after the end', 'fin'])
  await until(() => proxy.census().connections === 0)
})

test.each(['client', 'server'] as const)('[FA2] a reset by the %s reaches the other end', async (from) => {
  const {openWhole, proxy} = await openTestLine()
  const ends = await openWhole()
  ends[from].socket.resetAndDestroy()
  const other = from === 'client' ? ends.server : ends.client
  expect(await until(() => other.ending())).toBe('ECONNRESET')
  await until(() => proxy.census().connections === 0)
})

test('[FA3] fin closes both ends in order, and both ends see it', async () => {
  const {openWhole, begin, of, board} = await openTestLine()
  const {client, server} = await openWhole()
  board.heal(begin({name: 'fin'}))
  expect(await until(() => client.ending())).toBe('fin')
  expect(await until(() => server.ending())).toBe('fin')
  expect(of('connection-cut')).toMatchObject([
    {end: 'server', by: 'fin', owner: 'A', faultId: 1},
    {end: 'client', by: 'fin', owner: 'A', faultId: 1},
  ])
})

test('[FA3] what is sent after a fin is dropped and counted', async () => {
  const {openWhole, begin, of} = await openTestLine()
  const {client, server} = await openWhole()
  begin({name: 'fin'})
  await until(() => client.ending())
  client.socket.end('too late')
  server.socket.end()
  const [closed] = await until(() => (of('connection-closed').length > 0 ? of('connection-closed') : null))
  expect(closed?.toServer).toEqual({takenBytes: 9, givenBytes: 1, droppedBytes: 8})
  expect(server.text()).toBe('<')
})

test('[FA3] an end that ignores a fin is not waited for', async () => {
  const {openWhole, begin, proxy} = await openTestLine({lingerMs: 20})
  await openWhole()
  begin({name: 'fin'})
  await until(() => proxy.census().connections === 0)
})

test('[FA4] rst resets both ends at once, and both ends see it', async () => {
  const {openWhole, begin, of} = await openTestLine()
  const {client, server} = await openWhole()
  begin({name: 'rst'})
  expect(await until(() => client.ending())).toBe('ECONNRESET')
  expect(await until(() => server.ending())).toBe('ECONNRESET')
  expect(of('connection-cut').map(({end, by}) => `${end} ${by}`)).toEqual(['client rst', 'server rst'])
})

test('[FA4] rst in the same moment as fin leaves no socket behind', async () => {
  const {openWhole, begin, proxy} = await openTestLine()
  const {client, server} = await openWhole()
  begin({name: 'fin'})
  begin({name: 'rst'})
  await until(() => client.ending() && server.ending())
  await until(() => proxy.census().connections === 0)
})

test.each(['fin', 'rst'] as const)(
  '[FA11] while %s stands, what comes is cut too; healed, it is let in',
  async (name) => {
    const {open, openWhole, begin, board, arrived} = await openTestLine()
    const id = begin({name})
    const refused = open()
    expect(await until(() => refused.ending())).toBe(name === 'fin' ? 'fin' : 'ECONNRESET')
    expect(arrived).toEqual([])
    board.heal(id)
    await openWhole()
  },
)

test('[FA5] a blackhole holds both directions and gives everything in order when it heals', async () => {
  const {openWhole, begin, board, heldBytes, of} = await openTestLine()
  const {client, server} = await openWhole()
  const id = begin({name: 'blackhole'})
  client.socket.write('up 1,')
  server.socket.write('down 1,')
  await until(() => heldBytes('to-server') > 0 && heldBytes('to-client') > 0)
  expect([server.text(), client.text()]).toEqual(['<', '>'])
  board.heal(id)
  client.socket.write('up 2')
  server.socket.write('down 2')
  await until(() => server.text() === '<up 1,up 2' && client.text() === '>down 1,down 2')
  expect(of('fault-told')).toMatchObject([
    {direction: 'to-server', takenBytes: 5, givenBytes: 5, droppedBytes: 0},
    {direction: 'to-client', takenBytes: 7, givenBytes: 7, droppedBytes: 0},
  ])
})

test('[FA5] a connection that begins in a blackhole hangs, and the server hears of it only when it heals', async () => {
  const {open, begin, board, heldBytes, arrived} = await openTestLine()
  const id = begin({name: 'blackhole'})
  const client = open()
  client.socket.write('anybody there?')
  await until(() => heldBytes('to-server') > 0)
  expect(arrived).toEqual([])
  board.heal(id)
  await until(() => arrived[0]?.text() === 'anybody there?')
})

test('[FA5] a server that speaks first is heard when the blackhole has healed', async () => {
  const {open, begin, board, arrived, of} = await openTestLine()
  const id = begin({name: 'blackhole'})
  const client = open()
  await until(() => of('connection-opened').length === 1)
  board.heal(id)
  const server = await until(() => arrived[0])
  server.socket.write('welcome')
  await until(() => client.text() === 'welcome')
})

test('[FA13] a fault bites what waits already when it begins', async () => {
  const {openWhole, begin, board, of, proxy} = await openTestLine()
  const {client, server} = await openWhole()
  begin({name: 'latency', ms: 5})
  client.socket.write('on its way')
  await until(() => proxy.census().heldBytes > 0)
  const id = begin({name: 'blackhole'})
  expect(of('fault-bit').map(({faultId, bytes}) => [faultId, bytes])).toEqual([
    [1, 10],
    [2, 10],
  ])
  board.heal(id)
  await until(() => server.text() === '<on its way')
  expect(of('fault-told')).toMatchObject([{faultId: id, takenBytes: 10, givenBytes: 10}])
})

test('[FA5] who closes in a blackhole is not heard until it heals', async () => {
  const {openWhole, begin, board, heldBytes} = await openTestLine()
  const {client, server} = await openWhole()
  const id = begin({name: 'blackhole'})
  client.socket.end('bye')
  await until(() => heldBytes('to-server') > 0)
  expect([server.text(), server.ending()]).toEqual(['<', null])
  board.heal(id)
  await until(() => server.ending() === 'fin')
  expect(server.text()).toBe('<bye')
})

test('[FA5] who resets in a blackhole is found out by the first bytes that reach its place', async () => {
  const {openWhole, begin, board, of, proxy} = await openTestLine()
  const {client, server} = await openWhole()
  const id = begin({name: 'blackhole'})
  client.socket.write('lost with the reset')
  await until(() => proxy.census().heldBytes > 0)
  client.socket.resetAndDestroy()
  await until(() => proxy.census().heldBytes === 0)
  board.heal(id)
  expect(server.ending()).toBe(null)
  server.socket.write('still there?')
  expect(await until(() => server.ending())).toBe('ECONNRESET')
  expect(server.text()).toBe('<')
  await until(() => of('connection-closed').length === 1)
  expect(of('fault-told')).toMatchObject([{takenBytes: 19, givenBytes: 0, droppedBytes: 19}])
})

test.each([
  ['to-server', 'to-client'],
  ['to-client', 'to-server'],
] as const)('[FA6] half-open %s loses that direction and lets the other through', async (lost, open) => {
  const {openWhole, begin, board, heldBytes} = await openTestLine()
  const {client, server} = await openWhole()
  const id = begin({name: 'half-open', lost})
  client.socket.write('up')
  server.socket.write('down')
  const [deaf, hearing] = lost === 'to-server' ? [server, client] : [client, server]
  await until(() => heldBytes(lost) > 0 && hearing.text().length > 1)
  expect([deaf.text().length, heldBytes(open)]).toEqual([1, 0])
  board.heal(id)
  await until(() => server.text() === '<up' && client.text() === '>down')
})

test('[FA6] no new connection is made over a half-open link', async () => {
  const {open, begin, board, heldBytes, arrived} = await openTestLine()
  const id = begin({name: 'half-open', lost: 'to-client'})
  const client = open()
  client.socket.write('post')
  await until(() => heldBytes('to-server') === 4)
  expect(arrived).toEqual([])
  board.heal(id)
  await until(() => arrived[0]?.text() === 'post')
})

test('[FA6] a half-open link that loses what the client says loses its reset too', async () => {
  const {openWhole, begin, board, proxy, of} = await openTestLine()
  const {client, server} = await openWhole()
  const id = begin({name: 'half-open', lost: 'to-server'})
  client.socket.write('gone with the reset')
  await until(() => proxy.census().heldBytes > 0)
  client.socket.resetAndDestroy()
  await until(() => proxy.census().heldBytes === 0)
  begin({name: 'latency', ms: 1})
  server.socket.write('ping')
  await until(() => of('fault-bit').some(({direction}) => direction === 'to-client'))
  expect([server.ending(), proxy.census().connections]).toEqual([null, 1])
  board.heal(id)
  expect(await until(() => server.ending())).toBe('ECONNRESET')
})

test('[FA9] cut-after-bytes lets exactly so many bytes through, then ends both streams', async () => {
  const {openWhole, begin, of} = await openTestLine()
  const {client, server} = await openWhole()
  begin({name: 'cut-after-bytes', bytes: 10, direction: 'to-client', by: 'fin', times: 1})
  server.socket.write('0123456789')
  await until(() => client.text() === '>0123456789')
  expect(client.ending()).toBe(null)
  server.socket.write('abc')
  expect(await until(() => client.ending())).toBe('fin')
  expect(await until(() => server.ending())).toBe('fin')
  expect(client.text()).toBe('>0123456789')
  expect(of('fault-healed')).toMatchObject([{why: 'spent'}])
})

test('[FA9] cut-after-bytes by rst resets, at most so many bytes arrive, and the next connection lives', async () => {
  const {openWhole, begin} = await openTestLine()
  const {client, server} = await openWhole()
  begin({name: 'cut-after-bytes', bytes: 4, direction: 'to-server', by: 'rst', times: 1})
  client.socket.write('0123456789')
  expect(await until(() => client.ending())).toBe('ECONNRESET')
  expect(await until(() => server.ending())).toBe('ECONNRESET')
  expect('<0123').toContain(server.text())
  const next = await openWhole()
  next.client.socket.write('0123456789')
  await until(() => next.server.text() === '<0123456789')
})

test('[FA12] who sends into a blackhole is held back like by a full window', async () => {
  const {openWhole, begin, board, proxy} = await openTestLine()
  const {client, server} = await openWhole()
  const id = begin({name: 'blackhole'})
  const sent = Buffer.alloc(16 * 1024 * 1024, 7)
  let flushed = false
  client.socket.end(sent, () => (flushed = true))
  await until(() => proxy.census().heldBytes >= 256 * 1024)
  expect(proxy.census().heldBytes).toBeLessThan(256 * 1024 + 128 * 1024)
  expect(flushed).toBe(false)
  board.heal(id)
  await until(() => server.ending() === 'fin')
  expect(Buffer.concat(server.chunks).equals(Buffer.concat([Buffer.from('<'), sent]))).toBe(true)
})

test('[FA12] a server that does not read holds the client back through the proxy', async () => {
  const {openWhole, proxy} = await openTestLine()
  const {client, server} = await openWhole()
  server.socket.pause()
  client.socket.write(Buffer.alloc(32 * 1024 * 1024))
  await until(() => proxy.census().heldBytes >= 256 * 1024)
  expect(proxy.census().heldBytes).toBeLessThan(256 * 1024 + 128 * 1024)
})
