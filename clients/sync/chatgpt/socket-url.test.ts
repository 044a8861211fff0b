import {expect, test} from 'vitest'
import {keepSocketUrl} from './socket-url.ts'

test('[CE2] an address is kept for 25 minutes, and asked for again after that', async () => {
  let now = 0
  let asked = 0
  const socketUrl = keepSocketUrl(
    async () => `ws://${(asked += 1)}`,
    () => now,
  )
  expect([await socketUrl(), await socketUrl()]).toEqual(['ws://1', 'ws://1'])
  now = 1_499_999
  expect(await socketUrl()).toBe('ws://1')
  now = 1_500_000
  expect(await socketUrl()).toBe('ws://2')
})

test('[CO2] an address that could not be had is asked for again at once', async () => {
  const answers = [Promise.reject(new Error('offline')), Promise.resolve('ws://1')]
  const socketUrl = keepSocketUrl(
    () => answers.shift()!,
    () => 0,
  )
  await expect(socketUrl()).rejects.toThrow('offline')
  expect(await socketUrl()).toBe('ws://1')
})

test('[CO13] an asking that hangs is not waited for by a later attempt', async () => {
  let now = 0
  let asked = 0
  const socketUrl = keepSocketUrl(
    () => ((asked += 1) === 1 ? new Promise<string>(() => {}) : Promise.resolve(`ws://${asked}`)),
    () => now,
  )
  void socketUrl()
  now = 2_499
  void socketUrl()
  expect(asked).toBe(1)
  now = 2_500
  expect(await socketUrl()).toBe('ws://2')
  now = 1_400_000
  expect(await socketUrl()).toBe('ws://2')
})
