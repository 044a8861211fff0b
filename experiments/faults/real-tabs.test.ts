/** The faults in a real browser: two tabs of one origin, which share the browser's pool of connections and its cache. */
import {once} from 'node:events'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {chromium, type Page} from 'playwright'
import {expect, onTestFinished, test} from 'vitest'
import {WebSocketServer} from 'ws'
import {findBrowser} from '../setup/find-browser.js'
import {openTestProxy, until} from './test-line.ts'

/** A tab that asks when it is told to, keeps a socket, and notes what happens. */
const PAGE = `<!doctype html><title>tab</title><script>
  const tab = new URLSearchParams(location.search).get('tab')
  const notes = []
  const ask = (cache) => fetch('/asked', {cache, headers: {'x-tabwitness-tab': tab}})
    .then(() => notes.push('answered'), () => notes.push('failed'))
  const socket = new WebSocket('ws://' + location.host + '/?tab=' + tab)
  socket.onopen = () => notes.push('open')
  socket.onmessage = ({data}) => notes.push(data)
  socket.onclose = ({code}) => notes.push('closed ' + code)
</script>`

const notesOf = (page: Page) => page.evaluate<string>('notes.toSorted().join(", ")')

async function openTabs() {
  const server = createServer((_, res) => res.setHeader('content-type', 'text/html').end(PAGE))
  const sockets = new WebSocketServer({server})
  sockets.on('connection', (socket) => socket.on('message', (data: Buffer) => socket.send(data.toString())))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate()
    server.closeAllConnections()
    server.close()
  })
  const made = await openTestProxy((server.address() as AddressInfo).port, null)
  const executablePath = (await findBrowser()) ?? ''
  const browser = await chromium.launch({executablePath, args: ['--no-sandbox']})
  onTestFinished(() => browser.close())
  const context = await browser.newContext()
  const open = async (tab: string) => {
    const page = await context.newPage()
    await page.goto(`${made.proxy.origin}/?tab=${tab}`)
    await expect.poll(() => notesOf(page)).toBe('open')
    return page
  }
  return {...made, a: await open('A'), b: await open('B')}
}

test('[FA1][FA4][FA5] a tab of a browser is struck alone', async () => {
  const {a, b, board, of} = await openTabs()
  const id = board.begin({name: 'blackhole'}, {owner: 'A', on: 'everything'})
  for (const page of [a, b]) await page.evaluate(`ask('no-store'); socket.send('echo')`)
  await until(() => of('fault-bit').length === 2)
  await expect.poll(() => notesOf(b)).toBe('answered, echo, open')
  expect(await notesOf(a)).toBe('open')
  board.heal(id)
  await expect.poll(() => notesOf(a)).toBe('answered, echo, open')

  board.heal(board.begin({name: 'rst'}, {owner: 'A', on: 'everything'}))
  await expect.poll(() => notesOf(a)).toBe('answered, closed 1006, echo, open')
  expect(await notesOf(b)).toBe('answered, echo, open')
  expect(of('connection-cut').map(({end, owner}) => `${owner} ${end}`)).toEqual(['A client', 'A server'])
})

test('[FA1] the cache is common: an answer that one tab waits for keeps the other from asking for the same', async () => {
  const {a, b, board, of} = await openTabs()
  const id = board.begin({name: 'blackhole'}, {owner: 'A', on: 'everything'})
  await a.evaluate(`void ask('default')`)
  await until(() => of('fault-bit').length === 1)
  await b.evaluate(`void ask('default'); ask('no-store').then(() => ask('no-store'))`)
  expect(await notesOf(b)).toBe('answered, answered, open')
  board.heal(id)
  await expect.poll(() => notesOf(b)).toBe('answered, answered, answered, open')
})
