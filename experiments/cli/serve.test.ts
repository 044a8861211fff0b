/** `serve` as other people's programs start it: through the wrapper, one JSON line, signals. */
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'
import {expect, test} from 'vitest'

const wrapper = fileURLToPath(new URL('../setup/tabwitness.js', import.meta.url))

async function serving(...args: string[]) {
  const child = spawn(process.execPath, [wrapper, 'serve', '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const lines: string[] = []
  const reader = createInterface(child.stdout).on('line', (line) => lines.push(line))
  await Promise.race([once(reader, 'line'), once(child, 'exit')])
  return {child, reader, lines}
}

test('serve --json says one line once everything is ready, and SIGTERM ends it cleanly', async () => {
  const {child, lines} = await serving('--json', '--model', 'instant')
  const {chatgpt} = JSON.parse(lines[0] ?? 'null')
  expect(chatgpt.users.length).toBeGreaterThanOrEqual(2)
  const user = {id: expect.any(String), accountId: expect.any(String), bearer: expect.any(String)}
  expect(chatgpt).toEqual({
    baseUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    origin: expect.any(String),
    users: chatgpt.users.map(() => user),
  })
  expect((await fetch(chatgpt.baseUrl)).status).toBe(200)

  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(lines).toHaveLength(1)
})

test('a wrapper that is killed takes the servers with it', async () => {
  const {child, reader, lines} = await serving('--json')
  const {chatgpt} = JSON.parse(lines[0] ?? 'null')
  const closed = once(reader, 'close')
  child.kill('SIGKILL')
  await closed
  await expect(fetch(chatgpt.baseUrl)).rejects.toThrow('fetch failed')
})

test('for a person it says what to open, what to try and how to end', async () => {
  const {child, lines} = await serving('--policy', 'content+resume')
  await expect.poll(() => lines.at(-1)).toBe('Ctrl-C ends it.')
  const addresses = lines.flatMap((line) => /http:\S+/.exec(line)?.[0].replace(')', '') ?? [])
  expect(addresses.map((address) => new URL(address).searchParams.get('policy'))).toContain('content+resume')
  child.kill('SIGINT')
  expect(await once(child, 'exit')).toEqual([0, null])
})
