/** `tabwitness faults` as a person runs it: many cells, one that fails and is made small, one played again, Ctrl-C. */
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, readdirSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, onTestFinished, test} from 'vitest'
import {readHistory} from '../history/history-reader.ts'
import {inProject} from '../setup/project.js'

function faults(...args: readonly string[]) {
  const child = spawn(process.execPath, [inProject('experiments/cli.ts'), 'faults', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {...process.env, NO_COLOR: '1'},
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk))
  return {child, said: () => said, ended: once(child, 'close').then(([code]) => code as number | null)}
}

test.each([
  ['200', 'chatgpt'],
  ['100', 'claude'],
])('[VT6] [VT8] %s cells on %s lose, double and move nothing', async (cells, platform) => {
  const {ended, said} = faults('--cells', cells, '--seed', 'long', '--platform', platform, '--quiet')
  expect(await ended, said()).toBe(0)
  expect(said()).toContain(`${cells} cells, 0 failed`)
  expect(said()).toContain('0 lost, 0 doubled, 0 in the wrong order')
})

test('[VT9] what fails is made small and printed as a command that fails again', async () => {
  const {ended, said} = faults('--cells', '25', '--seed', 'long', '--policy', 'content', '--no-server-faults')
  expect(await ended).toBe(1)
  const [, schedule = '', deeds = '', seed = '', more = ''] =
    / faults --replay '(.*?)' --deeds '(.*?)' --seed '(.*?)' (.*)$/m.exec(said()) ?? []
  const out = mkdtempSync(join(tmpdir(), 'tabwitness-faults-'))
  onTestFinished(() => rmSync(out, {recursive: true}))
  const again = faults(
    '--replay',
    schedule,
    '--deeds',
    deeds,
    '--seed',
    seed,
    ...more.split(' '),
    '--times',
    '6',
    '--out',
    out,
  )
  expect(await again.ended, said()).toBe(1)
  expect(again.said()).toMatch(/VT6 [ABC]: /)
  const kept = readdirSync(out).map((file) => readHistory(join(out, file)).ok)
  expect(kept).toEqual(Array.from({length: 6}, () => true))
})

test('Ctrl-C ends it soon, says how far it got, and leaves nothing behind', async () => {
  const {child, said, ended} = faults('--cells', '500', '--seed', 'long')
  await expect.poll(said, {timeout: 60_000}).toContain('/500 cells')
  child.kill('SIGINT')
  expect(await ended).toBe(2)
  expect(said()).toMatch(/^\d+ cells, 0 failed$/m)
})
