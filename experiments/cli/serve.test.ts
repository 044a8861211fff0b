/** `serve` as other people's programs start it: through the wrapper, one JSON line, signals. */
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {createServer, type AddressInfo} from 'node:net'
import {createInterface} from 'node:readline'
import {text} from 'node:stream/consumers'
import {fileURLToPath} from 'node:url'
import {expect, test} from 'vitest'

const wrapper = fileURLToPath(new URL('../setup/tabwitness.js', import.meta.url))

async function serving(...args: string[]) {
  const port = args.includes('--port') ? [] : ['--port', '0']
  const child = spawn(process.execPath, [wrapper, 'serve', ...port, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const lines: string[] = []
  const reader = createInterface(child.stdout).on('line', (line) => lines.push(line))
  await Promise.race([once(reader, 'line'), once(child, 'exit')])
  return {child, reader, lines}
}

test('serve --json says one line once everything is ready, and SIGTERM ends it cleanly', async () => {
  const {child, lines} = await serving('--json', '--model', 'instant')
  const {chatgpt, claude, ...rest} = JSON.parse(lines[0] ?? 'null')
  const user = {id: expect.any(String), bearer: expect.any(String)}
  const served = {
    baseUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    origin: expect.any(String),
  }
  expect(chatgpt.users.length).toBeGreaterThanOrEqual(2)
  expect(chatgpt).toEqual({
    ...served,
    users: chatgpt.users.map(() => ({...user, accountId: expect.any(String)})),
  })
  expect(claude).toEqual({
    ...served,
    users: chatgpt.users.map(({id}: {id: string}) => ({...user, id, organizationId: expect.any(String)})),
  })
  expect(rest).toEqual({})
  expect((await fetch(chatgpt.baseUrl)).status).toBe(200)
  const {bearer, organizationId} = claude.users[0]
  const list = await fetch(`${claude.baseUrl}/api/organizations/${organizationId}/chat_conversations_v2`, {
    headers: {authorization: `Bearer ${bearer}`},
  })
  expect(await list.json()).toEqual({data: [], has_more: false})

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

test('serve --fcm says how a browser reaches the push back end, and tells the page', async () => {
  const {child, lines} = await serving('--fcm', '--json')
  const {claude, fcm} = JSON.parse(lines[0] ?? 'null')
  expect(fcm).toEqual({
    chromiumArgs: [expect.stringContaining('mtalk.google.com'), expect.stringContaining('spki')],
    firefoxPrefs: expect.any(Object),
  })
  const told = await fetch(`${claude.baseUrl}/api/tabwitness/push`)
  expect(await told.json()).toEqual({
    firebaseConfig: expect.objectContaining({projectId: expect.any(String)}),
    vapidKey: expect.any(String),
  })
  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('--port names ChatGPT’s port, Claude.ai has the next one; a taken one is named in one sentence', async () => {
  const [first, second] = await neighbours()
  const {child, lines} = await serving('--json', '--port', String(first))
  const {chatgpt, claude} = JSON.parse(lines[0] ?? 'null')
  expect([chatgpt.baseUrl, claude.baseUrl]).toEqual([first, second].map((port) => `http://127.0.0.1:${port}`))

  const rival = spawn(process.execPath, [wrapper, 'serve', '--port', String(first - 1)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const said = text(rival.stderr)
  expect(await once(rival, 'exit')).toEqual([64, null])
  expect(await said).toContain(`--port "${first - 1}" needs ${first} for Claude.ai too`)
  child.kill('SIGTERM')
  await once(child, 'exit')
})

/** Three free ports in a row; the middle and the last. */
async function neighbours(): Promise<readonly [number, number]> {
  for (;;) {
    const servers = [createServer().listen(0, '127.0.0.1')]
    await once(servers[0]!, 'listening')
    const {port} = servers[0]!.address() as AddressInfo
    servers.push(createServer(), createServer())
    const taken = await Promise.allSettled(
      servers
        .slice(1)
        .map((server, index) => once(server.listen(port + 1 + index, '127.0.0.1'), 'listening')),
    )
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
    if (taken.every(({status}) => status === 'fulfilled')) return [port + 1, port + 2]
  }
}
