import {expect, test} from 'vitest'
import {followClick, showApproval, showCompletion} from './notifications.ts'
import type {WorkerWindow} from './worker-scope.ts'

const notice = {conversationId: 'c1', messageId: 'm1', title: 'T', body: 'B'}

function windowsAt(...shapes: readonly {url: string; visible?: boolean}[]) {
  const done: unknown[][] = []
  const windows = shapes.map(({url, visible = false}): WorkerWindow => {
    const it: WorkerWindow = {
      url,
      visibilityState: visible ? 'visible' : 'hidden',
      focused: false,
      postMessage: (message) => void done.push(['post', url, message]),
      focus: () => {
        done.push(['focus', url])
        return Promise.resolve(it)
      },
    }
    return it
  })
  const clients = {
    matchAll: () => Promise.resolve(windows),
    openWindow: (url: string) => {
      done.push(['open', url])
      return Promise.resolve(null)
    },
  }
  return {scope: {clients}, done}
}

const navigation = {type: 'NOTIFICATION_CLICK_NAVIGATE', conversationId: 'c1'}

test.each([
  [
    'focuses the window that is there',
    [{url: 'http://h/new', visible: true}, {url: 'http://h/chat/c1?as=ada'}],
    [['focus', 'http://h/chat/c1?as=ada']],
  ],
  [
    'sends a visible window there',
    [{url: 'http://h/chat/c2'}, {url: 'http://h/new', visible: true}],
    [
      ['post', 'http://h/new', navigation],
      ['focus', 'http://h/new'],
    ],
  ],
  [
    'sends any window there',
    [{url: 'http://h/chat/c2'}],
    [
      ['post', 'http://h/chat/c2', navigation],
      ['focus', 'http://h/chat/c2'],
    ],
  ],
  ['opens one where there is none', [], [['open', '/chat/c1']]],
])('[CC35] a click %s', async (_, windows, expected) => {
  const {scope, done} = windowsAt(...windows)
  await followClick({conversationId: 'c1'}, scope)
  expect(done).toEqual(expected)
})

test('[CC35] a click on a notification that is none of ours does nothing', async () => {
  const {scope, done} = windowsAt({url: 'http://h/new'})
  for (const data of [null, undefined, 'c1', {FCM_MSG: {}}, {conversationId: 1}])
    await followClick(data, scope)
  expect(done).toEqual([])
})

const registrationOf = (shown: unknown[], isAllowed: boolean) =>
  ({
    showNotification: async (...words: unknown[]) => {
      if (!isAllowed) throw new TypeError('no permission')
      shown.push(words)
    },
  }) as unknown as ServiceWorkerRegistration

test('[TG12] a tool that waits has a notification of its own, and takes nothing from the completion', async () => {
  const shown: unknown[] = []
  expect(await showApproval(notice, {registration: registrationOf(shown, true)})).toBe(true)
  expect(await showApproval(notice, {registration: registrationOf(shown, false)})).toBe(false)
  expect(shown).toEqual([['T', {body: 'B', tag: 'approval-c1', data: {conversationId: 'c1'}}]])
})

test('[CC33] what was shown is seen from then on; what the browser refused is not', async () => {
  const added: string[] = []
  const seen = {add: async (id: string) => void added.push(id), has: async () => false}
  const shown: unknown[] = []
  const registration = (isAllowed: boolean) => registrationOf(shown, isAllowed)
  expect(await showCompletion(notice, {registration: registration(false)}, seen)).toBe(false)
  expect(added).toEqual([])
  expect(await showCompletion(notice, {registration: registration(true)}, seen)).toBe(true)
  expect(added).toEqual(['m1'])
  expect(shown).toEqual([['T', {body: 'B', tag: 'completion-c1', data: {conversationId: 'c1'}}]])
})
