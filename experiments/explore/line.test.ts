import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {expect, onTestFinished, test} from 'vitest'
import {createLine} from './line.ts'

/** A server that says what it was asked, and whether it was asked already. */
async function served() {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.end(request.url)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  server.unref()
  const {port} = server.address() as AddressInfo
  const line = createLine(() => {})
  const answered: string[] = []
  const ask = (path: string, init?: RequestInit) =>
    line.network.fetch(`http://127.0.0.1:${port}${path}`, init).then(
      async (response) => void answered.push(await response.text()),
      (error: unknown) => void answered.push(`${path} ${String(error)}`),
    )
  return {line, asked, answered, ask}
}

test('[RP11] what is held goes nowhere until it is released, in the order in which it came', async () => {
  const {line, asked, answered, ask} = await served()
  line.hold('to-server')
  const both = [ask('/a'), ask('/b')]
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect([asked, answered]).toEqual([[], []])
  line.release()
  await Promise.all(both)
  expect(asked).toEqual(['/a', '/b'])
})

test('[RP11] one by one they go in any order', async () => {
  const {line, asked, answered, ask} = await served()
  line.hold('to-client')
  const both = [ask('/a'), ask('/b')]
  await expect.poll(() => asked).toHaveLength(2)
  await expect.poll(() => line.underWay()).toBe(0)
  expect(line.letOne(1)).toBe(true)
  await expect.poll(() => answered).toEqual([asked[1]])
  expect(line.letOne(7)).toBe(true)
  await Promise.all(both)
  expect(answered).toEqual([asked[1], asked[0]])
  expect(line.letOne(0)).toBe(false)
})

test('[RP11] a line that breaks loses what is under way and lets nothing begin until it is mended', async () => {
  const {line, asked, answered, ask} = await served()
  line.hold('to-client')
  const lost = ask('/lost')
  await expect.poll(() => asked).toEqual(['/lost'])
  line.break()
  await lost
  await ask('/refused')
  expect(answered).toEqual(['/lost TypeError: fetch failed', '/refused TypeError: fetch failed'])
  line.mend()
  line.release()
  await ask('/again')
  expect(asked).toEqual(['/lost', '/again'])
})

test('[RP11] a push waits for a tab that has no network', () => {
  const line = createLine(() => {})
  const heard: string[] = []
  line.break()
  line.network.hand(() => heard.push('a'))
  line.network.hand(() => heard.push('b'))
  expect(heard).toEqual([])
  line.mend()
  expect(heard).toEqual(['a', 'b'])
})

test('who gives a request up while it is held has it given up', async () => {
  const {line, asked, answered, ask} = await served()
  line.hold('both')
  const life = new AbortController()
  const given = ask('/a', {signal: life.signal})
  life.abort(new Error('gone'))
  await given
  line.release()
  expect([asked, answered]).toEqual([[], ['/a Error: gone']])
})
