import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {setTimeout as pause} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import {expect, test} from 'vitest'

const file = JSON.stringify(fileURLToPath(new URL('end-with-us.ts', import.meta.url)))

/** Starts a sleeper that is to end with it, and says its id. */
const keeper = (then: string) => `
  import {spawn} from 'node:child_process'
  import {endWithUs} from ${file}
  const sleeper = spawn('sleep', ['60'], {detached: true, stdio: 'ignore'})
  const callOff = endWithUs(sleeper.pid)
  process.stdout.write(sleeper.pid + '\\n')
  ${then}
`

async function start(then: string) {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', keeper(then)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(child.stdout, 'data')
  return {child, sleeper: Number(String(line))}
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

test.skipIf(process.platform === 'win32')('what ends with us ends when we are killed', async () => {
  const {child, sleeper} = await start('setInterval(() => {}, 1_000)')
  expect(isAlive(sleeper)).toBe(true)
  child.kill('SIGKILL')
  while (isAlive(sleeper)) await pause(5)
})

test.skipIf(process.platform === 'win32')('called off, it outlives us', async () => {
  const {child, sleeper} = await start('callOff(); sleeper.unref()')
  await once(child, 'close')
  expect(isAlive(sleeper)).toBe(true)
  process.kill(sleeper, 'SIGKILL')
})
