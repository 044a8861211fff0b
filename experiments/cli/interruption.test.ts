import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {setTimeout as sleep} from 'node:timers/promises'
import {fileURLToPath} from 'node:url'
import {expect, onTestFinished, test} from 'vitest'

const module = fileURLToPath(new URL('interruption.ts', import.meta.url))

/** A program that says `ready`, then what it hears, and ends by itself only when `endsCleanly`. */
async function started(endsCleanly: boolean) {
  const code = `import {listenForInterruption} from ${JSON.stringify(module)}
    const stay = setInterval(() => {}, 1000)
    const {signal} = listenForInterruption((cause) => console.log(cause))
    signal.addEventListener('abort', () => ${endsCleanly} && clearInterval(stay))
    console.log('ready')`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  child.stdout?.on('data', (chunk: Buffer) => (said += chunk))
  await expect.poll(() => said).toBe('ready\n')
  return {child, said: () => said}
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s asks for a clean end', async (signal) => {
  const {child} = await started(true)
  child.kill(signal)
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('the parent that goes away asks for a clean end', async () => {
  const {child} = await started(true)
  child.disconnect()
  expect(await once(child, 'exit')).toEqual([0, null])
})

test('one Ctrl-C that arrives three times is one; a later one ends at once with 130', async () => {
  const {child, said} = await started(false)
  for (const pauseMs of [0, 20, 20]) {
    await sleep(pauseMs)
    child.kill('SIGINT')
  }
  // Time is the subject here: a person's second press comes later than the copies of the first.
  await sleep(500)
  expect({exitCode: child.exitCode, said: said()}).toEqual({exitCode: null, said: 'ready\nSIGINT\n'})
  child.kill('SIGINT')
  expect(await once(child, 'exit')).toEqual([130, null])
})
