import {expect, test} from 'vitest'
import {createChatStore} from './chat-store.ts'
import {createOutbox} from './outbox.ts'
import {createTestClock} from './test-clock.ts'
import {createVirtualPage} from './virtual-page.ts'

function heldMessage() {
  const clock = createTestClock()
  const page = createVirtualPage()
  const store = createChatStore('root', {witness: () => {}}, {model: 'm', canTryAgain: false})
  store.apply({type: 'sent', promptId: 'q', text: 'What?', parentId: 'root'})
  const outbox = createOutbox(store, {setTimer: clock.setTimer, onWake: page.onWake})
  const life = new AbortController()
  return {clock, page, store, outbox, life, wait: () => outbox.untilNextAttempt(life.signal)}
}

test('[HB4] the distance between two attempts doubles, up to half a minute', async () => {
  const {clock, wait} = heldMessage()
  const delays: number[] = []
  for (let attempt = 0; attempt < 7; attempt += 1) {
    const due = wait()
    const [delayMs] = clock.waits()
    delays.push(delayMs!)
    clock.advance(delayMs!)
    expect(await due).toBe(true)
  }
  expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
  expect(clock.waits()).toEqual([])
})

test('[HB4] that there is a network ends the wait; that the page is looked at does not', async () => {
  const {clock, page, store, outbox, wait} = heldMessage()
  const due = wait()
  expect(store.view()).toMatchObject({notice: expect.stringMatching(/^Waiting for the network/)})
  expect(store.view().messages).toMatchObject([{status: 'sending', isHeld: true}])
  page.wake('shown')
  expect(clock.waits()).toHaveLength(1)
  page.wake('online')
  expect(await due).toBe(true)
  outbox.leave()
  expect(store.view().notice).toBeNull()
  expect(store.view().messages[0]).not.toHaveProperty('isHeld')
})

test('[HB4] it can be taken back while it waits, once; and whoever leaves the conversation leaves it', async () => {
  const {clock, outbox, life, wait} = heldMessage()
  expect(outbox.takeBack()).toBe(false)
  const due = wait()
  expect(outbox.takeBack()).toBe(true)
  expect(await due).toBe(false)
  expect(outbox.takeBack()).toBe(false)
  const again = wait()
  life.abort()
  expect([await again, await wait()]).toEqual([false, false])
  expect(clock.waits()).toEqual([])
})
