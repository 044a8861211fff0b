import {spawnSync} from 'node:child_process'
import {existsSync, writeFileSync} from 'node:fs'
import {expect, test} from 'vitest'
import {lockPath, whileLocked} from './while-locked.js'

test('two pieces of work under one name run one after the other', async () => {
  const story: string[] = []
  const first = Promise.withResolvers<void>()
  const a = whileLocked('test-order', async () => {
    story.push('a began')
    await first.promise
    story.push('a ended')
  })
  const b = whileLocked('test-order', async () => void story.push('b began'))
  first.resolve()
  await Promise.all([a, b])
  expect(story).toEqual(['a began', 'a ended', 'b began'])
})

test('the lock of a process that died is taken over', async () => {
  const {pid} = spawnSync(process.execPath, ['-e', ''])
  writeFileSync(lockPath('test-dead'), String(pid))
  expect(await whileLocked('test-dead', async () => 'done')).toBe('done')
  expect(existsSync(lockPath('test-dead'))).toBe(false)
})

test('work that fails gives the lock back', async () => {
  await expect(whileLocked('test-fail', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(existsSync(lockPath('test-fail'))).toBe(false)
})
