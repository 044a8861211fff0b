/** `fcm` as other people's programs start it: through the wrapper, one JSON line, a snippet that works as it is. */
import {execFile, spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {createServer, type AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest'
import {inProject} from '../setup/project.js'

const wrapper = fileURLToPath(new URL('../setup/tabwitness.js', import.meta.url))
const cli = fileURLToPath(new URL('../cli.ts', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'tabwitness-fcm-'))
const busy = createServer()
const children: ChildProcess[] = []

beforeAll(async () => {
  await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve))
})
afterEach(() => {
  // Of a test that failed; the others have ended theirs.
  for (const child of children.splice(0)) child.kill('SIGTERM')
})
afterAll(() => {
  busy.close()
  rmSync(folder, {recursive: true})
})

async function serving(program: string, ...args: readonly string[]) {
  const child = spawn(process.execPath, [program, 'fcm', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {...process.env, NO_COLOR: '1'},
  })
  children.push(child)
  const lines: string[] = []
  const reader = createInterface(child.stdout).on('line', (line) => lines.push(line))
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text))
  await Promise.race([once(reader, 'line'), once(child, 'exit')])
  return {child, lines, complaint: () => complaint}
}

const FREE = ['--port', '0', '--mcs-port', '0'] as const

test('[FB2] fcm --json says one line once everything is ready, and SIGTERM ends it cleanly', async () => {
  const {child, lines} = await serving(wrapper, '--json', '--project', 'mine', ...FREE)
  const said = JSON.parse(lines[0] ?? 'null')
  const address = {host: '127.0.0.1', port: expect.any(Number)}
  expect(said).toEqual({
    projectId: 'mine',
    api: address,
    mcs: address,
    http2: address,
    proxy: address,
    autopushUrl: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/$/),
    chromiumArgs: [
      expect.stringMatching(/^--host-resolver-rules=/),
      `--ignore-certificate-errors-spki-list=${said.spkiHash}`,
    ],
    firefoxPrefs: expect.objectContaining({'dom.push.serverURL': said.autopushUrl}),
    firebaseConfig: {
      projectId: 'mine',
      apiKey: expect.any(String),
      appId: expect.any(String),
      messagingSenderId: expect.any(String),
    },
    vapidKey: expect.stringMatching(/^[\w-]{87}$/),
    spkiHash: expect.stringMatching(/^[\w+/]{43}=$/),
    caPem: expect.stringContaining('BEGIN CERTIFICATE'),
    caFile: expect.any(String),
  })
  expect(readFileSync(said.caFile, 'utf8')).toBe(said.caPem)

  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(lines).toHaveLength(1)
  expect(existsSync(said.caFile)).toBe(false)
})

test('[FB73] the firebase-admin snippet that it prints for a person works as it is', async () => {
  const {child, lines} = await serving(cli, ...FREE)
  await expect.poll(() => lines.at(-1)).toBe('Ctrl-C ends it.')
  const start = lines.findIndex((line) => line.startsWith('import {Agent}'))
  const end = lines.findIndex((line) => line.startsWith('// await messaging.send'))
  const snippet = lines.slice(start, end).join('\n')
  const use = `
const token = 'd'.repeat(22) + ':APA91b' + 'x'.repeat(100)
console.log(await messaging.send({token}).catch(({code}) => code))
console.log((await messaging.sendEach([{token}])).responses[0].error.code)`
  const running = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', snippet + use], {
    cwd: inProject('.'),
  })
  expect((await running).stdout.trim().split('\n')).toEqual([
    'messaging/registration-token-not-registered',
    'messaging/registration-token-not-registered',
  ])
  child.kill('SIGINT')
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('[FB7] with a store the key that pages subscribe with stays', async () => {
  const keys: string[] = []
  for (let round = 0; round < 2; round += 1) {
    const {child, lines} = await serving(cli, '--json', '--store', join(folder, 'push.sqlite'), ...FREE)
    keys.push(JSON.parse(lines[0] ?? 'null').vapidKey)
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  expect(keys[0]).toBe(keys[1])
})

test.each([
  ['--port', ['--mcs-port', '0']],
  ['--mcs-port', ['--port', '0']],
])('a taken %s is said in one sentence and ends with 64', async (option, rest) => {
  const {port} = busy.address() as AddressInfo
  const {child, lines, complaint} = await serving(cli, option, String(port), ...rest)
  expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(64)
  expect(complaint()).toBe(
    `${option} "${port}" is in use by another program; give a free port, or 0 for any.\n`,
  )
  expect(lines).toEqual([])
})

test('a project that cannot be one is refused in one sentence', async () => {
  const {child, complaint} = await serving(cli, '--project', 'No')
  expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(64)
  expect(complaint()).toMatch(/^--project "No" is not accepted; give up to 30 lower-case letters[^\n]+\n$/)
})
