import {spawn, type ChildProcessByStdio} from 'node:child_process'
import {once} from 'node:events'
import type {Readable} from 'node:stream'
import {fileURLToPath} from 'node:url'
import {expect, test} from 'vitest'
import {runQuietly} from './run-program.js'

const module = fileURLToPath(new URL('run-program.js', import.meta.url))

/** A wrapper process with `script` running in its place; resolves once the script has said its pid. */
async function wrapped(
  script: string,
): Promise<{wrapper: ChildProcessByStdio<null, Readable, null>; pid: number}> {
  const code = `import {runInOurPlace} from ${JSON.stringify(module)}
    await runInOurPlace(process.execPath, ['-e', ${JSON.stringify(`${script}; console.log(process.pid)`)}])`
  const wrapper = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [said] = await once(wrapper.stdout, 'data')
  return {wrapper, pid: Number(said)}
}

const STAYS = 'setInterval(() => {}, 1000)'

test('the exit code is handed through', async () => {
  const {wrapper} = await wrapped('setTimeout(() => process.exit(7), 20)')
  expect(await once(wrapper, 'exit')).toEqual([7, null])
})

test('a signal reaches the program, and its answer is the exit code', async () => {
  const {wrapper} = await wrapped(`process.on('SIGTERM', () => process.exit(3)); ${STAYS}`)
  wrapper.kill('SIGTERM')
  expect(await once(wrapper, 'exit')).toEqual([3, null])
})

test('a program that dies by a signal ends with 128 and its number', async () => {
  const {wrapper, pid} = await wrapped(STAYS)
  process.kill(pid, 'SIGKILL')
  expect(await once(wrapper, 'exit')).toEqual([137, null])
})

test('the program hears that the wrapper was killed', async () => {
  const {wrapper} = await wrapped(`process.on('disconnect', () => process.exit()); ${STAYS}`)
  wrapper.kill('SIGKILL')
  // The pipe that both hold ends with the last of them.
  await once(wrapper.stdout, 'end')
})

test('a program that falls silent is ended', async () => {
  const began = performance.now()
  const {ok, output} = await runQuietly(process.execPath, ['-e', `console.log('hello'); ${STAYS}`], {
    silenceMs: 300,
  })
  expect({ok, output}).toEqual({ok: false, output: 'hello\n\nended after 300 ms without a word'})
  expect(performance.now() - began).toBeLessThan(5_000)
})

test('a program that is not there is a failure and no exception', async () => {
  expect(await runQuietly('tabwitness-has-no-such-program', [])).toMatchObject({ok: false})
})
